"""Daily values: computed at once, day by day, and from what is kept, they are the same; flows are no profit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from kit_portfolio_tracker.core.daily import DailySeries
from kit_portfolio_tracker.history import EVERYTHING, History, Part, portfolio_days
from kit_portfolio_tracker.store.price_rows import keep_prices
from kit_portfolio_tracker.store.records import RecordWriter
from kit_portfolio_tracker.store.tables import days
from sqlalchemy import delete, func, select, text

from kit import FixedClock, Kind, PricePoint, Quantity, Record, exact_math

TODAY = date(2024, 1, 16)  # the bench's clock stands at noon of it
FIRST = date(2023, 10, 1)
ASSETS = ("USD", "BTC", "ETH", "EUR", "NEW")


def on(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def of(text: str | None) -> Quantity | None:
    if text is None:
        return None
    amount, asset = text.split()
    return Quantity(Decimal(amount), asset)


def record(
    own: str,
    day: date,
    kind: Kind,
    received: str | None = None,
    sent: str | None = None,
    *,
    fee: str | None = None,
    account: str = "a",
    to: str | None = None,
    hour: int = 12,
) -> Record:
    return Record(own, on(day, hour), account, kind, of(received), of(sent), of(fee), to_account=to)


def keep(bench: Any, *found: Record) -> None:
    with bench.store.write() as connection:
        writer = RecordWriter(bench.store, connection)
        writer.add({(each.account, each.id): each for each in found})
        writer.finish()


def price(bench: Any, asset: str, since: date, *closes: str, currency: str = "USD") -> None:
    points = [
        PricePoint(since + timedelta(days=place), asset, Decimal(close), currency, "file")
        for place, close in enumerate(closes)
        if close
    ]
    keep_prices(bench.store, points)


def of_day(series: DailySeries, day: date) -> tuple[float, float, float, str, int]:
    place = series.place(day)
    return (
        series.value[place],
        series.inflow[place],
        series.outflow[place],
        series.unpriced[place],
        series.unmatched[place],
    )


def assert_same(one: DailySeries, other: DailySeries) -> None:
    assert one.first == other.first
    assert list(one.unpriced) == list(other.unpriced)
    assert list(one.unmatched) == list(other.unmatched)
    for name in ("value", "inflow", "outflow", "invested"):
        assert list(getattr(one, name)) == pytest.approx(list(getattr(other, name)), rel=1e-9, abs=1e-6)


def anew(bench: Any, part: Part = EVERYTHING) -> DailySeries:
    with bench.store.write() as connection:
        connection.execute(delete(days))
    return portfolio_days(bench, part)


def day_by_day(bench: Any, first: date, part: Part) -> DailySeries:
    """Every day in exact decimals, one after the other."""
    with bench.store.read() as connection, exact_math():
        return History(bench, connection, part).day_by_day(first - timedelta(days=1))


def count_kept(bench: Any) -> int:
    with bench.store.read() as connection:
        return int(connection.scalar(select(func.count()).select_from(days)) or 0)


def test_a_deposit_and_a_withdrawal_are_flows_and_a_price_is_not(both: Any) -> None:
    keep(
        both,
        record("1", TODAY - timedelta(days=4), Kind.DEPOSIT, "1000 USD"),
        record("2", TODAY - timedelta(days=3), Kind.BUY, "0.5 BTC", "500 USD"),
        record("3", TODAY - timedelta(days=1), Kind.WITHDRAWAL, None, "0.25 BTC"),
    )
    price(both, "BTC", TODAY - timedelta(days=4), "1000", "1000", "2000", "1600", "1800")
    series = portfolio_days(both)
    assert series.first == TODAY - timedelta(days=4)
    assert series.last == TODAY
    assert list(series.value) == [1000, 1000, 1500, 900, 950]
    assert list(series.inflow) == [1000, 0, 0, 0, 0]
    assert list(series.outflow) == [0, 0, 0, 400, 0]
    assert list(series.invested) == [0, 500, 0, 0, 0]
    assert list(series.unmatched) == [0, 0, 0, 1, 0]  # dollars come from banks; coins that left are looked for
    assert count_kept(both) == 4  # today is not over


def test_coins_on_their_way_over_midnight_are_still_held(both: Any) -> None:
    start = TODAY - timedelta(days=3)
    keep(
        both,
        record("1", start, Kind.DEPOSIT, "10 ETH"),
        record("2", start + timedelta(days=1), Kind.WITHDRAWAL, None, "10 ETH", hour=23),
        record("3", start + timedelta(days=2), Kind.DEPOSIT, "9.9 ETH", account="b", hour=3),
    )
    price(both, "ETH", start, "100", "100", "100", "100")
    series = portfolio_days(both)
    assert list(series.value) == [1000, 990, 990, 990]
    assert list(series.outflow) == [0, 0, 0, 0]
    only_b = portfolio_days(both, Part(accounts=frozenset({"b"})))
    assert of_day(only_b, start + timedelta(days=2)) == (990, 990, 0, "", 0)


def test_a_price_that_begins_is_no_profit_and_the_last_one_is_carried_on(both: Any) -> None:
    start = TODAY - timedelta(days=40)
    keep(both, record("1", start, Kind.DEPOSIT, "10 NEW"), record("2", start, Kind.DEPOSIT, "5 USD"))
    price(both, "NEW", start + timedelta(days=2), "3", "4")
    series = portfolio_days(both)
    assert of_day(series, start) == (5, 5, 0, "NEW", 1)
    assert of_day(series, start + timedelta(days=2)) == (35, 30, 0, "", 0)
    assert of_day(series, start + timedelta(days=39)) == (45, 0, 0, "", 0)
    assert_same(anew(both), series)


def test_what_is_paid_for_something_without_a_price_leaves(both: Any) -> None:
    start = TODAY - timedelta(days=2)
    keep(both, record("1", start, Kind.DEPOSIT, "1000 USD"), record("2", TODAY, Kind.BUY, "7 NEW", "400 USD", hour=1))
    series = portfolio_days(both)
    assert of_day(series, TODAY) == (600, 0, 400, "NEW", 0)
    assert_same(anew(both), series)


def test_days_begin_at_local_midnight(both: Any) -> None:
    both.timezone = ZoneInfo("America/New_York")
    keep(both, record("1", TODAY - timedelta(days=1), Kind.DEPOSIT, "1000 USD", hour=3))
    assert portfolio_days(both).first == TODAY - timedelta(days=2)
    both.timezone = ZoneInfo("Asia/Kathmandu")
    assert portfolio_days(both).first == TODAY - timedelta(days=1)


def test_an_older_record_and_an_older_price_are_seen(both: Any) -> None:
    keep(both, record("1", FIRST, Kind.DEPOSIT, "1 BTC"))
    price(both, "BTC", FIRST, "100", "", "", "130")
    assert of_day(portfolio_days(both), FIRST + timedelta(days=2))[0] == 100
    price(both, "BTC", FIRST + timedelta(days=1), "110", "120")
    assert of_day(portfolio_days(both), FIRST + timedelta(days=2))[0] == 120
    keep(both, record("0", FIRST - timedelta(days=5), Kind.DEPOSIT, "50 USD"))
    assert portfolio_days(both).first == FIRST - timedelta(days=5)
    assert_same(portfolio_days(both), anew(both))


def test_the_next_days_go_on_from_what_is_kept(both: Any) -> None:
    keep(both, record("1", FIRST, Kind.DEPOSIT, "1 BTC"), record("2", TODAY, Kind.STAKING, "0.1 BTC", hour=1))
    price(both, "BTC", FIRST, *["100", "110"] * 50)
    portfolio_days(both)
    kept = count_kept(both)
    both.clock = FixedClock(on(TODAY + timedelta(days=3)))
    later = portfolio_days(both)
    assert count_kept(both) == kept + 3
    assert_same(later, anew(both))


QUANTITIES = st.decimals("0.001", "50", places=3).map(str)


@st.composite
def happenings(draw: st.DrawFn) -> Record:
    own = str(draw(st.integers(1, 40)))
    day = FIRST + timedelta(days=draw(st.integers(0, (TODAY - FIRST).days)))
    asset, other = draw(st.sampled_from(ASSETS)), draw(st.sampled_from(ASSETS))
    got, gave = f"{draw(QUANTITIES)} {asset}", f"{draw(QUANTITIES)} {other}"
    fee = draw(st.none() | st.just(f"{draw(QUANTITIES)} {draw(st.sampled_from(ASSETS))}"))
    account, hour = draw(st.sampled_from("ab")), draw(st.integers(0, 11))
    kind = draw(st.sampled_from([Kind.TRADE, Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER, Kind.STAKING, Kind.LOST]))
    if kind is Kind.TRADE:
        return record(own, day, kind, got, gave, fee=fee, account=account, hour=hour)
    if kind in {Kind.DEPOSIT, Kind.STAKING}:
        return record(own, day, kind, got, fee=fee, account=account, hour=hour)
    to = "b" if account == "a" and kind is Kind.TRANSFER else None
    return record(own, day, kind, None, gave, fee=fee, account=account, to=to, hour=hour)


@pytest.mark.slow
@given(
    st.lists(happenings(), min_size=1, max_size=12, unique_by=lambda each: (each.account, each.id)),
    st.lists(
        st.tuples(
            st.sampled_from(ASSETS[1:]),
            st.sampled_from(["USD", "EUR", "BTC"]),
            st.integers(0, 100),
            st.lists(st.sampled_from(["", "1.5", "20", "300"]), min_size=1, max_size=40),
        ),
        max_size=5,
    ),
    st.sampled_from([Part(), Part(accounts=frozenset("a")), Part(asset="BTC")]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_they_are_computed_days_are_the_same(
    benches: Callable[[], Any], found: Sequence[Record], closes: list[tuple[str, str, int, list[str]]], part: Part
) -> None:
    """At once in floats, day by day in decimals, and from kept days after changes."""
    bench = benches()
    split = len(found) // 2
    keep(bench, *found[:split])
    for asset, currency, start, known in closes[1:]:
        if asset != currency:
            price(bench, asset, FIRST + timedelta(days=start), *known, currency=currency)
    portfolio_days(bench)
    keep(bench, *found[split:])
    for asset, currency, start, known in closes[:1]:
        if asset != currency:
            price(bench, asset, FIRST + timedelta(days=start), *known, currency=currency)
    kept = portfolio_days(bench, part)
    assert_same(portfolio_days(bench, part), kept)
    assert_same(anew(bench, part), kept)
    assert_same(day_by_day(bench, kept.first, part), kept)


def test_a_clock_set_back_makes_days_that_were_over_open_again(bench: Any) -> None:
    keep(bench, record("1", TODAY - timedelta(days=9), Kind.DEPOSIT, "1 BTC"))
    price(bench, "BTC", TODAY - timedelta(days=9), *(["100"] * 10))
    portfolio_days(bench)
    bench.clock = FixedClock(on(TODAY - timedelta(days=4)))
    assert portfolio_days(bench).last == TODAY - timedelta(days=4)
    keep(bench, record("2", TODAY - timedelta(days=4), Kind.DEPOSIT, "1 BTC", hour=9))
    assert portfolio_days(bench).value[-1] == 200


def test_what_was_held_under_an_older_name_has_the_prices_of_that_name(bench: Any) -> None:
    start = TODAY - timedelta(days=3)
    keep(bench, record("1", start, Kind.DEPOSIT, "100 LEND"))
    price(bench, "LEND", start, "0.5", "0.6", "0.7", "9")
    price(bench, "AAVE", start + timedelta(days=2), "80", "90")
    assert list(portfolio_days(bench).value) == [50, 60, 80, 90]
    assert_same(day_by_day(bench, start, EVERYTHING), portfolio_days(bench))


def test_an_old_price_counts_today_as_on_all_days(bench: Any) -> None:
    keep(bench, record("1", TODAY - timedelta(days=40), Kind.DEPOSIT, "1 BTC"))
    price(bench, "BTC", TODAY - timedelta(days=400), "100")
    series = portfolio_days(bench)
    assert list(series.value) == [100.0] * 41
    assert_same(day_by_day(bench, series.first, EVERYTHING), series)


def test_the_first_computation_shows_how_far_it_is(bench: Any) -> None:
    keep(bench, *(record(str(number), TODAY - timedelta(days=9), Kind.DEPOSIT, "1 USD") for number in range(30)))
    portfolio_days(bench)
    assert bench.progress.tasks["Computing the history"].units == 30


def test_days_that_cannot_be_kept_are_told_all_the_same(bench: Any) -> None:
    keep(bench, record("1", TODAY - timedelta(days=2), Kind.DEPOSIT, "100 USD"))
    with bench.store.write() as connection:
        connection.execute(
            text("CREATE TRIGGER full BEFORE INSERT ON portfolio_days BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
        )
    assert list(portfolio_days(bench).value) == [100, 100, 100]
    assert count_kept(bench) == 0
