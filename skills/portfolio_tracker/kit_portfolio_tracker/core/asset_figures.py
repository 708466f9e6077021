"""The figures of `returns` and `risk` for hundreds of assets at once. FORMULAS §3 and §4.

The definitions are those of the two modules, to the last bit but the order of a sum; what differs is that each series
is an array, so that 500 assets over ten years take as long as a dozen lists of floats. A test holds both together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, isnan, nan, sqrt
from typing import TYPE_CHECKING

from .returns import annualised
from .risk import NOISE, POINTS, VOLATILITY_POINTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(slots=True)
class SeriesFigures:
    """One series; `nan` where there is no figure. `count` is its days with a return."""

    count: int
    twr: float = nan
    volatility: float = nan
    sharpe: float = nan
    sortino: float = nan
    max_drawdown: float = nan
    calmar: float = nan
    value_at_risk: float = nan
    expected_shortfall: float = nan
    best: float = nan
    worst: float = nan


def figures_of_each(
    series: Iterable[NDArray[np.float64]], *, risk_free: float = 0.0, per_year: int = 365, tail: float = 0.05
) -> list[SeriesFigures]:
    """Of each series of daily returns. `risk_free` is per day, and the target of Sortino as well."""
    return [_figures(each, risk_free, per_year, tail) for each in series]


def _figures(series: NDArray[np.float64], risk_free: float, per_year: int, tail: float) -> SeriesFigures:
    import numpy as np

    sample = np.ascontiguousarray(series)
    total = float(sample.sum())
    if isnan(total):
        sample = sample[~np.isnan(sample)]
        total = float(sample.sum())
    count = sample.size
    if not count:
        return SeriesFigures(0)
    mean = total / count
    found = SeriesFigures(count, best=sample.max(), worst=sample.min())
    index = _index(sample, lost=found.worst <= -1)
    found.twr = index[-1] - 1.0
    peaks = np.fmax.accumulate(index)  # the quicker maximum, which asks nothing of nan
    np.maximum(peaks, 1.0, out=peaks)
    found.max_drawdown = 1.0 - float(np.divide(index, peaks, out=peaks).min())
    if count >= VOLATILITY_POINTS and found.worst > -1:
        logs = np.log1p(sample)
        found.volatility = _deviation(logs, logs.sum() / count) * sqrt(per_year)
    if count >= POINTS:
        below = np.minimum(sample - risk_free, 0.0)
        if (deviation := _deviation(sample, mean)) > NOISE:
            found.sharpe = (mean - risk_free) / deviation * sqrt(per_year)
        if (downside := sqrt(float(below @ below) / count)) > NOISE:
            found.sortino = (mean - risk_free) / downside * sqrt(per_year)
        place = (count - 1) * tail
        low, high = floor(place), min(floor(place) + 1, count - 1)
        lowest = np.partition(sample, high)
        worst = lowest[: low + 1]
        mildest = worst.max()
        found.value_at_risk = mildest + (lowest[high] - mildest) * (place - low)
        found.expected_shortfall = worst.sum() / (low + 1)
    if count >= per_year and found.max_drawdown:
        found.calmar = annualised(found.twr, periods=series.size, per_year=per_year) / found.max_drawdown
    return found


def _index(sample: NDArray[np.float64], *, lost: bool) -> NDArray[np.float64]:
    """The TWR index without its starting point; where everything is `lost` it stays."""
    import numpy as np

    index = 1.0 + sample
    np.multiply.accumulate(index, out=index)
    if lost:
        first = int(np.argmax(index <= 0))
        index[first:] = index[first]
    return index


def _deviation(sample: NDArray[np.float64], mean: float) -> float:
    """The sample deviation, n − 1."""
    moves = sample - mean
    return sqrt(float(moves @ moves) / (sample.size - 1))
