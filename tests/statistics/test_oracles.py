"""Agreement with empyrical-reloaded, quantstats and pandas to 1e-12, on every day of BTC, ETH and the S&P 500.

They are told what FORMULAS §4 says and they do not assume: 365 periods a year, volatility of log returns. Then all
agree. One figure of a name is another: quantstats' value at risk is that of a normal distribution with the same mean
and deviation; ours is of the days themselves, as empyrical's.
"""

from __future__ import annotations

from datetime import date, timedelta
from math import log1p
from typing import Any

import numpy as np
import pytest
from kit_portfolio_tracker.core import risk
from kit_portfolio_tracker.core.asset_figures import figures_of_each
from kit_portfolio_tracker.core.correlation import correlation_matrix
from kit_portfolio_tracker.core.returns import annualised, twr

RISK_FREE = 0.04
RATE = risk.rate_per_period(RISK_FREE)
CLOSE = 1e-12


@pytest.fixture
def empyrical() -> Any:
    return pytest.importorskip("empyrical")


@pytest.fixture
def quantstats() -> Any:
    return pytest.importorskip("quantstats.stats")


@pytest.fixture
def pandas() -> Any:
    return pytest.importorskip("pandas")


@pytest.fixture
def series(pandas: Any, real_returns: list[float]) -> Any:
    """The returns with a date each, as the oracles want them."""
    days = [date(1990, 1, 1) + timedelta(days=place) for place in range(len(real_returns))]
    return pandas.Series(real_returns, index=pandas.DatetimeIndex(days))


def logarithms(series: Any) -> Any:
    return series.map(log1p)


def test_empyrical_agrees(empyrical: Any, series: Any, real_returns: list[float]) -> None:
    year = {"annualization": 365}
    pairs = {
        "twr": (twr(real_returns), empyrical.cum_returns_final(series)),
        "annualised": (
            annualised(twr(real_returns) or 0, periods=len(real_returns)),
            empyrical.annual_return(series, **year),
        ),
        "volatility": (risk.volatility(real_returns), empyrical.annual_volatility(logarithms(series), **year)),
        "sharpe": (
            risk.sharpe(real_returns, risk_free=RATE),
            empyrical.sharpe_ratio(series, risk_free=RATE, **year),
        ),
        "sortino": (
            risk.sortino(real_returns, target=RATE),
            empyrical.sortino_ratio(series, required_return=RATE, **year),
        ),
        "max drawdown": (risk.max_drawdown(real_returns), -empyrical.max_drawdown(series)),
        "calmar": (risk.calmar(real_returns), empyrical.calmar_ratio(series, **year)),
        "value at risk": (risk.value_at_risk(real_returns), empyrical.value_at_risk(series)),
        "expected shortfall": (
            risk.expected_shortfall(real_returns),
            empyrical.conditional_value_at_risk(series.to_numpy()),
        ),
    }
    assert {name: mine for name, (mine, _) in pairs.items()} == pytest.approx(
        {name: theirs for name, (_, theirs) in pairs.items()}, rel=CLOSE, abs=CLOSE
    )


def test_quantstats_agrees(quantstats: Any, series: Any, real_returns: list[float]) -> None:
    year = {"periods": 365}
    pairs = {
        "twr": (twr(real_returns), quantstats.comp(series)),
        "volatility": (
            risk.volatility(real_returns),
            quantstats.volatility(logarithms(series), prepare_returns=False, **year),
        ),
        "sharpe": (risk.sharpe(real_returns, risk_free=RATE), quantstats.sharpe(series, rf=RISK_FREE, **year)),
        "sortino": (risk.sortino(real_returns, target=RATE), quantstats.sortino(series, rf=RISK_FREE, **year)),
        "max drawdown": (risk.max_drawdown(real_returns), -quantstats.max_drawdown(series)),
        "calmar": (risk.calmar(real_returns), quantstats.calmar(series, **year)),
        "expected shortfall": (
            risk.expected_shortfall(real_returns),
            quantstats.conditional_value_at_risk(series, method="historical"),
        ),
        "best": (max(real_returns), quantstats.best(series)),
        "worst": (min(real_returns), quantstats.worst(series)),
    }
    assert {name: mine for name, (mine, _) in pairs.items()} == pytest.approx(
        {name: theirs for name, (_, theirs) in pairs.items()}, rel=CLOSE, abs=CLOSE
    )


def test_quantstats_value_at_risk_is_another_figure(quantstats: Any, series: Any, real_returns: list[float]) -> None:
    """It is the quantile of a normal distribution, −1.6449 deviations from the mean: that of the days lies nearer."""
    normal = float(series.mean() - 1.6448536269514722 * series.std())
    assert quantstats.value_at_risk(series) == pytest.approx(normal, rel=1e-9)
    assert (risk.value_at_risk(real_returns) or 0) > normal


def test_every_drawdown_is_that_of_quantstats(quantstats: Any, series: Any, real_returns: list[float]) -> None:
    theirs = [0.0, *(-each for each in quantstats.to_drawdown_series(series))]
    assert risk.drawdowns(real_returns) == pytest.approx(theirs, rel=CLOSE, abs=CLOSE)


def test_rolling_volatility_is_that_of_pandas(pandas: Any, series: Any, real_returns: list[float]) -> None:
    theirs = logarithms(series).rolling(30, min_periods=20).apply(lambda window: np.std(window, ddof=1), raw=True)
    expected = (theirs * 365**0.5).tolist()
    assert risk.rolling_volatility(real_returns)[:400] == pytest.approx(expected[:400], rel=CLOSE, nan_ok=True)


def test_many_at_once_agree_as_well(empyrical: Any, series: Any, real_returns: list[float]) -> None:
    (found,) = figures_of_each([np.array(real_returns)], risk_free=RATE)
    assert found.sharpe == pytest.approx(empyrical.sharpe_ratio(series, risk_free=RATE, annualization=365), rel=CLOSE)
    assert found.max_drawdown == pytest.approx(-empyrical.max_drawdown(series), rel=CLOSE)


@pytest.mark.parametrize("gaps", [False, True])
def test_correlation_is_that_of_pandas(pandas: Any, real_returns: list[float], gaps: bool) -> None:
    random = np.random.default_rng(1)
    days = min(len(real_returns), 2500)
    matrix = np.array(real_returns[-days:])[:, None] * random.uniform(-1, 1, 12) + random.normal(0, 0.02, (days, 12))
    if gaps:
        matrix[random.random(matrix.shape) < 0.1] = np.nan
        matrix[: days - 40, 3] = np.nan
        matrix[: days - 20, 4] = np.nan
    mine, _ = correlation_matrix(matrix)
    theirs = pandas.DataFrame(matrix).corr(min_periods=30).to_numpy()
    assert mine == pytest.approx(theirs, rel=CLOSE, abs=CLOSE, nan_ok=True)
