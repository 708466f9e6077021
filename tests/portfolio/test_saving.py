"""A ledger written down and taken up again goes on as if it had never stopped, and reads only what it uses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from kit_portfolio_tracker.core.asset_ledger import AssetLedger
from kit_portfolio_tracker.core.events import Acquire, Dispose, RecordKey
from kit_portfolio_tracker.core.ledger import Ledger
from kit_portfolio_tracker.core.lots import OrderedBook, Slice, Unread, held_in
from kit_portfolio_tracker.core.methods import METHODS
from kit_portfolio_tracker.core.plan import simple_plan
from kit_portfolio_tracker.saving import load, save

from kit import Kind, exact_math

START = datetime(2024, 1, 1, tzinfo=UTC)
GOING_ON = ("fifo", "lifo", "hifo", "lofo", "acb")


def events(count: int, seed: int) -> Iterator[Acquire | Dispose]:
    """Three purchases to a sale, some at the same instant and the same price."""
    draw = random.Random(seed)  # noqa: S311 - the same events every time
    for number in range(count):
        time = START + timedelta(hours=number // 2)
        key, quantity = RecordKey("a", str(number)), Decimal(draw.randint(1, 9))
        if draw.randrange(4):
            yield Acquire(time, "BTC", "a", key, Kind.BUY, quantity, quantity * draw.randint(1, 20))
        else:
            yield Dispose(time, "BTC", "a", key, Kind.SELL, 2 * quantity, quantity * 10, Decimal(0))


def new(method: str) -> AssetLedger:
    return Ledger(simple_plan("USD", method), methods=METHODS).begin("BTC")


@pytest.mark.parametrize("method", GOING_ON)
@pytest.mark.parametrize("every", [1, 7, 300])
@exact_math()
def test_stopping_and_going_on_changes_nothing(method: str, every: int) -> None:
    straight, stopped = new(method), new(method)
    for number, event in enumerate(events(700 if every > 1 else 150, seed=every), 1):
        straight.take(event)
        stopped.take(event)
        if number % every == 0:
            stopped = load(save(stopped), new(method), METHODS, event.time)
    assert list(stopped.open_lots()) == list(straight.open_lots())
    assert (stopped.units, stopped.totals, stopped.held()) == (straight.units, straight.totals, straight.held())


@pytest.mark.parametrize("method", GOING_ON)
@exact_math()
def test_what_is_held_is_what_the_open_lots_add_up_to(method: str) -> None:
    ledger = new(method)
    for event in events(100, seed=3):
        ledger.take(event)
        lots = list(ledger.open_lots())
        assert ledger.held().quantity == sum(lot.quantity for lot in lots)
        assert ledger.held().cost == sum(lot.cost for lot in lots)


@exact_math()
def test_a_sale_reads_only_the_lots_it_uses_and_the_next() -> None:
    ledger = new("fifo")
    for number in range(100):
        key = RecordKey("a", str(number))
        ledger.take(Acquire(START + timedelta(hours=number), "BTC", "a", key, Kind.BUY, Decimal(1), Decimal(number)))
    [book] = ledger.pools.values()
    assert isinstance(book, OrderedBook)
    read: list[str] = []

    def reading(line: str) -> Slice:
        read.append(line)
        return pieces[int(line)]

    pieces = list(book.slices())
    again = OrderedBook(book.order)
    again.resume(Unread("".join(f"{place}\n" for place in range(100)), reading), held_in(pieces))
    assert [piece.cost for piece in again.take(Decimal(3))] == [0, 1, 2]
    assert read == ["0", "1", "2", "3"]
