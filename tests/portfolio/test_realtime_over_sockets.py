"""`realtime` with the real ccxt against a Binance on this machine, whose sockets break, fall silent and forget."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from kit_exchanges.ccxt.exchange import CcxtExchange
from kit_exchanges.ccxt.settings import CcxtSettings
from kit_exchanges.simulated.binance import BinanceServer
from kit_exchanges.simulated.faults import Fault
from kit_portfolio_tracker.realtime import LiveAccount, Patience
from kit_portfolio_tracker.store.quote_rows import latest_quotes
from kit_portfolio_tracker.store.reading import read_positions

from kit import Network, NetworkOptions, Services, SystemClock

if TYPE_CHECKING:
    from tests.portfolio.conftest import Bench

D = Decimal
QUICK = Patience(silence=2.5, look=0.3, first_pause=0.1, longest_pause=0.5, steady=5, write=0.1)


@pytest.fixture
def network() -> Iterator[Network]:
    found = Network(NetworkOptions(timeout_seconds=30))
    yield found
    found.close()


@pytest.fixture
def live(bench: Bench, binance_server: BinanceServer, network: Network) -> Callable[..., int]:
    """Follow the account until that is so, step after step; the number of beats."""
    bench.configured = {"baseCurrency": "EUR"}
    services = cast(
        "Services",
        SimpleNamespace(
            store=bench.store,
            clock=SystemClock(),
            problems=bench.problems,
            settings=bench.settings,
            venue=lambda name: name,
            network=network,
            cache=bench.cache,
        ),
    )

    def follow(*steps: tuple[Callable[[], object], Callable[[], bool]]) -> int:
        beats = 0

        def beat() -> None:
            nonlocal beats
            beats += 1

        async def it() -> None:
            exchange = CcxtExchange("binance", CcxtSettings.model_validate(binance_server.settings), services)
            vars(services)["exchange"] = lambda _: exchange
            running = asyncio.create_task(LiveAccount("binance", QUICK).run(services, beat))
            try:
                for act, until in steps:
                    act()
                    await _reached(until, running)
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
                await exchange.close()

        network.run(it())
        return beats

    return follow


async def _reached(until: Callable[[], bool], running: asyncio.Task[None]) -> None:
    end = time.monotonic() + 15
    while not await asyncio.to_thread(until):
        if running.done():
            running.result()
        assert time.monotonic() < end, "it never came so far"
        await asyncio.sleep(0.05)


def holds(bench: Bench, asset: str, total: str) -> Callable[[], bool]:
    def look() -> bool:
        with bench.store.read() as connection:
            found = {each.asset: each.reported for each in read_positions(connection)}
        return found.get(asset) == D(total)

    return look


def costs(bench: Bench, asset: str, price: str) -> Callable[[], bool]:
    def look() -> bool:
        with bench.store.read() as connection:
            return any(each.close == D(price) for each in latest_quotes(connection, [asset], until=date.max))

    return look


def test_what_binance_tells_is_in_the_store_digit_for_digit(
    bench: Bench, binance_server: BinanceServer, live: Callable[..., int]
) -> None:
    server = binance_server
    server.set_balance("BTC", free=D("0.12345678"))
    beats = live(
        (lambda: None, holds(bench, "BTC", "0.12345678")),
        (lambda: server.set_price("BTC/EUR", D("55123.45")), costs(bench, "BTC", "55123.45")),
        (lambda: server.set_balance("ETH", free=D(2)), holds(bench, "ETH", "2")),
        (lambda: server.set_price("ETH/EUR", D("2751.5")), costs(bench, "ETH", "2751.5")),
    )
    assert beats >= 4


@pytest.mark.parametrize(
    "fault", [Fault.WS_DISCONNECT, Fault.WS_SILENT, Fault.WS_LOST_SUBSCRIPTION, Fault.WS_GARBAGE, Fault.WS_BURST]
)
def test_whatever_happens_to_the_sockets_prices_and_balances_come_on(
    bench: Bench, binance_server: BinanceServer, live: Callable[..., int], fault: Fault
) -> None:
    server = binance_server
    server.set_balance("BTC", free=D(1))

    def strike() -> None:
        server.disturb(fault)
        server.set_price("BTC/EUR", D("55777"))

    live(
        (lambda: None, costs(bench, "BTC", "55000")),
        (strike, costs(bench, "BTC", "55777")),
        (lambda: server.set_balance("BTC", free=D("1.25")), holds(bench, "BTC", "1.25")),
    )


def test_a_venue_whose_sockets_are_closed_to_all_is_asked(
    bench: Bench, binance_server: BinanceServer, live: Callable[..., int]
) -> None:
    server = binance_server
    server.set_balance("BTC", free=D(1))
    server.fail("/ws", Fault.WS_DISCONNECT, times=None)
    live(
        (lambda: None, costs(bench, "BTC", "55000")),
        (lambda: server.set_balance("BTC", free=D(3)), holds(bench, "BTC", "3")),
    )
