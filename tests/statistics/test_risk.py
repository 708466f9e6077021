"""Volatility, ratios, drawdowns and tails, and when there is no figure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import isnan, log, nan, sqrt
from statistics import mean, stdev

import pytest
from kit_portfolio_tracker.core import risk
from kit_portfolio_tracker.core.figures import Drawdown, Statistic, deepest_drawdown, risk_figures, told
from kit_portfolio_tracker.core.returns import daily_returns

SWINGING = [0.02, -0.01, 0.03, -0.02, 0.01, 0.0] * 10
FIRST = date(2024, 1, 1)


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=place) for place in range(count)]


def test_volatility_is_the_sample_deviation_of_log_returns_times_the_root_of_a_year() -> None:
    expected = stdev([log(1 + each) for each in SWINGING])
    assert risk.volatility(SWINGING) == pytest.approx(expected * sqrt(365), rel=1e-14)
    assert risk.volatility(SWINGING, per_year=252) == pytest.approx(expected * sqrt(252), rel=1e-14)


def test_sharpe_is_the_mean_excess_over_its_deviation() -> None:
    rate = risk.rate_per_period(0.04)
    excess = [each - rate for each in SWINGING]
    assert risk.sharpe(SWINGING, risk_free=rate) == pytest.approx(mean(excess) / stdev(excess) * sqrt(365), rel=1e-13)


def test_sortino_divides_by_all_days_not_by_the_losing_ones() -> None:
    found = risk.sortino([0.02, -0.01] * 15, per_year=1)
    assert found == pytest.approx(0.005 / sqrt(15 * 0.01**2 / 30), rel=1e-13)


def test_a_year_of_the_rate_of_a_period_is_the_annual_rate() -> None:
    assert (1 + risk.rate_per_period(0.05)) ** 365 == pytest.approx(1.05, rel=1e-13)
    assert (1 + risk.rate_per_period(0.05, per_year=252)) ** 252 == pytest.approx(1.05, rel=1e-13)


@pytest.mark.parametrize(
    ("figure", "needed"),
    [
        (risk.volatility, 20),
        (risk.sharpe, 30),
        (risk.sortino, 30),
        (risk.value_at_risk, 30),
        (risk.expected_shortfall, 30),
        (risk.calmar, 365),
        (risk.max_drawdown, 1),
    ],
)
def test_with_too_few_points_there_is_no_figure(figure: object, needed: int) -> None:
    assert callable(figure)
    series = [(-1) ** place * 0.01 - 0.001 for place in range(needed)]
    assert figure(series) is not None
    assert figure([*series[1:], nan]) is None


@pytest.mark.parametrize("still", [0.0, 0.01])
def test_what_never_swings_has_neither_sharpe_nor_sortino_nor_calmar(still: float) -> None:
    """A portfolio of one stablecoin, or one that earns the same each day."""
    series = [still] * 400
    assert risk.sharpe(series) is None
    assert risk.sortino(series) is None
    assert risk.calmar(series) is None
    assert risk.volatility(series) == pytest.approx(0.0, abs=1e-14)
    assert risk.max_drawdown(series) == 0.0


def test_the_rounding_of_steady_growth_is_no_deviation() -> None:
    """One percent a day, as the values of a portfolio have it: the returns differ in their last digit."""
    values = [100 * 1.01**place for place in range(400)]
    steady = daily_returns(values[1:], [0.0] * 399, [0.0] * 399, before=values[0])
    assert len(set(steady)) > 1
    assert risk.sharpe(steady) is None
    assert risk.sortino(steady, target=steady[0]) is None


def test_a_total_loss_has_no_logarithm() -> None:
    assert risk.volatility([*SWINGING, -1.0]) is None
    assert risk.max_drawdown([0.5, -1.0, nan, 0.5]) == 1.0


def test_days_without_a_return_are_left_out_of_the_sample() -> None:
    gaps = [each for pair in zip(SWINGING, [nan] * 60, strict=True) for each in pair]
    for figure in (risk.volatility, risk.sharpe, risk.sortino, risk.value_at_risk, risk.max_drawdown):
        assert figure(gaps) == figure(SWINGING)


def test_the_first_day_can_fall_from_the_starting_point() -> None:
    assert risk.drawdowns([-0.1, 0.05, 0.1]) == pytest.approx([0.0, 0.1, 1 - 0.9 * 1.05, 0.0])


def test_value_at_risk_lies_between_two_days_and_the_shortfall_is_the_mean_below_it() -> None:
    """41 returns: the 5 % quantile is exactly the third lowest."""
    series = [place / 1000 for place in range(-20, 21)]
    assert risk.value_at_risk(series) == pytest.approx(-0.018)
    assert risk.expected_shortfall(series) == pytest.approx(-0.019)
    assert risk.value_at_risk(series[:-1]) == pytest.approx(-0.01805)
    assert risk.expected_shortfall(series[:-1]) == pytest.approx((-0.020 - 0.019) / 2)


def test_rolling_volatility_is_that_of_the_thirty_days_up_to_each() -> None:
    rolled = risk.rolling_volatility(SWINGING)
    assert len(rolled) == len(SWINGING)
    assert all(isnan(each) for each in rolled[:19])
    assert rolled[19] == risk.volatility(SWINGING[:20])
    assert rolled[45] == risk.volatility(SWINGING[16:46])


def test_the_deepest_fall_is_told_with_its_days() -> None:
    returns = [0.1, -0.5, 0.2, 1.0, -0.1]
    assert deepest_drawdown(days(5), returns) == Drawdown(
        depth=0.5, peak=date(2024, 1, 1), trough=date(2024, 1, 2), recovery=date(2024, 1, 4), days=3
    )


def test_a_fall_that_lasts_has_no_recovery_and_may_begin_before_the_first_day() -> None:
    assert deepest_drawdown(days(3), [-0.5, 0.5, -0.5]) == Drawdown(
        depth=1 - 0.5 * 1.5 * 0.5, peak=date(2023, 12, 31), trough=date(2024, 1, 3), recovery=None, days=3
    )


def test_a_peg_that_comes_back_to_its_very_price_has_recovered_and_one_that_almost_does_has_not() -> None:
    prices = [1.0, 0.906, 1.0, 0.9999, 1.0]
    back = daily_returns(prices[1:], [0.0] * 4, [0.0] * 4, before=prices[0])
    assert risk.drawdowns(back)[2] != 0
    found = deepest_drawdown(days(4), back)
    assert found is not None
    assert found.recovery == date(2024, 1, 2)
    almost = deepest_drawdown(days(3), [-0.03, 0.0309, 0.01])
    assert almost is not None
    assert almost.recovery == date(2024, 1, 3)


def test_where_nothing_fell_there_is_no_fall() -> None:
    assert deepest_drawdown(days(2), [0.1, 0.0]) is None
    assert deepest_drawdown([], []) is None


def test_every_figure_says_how_many_days_it_rests_on_and_needs() -> None:
    figures = risk_figures([*SWINGING[:12], nan])
    assert figures.sharpe == Statistic(None, 12, 30)
    assert figures.sharpe.too_few
    assert figures.volatility == Statistic(None, 12, 20)
    assert figures.calmar.needed == 365
    assert figures.max_drawdown.value == Decimal("0.02")  # a reply carries no float
    full = risk_figures([0.01] * 40)
    assert full.sharpe == Statistic(None, 40, 30)
    assert not full.sharpe.too_few


def test_volatility_is_of_the_last_thirty_days_and_the_annual_risk_free_rate_is_taken_off_each() -> None:
    calm = [0.001, -0.001] * 15
    figures = risk_figures([*SWINGING, *calm], risk_free=0.04)
    rate = risk.rate_per_period(0.04)
    assert figures.volatility == Statistic(told(risk.volatility(calm)), 30, 20)
    assert figures.sharpe.value == told(risk.sharpe([*SWINGING, *calm], risk_free=rate))
    assert figures.sortino.value == told(risk.sortino([*SWINGING, *calm], target=rate))
