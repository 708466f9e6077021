"""Whatever becomes of syncs before it, a good one leaves the store as the venue is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.landings import Landings
from kit_portfolio_tracker.settings import PortfolioSettings
from kit_portfolio_tracker.store.records import all_records, kept_positions, summed_positions
from kit_portfolio_tracker.store.tables import cursors, reported, staged
from kit_portfolio_tracker.visiting import Visit, Wish, visit
from sqlalchemy import func, select

from kit import Balance, FixedClock, HistoryBatch, Kind, Maintenance, OddAnswer, Quantity, Record, Services

if TYPE_CHECKING:
    from tests.portfolio.conftest import Bench

WAYS = ("good", "balances fail", "history fails", "nothing held", "killed", "bug", "short of time", "full")


@dataclass(frozen=True)
class Turn:
    """What happens before a sync (records that come), and how the sync goes."""

    came: int
    way: str
    after: int


class Killed(BaseException):
    """The end of a process, as far as the store can tell."""


class Account:
    """One whose ledger has so many records of one cent each."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.number = 0
        self.way, self.after = "good", 0

    async def balances(self) -> list[Balance]:
        if self.way == "balances fail":
            raise OddAnswer("Nonsense.")
        if self.way == "nothing held":
            return []
        return [Balance("a", "BTC", self.number * Decimal("0.01"), self.clock.now())]

    async def history(self, at: Mapping[str, str], *, assets: Collection[str] = ()) -> AsyncIterator[HistoryBatch]:
        begin = int(at.get("all", "0"))
        for place in range(begin, self.number):
            if place - begin >= self.after:
                if self.way == "history fails":
                    raise Maintenance("Closed.")
                if self.way == "bug":
                    raise TypeError("a bug")
                if self.way == "killed":
                    raise Killed
                if self.way == "short of time":
                    await asyncio.Event().wait()
            time = self.clock.now() - timedelta(days=1)
            record = Record(f"r{place}", time, "a", Kind.DEPOSIT, received=Quantity(Decimal("0.01"), "BTC"))
            yield HistoryBatch("all", (record,), str(place + 1))


def synced(bench: Bench, account: Account, way: str) -> Visit | None:
    """One visit; None where it was killed."""
    services = cast(
        "Services",
        SimpleNamespace(
            store=bench.store, clock=account.clock, venue=lambda name: "scripted", exchange=lambda name: account
        ),
    )
    wish = Wish(full=way == "full", budget=0.05 if way == "short of time" else None)
    task = cast("Any", SimpleNamespace(advance=lambda units: None))

    async def run() -> Visit:
        landings = Landings(services.store)
        return await visit(services, "a", wish, settings=PortfolioSettings(), landings=landings, progress=task)

    try:
        return asyncio.run(run())
    except Killed:
        return None


TURNS = st.lists(st.builds(Turn, st.integers(0, 6), st.sampled_from(WAYS), st.integers(0, 6)), max_size=6)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(turns=TURNS)
def test_after_a_good_sync_the_store_is_as_the_venue(
    benches: Callable[[], Bench], turns: list[Turn], store_of: pytest.MonkeyPatch
) -> None:
    bench = benches()
    account = Account(FixedClock(bench.clock.now()))
    account.number = 1
    for turn in turns:
        account.number += turn.came
        account.way, account.after = turn.way, turn.after
        synced(bench, account, turn.way)
        account.clock.advance(timedelta(minutes=1))
        with bench.store.read() as connection:
            assert kept_positions(connection) == summed_positions(connection)
    account.way = "good"
    last = synced(bench, account, "good")
    assert last is not None
    assert (last.outcome, last.state.fault, last.state.failures) == ("synced", "", 0)
    with bench.store.read() as connection:
        assert sorted(record.id for record in all_records(connection)) == sorted(
            f"r{place}" for place in range(account.number)
        )
        whole = account.number * Decimal("0.01")
        assert kept_positions(connection) == summed_positions(connection) == {("a", "BTC"): whole}
        assert connection.execute(select(reported.c.asset, reported.c.total)).all() == [("BTC", whole)]
        assert connection.scalar(select(func.count()).select_from(staged)) == 0
        assert connection.scalars(select(cursors.c.staged)).all() == [None]
    bench.store.close()


@pytest.fixture(scope="module")
def store_of() -> Any:
    """Little is staged at a time, so that walks of a few records stage; nobody waits for a second look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kit_portfolio_tracker.walking._STAGED_AT", 2)
        patch.setattr("kit_portfolio_tracker.asking._SECOND_LOOK_SECONDS", 0.0)
        yield patch
