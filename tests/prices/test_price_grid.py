"""Prices of many days at once are those of each day alone, whatever sources and people said."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.core.closes import Closes
from kit_portfolio_tracker.core.day_rates import CARRIED, DayRates, Series
from kit_portfolio_tracker.core.price_grid import PriceGrid
from kit_portfolio_tracker.core.prices import MANUAL

FIRST = date(2024, 1, 1)
LAST = FIRST + timedelta(days=45)
NAMES = ("BTC", "USDT", "ADA", "XYZ")
Told = dict[tuple[str, str, str], dict[int, int]]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def stored(draw: st.DrawFn) -> Told:
    pairs = st.sampled_from([(one, other) for one in NAMES for other in (*NAMES, "USD") if one != other])
    series = st.tuples(pairs, st.sampled_from(["alpha", "beta", MANUAL, MANUAL])).map(lambda key: (*key[0], key[1]))
    closes = st.dictionaries(st.integers(0, 45), st.integers(1, 1000), min_size=1, max_size=4)
    return draw(st.dictionaries(series, closes, max_size=9))


@settings(max_examples=150)
@given(stored(), st.sampled_from(["auto", "alpha", "beta"]), st.sampled_from([None, CARRIED]))
def test_a_grid_says_of_each_day_what_the_day_says(told: Told, preferred: str, carried: timedelta | None) -> None:
    def exactly(name: str) -> Iterable[Series]:
        for (asset, currency, source), closes in told.items():
            if asset == name:
                days = sorted(closes)
                prices = [Decimal(closes[number]) for number in days]
                yield Series(asset, currency, source, [day(number) for number in days], prices)

    def quickly(name: str) -> Iterable[Closes]:
        for series in exactly(name):
            days = [each.toordinal() for each in series.days]
            yield Closes(series.currency, series.source, days, [float(close) for close in series.closes])

    rates = DayRates("USD", exactly, preferred=preferred, carried=carried)
    grid = PriceGrid("USD", FIRST, LAST, quickly, preferred=preferred, carried=carried)
    for name in NAMES:
        for number, price in enumerate(grid.row(name)):
            exact = rates(name, day(number))
            assert (exact is None) == math.isnan(price), (name, number)
            assert exact is None or math.isclose(float(exact), price, rel_tol=1e-12), (name, number)
