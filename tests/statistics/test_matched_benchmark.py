"""A portfolio beside a benchmark: the same days, the same money."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.benchmark import ahead, flow_matched, price_return
from kit_portfolio_tracker.core.returns import daily_returns, twr

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
def test_the_same_deposits_buy_the_benchmark_at_the_close_before_and_sell_at_the_close_of_the_day() -> None:
    matched = flow_matched(
        Decimal(100), decimals("0", "50", "0"), decimals("0", "0", "60"), decimals("10", "20", "25", "30")
    )
    assert matched.values == tuple(decimals("200", "312.5", "315"))
    assert matched.exhausted is None
    assert matched.short == 0


@exact_math()
def test_withdrawals_the_benchmark_could_not_have_paid_are_counted() -> None:
    matched = flow_matched(
        Decimal(100), decimals("0", "0", "7"), decimals("80", "5", "0"), decimals("10", "5", "5", "7")
    )
    assert matched.values == tuple(decimals("0", "0", "9.8"))
    assert (matched.exhausted, matched.short) == (0, Decimal(35))


prices = st.decimals(Decimal("0.01"), Decimal(100_000), places=2)
money = st.decimals(Decimal(0), Decimal(1000), places=2)


@given(before=st.decimals(Decimal(1), Decimal(1000), places=2), data=st.data(), count=st.integers(1, 12))
def test_the_matched_portfolio_returns_what_the_benchmark_does(
    before: Decimal, data: st.DataObject, count: int
) -> None:
    """Whatever is paid in, its time-weighted return is that of the price."""
    came = data.draw(st.lists(money, min_size=count, max_size=count))
    closes = data.draw(st.lists(prices, min_size=count + 1, max_size=count + 1))
    with exact_math():
        matched = flow_matched(before, came, [Decimal(0)] * count, closes)
        own = daily_returns(
            [float(value) for value in matched.values],
            [float(amount) for amount in came],
            [0.0] * count,
            before=float(before),
        )
        assert twr(own) == pytest.approx(price_return(closes), rel=1e-9, abs=1e-9)
