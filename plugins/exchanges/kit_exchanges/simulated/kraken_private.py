"""Kraken's /0/private: what the account holds and what it did."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .account import Account
from .bookings import Fill, Transfer
from .kraken_names import asset_id, number_of, pair_id, reference
from .kraken_route import Params, Route, listing, page, refused, required, seconds, window
from .wire import plain

if TYPE_CHECKING:
    from .kraken import KrakenServer

_GRANTED = {
    "read": ("query-funds", "query-open-trades", "query-closed-trades", "query-ledger", "create-ws-token"),
    "trade": ("modify-trades", "close-trades"),
    "withdraw": ("withdraw-funds",),
}
# A transfer's line in the ledger refers to it by the id it has in DepositStatus and WithdrawStatus.
_REFERENCES = {"D": "Q", "W": "A"}
TOKEN_LIFE = timedelta(minutes=15)


def _balance(server: KrakenServer, account: Account, params: Params) -> Any:
    return {asset_id(asset): plain(each.free + each.locked, 10) for asset, each in account.balances.items()}


def _balance_ex(server: KrakenServer, account: Account, params: Params) -> Any:
    return {
        asset_id(asset): {"balance": plain(each.free + each.locked, 10), "hold_trade": plain(each.locked, 10)}
        for asset, each in account.balances.items()
    }


def _trades(server: KrakenServer, account: Account, params: Params) -> Any:
    since, until = window(params, server.now())
    fills = sorted((each for each in account.fills if since < each.time <= until), key=lambda each: each.time)
    shown = page(fills, params, server.limits.page)
    return {"count": len(fills), "trades": {reference("T", each.id): fill_row(server, each) for each in shown}}


def fill_row(server: KrakenServer, each: Fill) -> dict[str, Any]:
    return {
        "ordertxid": reference("O", each.order_id),
        "postxid": reference("T", each.order_id),
        "pair": pair_id(server.market.listings[each.symbol]),
        "aclass": "forex",
        "time": seconds(each.time),
        "type": each.side,
        "ordertype": "limit" if each.maker else "market",
        "price": plain(each.price, 5),
        "cost": plain(each.price * each.quantity, 5),
        "fee": plain(each.fee, 5),
        "vol": plain(each.quantity),
        "margin": "0.00000",
        "leverage": "0",
        "misc": "",
        "trade_id": each.id,
        "maker": each.maker,
    }


def _query_trades(server: KrakenServer, account: Account, params: Params) -> Any:
    wanted = {number_of(each) for each in required(params, "txid").split(",")}
    return {reference("T", each.id): fill_row(server, each) for each in account.fills if each.id in wanted}


def _ledgers(server: KrakenServer, account: Account, params: Params) -> Any:
    since, until = window(params, server.now())
    asset, kind = params.get("asset", "all"), params.get("type", "all")
    entries = sorted(
        (
            each
            for each in account.ledger
            if since < each.time <= until
            and asset in ("all", asset_id(each.asset))
            and kind in ("all", ledger_type(each.kind, each.amount > 0))
        ),
        key=lambda each: each.time,
    )
    shown = page(entries, params, server.limits.page)
    return {
        "count": len(entries),
        "ledger": {
            reference("L", each.id): {
                "refid": reference(_REFERENCES.get(each.ref[0], each.ref[0]), int(each.ref[1:])),
                "time": seconds(each.time),
                "type": ledger_type(each.kind, each.amount > 0),
                "subtype": "",
                "aclass": "currency",
                "asset": asset_id(each.asset),
                "amount": plain(each.amount, 10),
                "fee": plain(each.fee, 10),
                "balance": plain(each.balance, 10),
            }
            for each in shown
        },
    }


def ledger_type(kind: str, incoming: bool) -> str:
    """Kraken's word for it; a conversion is money spent and money received."""
    if kind == "conversion":
        return "receive" if incoming else "spend"
    return kind


