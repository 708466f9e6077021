"""Snapshots: one for each slot, month ends for ever, beside the history from records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.periods import Period
from kit_portfolio_tracker.core.thinning import superfluous
from kit_portfolio_tracker.history import Part
from kit_portfolio_tracker.parted import first_apart
from kit_portfolio_tracker.snapshots import after_sync, jobs, reported_totals, take_snapshot
from kit_portfolio_tracker.store.price_rows import keep_prices
from kit_portfolio_tracker.store.records import RecordWriter, report_balances
from kit_portfolio_tracker.store.snapshot_rows import SnapshotRow, keep_snapshot, read_snapshots, snapshot_times

from kit import Balance, FixedClock, Kind, Money, PricePoint, Quantity, Record
from kit.render import render_text

NOW = datetime(2024, 1, 16, 12, tzinfo=UTC)
D = Decimal


def report(bench: Any, quantity: str, *, at: datetime = NOW) -> None:
    with bench.store.write() as connection:
        report_balances(connection, [Balance("a", "BTC", D(quantity), at)])


def times(bench: Any) -> list[datetime]:
    with bench.store.read() as connection:
        return snapshot_times(connection)


def test_what_venues_say_is_kept_with_its_price(both: Any) -> None:
    report(both, "0.3")
    keep_prices(both.store, [PricePoint(date(2024, 1, 16), "BTC", D("40000.5"), "USD", "file")])
    assert take_snapshot(both) == "1 balance kept, 0 older snapshots let go."
    with both.store.read() as connection:
        [row] = read_snapshots(connection)
    assert (row.account, row.asset, row.quantity, row.price, row.currency) == (
        "a",
        "BTC",
        D("0.3"),
        D("40000.5"),
        "USD",
    )


def test_a_slot_keeps_its_last_one(both: Any) -> None:
    report(both, "1")
    for hour in (1, 5, 23):
        both.clock = FixedClock(NOW.replace(hour=hour))
        after_sync(both)
    assert times(both) == [NOW.replace(hour=23)]
    both.clock = FixedClock(NOW + timedelta(days=1))
    after_sync(both)
    assert len(times(both)) == 2


def test_none_is_taken_where_none_is_wanted(bench: Any) -> None:
    report(bench, "1")
    for configured in ({"snapshots": {"enabled": False}}, {"historicalData": False}):
        bench.configured = configured
        after_sync(bench)
        assert jobs(bench) == []
        assert times(bench) == []


def test_history_shows_what_venues_said_beside_what_records_make(bench: Any) -> None:
    with bench.store.write() as connection:
        writer = RecordWriter(bench.store, connection)
        writer.add({("a", "1"): Record("1", NOW - timedelta(days=1), "a", Kind.DEPOSIT, Quantity(D(1), "BTC"))})
        writer.finish()
    report(bench, "1.5")
    keep_prices(bench.store, [PricePoint(date(2024, 1, 15), "BTC", D(100), "USD", "file")])
    take_snapshot(bench)
    rows = bench.run("portfolio history", period="7d", interval="day").data.rows
    assert [(row.value, row.reported) for row in rows] == [
        (Money(D(100), "USD"), None),
        (Money(D(100), "USD"), Money(D(150), "USD")),
    ]


def test_history_shows_what_the_venue_of_an_account_said_of_an_asset(bench: Any) -> None:
    rows = [
        SnapshotRow(NOW, account, asset, D(quantity), D(price), "USD", "file")
        for account, asset, quantity, price in (
            ("a", "BTC", "2", "100"),
            ("a", "MATIC", "3", "1"),
            ("b", "BTC", "1", "100"),
        )
    ]
    with bench.store.write() as connection:
        keep_snapshot(bench.store, connection, rows)
    today = Period("", NOW.date(), NOW.date())
    for part, total in (
        (Part(frozenset({"a"})), 203),
        (Part(asset="BTC"), 300),
        (Part(frozenset({"a"}), "BTC"), 200),
        (Part(asset="POL"), 3),
    ):
        assert reported_totals(bench, today, part) == {NOW.date(): Money(D(total), "USD")}


def test_what_venues_said_is_a_history_where_no_record_tells_one(bench: Any) -> None:
    report(bench, "2")
    for days, close in ((2, "100"), (0, "110")):
        bench.clock = FixedClock(NOW - timedelta(days=days))
        keep_prices(bench.store, [PricePoint(bench.clock.now().date(), "BTC", D(close), "USD", "file")])
        take_snapshot(bench)
    reply = bench.run("portfolio history")
    assert [(each.day.day, each.reported.amount) for each in reply.data.rows] == [(14, 200), (16, 220)]
    assert "No record tells of it" in render_text(reply)


def test_what_is_worth_nothing_leaves_the_reported_total_known(bench: Any) -> None:
    rows = [
        SnapshotRow(NOW, "a", asset, D(2), D(price), "USD", "file") for asset, price in (("BTC", "100"), ("LUNA", "0"))
    ]
    with bench.store.write() as connection:
        keep_snapshot(bench.store, connection, rows)
    assert reported_totals(bench, Period("", NOW.date(), NOW.date())) == {NOW.date(): Money(D(200), "USD")}


INSTANTS = st.datetimes(datetime(2022, 1, 1), datetime(2024, 1, 16), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.sets(INSTANTS, max_size=60),
    st.sampled_from(["hourly", "daily", "weekly"]),
    st.integers(1, 900),
    st.sampled_from([ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")]),
)
def test_thinning_loses_no_month_end_and_is_done_at_once(
    found: set[datetime], interval: str, days: int, zone: ZoneInfo
) -> None:
    def thin(instants: set[datetime]) -> set[datetime]:
        gone = superfluous(instants, interval=interval, retention=timedelta(days=days), now=NOW, zone=zone)
        return instants - set(gone)

    kept = thin(found)
    assert thin(kept) == kept
    months = {(local.year, local.month): each for each in sorted(found) for local in (each.astimezone(zone),)}
    assert set(months.values()) <= kept
    old = {each for each in kept if NOW - each > timedelta(days=days)}
    assert old <= set(months.values())


def test_snapshots_tell_since_when_balances_differ(both: Any) -> None:
    def receive(own: str, quantity: str, at: datetime) -> None:
        with both.store.write() as connection:
            writer = RecordWriter(both.store, connection)
            writer.add({("a", own): Record(own, at, "a", Kind.DEPOSIT, Quantity(D(quantity), "BTC"))})
            writer.finish()

    receive("1", "1", NOW - timedelta(days=9))
    for days, reported in ((8, "2"), (6, "1"), (4, "1.5"), (2, "1.5"), (0, "1.5")):
        both.clock = FixedClock(NOW - timedelta(days=days))
        report(both, reported, at=both.clock.now())
        take_snapshot(both)
    assert first_apart(both, {("a", "BTC"), ("a", "ETH")}) == {("a", "BTC"): date(2024, 1, 12)}
    receive("2", "0.5", NOW - timedelta(days=3))
    assert first_apart(both, {("a", "BTC")}) == {}
    receive("3", "0.1", NOW - timedelta(days=1))
    assert first_apart(both, {("a", "BTC")}) == {("a", "BTC"): date(2024, 1, 16)}
