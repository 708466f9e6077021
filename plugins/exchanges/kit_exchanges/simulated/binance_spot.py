"""Binance's /api/v3, the signed part: the spot account, its orders and trades."""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from .account import Account
from .binance_route import Params, Route, listing, page_size, refused, required, within
from .bookings import Fill, NotEnough, SimulatedOrder
from .wire import milliseconds, plain

if TYPE_CHECKING:
    from .binance import BinanceServer

_STATUS = {"open": "NEW", "filled": "FILLED", "cancelled": "CANCELED"}


def _listen(server: BinanceServer, account: Account, params: Params) -> Any:
    key = secrets.token_hex(30)
    server.listen_keys[key] = account
    return {"listenKey": key}


def _kept(server: BinanceServer, account: Account, params: Params) -> Any:
    return {}


def _account(server: BinanceServer, account: Account, params: Params) -> Any:
    return {
        "makerCommission": 10,
        "takerCommission": 10,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": "0.00100000",
            "taker": "0.00100000",
            "buyer": "0.00000000",
            "seller": "0.00000000",
        },
        "canTrade": "trade" in account.permissions,
        "canWithdraw": "withdraw" in account.permissions,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": milliseconds(server.now()),
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": plain(each.free), "locked": plain(each.locked)}
            for asset, each in account.balances.items()
        ],
        "permissions": ["SPOT"],
        "uid": 354937868,
    }


def _number(params: Params, name: str) -> Decimal:
    try:
        return Decimal(required(params, name))
    except InvalidOperation:
        raise refused(-1100, f"Illegal characters found in parameter '{name}'.") from None


def _place(server: BinanceServer, account: Account, params: Params) -> Any:
    each, now = listing(server, params), server.now()
    while server.order_times and server.order_times[0] <= now - timedelta(seconds=10):
        server.order_times.popleft()
    most = server.limits.orders_in_ten_seconds
    if len(server.order_times) >= most:
        raise refused(-1015, f"Too many new orders; current limit is {most} orders per 10 SECOND.", status=429)
    quantity, kind = _number(params, "quantity"), required(params, "type")
    limit = _number(params, "price") if kind.startswith("LIMIT") else None
    price = limit or server.market.price(each.symbol)
    if quantity < each.least_quantity or quantity % each.quantity_step:
        raise refused(-1013, "Filter failure: LOT_SIZE")
    if limit is not None and limit % each.price_step:
        raise refused(-1013, "Filter failure: PRICE_FILTER")
    if quantity * price < each.least_cost:
        raise refused(-1013, "Filter failure: NOTIONAL")
    client_id = params.get("newClientOrderId", "")
    if client_id and any(known.client_id == client_id and known.status == "open" for known in account.orders.values()):
        raise refused(-2010, "Duplicate order sent.")
    try:
        order = account.place(each.symbol, required(params, "side").lower(), quantity, limit, client_id=client_id)
    except NotEnough:
        raise refused(-2010, "Account has insufficient balance for requested action.") from None
    server.order_times.append(now)
    fills = [fill for fill in account.fills if fill.order_id == order.id]
    return {
        **order_row(order),
        "transactTime": milliseconds(order.updated),
        "fills": [
            {
                "price": plain(fill.price),
                "qty": plain(fill.quantity),
                "commission": plain(fill.fee),
                "commissionAsset": fill.fee_asset,
                "tradeId": fill.id,
            }
            for fill in fills
        ],
    }


def order_row(order: SimulatedOrder) -> dict[str, Any]:
    partly = order.status == "open" and order.filled
    return {
        "symbol": order.symbol.replace("/", ""),
        "orderId": order.id,
        "orderListId": -1,
        "clientOrderId": order.client_id or f"web_{order.id}",
        "price": plain(order.limit or Decimal(0)),
        "origQty": plain(order.quantity),
        "executedQty": plain(order.filled),
        "cummulativeQuoteQty": plain(order.cost),
        "status": "PARTIALLY_FILLED" if partly else _STATUS[order.status],
        "timeInForce": "GTC",
        "type": "MARKET" if order.limit is None else "LIMIT",
        "side": order.side.upper(),
        "stopPrice": "0.00000000",
        "icebergQty": "0.00000000",
        "time": milliseconds(order.time),
        "updateTime": milliseconds(order.updated),
        "isWorking": True,
        "workingTime": milliseconds(order.time),
        "origQuoteOrderQty": "0.00000000",
        "selfTradePreventionMode": "EXPIRE_MAKER",
    }


