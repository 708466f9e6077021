"""Records in order become events in order, however many share an instant, and none is read long before its turn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice

import pytest
from kit_portfolio_tracker.core.entries import Entries
from kit_portfolio_tracker.core.events import order_of
from kit_portfolio_tracker.core.ordering import in_order
from kit_portfolio_tracker.core.plan import simple_plan

from kit import Kind, Quantity, Record

START = datetime(2024, 1, 1, tzinfo=UTC)
EVENTS_OF = Entries(simple_plan("USD"), lambda asset, day: None).of


def records(count: int, *, together: int) -> Iterator[Record]:
    """Sales and purchases in turn, `together` of them at each instant."""
    one, paid = Quantity(Decimal(1), "BTC"), Quantity(Decimal(9), "USD")
    for number in range(count):
        time = START + timedelta(seconds=number // together)
        sold = number % 2 == 0
        received, sent = (paid, one) if sold else (one, paid)
        yield Record(str(number), time, "a", Kind.SELL if sold else Kind.BUY, received, sent)


@pytest.mark.parametrize("together", [2, 7, 300, 1_000])
def test_what_comes_in_an_instant_goes_before_what_leaves(together: int) -> None:
    found = list(in_order(records(1_000, together=together), EVENTS_OF))
    assert [order_of(event) for event in found] == sorted(order_of(event) for event in found)
    assert {event.key.id for event in found} == set(map(str, range(1_000)))


def test_records_are_read_as_their_events_are_asked_for() -> None:
    read: list[str] = []

    def reading() -> Iterator[Record]:
        for record in records(100_000, together=1):
            read.append(record.id)
            yield record

    first = list(islice(in_order(reading(), EVENTS_OF), 5))
    assert [event.key.id for event in first[::2]] == ["0", "1", "2"]
    assert len(read) < 1_000
