"""Fewer points that draw the same line: no peak, trough or gap is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Point:
    """The `at`-th of a line's figures."""

    at: int
    value: Decimal | float


def runs(values: Sequence[Decimal | float | None]) -> Iterator[list[Point]]:
    """The stretches of `values` between the gaps."""
    for missing, stretch in groupby(enumerate(values), key=lambda pair: pair[1] is None):
        if not missing:
            yield [Point(at, value) for at, value in stretch if value is not None]


def thinned(run: Sequence[Point], places: Sequence[float], columns: int) -> list[Point]:
    """`run` with at most four points in each of `columns`: the first, the last, the highest and the lowest.

    `places` tells where each figure of the whole line lies, from 0 to 1.
    """
    kept: list[Point] = []
    for _, column in groupby(run, key=lambda point: int(places[point.at] * columns)):
        points = list(column)
        ends = points[0], points[-1]
        extremes = min(points, key=lambda point: point.value), max(points, key=lambda point: point.value)
        kept += sorted({*ends, *extremes}, key=lambda point: point.at)
    return kept
