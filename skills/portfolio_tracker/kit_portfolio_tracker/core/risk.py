"""How a portfolio swings: the figures of FORMULAS §4, each from daily returns as `returns.daily_returns` gives them.

Days without a return (`nan`) are left out of every sample. A figure is None below its least number of points, and where
its formula has no answer; `figures` says which. Rates are per period, like the returns; `rate_per_period` makes one of
an annual rate. `per_year` is 365 for what trades every day, 252 for what does not. Plain floats, like `returns`.
"""

from __future__ import annotations

from itertools import accumulate
from math import floor, fsum, log1p, nan, sqrt
from operator import mul, truediv

from .returns import annualised, known, twr, twr_index

VOLATILITY_POINTS = 20
POINTS = 30
NOISE = 1e-14  # a deviation that is the arithmetic's and not the market's


def rate_per_period(annual: float, *, per_year: int = 365) -> float:
    """The rate that, compounded over a year's periods, makes the annual one."""
    return float((1.0 + annual) ** (1.0 / per_year)) - 1.0


def volatility(returns: list[float], *, per_year: int = 365, points: int = VOLATILITY_POINTS) -> float | None:
    """Annualised: the sample deviation (n − 1) of `ln(1 + r_d)` × √per_year. FORMULAS §4.

    None where a day lost everything: that has no logarithm.
    """
    sample = known(returns)
    if len(sample) < max(points, 2) or min(sample) <= -1:
        return None
    return _deviation(list(map(log1p, sample))) * sqrt(per_year)


def sharpe(returns: list[float], *, risk_free: float = 0.0, per_year: int = 365, points: int = POINTS) -> float | None:
    """`mean(r_d − rf) / deviation(r_d − rf, n − 1) × √per_year`. FORMULAS §4; Sharpe 1994, eq. 3–6.

    None where nothing deviates.
    """
    sample = [each - risk_free for each in known(returns)]
    if len(sample) < max(points, 2):
        return None
    deviation = _deviation(sample)
    return fsum(sample) / len(sample) / deviation * sqrt(per_year) if deviation > NOISE else None


def sortino(returns: list[float], *, target: float = 0.0, per_year: int = 365, points: int = POINTS) -> float | None:
    """`mean(r_d − target) / √(Σ min(0, r_d − target)² / N) × √per_year`, N being all days. FORMULAS §4.

    None where no day fell below the target.
    """
    sample = [each - target for each in known(returns)]
    if len(sample) < max(points, 1):
        return None
    downside = sqrt(fsum([each * each for each in sample if each < 0]) / len(sample))
    return fsum(sample) / len(sample) / downside * sqrt(per_year) if downside > NOISE else None


def drawdowns(returns: list[float]) -> list[float]:
    """How far below its highest point so far the TWR index stood: 0 at a peak, 1 when all is lost. FORMULAS §4.

    One longer than `returns`: the starting point is the first peak. Above 1 only where more was lost than was there.
    """
    return [1.0 - height for height in _heights(returns)]


def max_drawdown(returns: list[float]) -> float | None:
    """The deepest of `drawdowns`. None without a single return."""
    return 1.0 - min(_heights(returns)) if known(returns) else None


def calmar(returns: list[float], *, per_year: int = 365, points: int | None = None) -> float | None:
    """The annualised TWR for each unit of the deepest drawdown. Young 1991.

    At least a year of points unless told otherwise: less than a year is not annualised. Days without a return count as
    time that passed. None where nothing ever fell.
    """
    total, deepest = twr(returns), max_drawdown(returns)
    if total is None or not deepest or len(known(returns)) < (per_year if points is None else points):
        return None
    return annualised(total, periods=len(returns), per_year=per_year) / deepest


def value_at_risk(returns: list[float], *, tail: float = 0.05, points: int = POINTS) -> float | None:
    """The return of a day that only the worst `tail` of days fall below, as history had it; a loss is negative.

    The quantile between two days is interpolated linearly (Hyndman and Fan 1996, type 7).
    """
    ordered = sorted(known(returns))
    if len(ordered) < max(points, 1):
        return None
    place = (len(ordered) - 1) * tail
    low = floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def expected_shortfall(returns: list[float], *, tail: float = 0.05, points: int = POINTS) -> float | None:
    """The mean return of the days at or below `value_at_risk`; a loss is negative."""
    ordered = sorted(known(returns))
    if len(ordered) < max(points, 1):
        return None
    worst = ordered[: floor((len(ordered) - 1) * tail) + 1]
    return fsum(worst) / len(worst)


def rolling_volatility(
    returns: list[float], *, window: int = 30, per_year: int = 365, points: int = VOLATILITY_POINTS
) -> list[float]:
    """The volatility of the `window` days up to each day; `nan` where that has none."""
    rolled = []
    for end in range(1, len(returns) + 1):
        found = volatility(returns[max(0, end - window) : end], per_year=per_year, points=points)
        rolled.append(nan if found is None else found)
    return rolled


def _heights(returns: list[float]) -> list[float]:
    """The TWR index as a part of its highest point so far."""
    index = twr_index(returns)
    return list(map(truediv, index, accumulate(index, max)))


def _deviation(sample: list[float]) -> float:
    """The sample deviation, n − 1."""
    mean = fsum(sample) / len(sample)
    moves = [each - mean for each in sample]
    return sqrt(fsum(map(mul, moves, moves)) / (len(sample) - 1))
