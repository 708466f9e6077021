"""ccxt.pro watches the local venues as it would the real ones."""

from __future__ import annotations

import asyncio
import json
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import aiohttp
import ccxt
import pytest
from kit_exchanges.simulated import BinanceServer, Fault, KrakenServer, SimulatedVenue

if TYPE_CHECKING:
    from .conftest import Asking

D = Decimal
PATIENCE = 60


@pytest.fixture(params=["binance", "kraken"])
def venue(request: pytest.FixtureRequest) -> SimulatedVenue:
    server: SimulatedVenue = request.getfixturevalue(f"{request.param}_server")
    server.deposit(_quote(server), D("10000"))
    return server


def _quote(server: SimulatedVenue) -> str:
    return "USDT" if server.venue == "binance" else "USD"


def _pair(server: SimulatedVenue) -> str:
    return f"BTC/{_quote(server)}"


async def _after_subscribing(server: SimulatedVenue, watching: Any, change: Any) -> Any:
    """What `watching` says of `change`, which is made once the venue has the subscription."""
    task = asyncio.ensure_future(watching)
    for _ in range(100):
        if any(talk.account or talk.topics for talk in server.sockets.talks):
            break
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    change()
    return await asyncio.wait_for(task, PATIENCE)


async def _for_ever(client: Any, server: SimulatedVenue, *, patience: float) -> None:
    """Watch tickers until one is not there in time."""
    while True:
        server.set_price(_pair(server), D("61000"))
        await asyncio.wait_for(client.watch_ticker(_pair(server)), patience)


def test_a_ticker_comes_at_once_and_when_it_changes(venue: SimulatedVenue, asking: Asking) -> None:
    async def watch(client: Any) -> list[Decimal]:
        seen = [D((await client.watch_ticker(_pair(venue)))["last"])]
        venue.set_price(_pair(venue), D("61000.12"))
        while D((await asyncio.wait_for(client.watch_ticker(_pair(venue)), PATIENCE))["last"]) != D("61000.12"):
            pass
        return seen

    assert asking(venue, watch, streaming=True) == [D(60000)]


def test_balances_come_when_they_change(venue: SimulatedVenue, asking: Asking) -> None:
    async def watch(client: Any) -> Any:
        await client.load_markets()
        if venue.venue == "kraken":
            await client.watch_balance()  # the snapshot
        change = lambda: venue.trade(_pair(venue), "buy", D("0.1"), D("50000"))  # noqa: E731
        return await _after_subscribing(venue, client.watch_balance(), change)

    fee = D("0.0001") if venue.venue == "binance" else 0
    assert D(asking(venue, watch, streaming=True)["total"]["BTC"]) == D("0.1") - fee


def test_orders_come_when_they_are_placed(venue: SimulatedVenue, asking: Asking) -> None:
    venue.deposit("BTC", D("1"))

    async def watch(client: Any) -> Any:
        await client.load_markets()
        change = lambda: venue.account.place(_pair(venue), "sell", D("0.5"), D("70000"))  # noqa: E731
        return await _after_subscribing(venue, client.watch_orders(), change)

    order = asking(venue, watch, streaming=True)[-1]
    assert (order["status"], D(order["amount"]), D(order["price"])) == ("open", D("0.5"), D(70000))


def test_a_lost_connection_is_noticed(venue: SimulatedVenue, asking: Asking) -> None:
    async def watch(client: Any) -> None:
        await client.watch_ticker(_pair(venue))
        venue.disturb(Fault.WS_DISCONNECT)
        await _for_ever(client, venue, patience=PATIENCE)

    with pytest.raises(ccxt.NetworkError):
        asking(venue, watch, streaming=True)


def test_a_silent_socket_says_nothing_more(venue: SimulatedVenue, asking: Asking) -> None:
    async def watch(client: Any) -> None:
        await client.watch_ticker(_pair(venue))
        venue.disturb(Fault.WS_SILENT)
        await asyncio.sleep(0.1)
        await _for_ever(client, venue, patience=1.5)

    with pytest.raises(TimeoutError):
        asking(venue, watch, streaming=True)


def test_a_forgotten_subscription_stays_connected(venue: SimulatedVenue, asking: Asking) -> None:
    async def watch(client: Any) -> int:
        await client.watch_ticker(_pair(venue))
        venue.disturb(Fault.WS_LOST_SUBSCRIPTION)
        await asyncio.sleep(0.1)
        with pytest.raises(TimeoutError):
            await _for_ever(client, venue, patience=1.5)
        return len(venue.sockets.talks)

    assert asking(venue, watch, streaming=True) == 1


