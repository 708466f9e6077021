"""What Binance and Kraken tell by themselves: the real ccxt over real sockets, and what can go wrong with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from kit_exchanges.ccxt.exchange import CcxtExchange
from kit_exchanges.ccxt.settings import CcxtSettings
from kit_exchanges.simulated.binance import BinanceServer
from kit_exchanges.simulated.faults import Fault
from kit_exchanges.simulated.kraken import KrakenServer

from kit import (
    Balance,
    ExchangeError,
    Network,
    NetworkFailure,
    NetworkOptions,
    OddAnswer,
    Pair,
    Services,
    SystemClock,
    Ticker,
)

D = Decimal
Server = BinanceServer | KrakenServer
Said = Ticker | list[Balance]
Ask = Callable[[Callable[[CcxtExchange], Awaitable[None]]], None]
_PATIENCE_SECONDS = 60.0


@pytest.fixture(params=["binance", "kraken"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each venue in turn, with 1.5 BTC; its quote is USDT at Binance, USD at Kraken."""
    found: Server = request.getfixturevalue(f"{request.param}_server")
    found.set_balance("BTC", free=D("1.5"))
    return found


@pytest.fixture
def network() -> Iterator[Network]:
    found = Network(NetworkOptions(timeout_seconds=30))
    yield found
    found.close()


@pytest.fixture
def ask(
    server: Server, network: Network, tmp_path: Path
) -> Callable[[Callable[[CcxtExchange], Awaitable[None]]], None]:
    """Have something done with the account, on the network's loop."""

    def asked(work: Callable[[CcxtExchange], Awaitable[None]]) -> None:
        services = cast("Services", SimpleNamespace(clock=SystemClock(), network=network, cache=tmp_path))

        async def it() -> None:
            settings = CcxtSettings.model_validate(server.settings)
            exchange = CcxtExchange("main", settings, services)
            try:
                await work(exchange)
            finally:
                await exchange.close()

        network.run(it())

    return asked


def pair_of(server: Server) -> Pair:
    return Pair("BTC", "USDT" if isinstance(server, BinanceServer) else "USD")


@asynccontextmanager
async def watching(exchange: CcxtExchange, *pairs: Pair) -> AsyncIterator[AsyncIterator[Said]]:
    """Watched, and let go at the end."""
    watched = exchange.watch(pairs)
    try:
        yield watched
    finally:
        await watched.aclose()  # type: ignore[attr-defined]


async def until(watched: AsyncIterator[Said], wanted: Callable[[Said], bool]) -> list[Said]:
    """All that is told until it is what is wanted."""
    told = []
    async with asyncio.timeout(_PATIENCE_SECONDS):
        async for said in watched:
            told.append(said)
            if wanted(said):
                return told
    raise AssertionError("the stream ended by itself")


def is_balance(said: Said) -> bool:
    return isinstance(said, list)


def costs(price: str) -> Callable[[Said], bool]:
    return lambda said: isinstance(said, Ticker) and said.last == D(price)


def holds(asset: str, total: str) -> Callable[[Said], bool]:
    return lambda said: isinstance(said, list) and {each.asset: each.total for each in said}.get(asset) == D(total)


def test_prices_and_balances_are_told_exactly(server: Server, ask: Ask) -> None:
    pair = pair_of(server)

    async def work(exchange: CcxtExchange) -> None:
        async with watching(exchange, pair) as watched:
            await until(watched, costs("60000"))
            server.set_price(str(pair), D("60123.45"))
            ticker = (await until(watched, costs("60123.45")))[-1]
            assert isinstance(ticker, Ticker)
            assert ticker.pair == pair
            assert ticker.time.utcoffset() is not None
            server.set_balance("BTC", free=D("1.50000001"))
            await until(watched, holds("BTC", "1.50000001"))

    ask(work)


