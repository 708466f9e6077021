"""Which assets move together: Pearson's correlation of daily log returns. FORMULAS §4.

A pair is compared over the days on which both have a return; with fewer than 30 of them it has no figure. Without gaps
the matrix is one product of matrices. With gaps each sum of Pearson's formula, over the days of both, is a product: of
the returns, of their squares, and of the masks that say where there is one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

POINTS = 30
ALIKE = 0.8
_NOISE = 1e-14  # a deviation that is the arithmetic's and not the market's


@dataclass(frozen=True, slots=True)
class Correlation:
    """Of two assets: between −1 and 1, or None with too few days in common or where one of them never moved."""

    first: str
    second: str
    value: float | None
    days: int


def correlations(assets: Sequence[str], closes: NDArray[np.float64], *, points: int = POINTS) -> list[Correlation]:
    """Of every pair, in the order of `assets`. `closes` is days × assets, `nan` where a day has no price."""
    matrix, days = correlation_matrix(log_returns(closes), points=points)
    values, counts = matrix.tolist(), days.tolist()
    return [
        Correlation(assets[one], assets[other], _told(values[one][other]), counts[one][other])
        for one, other in combinations(range(len(assets)), 2)
    ]


def alike(pairs: Sequence[Correlation], stablecoins: Collection[str]) -> list[Correlation]:
    """The pairs to warn of: 0.8 or more, unless both are stablecoins. FORMULAS §4."""
    return [
        pair
        for pair in pairs
        if pair.value is not None
        and pair.value >= ALIKE
        and not (pair.first in stablecoins and pair.second in stablecoins)
    ]


def _told(value: float) -> float | None:
    return None if isnan(value) else value


def log_returns(closes: NDArray[np.float64]) -> NDArray[np.float64]:
    """`ln(p_d ÷ p_{d−1})` down each column, one row fewer; `nan` unless both days have a price above 0."""
    import numpy as np

    return np.diff(np.log(np.where(closes > 0, closes, np.nan)), axis=0)


def correlation_matrix(
    returns: NDArray[np.float64], *, points: int = POINTS
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Pearson of every two columns, and the days each pair has in common; `nan` where there is no figure."""
    import numpy as np

    here = ~np.isnan(returns)
    if here.all():
        moves = returns - returns.mean(axis=0)
        days = np.full((returns.shape[1],) * 2, len(returns), dtype=np.int64)
        together = moves.T @ moves
        alone = np.broadcast_to(together.diagonal()[:, None], together.shape)
        least = days * _NOISE**2
    else:
        present = here.astype(np.float64)
        own = present.sum(axis=0)
        moves = np.where(here, returns, 0.0)
        moves = np.where(here, moves - moves.sum(axis=0) / np.maximum(own, 1.0), 0.0)
        days = (present.T @ present).round().astype(np.int64)
        common = np.maximum(days, 1)
        sums, squares = moves.T @ present, (moves * moves).T @ present
        together = moves.T @ moves - sums * sums.T / common
        alone = squares - sums * sums / common
        least = days * _NOISE**2 + squares * _NOISE
    figured = (days >= max(points, 2)) & (alone > least) & (alone > least).T
    scale = np.sqrt(np.where(figured, alone * alone.T, 1.0))
    return np.where(figured, np.clip(together / scale, -1.0, 1.0), np.nan), days