def test_ten_thousand_messages_arrive(venue: SimulatedVenue) -> None:
    venue.fail("/", Fault.WS_BURST)
    topic = "btcusdt@ticker"
    asked = (
        {"method": "SUBSCRIBE", "params": [topic], "id": 1}
        if venue.venue == "binance"
        else {"method": "subscribe", "params": {"channel": "ticker", "symbol": ["BTC/USD"]}}
    )

    async def count() -> int:
        path = "/ws" if venue.venue == "binance" else "/v2"
        async with aiohttp.ClientSession() as session, session.ws_connect(venue.url + path) as socket:
            await socket.send_json(asked)
            seen = 0
            while seen < 10_000:
                message = await socket.receive_json(timeout=PATIENCE)
                seen += message.get("e") == "24hrTicker" or message.get("channel") == "ticker"
            return seen

    assert asyncio.run(count()) == 10_000


def _talk(url: str, *messages: Any, answers: int) -> list[Any]:
    async def talk() -> list[Any]:
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
            for message in messages:
                await socket.send_str(message if isinstance(message, str) else json.dumps(message))
            return [await socket.receive_json(timeout=PATIENCE) for _ in range(answers)]

    return asyncio.run(talk())


def test_binance_combined_streams_name_the_stream(binance_server: BinanceServer) -> None:
    binance_server.pulse_seconds = 0.05
    (message,) = _talk(f"{binance_server.url}/stream?streams=ethusdt@miniTicker", answers=1)
    assert (message["stream"], message["data"]["c"]) == ("ethusdt@miniTicker", "3000.00000000")


def test_binance_unsubscribes_and_lists(binance_server: BinanceServer) -> None:
    binance_server.pulse_seconds = 60
    first, second, third = _talk(
        f"{binance_server.url}/ws",
        {"method": "SUBSCRIBE", "params": ["nopeusdt@ticker", "other@ticker"], "id": 1},
        {"method": "UNSUBSCRIBE", "params": ["other@ticker"], "id": 2},
        {"method": "LIST_SUBSCRIPTIONS", "id": 3},
        answers=3,
    )
    assert [first["id"], second["id"], third] == [1, 2, {"id": 3, "result": ["nopeusdt@ticker"]}]


def test_binance_refuses_a_wrong_signature_over_the_socket(binance_server: BinanceServer) -> None:
    params = {"apiKey": binance_server.key, "timestamp": int(time.time() * 1000), "signature": "wrong"}
    asked = {"id": "1", "method": "userDataStream.subscribe.signature", "params": params}
    (answer,) = _talk(f"{binance_server.url}/ws-api/v3", asked, answers=1)
    assert (answer["id"], answer["status"], answer["error"]["code"]) == ("1", 400, -1022)


def test_binance_pings_and_kraken_beats(binance_server: BinanceServer, kraken_server: KrakenServer) -> None:
    binance_server.pulse_seconds, kraken_server.pulse_seconds = 0.005, 0.05

    async def pinged() -> aiohttp.WSMsgType:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(binance_server.url + "/ws", autoping=False) as socket,
        ):
            return (await socket.receive(timeout=PATIENCE)).type

    assert asyncio.run(pinged()) is aiohttp.WSMsgType.PING
    subscribe = {"method": "subscribe", "params": {"channel": "ticker", "symbol": ["BTC/USD"]}}
    messages = _talk(f"{kraken_server.url}/v2", subscribe, {"method": "ping", "req_id": 7}, answers=5)
    assert [each.get("channel") or each["method"] for each in messages] == [
        "status",
        "subscribe",
        "ticker",
        "pong",
        "heartbeat",
    ]


def test_kraken_refuses_an_unknown_pair_token_or_word(kraken_server: KrakenServer) -> None:
    messages = _talk(
        f"{kraken_server.url}/v2",
        {"method": "subscribe", "params": {"channel": "ticker", "symbol": ["NOPE/USD"]}, "req_id": 1},
        {"method": "subscribe", "params": {"channel": "balances", "token": "old"}, "req_id": 2},
        "not json",
        answers=4,
    )
    assert [each["error"] for each in messages[1:]] == [
        "Currency pair not supported NOPE/USD",
        "ESession:Invalid session",
        "Malformed request",
    ]


def test_a_server_with_open_sockets_stops_at_once() -> None:
    async def connect(server: BinanceServer) -> float:
        async with aiohttp.ClientSession() as session, session.ws_connect(server.url + "/ws"):
            begin = time.monotonic()
            await asyncio.to_thread(server.stop)
            return time.monotonic() - begin

    with BinanceServer() as server:
        assert asyncio.run(connect(server)) < 20
