"""Transfers that people matched: whatever the two ends say, every unit is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.entries import Entries
from kit_portfolio_tracker.core.events import RecordKey
from kit_portfolio_tracker.core.ledger import Ledger
from kit_portfolio_tracker.core.ordering import in_order
from kit_portfolio_tracker.core.plan import Scope, simple_plan
from kit_portfolio_tracker.core.transfers import Decision, match_transfers

from kit import Kind, Quantity, Record, exact_math

START = datetime(2024, 1, 1, tzinfo=UTC)


def after(sent: Decimal, received: Decimal, *, minutes: int, target: str, scope: Scope) -> Ledger:
    """Ten were bought on a; then people matched what left a with what came to `target`."""
    left, came = START + timedelta(days=1), START + timedelta(days=1, minutes=minutes)
    records = [
        Record("b", START, "a", Kind.BUY, Quantity(Decimal(10), "BTC"), Quantity(Decimal(1000), "USD")),
        Record("o", left, "a", Kind.WITHDRAWAL, sent=Quantity(sent, "BTC")),
        Record("i", came, target, Kind.DEPOSIT, received=Quantity(received, "BTC")),
    ]
    records.sort(key=lambda record: record.time)
    said = [Decision(RecordKey("a", "o"), RecordKey(target, "i"), matched=True)]
    plan = simple_plan("USD", "fifo", scope)
    with exact_math():
        found = match_transfers(records, said, is_money={"USD"}.__contains__)
        ledger = Ledger(plan)
        ledger.take(in_order(records, Entries(plan, lambda asset, day: Decimal(100), found.by_record).of))
        ledger.finish(START + timedelta(days=30))
    return ledger


@given(
    st.decimals("0.001", 9, places=3),
    st.decimals("0.001", 9, places=3),
    st.sampled_from([-10, 0, 90]),
    st.sampled_from("ab"),
    st.sampled_from(list(Scope)),
)
def test_units_are_what_the_records_say(
    sent: Decimal, received: Decimal, minutes: int, target: str, scope: Scope
) -> None:
    btc = after(sent, received, minutes=minutes, target=target, scope=scope).assets["BTC"]
    assert sum(btc.units.values()) == 10 - sent + received
    assert btc.units["a"] == 10 - sent + (received if target == "a" else 0)
    assert sum(lot.quantity for lot in btc.open_lots()) == 10 - sent + received


@pytest.mark.parametrize("minutes", [-10, 90])
def test_what_came_beyond_what_left_has_no_known_cost(minutes: int) -> None:
    btc = after(Decimal(2), Decimal("2.5"), minutes=minutes, target="b", scope=Scope.PER_ACCOUNT).assets["BTC"]
    lots = {(lot.account, int(lot.quantity * 10), int(lot.cost), lot.has_basis) for lot in btc.open_lots()}
    assert lots == {("a", 80, 800, True), ("b", 20, 200, True), ("b", 5, 0, False)}
