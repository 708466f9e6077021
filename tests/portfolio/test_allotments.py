"""Unused basis is given to accounts once: the first report of the new rules keeps it, later records do not undo it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.allocation import Allotment, allocate, allotments_of
from kit_portfolio_tracker.core.disposals import Origin
from kit_portfolio_tracker.core.events import RecordKey
from kit_portfolio_tracker.core.lots import Lot, Slice
from kit_portfolio_tracker.store.records import RecordWriter
from kit_portfolio_tracker.tax_settings import form_named, tax_plan
from kit_portfolio_tracker.tax_years import tax_year

from kit import FixedClock, Kind, Quantity, Record, exact_math

D = Decimal


def keep(bench: Any, *found: Record) -> None:
    with bench.store.write() as connection:
        writer = RecordWriter(bench.store, connection)
        writer.add({(each.account, each.id): each for each in found})
        writer.finish()


def bought(own: str, account: str, year: int, dollars: str, month: int = 1) -> Record:
    time = datetime(year, month, 2, 12, tzinfo=UTC)
    return Record(own, time, account, Kind.BUY, Quantity(D(1), "BTC"), Quantity(D(dollars), "USD"))


def sold(own: str, account: str, year: int, dollars: str) -> Record:
    time = datetime(year, 6, 2, 12, tzinfo=UTC)
    return Record(own, time, account, Kind.SELL, Quantity(D(dollars), "USD"), Quantity(D(1), "BTC"))


def cost_sold(bench: Any, year: int) -> Decimal:
    plan = tax_plan(bench, form_named(bench, "us-8949"))
    found = tax_year(bench, year=year, first=date(year, 1, 1), last=date(year, 12, 31), plan=plan)
    [disposal] = found.disposals
    return sum((part.cost for part in disposal.parts), D(0))


def test_a_report_keeps_the_allocation_it_rests_on(both: Any) -> None:
    both.clock = FixedClock(datetime(2026, 2, 1, tzinfo=UTC))
    keep(both, bought("1", "a", 2020, "10000"), bought("2", "b", 2021, "20000"), sold("3", "b", 2024, "60000"))
    keep(both, sold("4", "a", 2025, "90000"))
    assert cost_sold(both, 2025) == 20000  # b's lot stands for what a holds: the sale of 2024 used a's
    keep(both, bought("0", "c", 2019, "5000"))  # universal: now the sale of 2024 used this one
    assert cost_sold(both, 2024) == 5000
    assert cost_sold(both, 2025) == 20000  # without what was kept it would be a's own lot, 10,000


def test_a_report_of_the_year_before_fixes_nothing(both: Any) -> None:
    """2024 ends under universal pools: who reports on it has not chosen what accounts get in 2025."""
    both.clock = FixedClock(datetime(2026, 2, 1, tzinfo=UTC))
    keep(both, bought("1", "a", 2020, "10000"), bought("2", "b", 2021, "20000"), sold("3", "b", 2024, "60000"))
    assert cost_sold(both, 2024) == 10000
    keep(both, bought("0", "c", 2019, "5000"), sold("4", "a", 2025, "90000"))
    assert cost_sold(both, 2025) == 10000


PIECES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), min_size=1, max_size=6)


@given(PIECES, st.data())
def test_however_lots_are_given_to_accounts_no_unit_is_lost(lots: list[tuple[str, int]], data: st.DataObject) -> None:
    def pieces() -> list[Slice]:
        made = []
        for number, (account, quantity) in enumerate(lots):
            key = RecordKey(account, str(number))
            origin = Origin(datetime(2020, 1, 1 + number, tzinfo=UTC), account, key, Kind.BUY)
            made.append(Slice.whole(Lot(D(quantity), D(7), origin)))
        return made

    whole = sum(quantity for _, quantity in lots)
    of_a = data.draw(st.integers(0, whole))
    of_b = data.draw(st.integers(0, whole - of_a))
    units = {"a": D(of_a), "b": D(of_b), "c": D(whole - of_a - of_b)}
    keys = [RecordKey(account, str(number)) for number, (account, _) in enumerate(lots)]
    fixed = data.draw(
        st.lists(
            st.builds(Allotment, st.sampled_from(keys), st.sampled_from("abcd"), st.integers(1, 9).map(D)), max_size=6
        )
    )
    with exact_math():
        placed = allocate(pieces(), units, fixed)
        for account, quantity in units.items():
            assert sum((piece.quantity for piece in placed.get(account, [])), D(0)) == quantity
        assert sum((piece.cost for found in placed.values() for piece in found), D(0)) == 7 * len(lots)
        again = allocate(pieces(), units, allotments_of(placed))
        assert set(allotments_of(again)) == set(allotments_of(placed))
