"""Thresholds on parts of one whole, such as each asset's share of a portfolio.

When one asset's price moves, the whole does, and with it the share of every other asset. But share > s means
whole < part / s: while its part stays, a share rule is a threshold on the whole. So each part knows between which
wholes nothing happens to it, and all of them together between which nothing happens to anybody. A tick looks at the
part that moved, and at the others only when the whole leaves that common interval; then it is found anew. The
interval may be too narrow (parts that moved back widen it again only then), never too wide.

Run under `exact_math`: bounds are products, so that nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Generic, TypeVar

from .levels import INFINITY, NOTHING, Flip, Levels

_Name = TypeVar("_Name", bound=Hashable)
_ZERO = Decimal(0)
# Only guards are rounded, and inwards: within them nothing happens for certain, beyond them it is looked at exactly.
_UP = Context(prec=18, rounding=ROUND_CEILING)
_DOWN = Context(prec=18, rounding=ROUND_FLOOR)


@dataclass(slots=True)
class _Part:
    levels: Levels
    amount: Decimal | None = None


class Shares(Generic[_Name]):
    """The thresholds on the shares of several parts of one whole."""

    def __init__(self, levels: Mapping[_Name, Levels]) -> None:
        self._parts = {name: _Part(each) for name, each in levels.items()}
        self._low, self._high = INFINITY, -INFINITY

    def observe(self, moved: Mapping[_Name, Decimal], whole: Decimal) -> list[Flip]:
        """What changes when these parts are worth so much now and the whole `whole`, which is more than nothing.

        Parts that moved together come together: a new whole beside an old part would be a share that never was.
        """
        changed = []
        for name, amount in moved.items():
            part = self._parts.get(name)
            if part is not None and amount != part.amount:
                part.amount = amount
                changed.append(part)
        flips: list[Flip] = []
        if not self._low < whole < self._high:
            for part in self._parts.values():
                flips += _looked_at(part, whole)
            self._find()
            return flips
        for part in changed:
            flips += _looked_at(part, whole)
            low, high = _guards(part)
            self._low, self._high = max(self._low, low), min(self._high, high)
        return flips

    def _find(self) -> None:
        bounds = [_guards(each) for each in self._parts.values()]
        self._low = max((low for low, _ in bounds), default=_ZERO)
        self._high = min((high for _, high in bounds), default=INFINITY)


def _looked_at(part: _Part, whole: Decimal) -> list[Flip]:
    """Its flips: nothing while low × whole < amount < high × whole, which needs no division."""
    if part.amount is None:
        return []
    levels = part.levels
    if levels.low * whole < part.amount < levels.high * whole:
        return list(NOTHING)
    return list(levels.observe(part.amount / whole))


def _guards(part: _Part) -> tuple[Decimal, Decimal]:
    """Strictly between which wholes nothing happens to the part while its amount stays."""
    if part.amount is None:
        return _ZERO, INFINITY
    low, high = part.levels.low, part.levels.high
    if part.amount <= 0:
        return (_ZERO, INFINITY) if low < 0 < high else (INFINITY, -INFINITY)
    least = _UP.divide(part.amount, high) if high > 0 else INFINITY
    most = _DOWN.divide(part.amount, low) if low > 0 else INFINITY
    return least, most