def _transfers(kind: str, letter: str) -> Any:
    def answer(server: KrakenServer, account: Account, params: Params) -> Any:
        since, until = window(params, server.now())
        rows = [
            _transfer(each, letter)
            for each in sorted(account.transfers, key=lambda each: (each.time, each.id), reverse=True)
            if each.kind == kind
            and since <= each.time.replace(microsecond=0) <= until
            and params.get("asset", asset_id(each.asset)) == asset_id(each.asset)
        ]
        size = min(int(params.get("limit", server.limits.transfers_page)), server.limits.transfers_page)
        cursor = params.get("cursor", "false").lower()
        if cursor == "false":
            return rows[:size]
        begin = 0 if cursor == "true" else int(cursor)
        following = str(begin + size) if begin + size < len(rows) else None
        return {f"{kind}s": rows[begin : begin + size], "next_cursor": following}

    return answer


def _transfer(each: Transfer, letter: str) -> dict[str, Any]:
    fiat = each.channel == "fiat"
    return {
        "method": "Bank transfer" if fiat else each.asset,
        "aclass": "currency",
        "asset": asset_id(each.asset),
        "refid": reference(letter, each.id),
        "txid": str(each.id) if fiat else f"{each.id:064x}",
        "info": "IBAN" if fiat else f"{each.id:040x}",
        "amount": plain(each.amount, 10),
        "fee": plain(each.fee, 10),
        "time": int(seconds(each.time)),
        "status": "Success" if each.done else "Pending",
    }


def _withdraw_methods(server: KrakenServer, account: Account, params: Params) -> Any:
    return [
        {"asset": asset_id(asset), "method": asset, "network": asset, "minimum": "0.0001"} for asset in account.balances
    ]


def _positions(server: KrakenServer, account: Account, params: Params) -> Any:
    return {}


def _token(server: KrakenServer, account: Account, params: Params) -> Any:
    token = secrets.token_urlsafe(32)
    server.tokens[token] = (account, server.now() + TOKEN_LIFE)
    return {"token": token, "expires": int(TOKEN_LIFE.total_seconds())}


def _key(server: KrakenServer, account: Account, params: Params) -> Any:
    return {
        "apiKeyName": "simulated",
        "apiKey": account.key,
        "nonce": params.get("nonce", "0"),
        "nonceWindow": 0,
        "permissions": [name for each in sorted(account.permissions) for name in _GRANTED[each]],
        "iban": "",
        "validUntil": "0",
        "queryFrom": "0",
        "queryTo": "0",
        "createdTime": "1700000000",
        "modifiedTime": "1700000000",
        "ipAllowlist": [],
        "lastUsed": str(int(seconds(server.now()))),
    }


def _volume(server: KrakenServer, account: Account, params: Params) -> Any:
    wanted = [listing(server, name) for name in required(params, "pair").split(",")]
    row = {"fee": plain(account.fee_rate * 100, 4), "minfee": "0.1000", "maxfee": "0.2600", "tiervolume": "0.0000"}
    fees = {pair_id(each): row for each in wanted}
    return {"currency": "ZUSD", "volume": "0.0000", "fees": fees, "fees_maker": fees}


def _withdraw(server: KrakenServer, account: Account, params: Params) -> Any:
    raise refused("EFunding:Unknown withdraw key")


ROUTES = {
    "Balance": Route(_balance),
    "BalanceEx": Route(_balance_ex),
    "TradesHistory": Route(_trades, 2),
    "QueryTrades": Route(_query_trades),
    "Ledgers": Route(_ledgers, 2),
    "DepositStatus": Route(_transfers("deposit", "Q")),
    "WithdrawStatus": Route(_transfers("withdrawal", "A")),
    "WithdrawMethods": Route(_withdraw_methods),
    "TradeVolume": Route(_volume),
    "Withdraw": Route(_withdraw, needs="withdraw"),
    "OpenPositions": Route(_positions),
    "GetWebSocketsToken": Route(_token),
    "GetApiKeyInfo": Route(_key, needs=""),
}
