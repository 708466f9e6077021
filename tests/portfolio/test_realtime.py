"""`realtime`: what a venue tells reaches the store; what it does not tell is asked for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.live_pairs import best_pairs
from kit_portfolio_tracker.live_writing import LiveWriter
from kit_portfolio_tracker.realtime import LiveAccount, Patience, streams
from kit_portfolio_tracker.store.account_rows import AccountState, account_state
from kit_portfolio_tracker.store.landing import note_state
from kit_portfolio_tracker.store.live import held_assets, keep_live
from kit_portfolio_tracker.store.quote_rows import latest_quotes
from kit_portfolio_tracker.store.reading import read_positions

from kit import Balance, ExchangeError, Maintenance, NetworkFailure, Pair, Refused, Services, Ticker

if TYPE_CHECKING:
    from tests.portfolio.conftest import Bench

D = Decimal
BTC, ETH = Pair("BTC", "USDT"), Pair("ETH", "USDT")
QUICK = Patience(silence=0.4, look=0.1, first_pause=0.05, longest_pause=0.2, steady=0.2, write=0.05)
Said = Ticker | list[Balance] | ExchangeError
Until = Callable[[], bool]


class Venue:
    """An account at a venue that can be asked: `holds` and `costs` are what it says, `asked` how often."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.holds: dict[str, str] = {"BTC": "1"}
        self.costs: dict[Pair, str] = {BTC: "60000", ETH: "3000"}
        self.asked = 0
        self.fault: ExchangeError | None = None

    def said(self) -> list[Balance]:
        now = self.bench.clock.now()
        return [Balance("binance", asset, D(total), now) for asset, total in self.holds.items()]

    def ticker_of(self, pair: Pair) -> Ticker:
        return Ticker(pair, D(self.costs[pair]), self.bench.clock.now())

    async def balances(self) -> list[Balance]:
        self.asked += 1
        if self.fault is not None:
            raise self.fault
        return self.said()

    async def tickers(self, pairs: Collection[Pair] | None = None) -> list[Ticker]:
        if self.fault is not None:
            raise self.fault
        return [self.ticker_of(pair) for pair in self.costs if pairs is None or pair in pairs]


