"""The expected values of empyrical's own tests, as far as they name a figure that we have.

They are on nine returns or fewer, so the least number of points is waived; a year has 252 days, 52 weeks, 12 months.
Where empyrical answers `nan`, `inf` or 0 for want of points, deviation, loss or drawdown, we have no figure.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from math import isfinite, nan
from pathlib import Path
from typing import Any

import pytest
from kit_portfolio_tracker.core import risk
from kit_portfolio_tracker.core.returns import annualised, known, twr

PER_YEAR = {"daily": 252, "weekly": 52, "monthly": 12}


def _total(returns: list[float], _: int) -> float | None:
    return twr(returns)


def _annual_return(returns: list[float], per_year: int) -> float | None:
    total = twr(returns)
    return None if total is None else annualised(total, periods=len(returns), per_year=per_year)


def _fall(returns: list[float], _: int) -> float | None:
    depth = risk.max_drawdown(returns)
    return None if depth is None else -depth


def _sharpe(returns: list[float], per_year: int) -> float | None:
    return risk.sharpe(returns, per_year=per_year, points=2)


def _sharpe_of_a_period(returns: list[float], _: int) -> float | None:
    return risk.sharpe(returns, per_year=1, points=2)


def _sortino(returns: list[float], per_year: int) -> float | None:
    return risk.sortino(returns, per_year=per_year, points=1)


def _calmar(returns: list[float], per_year: int) -> float | None:
    return risk.calmar(returns, per_year=per_year, points=1)


def _deviation(returns: list[float], per_year: int) -> float | None:
    """empyrical's volatility is of simple returns: what Sharpe divides by."""
    return _divisor(returns, per_year, _sharpe(returns, per_year))


def _downside(returns: list[float], per_year: int) -> float | None:
    """What Sortino divides by."""
    return _divisor(returns, per_year, _sortino(returns, per_year))


def _divisor(returns: list[float], per_year: int, ratio: float | None) -> float | None:
    sample = known(returns)
    return sum(sample) / len(sample) * per_year / ratio if ratio else None


ANSWERS: dict[str, Callable[[list[float], int], float | None]] = {
    "test_cum_returns_final": _total,
    "test_annual_ret": _annual_return,
    "test_cagr": _annual_return,
    "test_annual_volatility": _deviation,
    "test_max_drawdown": _fall,
    "test_calmar": _calmar,
    "test_sharpe_ratio": _sharpe,
    "test_excess_sharpe": _sharpe_of_a_period,
    "test_sortino": _sortino,
    "test_downside_risk": _downside,
}
BESIDES = ("risk_free", "required_return", "factor_returns")


def _excess(returns: list[float], params: dict[str, Any], series: dict[str, list[float]]) -> list[float]:
    """The returns over the rate, the target or the benchmark of the case, a number or a series."""
    over = next((params[name] for name in BESIDES if name in params), 0.0)
    beside = series[over] if isinstance(over, str) else [over] * len(returns)
    return [each - other for each, other in zip(returns, beside, strict=True)]


def test_the_values_that_empyrical_expects_of_itself_come_out(data: Path) -> None:
    document = json.loads((data / "reference/empyrical_cases.json").read_text(encoding="utf-8"))
    percents = document["series_percent"]
    series = {name: [nan if each is None else each / 100 for each in values] for name, values in percents.items()}
    compared = []
    for case in document["cases"]:
        name, params = case["test"], case["params"]
        expected = params.get("expected")
        if name not in ANSWERS or params.get("starting_value") or isinstance(expected, str):
            continue
        found = ANSWERS[name](
            _excess(series[params["returns"]], params, series), PER_YEAR[params.get("period", "daily")]
        )
        if found is None:
            assert expected is None or not isfinite(expected) or expected == 0, case
        else:
            rounded = 1e-4 if name == "test_cum_returns_final" else 1e-12
            assert found == pytest.approx(expected, rel=1e-12, abs=rounded), case
            compared.append(name)
    assert len(compared) == 34
    assert set(compared) == set(ANSWERS)