def test_a_pair_the_venue_does_not_list_is_passed_over(server: Server, ask: Ask) -> None:
    async def work(exchange: CcxtExchange) -> None:
        async with watching(exchange, Pair("NOSUCH", "COIN"), pair_of(server)) as watched:
            told = await until(watched, costs("60000"))
        async with watching(exchange, Pair("NOSUCH", "COIN")) as watched:
            told += await until(watched, is_balance)
        assert {each.pair for each in told if isinstance(each, Ticker)} == {pair_of(server)}

    ask(work)


def test_a_connection_that_breaks_is_an_error(server: Server, ask: Ask) -> None:
    """While something is waited for, that is. Between two tickers, the connection is made anew without a word."""

    async def disconnect_until_told(watched: AsyncIterator[Said]) -> None:
        while True:
            await until(watched, costs("60000"))
            server.disturb(Fault.WS_DISCONNECT)

    async def work(exchange: CcxtExchange) -> None:
        async with watching(exchange, pair_of(server)) as watched:
            with pytest.raises(NetworkFailure) as lost:
                await disconnect_until_told(watched)
            assert server.secret not in str(lost.value)
        async with watching(exchange, pair_of(server)) as watched:
            await until(watched, costs("60000"))

    ask(work)


def test_a_frame_that_is_no_json_at_all_is_passed_over(server: Server, ask: Ask) -> None:
    async def work(exchange: CcxtExchange) -> None:
        async with watching(exchange, pair_of(server)) as watched:
            await until(watched, costs("60000"))
            server.disturb(Fault.WS_GARBAGE)
            server.set_price(str(pair_of(server)), D("60001"))
            await until(watched, costs("60001"))

    ask(work)


def test_a_frame_that_is_broken_json_silences_nothing(server: Server, ask: Ask) -> None:
    """ccxt itself stops reading there, and says nothing. Here it is an error, or connects anew by itself."""

    async def work(exchange: CcxtExchange) -> None:
        async with watching(exchange, pair_of(server)) as watched:
            await until(watched, costs("60000"))
            for talk in list(server.sockets.talks):
                server.soon(partial(talk.send_text, '{"half": '))
            await asyncio.sleep(0.2)
            server.set_price(str(pair_of(server)), D("60001"))
            with suppress(NetworkFailure, OddAnswer):
                await until(watched, costs("60001"))

    ask(work)


def test_a_server_that_is_gone_is_an_error_and_comes_back(server: Server, ask: Ask) -> None:
    async def work(exchange: CcxtExchange) -> None:
        async with watching(exchange, pair_of(server)) as watched:
            await until(watched, costs("60000"))
            await asyncio.to_thread(server.stop)
            with pytest.raises(ExchangeError):
                await until(watched, lambda _: False)
        server.start()
        async with watching(exchange, pair_of(server)) as watched:
            await until(watched, costs("60000"))

    ask(work)


def test_of_a_burst_only_the_newest_is_told(server: Server, ask: Ask) -> None:
    pair = pair_of(server)

    async def work(exchange: CcxtExchange) -> None:
        async with watching(exchange, pair) as watched:
            await until(watched, costs("60000"))
            server.disturb(Fault.WS_BURST)
            await asyncio.sleep(2)  # nobody takes anything meanwhile
            server.set_price(str(pair), D("61000"))
            told = await until(watched, costs("61000"))
            assert len(told) < 200, "ten thousand messages became a few"

    ask(work)


def test_whoever_lets_go_leaves_no_socket_open(server: Server, ask: Ask) -> None:
    async def work(exchange: CcxtExchange) -> None:
        for _ in range(2):
            async with watching(exchange, pair_of(server)) as watched:
                await until(watched, costs("60000"))
                assert server.sockets.talks
            async with asyncio.timeout(30):
                while server.sockets.talks:
                    await asyncio.sleep(0.02)

    ask(work)


def test_a_key_that_is_revoked_is_an_error(server: Server, ask: Ask) -> None:
    server.account.revoked = True

    async def work(exchange: CcxtExchange) -> None:
        async with watching(exchange, pair_of(server)) as watched:
            with pytest.raises(ExchangeError) as refusal:
                await until(watched, lambda _: False)
        assert server.key not in str(refusal.value)

    ask(work)
