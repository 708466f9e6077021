"""Binance's /sapi: transfers, conversions, rewards, the other wallets, and what the key may do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .account import Account
from .binance_route import Params, Route, listing, page_size, refused, within
from .bookings import Amounts, Conversion, Transfer
from .wire import Broken, milliseconds, moment, plain

if TYPE_CHECKING:
    from .binance import BinanceServer

_FIAT = frozenset({"EUR", "USD", "GBP", "AUD", "BRL", "TRY", "UAH", "JPY", "PLN", "CZK"})
_MONTH = timedelta(days=30)


def _window(server: BinanceServer, params: Params, *, longest: timedelta | None = None) -> tuple[Any, Any]:
    most = longest or server.limits.transfers_window
    try:
        return within(params, most, server.now())
    except Broken:
        raise refused(-4047, f"Time interval must be within 0-{most.days} days") from None


def _transfers(server: BinanceServer, account: Account, params: Params, kind: str) -> list[Transfer]:
    """Newest first, from `offset` on; without a window the newest 90 days."""
    since, until = _window(server, params)
    coin = params.get("coin")
    rows = [
        each
        for each in account.transfers
        if each.kind == kind and each.channel == "chain" and since <= each.time <= until and coin in (None, each.asset)
    ]
    rows.sort(key=lambda each: (each.time, each.id), reverse=True)
    begin = int(params.get("offset", 0))
    return rows[begin : begin + page_size(params, usual=1000, most=server.limits.transfers_page)]


def _deposits(server: BinanceServer, account: Account, params: Params) -> Any:
    return [
        {
            "id": str(each.id),
            "amount": plain(each.amount),
            "coin": each.asset,
            "network": each.asset,
            "status": 1 if each.done else 0,
            "address": f"0x{each.id:040x}",
            "addressTag": "",
            "txId": f"0x{each.id:064x}",
            "insertTime": milliseconds(each.time),
            "completeTime": milliseconds(each.time),
            "transferType": 0,
            "confirmTimes": "12/12",
            "unlockConfirm": 12,
            "walletType": 0,
        }
        for each in _transfers(server, account, params, "deposit")
    ]


def _withdrawals(server: BinanceServer, account: Account, params: Params) -> Any:
    return [
        {
            "id": f"{each.id:032x}",
            "amount": plain(each.amount),
            "transactionFee": plain(each.fee),
            "coin": each.asset,
            "status": 6 if each.done else 4,
            "address": f"0x{each.id:040x}",
            "txId": f"0x{each.id:064x}",
            "applyTime": each.time.strftime("%Y-%m-%d %H:%M:%S"),
            "network": each.asset,
            "transferType": 0,
            "info": "",
            "confirmNo": 12,
            "walletType": 0,
            "txKey": "",
            "completeTime": each.time.strftime("%Y-%m-%d %H:%M:%S"),
        }
        for each in _transfers(server, account, params, "withdrawal")
    ]


def _coins(server: BinanceServer, account: Account, params: Params) -> Any:
    names = {name for each in server.market.listings.values() for name in (each.base, each.quote)}
    return [_coin(name, account.balances.get(name, Amounts())) for name in sorted(names | set(account.balances))]


def _coin(name: str, held: Amounts) -> dict[str, Any]:
    return {
        "coin": name,
        "depositAllEnable": True,
        "withdrawAllEnable": True,
        "name": name,
        "free": plain(held.free),
        "locked": plain(held.locked),
        "freeze": "0",
        "withdrawing": "0",
        "ipoing": "0",
        "ipoable": "0",
        "storage": "0",
        "isLegalMoney": name in _FIAT,
        "trading": True,
        "networkList": [],
    }


def _restrictions(server: BinanceServer, account: Account, params: Params) -> Any:
    trade = "trade" in account.permissions
    return {
        "ipRestrict": False,
        "createTime": 1700000000000,
        "enableReading": "read" in account.permissions,
        "enableWithdrawals": "withdraw" in account.permissions,
        "enableInternalTransfer": False,
        "enableMargin": False,
        "enableFutures": False,
        "permitsUniversalTransfer": False,
        "enableVanillaOptions": False,
        "enableFixApiTrade": False,
        "enableFixReadOnly": False,
        "enableSpotAndMarginTrading": trade,
        "enablePortfolioMarginTrading": False,
    }


def _dividends(server: BinanceServer, account: Account, params: Params) -> Any:
    """Rewards, newest first, 20 unless asked for more (500)."""
    since, until = _window(server, params, longest=timedelta(days=180))
    rows = [
        each
        for each in account.ledger
        if each.ref.startswith("R") and since <= each.time <= until and params.get("asset") in (None, each.asset)
    ]
    rows.sort(key=lambda each: (each.time, each.id), reverse=True)
    shown = rows[: page_size(params, usual=20, most=min(500, server.limits.transfers_page))]
    return {
        "rows": [
            {
                "id": each.id,
                "amount": plain(each.amount),
                "asset": each.asset,
                "divTime": milliseconds(each.time),
                "enInfo": each.kind,
                "tranId": int(each.ref[1:]),
                "direction": 1,
            }
            for each in shown
        ],
        "total": len(rows),
    }


def _conversions(account: Account, kind: str, since: Any, until: Any) -> list[Conversion]:
    rows = [each for each in account.conversions if each.kind == kind and since <= each.time <= until]
    return sorted(rows, key=lambda each: (each.time, each.id), reverse=True)


def _dust(server: BinanceServer, account: Account, params: Params) -> Any:
    """The newest hundred."""
    since = moment(params["startTime"]) if "startTime" in params else server.now() - timedelta(days=3650)
    until = moment(params["endTime"]) if "endTime" in params else server.now()
    rows = _conversions(account, "dust", since, until)
    return {
        "total": len(rows),
        "userAssetDribblets": [
            {
                "operateTime": milliseconds(each.time),
                "totalTransferedAmount": plain(each.bought_amount),
                "totalServiceChargeAmount": plain(each.fee),
                "transId": each.id,
                "userAssetDribbletDetails": [
                    {
                        "transId": each.id,
                        "serviceChargeAmount": plain(each.fee),
                        "amount": plain(each.sold_amount),
                        "operateTime": milliseconds(each.time),
                        "transferedAmount": plain(each.bought_amount),
                        "fromAsset": each.sold,
                    }
                ],
            }
            for each in rows[:100]
        ],
    }


def _converts(server: BinanceServer, account: Account, params: Params) -> Any:
    if "startTime" not in params or "endTime" not in params:
        raise refused(-1102, "Mandatory parameter 'startTime' was not sent, was empty/null, or malformed.")
    since, until = _window(server, params, longest=_MONTH)
    size = page_size(params, usual=100, most=1000)
    rows = _conversions(account, "convert", since, until)
    return {
        "list": [
            {
                "quoteId": f"q{each.id}",
                "orderId": each.id,
                "orderStatus": "SUCCESS",
                "fromAsset": each.sold,
                "fromAmount": plain(each.sold_amount),
                "toAsset": each.bought,
                "toAmount": plain(each.bought_amount),
                "ratio": plain(each.bought_amount / each.sold_amount),
                "inverseRatio": plain(each.sold_amount / each.bought_amount),
                "createTime": milliseconds(each.time),
            }
            for each in rows[:size]
        ],
        "startTime": milliseconds(since),
        "endTime": milliseconds(until),
        "limit": size,
        "moreData": len(rows) > size,
    }


def _fiat_orders(server: BinanceServer, account: Account, params: Params) -> Any:
    kind = {"0": "deposit", "1": "withdrawal"}.get(params.get("transactionType", ""))
    if kind is None:
        raise refused(-1102, "Mandatory parameter 'transactionType' was not sent, was empty/null, or malformed.")
    since = moment(params["beginTime"]) if "beginTime" in params else server.now() - _MONTH
    until = moment(params["endTime"]) if "endTime" in params else server.now()
    rows = [
        each
        for each in account.transfers
        if each.kind == kind and each.channel == "fiat" and since <= each.time <= until
    ]
    rows.sort(key=lambda each: (each.time, each.id), reverse=True)
    size = min(int(params.get("rows", 100)), 500)
    begin = (int(params.get("page", 1)) - 1) * size
    return {
        "code": "000000",
        "message": "success",
        "data": [
            {
                "orderNo": f"F{each.id:020d}",
                "fiatCurrency": each.asset,
                "indicatedAmount": plain(each.amount + each.fee),
                "amount": plain(each.amount),
                "totalFee": plain(each.fee),
                "method": "Bank transfer",
                "status": "Successful" if each.done else "Processing",
                "createTime": milliseconds(each.time),
                "updateTime": milliseconds(each.time),
            }
            for each in rows[begin : begin + size]
        ],
        "total": len(rows),
        "success": True,
    }


def _fiat_payments(server: BinanceServer, account: Account, params: Params) -> Any:
    """Coins bought by card: this account has bought none."""
    return {"code": "000000", "message": "success", "data": [], "total": 0, "success": True}


def _wallet(account: Account, name: str) -> Iterable[tuple[str, Amounts]]:
    return list(account.wallets.get(name, {}).items())


def _funding(server: BinanceServer, account: Account, params: Params) -> Any:
    return [
        {
            "asset": asset,
            "free": plain(each.free),
            "locked": plain(each.locked),
            "freeze": "0",
            "withdrawing": "0",
            "btcValuation": "0",
        }
        for asset, each in _wallet(account, "funding")
        if params.get("asset") in (None, asset)
    ]


def _earn(name: str, amount: str) -> Any:
    def answer(server: BinanceServer, account: Account, params: Params) -> Any:
        held = [(asset, each.free + each.locked) for asset, each in _wallet(account, name)]
        size = min(int(params.get("size", 10)), 100)
        begin = (int(params.get("current", 1)) - 1) * size
        rows = [
            {
                "asset": asset,
                amount: plain(total),
                "productId": f"{asset}001",
                "positionId": number + 1,
                "canRedeem": True,
            }
            for number, (asset, total) in enumerate(held)
        ]
        return {"rows": rows[begin : begin + size], "total": len(rows)}

    return answer


def _margin(server: BinanceServer, account: Account, params: Params) -> Any:
    return {
        "created": True,
        "borrowEnabled": True,
        "marginLevel": "999.00000000",
        "totalAssetOfBtc": "0.00000000",
        "totalLiabilityOfBtc": "0.00000000",
        "totalNetAssetOfBtc": "0.00000000",
        "tradeEnabled": True,
        "transferInEnabled": True,
        "transferOutEnabled": True,
        "accountType": "MARGIN_1",
        "userAssets": [
            {
                "asset": asset,
                "borrowed": "0.00000000",
                "free": plain(each.free),
                "interest": "0.00000000",
                "locked": plain(each.locked),
                "netAsset": plain(each.free + each.locked),
            }
            for asset, each in _wallet(account, "margin")
        ],
    }


def _isolated(server: BinanceServer, account: Account, params: Params) -> Any:
    return {"assets": [], **{f"total{name}OfBtc": plain(Decimal(0)) for name in ("Asset", "Liability", "NetAsset")}}


def _none(server: BinanceServer, account: Account, params: Params) -> Any:
    return []


def _trade_fees(server: BinanceServer, account: Account, params: Params) -> Any:
    listed = [listing(server, params)] if "symbol" in params else server.market.listings.values()
    rate = plain(account.fee_rate)
    return [{"symbol": each.base + each.quote, "makerCommission": rate, "takerCommission": rate} for each in listed]


ROUTES = {
    "GET /sapi/v1/asset/tradeFee": Route(_trade_fees, 1, "read"),
    "GET /sapi/v1/margin/allPairs": Route(_none, 1, "key"),
    "GET /sapi/v1/margin/isolated/allPairs": Route(_none, 10, "key"),
    "GET /sapi/v1/capital/deposit/hisrec": Route(_deposits, 1, "read"),
    "GET /sapi/v1/capital/withdraw/history": Route(_withdrawals, 1, "read"),
    "GET /sapi/v1/capital/config/getall": Route(_coins, 10, "read"),
    "GET /sapi/v1/account/apiRestrictions": Route(_restrictions, 1, "read"),
    "GET /sapi/v1/asset/assetDividend": Route(_dividends, 10, "read"),
    "GET /sapi/v1/asset/dribblet": Route(_dust, 1, "read"),
    "GET /sapi/v1/convert/tradeFlow": Route(_converts, 20, "read"),
    "GET /sapi/v1/fiat/orders": Route(_fiat_orders, 45, "read"),
    "GET /sapi/v1/fiat/payments": Route(_fiat_payments, 1, "read"),
    "POST /sapi/v1/asset/get-funding-asset": Route(_funding, 1, "read"),
    "GET /sapi/v1/simple-earn/flexible/position": Route(_earn("flexible", "totalAmount"), 15, "read"),
    "GET /sapi/v1/simple-earn/locked/position": Route(_earn("locked", "amount"), 15, "read"),
    "GET /sapi/v1/margin/account": Route(_margin, 10, "read"),
    "GET /sapi/v1/margin/isolated/account": Route(_isolated, 10, "read"),
}
