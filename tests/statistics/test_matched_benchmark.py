"""A portfolio beside a benchmark: the same days, the same money."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.benchmark import ahead, flow_matched, price_return
from pyxirr.pe import ln_pme_nav

from kit import exact_math


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_the_difference_is_in_percentage_points_over_the_same_window() -> None:
    assert price_return(decimals("100", "90", "110")) == pytest.approx(0.1)
    assert ahead(0.25, 0.1) == pytest.approx(15.0)
    assert ahead(None, 0.1) is None
    assert price_return([None, Decimal(1)]) is None
    assert price_return([]) is None


@exact_math()
def test_the_same_deposits_and_withdrawals_buy_and_sell_at_the_closes_of_their_days() -> None:
    matched = flow_matched(Decimal(10), decimals("0", "50", "0"), decimals("0", "0", "60"), decimals("20", "25", "30"))
    assert matched.values == tuple(decimals("200", "300", "300"))
    assert matched.exhausted is None
    assert matched.short == 0


@exact_math()
def test_withdrawals_the_benchmark_could_not_have_paid_are_counted() -> None:
    matched = flow_matched(Decimal(10), decimals("0", "0", "7"), decimals("80", "5", "0"), decimals("5", "5", "7"))
    assert matched.values == tuple(decimals("0", "0", "7"))
    assert (matched.exhausted, matched.short) == (0, Decimal(35))


prices = st.decimals(Decimal("0.01"), Decimal(100_000), places=2)
money = st.decimals(Decimal(0), Decimal(1000), places=2)


@given(data=st.data(), count=st.integers(1, 12))
def test_the_matched_portfolio_is_that_of_long_and_nickels(data: st.DataObject, count: int) -> None:
    """The Index Comparison Method, as pyxirr has it."""
    came = data.draw(st.lists(money, min_size=count, max_size=count))
    closes = data.draw(st.lists(prices, min_size=count, max_size=count))
    with exact_math():
        matched = flow_matched(Decimal(0), came, [Decimal(0)] * count, closes)
    expected = ln_pme_nav([-float(amount) for amount in came], [float(close) for close in closes])
    assert float(matched.values[-1]) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(data=st.data(), count=st.integers(1, 12))
def test_whoever_buys_the_benchmark_at_the_close_is_neither_ahead_nor_behind(data: st.DataObject, count: int) -> None:
    bought = data.draw(st.lists(money, min_size=count, max_size=count))
    closes = data.draw(st.lists(prices, min_size=count, max_size=count))
    with exact_math():
        paid = [units * close for units, close in zip(bought, closes, strict=True)]
        matched = flow_matched(Decimal(0), paid, [Decimal(0)] * count, closes)
        assert abs(matched.values[-1] - sum(bought) * closes[-1]) < Decimal("1e-60")
