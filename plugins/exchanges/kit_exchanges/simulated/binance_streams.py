"""Binance's sockets: /ws and /stream with tickers and user data, and the WebSocket API's user data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .account import Account
from .binance_market import day_row
from .binance_spot import order_row
from .bookings import Fill, SimulatedOrder
from .market import Listing
from .sockets import Talk
from .wire import Broken, milliseconds, plain

if TYPE_CHECKING:
    from .binance import BinanceServer

_PINGED_EVERY = 20  # pulses
_KINDS = ("ticker", "miniTicker", "bookTicker")


def begun(server: BinanceServer, talk: Talk) -> None:
    """What the address itself subscribes: /ws/btcusdt@ticker, /stream?streams=…, /ws/<listenKey>."""
    streams = talk.request.query.get("streams", "").split("/") if "streams" in talk.request.query else []
    streams += talk.request.path.split("/")[2:] if talk.request.path.startswith("/ws/") else []
    for stream in filter(None, streams):
        if stream in server.listen_keys:
            talk.account = server.listen_keys[stream]
        else:
            talk.subscribe(stream)


async def heard(server: BinanceServer, talk: Talk, message: Any) -> None:
    if not isinstance(message, dict) or "method" not in message:
        await talk.send({"error": {"code": 3, "msg": "Invalid JSON: expected value at line 1 column 1"}})
    elif talk.request.path.startswith("/ws-api"):
        await _asked(server, talk, message)
    else:
        await _subscribing(server, talk, message)


async def _subscribing(server: BinanceServer, talk: Talk, message: dict[str, Any]) -> None:
    streams = [str(each) for each in message.get("params") or []]
    if message["method"] == "SUBSCRIBE":
        for stream in streams:
            if stream in server.listen_keys:
                talk.account = server.listen_keys[stream]
            talk.subscribe(stream)
        await talk.send({"result": None, "id": message.get("id")})
        await tell_prices(server, talk)
    elif message["method"] == "UNSUBSCRIBE":
        talk.topics.difference_update(streams)
        await talk.send({"result": None, "id": message.get("id")})
    elif message["method"] == "LIST_SUBSCRIPTIONS":
        await talk.send({"result": sorted(talk.topics), "id": message.get("id")})
    else:
        await talk.send({"error": {"code": 2, "msg": "Invalid request: unknown variant"}, "id": message.get("id")})


async def _asked(server: BinanceServer, talk: Talk, message: dict[str, Any]) -> None:
    params = {name: str(each) for name, each in (message.get("params") or {}).items()}
    try:
        if message["method"] == "userDataStream.subscribe.signature":
            account = server.signed_account(params)
            talk.account = None if talk.forgetful else account
            result: Any = {"subscriptionId": 0}
        elif message["method"] == "userDataStream.unsubscribe":
            talk.account, result = None, {}
        elif message["method"] in ("ping", "time"):
            result = {} if message["method"] == "ping" else {"serverTime": milliseconds(server.now())}
        else:
            raise Broken({"code": -1000, "msg": f"Unknown method {message['method']}"}, status=400)
    except Broken as broken:
        await talk.send({"id": message.get("id"), "status": broken.status, "error": broken.body})
    else:
        await talk.send({"id": message.get("id"), "status": 200, "result": result, "rateLimits": []})


async def pulse(server: BinanceServer, talk: Talk) -> None:
    """Tickers every second, whether they changed or not; now and then a ping frame."""
    talk.pulses += 1
    if talk.pulses % _PINGED_EVERY == 0:
        await talk.socket.ping(str(milliseconds(server.now())).encode())
    await tell_prices(server, talk)


async def tell_prices(server: BinanceServer, talk: Talk, symbol: str | None = None) -> None:
    """What `talk` watches, or of it one pair."""
    for each in list(server.market.listings.values()):
        if symbol not in (None, each.symbol):
            continue
        name = (each.base + each.quote).lower()
        for kind in _KINDS:
            if f"{name}@{kind}" in talk.topics:
                await _tell(talk, f"{name}@{kind}", _event(server, each, kind))
    for kind in ("ticker", "miniTicker"):
        if f"!{kind}@arr" in talk.topics:
            rows = [
                _event(server, each, kind)
                for each in list(server.market.listings.values())
                if symbol in (None, each.symbol)
            ]
            await _tell(talk, f"!{kind}@arr", rows)


async def _tell(talk: Talk, stream: str, message: Any) -> None:
    combined = talk.request.path.startswith("/stream")
    await talk.send({"stream": stream, "data": message} if combined else message)


def sample(server: BinanceServer, talk: Talk) -> Any:
    """A message of the first thing it watches."""
    for each in list(server.market.listings.values()):
        for kind in _KINDS:
            if f"{(each.base + each.quote).lower()}@{kind}" in talk.topics:
                return _event(server, each, kind)
    return balances(server, talk.account, tuple(talk.account.balances)) if talk.account else None


def _event(server: BinanceServer, each: Listing, kind: str) -> dict[str, Any]:
    row, now = day_row(server, each), milliseconds(server.now())
    if kind == "bookTicker":
        return {
            "u": now,
            "s": row["symbol"],
            "b": row["bidPrice"],
            "B": row["bidQty"],
            "a": row["askPrice"],
            "A": row["askQty"],
        }
    small = {
        "E": now,
        "s": row["symbol"],
        "c": row["lastPrice"],
        "o": row["openPrice"],
        "h": row["highPrice"],
        "l": row["lowPrice"],
        "v": row["volume"],
        "q": row["quoteVolume"],
    }
    if kind == "miniTicker":
        return {"e": "24hrMiniTicker", **small}
    return {
        "e": "24hrTicker",
        **small,
        "p": row["priceChange"],
        "P": row["priceChangePercent"],
        "w": row["weightedAvgPrice"],
        "x": row["prevClosePrice"],
        "Q": row["lastQty"],
        "b": row["bidPrice"],
        "B": row["bidQty"],
        "a": row["askPrice"],
        "A": row["askQty"],
        "O": row["openTime"],
        "C": row["closeTime"],
        "F": row["firstId"],
        "L": row["lastId"],
        "n": row["count"],
    }


def balances(server: BinanceServer, account: Account, assets: tuple[str, ...]) -> dict[str, Any]:
    """The balances that changed, as they are now."""
    now = milliseconds(server.now())
    return {
        "e": "outboundAccountPosition",
        "E": now,
        "u": now,
        "B": [
            {"a": asset, "f": plain(account.balances[asset].free), "l": plain(account.balances[asset].locked)}
            for asset in assets
            if asset in account.balances
        ],
    }


def execution(server: BinanceServer, order: SimulatedOrder, fill: Fill | None) -> dict[str, Any]:
    row = order_row(order)
    kind = "TRADE" if fill else ("CANCELED" if order.status == "cancelled" else "NEW")
    return {
        "e": "executionReport",
        "E": milliseconds(server.now()),
        "s": row["symbol"],
        "c": row["clientOrderId"],
        "S": row["side"],
        "o": row["type"],
        "f": row["timeInForce"],
        "q": row["origQty"],
        "p": row["price"],
        "P": "0.00000000",
        "F": "0.00000000",
        "g": -1,
        "C": "",
        "x": kind,
        "X": row["status"],
        "r": "NONE",
        "i": order.id,
        "l": plain(fill.quantity) if fill else "0.00000000",
        "z": row["executedQty"],
        "L": plain(fill.price) if fill else "0.00000000",
        "n": plain(fill.fee) if fill else "0",
        "N": fill.fee_asset if fill else None,
        "T": row["updateTime"],
        "t": fill.id if fill else -1,
        "w": order.status == "open",
        "m": fill.maker if fill else False,
        "O": row["time"],
        "Z": row["cummulativeQuoteQty"],
        "Y": plain(fill.price * fill.quantity) if fill else "0.00000000",
        "Q": "0.00000000",
    }


async def tell_account(talk: Talk, message: dict[str, Any]) -> None:
    """Over the WebSocket API an event is wrapped, over a listenKey it is not."""
    wrapped = talk.request.path.startswith("/ws-api")
    await talk.send({"subscriptionId": 0, "event": message} if wrapped else message)