def _found(server: BinanceServer, account: Account, params: Params) -> SimulatedOrder | None:
    symbol = listing(server, params).symbol
    wanted_id, wanted_client = params.get("orderId"), params.get("origClientOrderId")
    for order in reversed(account.orders.values()):
        if order.symbol == symbol and (
            str(order.id) == wanted_id or (wanted_client and order.client_id == wanted_client)
        ):
            return order
    return None


def _order(server: BinanceServer, account: Account, params: Params) -> Any:
    order = _found(server, account, params)
    if order is None:
        raise refused(-2013, "Order does not exist.")
    return order_row(order)


def _cancel(server: BinanceServer, account: Account, params: Params) -> Any:
    order = _found(server, account, params)
    if order is None or order.status != "open":
        raise refused(-2011, "Unknown order sent.")
    account.cancel(order)
    return {**order_row(order), "origClientOrderId": order.client_id, "transactTime": milliseconds(order.updated)}


def _open_orders(server: BinanceServer, account: Account, params: Params) -> Any:
    symbol = listing(server, params).symbol if "symbol" in params else None
    return [
        order_row(order)
        for order in account.orders.values()
        if order.status == "open" and symbol in (None, order.symbol)
    ]


def _all_orders(server: BinanceServer, account: Account, params: Params) -> Any:
    symbol = listing(server, params).symbol
    first, size = int(params.get("orderId", 0)), page_size(params, usual=500, most=1000)
    rows = [order for order in account.orders.values() if order.symbol == symbol and order.id >= first]
    if "startTime" in params or "endTime" in params:
        since, until = within(params, timedelta(hours=24), server.now())
        rows = [order for order in rows if since <= order.time <= until]
    elif "orderId" not in params:
        rows = rows[-size:]
    return [order_row(order) for order in rows[:size]]


def _my_trades(server: BinanceServer, account: Account, params: Params) -> Any:
    """Newest first is cut: without a bound the newest page; with `fromId` or `startTime` the oldest from there."""
    symbol = listing(server, params).symbol
    size = page_size(params, usual=500, most=server.limits.trades_page)
    fills = sorted((fill for fill in account.fills if fill.symbol == symbol), key=lambda fill: fill.id)
    if "orderId" in params:
        fills = [fill for fill in fills if str(fill.order_id) == params["orderId"]]
    if "startTime" in params or "endTime" in params:
        if "fromId" in params:
            raise refused(-1128, "Combination of optional parameters invalid.")
        since, until = within(params, server.limits.trades_window, server.now())
        fills = [fill for fill in fills if since <= fill.time <= until]
    elif "fromId" in params:
        fills = [fill for fill in fills if fill.id >= int(params["fromId"])]
    else:
        fills = fills[-size:]
    return [_fill_row(fill) for fill in fills[:size]]


def _fill_row(fill: Fill) -> dict[str, Any]:
    return {
        "symbol": fill.symbol.replace("/", ""),
        "id": fill.id,
        "orderId": fill.order_id,
        "orderListId": -1,
        "price": plain(fill.price),
        "qty": plain(fill.quantity),
        "quoteQty": plain(fill.price * fill.quantity),
        "commission": plain(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": milliseconds(fill.time),
        "isBuyer": fill.side == "buy",
        "isMaker": fill.maker,
        "isBestMatch": True,
    }


ROUTES = {
    "POST /api/v3/userDataStream": Route(_listen, 2, "key"),
    "PUT /api/v3/userDataStream": Route(_kept, 2, "key"),
    "DELETE /api/v3/userDataStream": Route(_kept, 2, "key"),
    "GET /api/v3/account": Route(_account, 20, "read"),
    "POST /api/v3/order": Route(_place, 1, "trade"),
    "GET /api/v3/order": Route(_order, 4, "read"),
    "DELETE /api/v3/order": Route(_cancel, 1, "trade"),
    "GET /api/v3/openOrders": Route(_open_orders, 6, "read"),
    "GET /api/v3/allOrders": Route(_all_orders, 20, "read"),
    "GET /api/v3/myTrades": Route(_my_trades, 20, "read"),
}
