"""Kraken's orders: placed, asked for, cancelled. What an order was filled with is asked for afterwards."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from .account import Account
from .bookings import NotEnough, SimulatedOrder
from .kraken_names import number_of, pair_name, reference
from .kraken_route import Params, Route, listing, page, refused, required, seconds
from .wire import plain

if TYPE_CHECKING:
    from .kraken import KrakenServer

_STATUS = {"open": "open", "filled": "closed", "cancelled": "canceled"}


def _number(params: Params, name: str) -> Decimal:
    try:
        return Decimal(required(params, name))
    except InvalidOperation:
        raise refused(f"EGeneral:Invalid arguments:{name}") from None


def _add(server: KrakenServer, account: Account, params: Params) -> Any:
    each, side, kind = (
        listing(server, required(params, "pair")),
        required(params, "type"),
        required(params, "ordertype"),
    )
    if server.status == "cancel_only":
        raise refused("EService:Market in cancel_only mode")
    if side not in ("buy", "sell") or kind not in ("market", "limit"):
        raise refused("EGeneral:Invalid arguments")
    quantity = _number(params, "volume")
    limit = _number(params, "price") if kind == "limit" else None
    if quantity < each.least_quantity:
        raise refused("EOrder:Order minimum not met")
    if quantity * (limit or server.market.price(each.symbol)) < each.least_cost:
        raise refused("EOrder:Cost minimum not met")
    client_id = params.get("cl_ord_id", "")
    if client_id and any(known.client_id == client_id and known.status == "open" for known in account.orders.values()):
        raise refused("EGeneral:Invalid arguments:cl_ord_id already in use")
    text = f"{side} {plain(quantity)} {pair_name(each)} @ {'market' if limit is None else f'limit {plain(limit, 1)}'}"
    if params.get("validate") == "true":
        return {"descr": {"order": text}}
    try:
        order = account.place(
            each.symbol, side, quantity, limit, client_id=client_id, userref=int(params.get("userref", 0))
        )
    except NotEnough:
        raise refused("EOrder:Insufficient funds") from None
    return {"txid": [reference("O", order.id)], "descr": {"order": text}}


def order_row(server: KrakenServer, order: SimulatedOrder) -> dict[str, Any]:
    name = pair_name(server.market.listings[order.symbol])
    price = plain(order.limit or Decimal(0), 1)
    row = {
        "refid": None,
        "userref": order.userref,
        "status": _STATUS[order.status],
        "opentm": seconds(order.time),
        "starttm": 0,
        "expiretm": 0,
        "descr": {
            "pair": name,
            "type": order.side,
            "ordertype": "market" if order.limit is None else "limit",
            "price": price,
            "price2": "0",
            "leverage": "none",
            "order": f"{order.side} {plain(order.quantity)} {name} @ limit {price}",
            "close": "",
        },
        "vol": plain(order.quantity),
        "vol_exec": plain(order.filled),
        "cost": plain(order.cost, 5),
        "fee": plain(order.fee, 5),
        "price": plain(order.cost / order.filled if order.filled else Decimal(0), 5),
        "stopprice": "0.00000",
        "limitprice": "0.00000",
        "misc": "",
        "oflags": "fciq",
        "trades": [reference("T", each) for each in order.fills],
    }
    if order.client_id:
        row["cl_ord_id"] = order.client_id
    if order.status != "open":
        row |= {"reason": "User requested" if order.status == "cancelled" else None, "closetm": seconds(order.updated)}
    return row


def _rows(server: KrakenServer, orders: list[SimulatedOrder]) -> dict[str, Any]:
    return {reference("O", each.id): order_row(server, each) for each in orders}


def _open(server: KrakenServer, account: Account, params: Params) -> Any:
    return {"open": _rows(server, [each for each in account.orders.values() if each.status == "open"])}


def _closed(server: KrakenServer, account: Account, params: Params) -> Any:
    closed = [each for each in account.orders.values() if each.status != "open"]
    return {"closed": _rows(server, page(closed, params, server.limits.page)), "count": len(closed)}


def _query(server: KrakenServer, account: Account, params: Params) -> Any:
    numbers = [number_of(each) for each in required(params, "txid").split(",")]
    if any(each not in account.orders for each in numbers):
        raise refused("EOrder:Unknown order")
    return _rows(server, [account.orders[each] for each in numbers])


def _cancel(server: KrakenServer, account: Account, params: Params) -> Any:
    client_id, wanted = params.get("cl_ord_id"), params.get("txid", "")
    found = [
        each
        for each in account.orders.values()
        if each.status == "open" and (each.id == number_of(wanted) or (client_id and each.client_id == client_id))
    ]
    if not found:
        raise refused("EOrder:Unknown order")
    for each in found:
        account.cancel(each)
    return {"count": len(found)}


ROUTES = {
    "AddOrder": Route(_add, 0, "trade"),
    "CancelOrder": Route(_cancel, 0, "trade"),
    "OpenOrders": Route(_open),
    "ClosedOrders": Route(_closed),
    "QueryOrders": Route(_query),
}
