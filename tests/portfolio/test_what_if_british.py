"""A sale before it is made, under the British matching rules: what was bought on its day is matched first."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from kit import FixedClock

ROWS = (
    "2024-01-10T10:00:00Z,a,buy,BTC,1,USD,10000,,,,,,b1,",
    "2024-05-10T10:00:00Z,a,sell,USD,9000,BTC,0.25,,,,,,s1,",
    "2024-06-01T10:00:00Z,a,buy,BTC,1,USD,30000,,,,,,b2,",
)


@pytest.fixture
def british(bench: Any) -> Any:
    bench.configured = {"tax": {"form": "uk-cgt"}}
    bench.run("import", files=[bench.ledger("a.csv", *ROWS)])
    bench.clock = FixedClock(datetime(2024, 6, 1, 15, tzinfo=UTC))
    return bench


def test_a_sale_of_today_is_matched_with_what_was_bought_today(british: Any) -> None:
    """0.25 of today's purchase has gone to the sale of 22 days ago unless today's own sale takes it first."""
    for _ in range(2):  # the second time from what was kept
        found = british.run("portfolio what-if", action="sell", quantity=Decimal(1), asset="BTC", price=Decimal(40000))
        assert (found.data.cost.amount, found.data.gain.amount) == (30000, 10000)


def test_a_sale_of_tomorrow_is_matched_with_the_pool(british: Any) -> None:
    """The pool: 1 at 10,000 and what of 1 at 30,000 is left by the sale of 10 May, 0.75 at 22,500."""
    british.clock = FixedClock(datetime(2024, 6, 2, 15, tzinfo=UTC))
    found = british.run("portfolio what-if", action="sell", quantity=Decimal("0.7"), asset="BTC", price=Decimal(40000))
    assert found.data.cost.amount == 13000
