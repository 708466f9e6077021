"""Hundreds of assets at once have the figures that each has alone."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.core import risk
from kit_portfolio_tracker.core.asset_figures import SeriesFigures, figures_of_each
from kit_portfolio_tracker.core.returns import best_day, known, twr, worst_day

RATE = risk.rate_per_period(0.03)
moves = st.floats(-1.2, 2.0).filter(lambda each: abs(each) > 1e-6)


def alone(returns: list[float]) -> SeriesFigures:
    best, worst = best_day(returns), worst_day(returns)
    figures = {
        "twr": twr(returns),
        "volatility": risk.volatility(returns),
        "sharpe": risk.sharpe(returns, risk_free=RATE),
        "sortino": risk.sortino(returns, target=RATE),
        "max_drawdown": risk.max_drawdown(returns),
        "calmar": risk.calmar(returns),
        "value_at_risk": risk.value_at_risk(returns),
        "expected_shortfall": risk.expected_shortfall(returns),
        "best": None if best is None else returns[best],
        "worst": None if worst is None else returns[worst],
    }
    return SeriesFigures(len(known(returns)), **{name: nan if each is None else each for name, each in figures.items()})


def same(one: SeriesFigures, other: SeriesFigures) -> None:
    for name in SeriesFigures.__slots__:
        mine, yours = getattr(one, name), getattr(other, name)
        assert mine == pytest.approx(yours, rel=1e-12, abs=1e-12, nan_ok=True), name


def test_years_of_daily_returns_have_the_same_figures_to_twelve_digits() -> None:
    random = np.random.default_rng(3)
    matrix = random.normal(0.0005, 0.03, (1000, 8))
    matrix[:600, 1] = np.nan
    matrix[::5, 2] = np.nan
    matrix[:985, 3] = np.nan
    matrix[:, 4] = 0.0
    matrix[500, 5] = -1.0
    matrix[500, 6] = -1.3
    matrix[:, 7] = np.nan
    for place, found in enumerate(figures_of_each(matrix.T, risk_free=RATE)):
        same(found, alone(matrix[:, place].tolist()))


@settings(max_examples=60)
@given(st.lists(st.one_of(moves, st.just(nan)), max_size=60))
def test_any_series_has_the_same_figures(returns: list[float]) -> None:
    (found,) = figures_of_each([np.array(returns, dtype=np.float64)], risk_free=RATE)
    same(found, alone(returns))


def test_a_series_without_a_return_has_no_figure() -> None:
    (found,) = figures_of_each([np.array([np.nan])])
    assert found.count == 0
    assert isnan(found.twr)
