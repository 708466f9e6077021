"""Thresholds on one value, indexed: a tick costs what it crosses, however many thresholds there are.

Each condition waits for exactly one level: a value beyond it that makes it hold, or, once it holds, a value that is
back by the band, which makes it hold no more (so a value that trembles on its threshold fires once). All that wait for
a rising value are a heap, the least on top; all that wait for a falling one another. Between the two tops nothing can
happen: a tick in there costs two comparisons. One that crosses k of n levels costs O(k log n).

Run under `exact_math`: levels are compared, never rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import heapify, heappop, heappush

from .rules import Operator

Place = tuple[int, int]
"""A rule's number and which of its conditions."""
INFINITY = Decimal("Infinity")
_ZERO = Decimal(0)


@dataclass(slots=True)
class Threshold:
    """One condition's. `holds` is what is known from before, None where nothing is; of an `at`, whether it was above.

    `moved` says that an `at` was reached before, so that the value has to leave its band first.
    """

    place: Place
    operator: Operator
    level: Decimal
    band: Decimal
    holds: bool | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Flip:
    """A condition that holds now, or holds no more. `first` is no crossing: nothing was known of it before."""

    threshold: Threshold
    holds: bool
    first: bool = False


NOTHING: Sequence[Flip] = ()


class Levels:
    """The thresholds on one value. Strictly between `low` and `high` nothing happens."""

    __slots__ = ("_falling", "_new", "_rising", "high", "low")

    def __init__(self, thresholds: Iterable[Threshold]) -> None:
        self.low, self.high = -INFINITY, INFINITY
        self._rising: list[tuple[Decimal, bool, Place, Threshold]] = []
        self._falling: list[tuple[Decimal, bool, Place, Threshold]] = []
        self._new: list[Threshold] = []
        for each in thresholds:
            if each.holds is None:
                self._new.append(each)
            else:
                level, strictly, rises = _waits_for(each)
                heap = self._rising if rises else self._falling
                heap.append((level if rises else -level, strictly, each.place, each))
        heapify(self._rising)
        heapify(self._falling)
        self._narrow()

    def observe(self, value: Decimal) -> Sequence[Flip]:
        """What the value changes."""
        if self.low < value < self.high:
            return NOTHING
        flips = [self._first(each, value) for each in self._new]
        self._new.clear()
        for heap, reached in ((self._rising, value), (self._falling, -value)):
            while heap and (heap[0][0] < reached or (heap[0][0] == reached and not heap[0][1])):
                flips.append(self._flip(heappop(heap)[3]))
        self._narrow()
        return flips

    def _first(self, threshold: Threshold, value: Decimal) -> Flip:
        below = threshold.operator is Operator.BELOW
        threshold.holds = value < threshold.level if below else value > threshold.level
        threshold.moved = value == threshold.level
        self._wait(threshold)
        return Flip(threshold, threshold.holds and threshold.operator is not Operator.AT, first=True)

    def _flip(self, threshold: Threshold) -> Flip:
        threshold.holds = not threshold.holds
        threshold.moved = True
        self._wait(threshold)
        return Flip(threshold, threshold.operator is Operator.AT or threshold.holds)

    def _wait(self, threshold: Threshold) -> None:
        level, strictly, rises = _waits_for(threshold)
        heap = self._rising if rises else self._falling
        heappush(heap, (level if rises else -level, strictly, threshold.place, threshold))

    def _narrow(self) -> None:
        self.high = self._rising[0][0] if self._rising else INFINITY
        self.low = -self._falling[0][0] if self._falling else -INFINITY
        if self._new:
            self.low = self.high  # the next value is looked at, whatever it is


def _waits_for(threshold: Threshold) -> tuple[Decimal, bool, bool]:
    """(level, whether it has to be passed and not just reached, whether by rising)."""
    level, band = threshold.level, threshold.band
    match threshold.operator:
        case Operator.ABOVE:
            return (level - band, False, False) if threshold.holds else (level, True, True)
        case Operator.BELOW:
            return (level + band, False, True) if threshold.holds else (level, True, False)
        case Operator.AT:
            away = band if threshold.moved else _ZERO
            passed = threshold.moved and not band
            return (level - away, passed, False) if threshold.holds else (level + away, passed, True)
