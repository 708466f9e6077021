"""Which days need a price and which have one, as laws against the rules of `PriceBook`."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.core.asset_changes import asset_names
from kit_portfolio_tracker.core.price_days import DaySpan, Held, KnownDays, days_of, spans_of
from kit_portfolio_tracker.core.prices import MANUAL, PriceBook
from kit_portfolio_tracker.core.symbols import names_over

from kit import PricePoint, exact_math

FIRST = date(2024, 1, 1)
COINS = ("BTC", "ETH", "USDT", "ADA", "XYZ")
D = Decimal


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def closes(draw: st.DrawFn) -> list[PricePoint]:
    pairs = st.sampled_from([(one, other) for one in COINS for other in (*COINS, "USD") if one != other])
    found = draw(st.lists(st.tuples(pairs, st.integers(0, 6), st.sampled_from(["a", "b", MANUAL])), max_size=25))
    return [PricePoint(day(number), one, D(number + 1), other, source) for (one, other), number, source in found]


@given(closes())
def test_a_day_is_known_exactly_where_the_closes_of_that_day_make_a_price(points: list[PricePoint]) -> None:
    known = KnownDays("USD")
    for point in points:
        known.add(point.asset, point.currency, [point.day])
    for number in range(7):
        book = PriceBook(point for point in points if point.day == day(number))
        for asset in COINS:
            is_known = day(number).toordinal() in known.priced(asset)
            assert is_known == (book.price(asset, "USD") is not None)


@given(st.sets(st.integers(700_000, 700_060)))
def test_spans_are_the_days_they_were_made_of(days: set[int]) -> None:
    spans = spans_of(days)
    assert days_of(spans) == days
    assert sum(span.days for span in spans) == len(days)
    assert all((later.since - earlier.until).days > 1 for earlier, later in pairwise(spans))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-3, 3)), max_size=12))
def test_every_day_that_ends_with_units_is_held(moves: list[tuple[int, int]]) -> None:
    held = Held(asset_names())
    moves = sorted(moves, key=lambda move: move[0])
    with exact_math():
        for number, change in moves:
            held.take("BTC", D(change), day(number))
    found = days_of(held.until(day(30)).get("BTC", ()))
    for number in range(31):
        units = sum(change for when, change in moves if when <= number)
        moved = any(when == number for when, _ in moves)
        if units > 0 or moved:
            assert day(number).toordinal() in found


def test_what_was_sold_long_ago_needs_no_price_since() -> None:
    held = Held(asset_names())
    for number, change in ((0, 1), (3, -1), (40, 2), (42, -2), (45, 1), (46, -1)):
        held.take("BTC", D(change), day(number))
    assert held.until(day(90)) == {"BTC": (DaySpan(day(0), day(3)), DaySpan(day(40), day(46)))}
    assert held.until(day(41)) == {"BTC": (DaySpan(day(0), day(3)), DaySpan(day(40), day(41)))}


def test_an_old_name_is_needed_on_its_day_and_the_new_one_from_then_on() -> None:
    held = Held(asset_names())
    held.take("LEND", D(100), date(2020, 3, 1))
    spans = held.until(date(2020, 3, 5))
    assert spans["LEND"] == (DaySpan(date(2020, 3, 1), date(2020, 3, 1)),)
    assert spans["AAVE"] == (DaySpan(date(2020, 3, 1), date(2020, 3, 5)),)


def test_closed_markets_leave_no_gap_and_coins_do() -> None:
    friday, tuesday = date(2024, 3, 28), date(2024, 4, 2)
    known = KnownDays("EUR")
    known.add("USD", "EUR", [friday, tuesday])
    known.add("SP500", "USD", [friday, tuesday])
    known.add("BTC", "USD", [friday, tuesday])
    easter = [DaySpan(friday, tuesday)]
    assert known.gaps("USD", easter) == known.gaps("SP500", easter) == ()
    assert known.gaps("BTC", easter) == (DaySpan(date(2024, 3, 29), date(2024, 4, 1)),)
    assert known.gaps("EUR", easter) == ()


def test_a_rename_is_asked_for_by_both_names_around_its_day() -> None:
    renamed = names_over("POL", date(2024, 1, 1), date(2024, 12, 31))
    assert renamed == [
        ("MATIC", date(2024, 1, 1), date(2024, 10, 4)),
        ("POL", date(2024, 8, 5), date(2024, 12, 31)),
    ]
    assert names_over("POL", date(2024, 10, 1), date(2024, 12, 31)) == [("POL", date(2024, 10, 1), date(2024, 12, 31))]
    assert names_over("POL", date(2023, 1, 1), date(2023, 2, 1)) == [("MATIC", date(2023, 1, 1), date(2023, 2, 1))]


def test_a_name_that_was_another_coins_is_asked_for_by_the_coin_that_had_it() -> None:
    since, until = date(2022, 1, 1), date(2022, 12, 31)
    assert names_over("LUNA", since, until) == [("LUNA", date(2022, 5, 28), until)]
    assert names_over("LUNC", since, until) == [("LUNA", since, date(2022, 5, 27)), ("LUNC", since, until)]
    assert names_over("LUNA", since, date(2022, 2, 1)) == []


def test_what_a_person_said_gives_way_to_whoever_knows_as_new() -> None:
    said = PricePoint(day(5), "ADA", D(9), "USD", MANUAL)
    told = PricePoint(day(5), "ADA", D(1), "USD", "binance")
    tether, rate = PricePoint(day(5), "ADA", D(2), "USDT", "x"), PricePoint(day(5), "USDT", D(1), "USD", "x")
    older = PricePoint(day(4), "ADA", D(3), "USD", "zebra")

    def price(*points: PricePoint) -> Decimal:
        found = PriceBook(points).price("ADA", "USD")
        assert found is not None
        return found.amount

    assert price(said) == 9
    assert price(said, older) == 9
    assert price(said, told) == price(told, said) == 1
    assert price(said, tether, rate) == 2
    assert price(said, tether) == 9
