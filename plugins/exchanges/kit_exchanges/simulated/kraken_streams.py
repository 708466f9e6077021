"""Kraken's sockets (v2): status, tickers, balances and executions; amounts are JSON numbers here."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .account import Account
from .bookings import Fill, SimulatedOrder
from .kraken_names import reference
from .market import Listing
from .sockets import Talk

if TYPE_CHECKING:
    from .kraken import KrakenServer

_NUMBER = re.compile(r'"#(-?[0-9.]+)#"')
_PRIVATE = ("balances", "executions")


def number(value: Decimal) -> str:
    """Marked, to be written as a JSON number with every digit."""
    return f"#{value:f}#"


def written(message: Any) -> str:
    return _NUMBER.sub(r"\1", json.dumps(message, separators=(",", ":")))


async def begun(server: KrakenServer, talk: Talk) -> None:
    status = {"version": "2.0.10", "system": server.status, "api_version": "v2", "connection_id": id(talk)}
    await talk.send({"channel": "status", "type": "update", "data": [status]})


async def heard(server: KrakenServer, talk: Talk, message: Any) -> None:
    method = message.get("method") if isinstance(message, dict) else None
    if method == "ping":
        await talk.send(_stamped(server, message, {"method": "pong"}))
    elif method in ("subscribe", "unsubscribe"):
        params = message.get("params") or {}
        channel = str(params.get("channel", ""))
        if channel in _PRIVATE:
            await _private(server, talk, message, channel=channel, token=str(params.get("token", "")))
        elif channel == "ticker":
            for symbol in params.get("symbol") or []:
                await _ticker(server, talk, message, str(symbol))
        else:
            await talk.send(_refusal(server, message, "Subscription name invalid"))
    else:
        await talk.send(_refusal(server, message if isinstance(message, dict) else {}, "Malformed request"))


def _stamped(server: KrakenServer, message: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    now = _iso(server.now())
    asked = {"req_id": message["req_id"]} if "req_id" in message else {}
    return {**said, "time_in": now, "time_out": now, **asked}


def _refusal(server: KrakenServer, message: dict[str, Any], text: str) -> dict[str, Any]:
    return _stamped(server, message, {"error": text, "method": message.get("method", ""), "success": False})


def _iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


async def _ticker(server: KrakenServer, talk: Talk, message: dict[str, Any], symbol: str) -> None:
    if symbol not in server.market.listings:
        await talk.send(_refusal(server, message, f"Currency pair not supported {symbol}"))
        return
    topic, method = f"ticker:{symbol}", message["method"]
    if method == "subscribe":
        talk.subscribe(topic)
    else:
        talk.topics.discard(topic)
    result = {"channel": "ticker", "symbol": symbol, "snapshot": True, "event_trigger": "trades"}
    await talk.send(_stamped(server, message, {"method": method, "result": result, "success": True}))
    if method == "subscribe" and not talk.forgetful:
        await talk.send_text(written(ticker(server, server.market.listings[symbol], kind="snapshot")))


async def _private(server: KrakenServer, talk: Talk, message: dict[str, Any], *, channel: str, token: str) -> None:
    account, until = server.tokens.get(token, (None, server.now()))
    if account is None or account.revoked or until < server.now():
        await talk.send(_refusal(server, message, "ESession:Invalid session"))
        return
    method = message["method"]
    result = {"channel": channel, "snapshot": True}
    await talk.send(_stamped(server, message, {"method": method, "result": result, "success": True}))
    if method == "unsubscribe":
        talk.topics.discard(channel)
    elif not talk.forgetful:
        talk.account = account
        talk.subscribe(channel)
        if channel == "balances":
            await talk.send_text(written(balances(account, tuple(account.balances), kind="snapshot")))
        else:
            rows = [order_row(each, None) for each in account.orders.values() if each.status == "open"]
            await talk.send_text(written({"channel": "executions", "type": "snapshot", "data": rows, "sequence": 1}))


async def pulse(server: KrakenServer, talk: Talk) -> None:
    """A heartbeat every second, once anything is subscribed."""
    if talk.topics:
        await talk.send({"channel": "heartbeat"})


def ticker(server: KrakenServer, each: Listing, *, kind: str = "update") -> dict[str, Any]:
    price = server.market.price(each.symbol)
    before = server.market.price_at(each.symbol, server.now() - timedelta(days=1)) or price
    row = {
        "symbol": each.symbol,
        "bid": number(price),
        "bid_qty": number(Decimal("1")),
        "ask": number(price),
        "ask_qty": number(Decimal("1")),
        "last": number(price),
        "volume": number(Decimal("1000")),
        "vwap": number(price),
        "low": number(min(price, before)),
        "high": number(max(price, before)),
        "change": number(price - before),
        "change_pct": number(((price - before) / before * 100).quantize(Decimal("0.01"))),
    }
    return {"channel": "ticker", "type": kind, "data": [row]}


def balances(account: Account, assets: tuple[str, ...], *, kind: str = "update") -> dict[str, Any]:
    rows = []
    for asset in assets:
        if asset in account.balances:
            total = number(account.balances[asset].free + account.balances[asset].locked)
            wallet = {"type": "spot", "id": "main", "balance": total}
            rows.append({"asset": asset, "asset_class": "currency", "balance": total, "wallets": [wallet]})
    return {"channel": "balances", "type": kind, "data": rows, "sequence": 1}


def order_row(order: SimulatedOrder, fill: Fill | None) -> dict[str, Any]:
    state = {"open": "partially_filled" if order.filled else "new", "filled": "filled", "cancelled": "canceled"}
    row: dict[str, Any] = {
        "order_id": reference("O", order.id),
        "symbol": order.symbol,
        "order_qty": number(order.quantity),
        "cum_qty": number(order.filled),
        "cum_cost": number(order.cost),
        "time_in_force": "GTC",
        "exec_type": "trade" if fill else ("canceled" if order.status == "cancelled" else "new"),
        "side": order.side,
        "order_type": "market" if order.limit is None else "limit",
        "limit_price": number(order.limit or Decimal(0)),
        "order_status": state[order.status],
        "order_userref": order.userref,
        "timestamp": _iso(order.updated),
    }
    if order.client_id:
        row["cl_ord_id"] = order.client_id
    if fill is not None:
        row |= {
            "exec_id": reference("T", fill.id),
            "trade_id": fill.id,
            "last_qty": number(fill.quantity),
            "last_price": number(fill.price),
            "cost": number(fill.quantity * fill.price),
            "fees": [{"asset": fill.fee_asset, "qty": number(fill.fee)}],
            "liquidity_ind": "m" if fill.maker else "t",
        }
    return row


def sample(server: KrakenServer, talk: Talk) -> Any:
    """A message of the first thing it watches."""
    for symbol, each in list(server.market.listings.items()):
        if f"ticker:{symbol}" in talk.topics:
            return ticker(server, each)
    return balances(talk.account, tuple(talk.account.balances)) if talk.account else None