class StreamingVenue(Venue):
    """One that tells by itself: what a test puts into `tape`. An error on it ends the connection."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.tape: asyncio.Queue[Said] = asyncio.Queue()
        self.watched: list[frozenset[Pair]] = []

    async def watch(self, pairs: Collection[Pair]) -> AsyncIterator[Ticker | list[Balance]]:
        self.watched.append(frozenset(pairs))
        yield self.said()
        while True:
            said = await self.tape.get()
            if isinstance(said, ExchangeError):
                raise said
            yield said


async def follow(bench: Bench, venue: Venue, until: Until, patience: Patience = QUICK) -> int:
    """Follow the account until that is so; the number of beats."""
    beats = 0

    def beat() -> None:
        nonlocal beats
        beats += 1

    services = cast("Services", SimpleNamespace(**_seen(bench), exchange=lambda _: venue))
    running = asyncio.create_task(LiveAccount("binance", patience).run(services, beat))
    end = time.monotonic() + 20
    try:
        while not await asyncio.to_thread(until):
            if running.done():
                running.result()
            assert time.monotonic() < end, "it never came so far"
            await asyncio.sleep(0.02)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    return beats


def _seen(bench: Bench) -> dict[str, Any]:
    return {
        "store": bench.store,
        "clock": bench.clock,
        "problems": bench.problems,
        "settings": bench.settings,
        "venue": lambda name: name,
    }


def holds(bench: Bench) -> dict[str, Decimal]:
    with bench.store.read() as connection:
        return {each.asset: each.reported for each in read_positions(connection) if each.reported}


def costs(bench: Bench, asset: str) -> Decimal | None:
    with bench.store.read() as connection:
        return next((point.close for point in latest_quotes(connection, [asset], until=date.max)), None)


def keep(bench: Bench, **held: str) -> None:
    now = bench.clock.now()
    keep_live(bench.store, "binance", [Balance("binance", asset, D(total), now) for asset, total in held.items()], [])


def test_prices_and_balances_reach_the_store(both: Bench) -> None:
    async def it() -> None:
        venue = StreamingVenue(both)
        keep(both, BTC="1")
        venue.tape.put_nowait(Ticker(BTC, D("61000.5"), both.clock.now() + timedelta(seconds=1)))
        venue.holds = {"BTC": "1", "USDT": "12.5"}
        beats = await follow(both, venue, lambda: costs(both, "BTC") == D("61000.5"))
        assert beats >= 2
        assert holds(both) == {"BTC": D(1), "USDT": D("12.5")}
        assert venue.watched[0] == {BTC}

    asyncio.run(it())


def test_what_is_no_longer_held_is_zero_and_is_no_longer_watched(bench: Bench) -> None:
    async def it() -> None:
        venue = StreamingVenue(bench)
        keep(bench, BTC="1")
        venue.tape.put_nowait([Balance("binance", "ETH", D(20), bench.clock.now())])
        venue.holds = {"ETH": "20"}
        await follow(bench, venue, lambda: venue.watched[-1:] == [{ETH}])
        assert holds(bench) == {"ETH": D(20)}

    asyncio.run(it())


def test_a_lost_connection_is_made_anew_and_bridged_by_asking(bench: Bench) -> None:
    async def it() -> None:
        venue = StreamingVenue(bench)
        keep(bench, BTC="1")
        for _ in range(4):
            venue.tape.put_nowait(NetworkFailure("The line is cut."))
        venue.tape.put_nowait(Ticker(BTC, D(62000), bench.clock.now() + timedelta(seconds=1)))
        await follow(bench, venue, lambda: len(venue.watched) >= 5 and costs(bench, "BTC") == D(62000))
        assert venue.asked >= 4, "between two connections it was asked"

    asyncio.run(it())


def test_a_stream_that_goes_on_failing_is_told_and_cured(bench: Bench) -> None:
    def told() -> list[str]:
        return [each.what for each in bench.problems.open() if each.key == "realtime:binance"]

    async def it() -> None:
        venue = StreamingVenue(bench)
        for _ in range(3):
            venue.tape.put_nowait(Maintenance("Binance is in maintenance."))
        await follow(bench, venue, lambda: bool(told()))
        assert "asked every 60 seconds instead of streamed: Binance is in maintenance." in told()[0]
        for _ in range(3):
            venue.tape.put_nowait(Maintenance("Binance is in maintenance."))
        cured: list[bool] = []

        def until() -> bool:
            if told():
                cured.append(False)
            return len(venue.watched) >= 7 and not told()

        await follow(bench, venue, until)
        assert cured, "it was told meanwhile"

    asyncio.run(it())


def test_a_silent_connection_is_given_up(bench: Bench) -> None:
    async def it() -> None:
        venue = StreamingVenue(bench)
        keep(bench, BTC="1")
        await follow(bench, venue, lambda: len(venue.watched) >= 3)
        assert venue.asked >= 2

    asyncio.run(it())


def test_an_account_without_anything_priced_may_be_silent(bench: Bench) -> None:
    async def it() -> None:
        venue = StreamingVenue(bench)
        venue.holds = {"EUR": "5"}
        await follow(bench, venue, lambda: len(venue.watched) >= 4)
        assert venue.asked == 0
        assert bench.problems.open() == []

    asyncio.run(it())


@pytest.mark.parametrize("fault", [None, Refused("This venue does not stream.")])
def test_a_venue_that_cannot_stream_is_asked(bench: Bench, fault: ExchangeError | None) -> None:
    async def it() -> None:
        keep(bench, BTC="1")
        venue: Venue = Venue(bench)
        if fault is not None:
            venue = StreamingVenue(bench)
            venue.tape.put_nowait(fault)
        beats = await follow(bench, venue, lambda: costs(bench, "BTC") == D(60000))
        assert venue.asked >= 1
        assert beats >= 1

    asyncio.run(it())


def test_an_account_that_cannot_even_be_asked_fails_and_keeps_its_balances(bench: Bench) -> None:
    async def it() -> None:
        keep(bench, BTC="1")
        venue = Venue(bench)
        venue.fault = NetworkFailure("Binance cannot be reached.")
        with pytest.raises(NetworkFailure, match="cannot be reached"):
            await follow(bench, venue, lambda: False)
        assert holds(bench) == {"BTC": D(1)}

    asyncio.run(it())


def test_a_burst_is_one_write_of_the_newest(bench: Bench) -> None:
    async def it() -> None:
        keep(bench, BTC="1")
        services = cast("Services", SimpleNamespace(**_seen(bench)))
        writer = LiveWriter(services, "binance", names={})
        for number in range(10_000):
            writer.take(Ticker(BTC, D(60_000 + number), bench.clock.now()))
        began = time.process_time()
        await writer.write()
        assert time.process_time() - began < 2
        assert costs(bench, "BTC") == D(69_999)

    asyncio.run(it())


def test_names_of_the_venue_become_assets_and_add_up(bench: Bench) -> None:
    async def it() -> None:
        services = cast("Services", SimpleNamespace(**{**_seen(bench), "venue": lambda _: "kraken"}))
        writer = LiveWriter(services, "main", names={})
        now = bench.clock.now()
        writer.take([Balance("main", "XBT", D(1), now), Balance("main", "XBT.F", D("0.5"), now, staked=D("0.5"))])
        writer.take(Ticker(Pair("XBT", "EUR"), D(55_000), now))
        await writer.write()
        assert holds(bench) == {"BTC": D("1.5")}
        assert costs(bench, "BTC") == D(55_000)

    asyncio.run(it())


def test_an_account_that_reports_nothing_at_all_is_not_believed(bench: Bench) -> None:
    keep(bench, BTC="1")
    keep_live(bench.store, "binance", [], [])
    keep(bench, BTC="0", ETH="0")
    with bench.store.read() as connection:
        assert held_assets(connection, "binance") == {"BTC"}


def test_changed_balances_have_the_history_walked_and_others_do_not(bench: Bench) -> None:
    now = bench.clock.now()
    note_state(bench.store, AccountState("binance", "binance", asked=now, answered=now, walked=now))
    keep(bench, BTC="1")
    assert _state(bench).owed
    note_state(bench.store, AccountState("binance", "binance", asked=now, answered=now, walked=now))
    keep(bench, BTC="1")
    assert not _state(bench).owed


def _state(bench: Bench) -> AccountState:
    with bench.store.read() as connection:
        found = account_state(connection, "binance")
    assert found is not None
    return found


def test_streams_are_there_where_realtime_is_on_and_the_venue_is_on_the_network(bench: Bench) -> None:
    kinds = [SimpleNamespace(name="binance", networked=True), SimpleNamespace(name="paper", networked=False)]
    services = cast(
        "Services",
        SimpleNamespace(
            settings=bench.settings,
            exchange_types=lambda: kinds,
            exchanges=lambda: ["binance", "practice"],
            venue=lambda name: {"practice": "paper"}.get(name, name),
        ),
    )
    assert streams(services) == []
    bench.configured = {"realtime": True, "updateInterval": 120}
    (stream,) = streams(services)
    assert stream.name == "live binance"
    assert stream.silence.total_seconds() == 360, "an account that is asked is heard of once an interval"


assets = st.sampled_from(["BTC", "ETH", "USDT", "EUR", "DOGE"])


@given(st.frozensets(st.builds(Pair, assets, assets), max_size=12), st.frozensets(assets))
def test_each_asset_held_is_watched_once_at_most(listed: frozenset[Pair], held: frozenset[str]) -> None:
    chosen = best_pairs(listed, held, "EUR", "", {})
    bases = [pair.base for pair in chosen]
    assert chosen <= listed
    assert set(bases) <= held
    assert len(bases) == len(set(bases))
    for pair in _all_direct(listed, held):
        assert pair in chosen, "a price in the base currency comes first"


def _all_direct(listed: Iterable[Pair], held: Collection[str]) -> list[Pair]:
    return [pair for pair in listed if pair.base in held and pair.quote == "EUR" and pair.base != "EUR"]
