"""The axes of a chart: round figures and round days, and how they read.

Ticks are exact: whole multiples of 1, 2 or 5 times a power of ten.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from ..money import EXACT, Money, Ratio, exact_math
from ..replies import Chart, Value
from .figures import with_unit

_SCALES = (("T", 12), ("B", 9), ("M", 6))
_LARGEST_WRITTEN_OUT = Decimal("1e18")
_LONGEST_TAIL = 12
_FINEST_OF_A_SCALE = 3  # digits behind the point of “$1.25M”
_ALMOST_EQUAL = 1e-12


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, from 0 (its start) to 1 (its end), and what stands there."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """From the lowest of an axis to the highest."""

    low: float
    high: float

    def place(self, value: Decimal | float) -> float:
        """From 0 at the lowest to 1 at the highest."""
        return (float(value) - self.low) / (self.high - self.low)

    def at(self, place: float) -> float:
        """What lies at a place."""
        return self.low + (self.high - self.low) * place


def figure_scale(chart: Chart) -> Scale:
    """What the figures of `chart` span. An area stands on zero; equal figures get room around them."""
    values = [float(value) for line in chart.lines for value in line.values if value is not None]
    values += [float(marker.y) for marker in chart.markers]
    if chart.kind == "area":
        values.append(0.0)
    low, high = min(values), max(values)
    if high - low <= _ALMOST_EQUAL * max(abs(low), abs(high)):
        room = abs(high) / 10 or 1.0
        return Scale(low - room, high + room)
    return Scale(low, high)


@exact_math()
def figure_ticks(scale: Scale, unit: str, *, at_most: int) -> list[Tick]:
    """Up to `at_most` round figures within `scale`, all written alike: “$15,000”, “$1.5M”, “20%”."""
    for step in _steps((scale.high - scale.low) / at_most):
        first, last = math.ceil(Decimal(scale.low) / step), math.floor(Decimal(scale.high) / step)
        if last - first < at_most:
            values = [at * step for at in range(first, last + 1)]
            texts = _written(values, step, unit)
            return [Tick(scale.place(value), text) for value, text in zip(values, texts, strict=True)]
    raise AssertionError("steps grow without end")  # pragma: no cover


def of_unit(value: Decimal | float | None, unit: str) -> Value:
    """A figure of a chart as a value: money, a ratio, a bare number."""
    if value is None:
        return None
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if unit == "%":
        return Ratio(number)
    return Money(number, unit) if unit else number


def _steps(least: float) -> Iterator[Decimal]:
    """1, 2 and 5 times the powers of ten, from about `least` on."""
    power = math.floor(math.log10(least))
    return (Decimal(digit).scaleb(at) for at in count(power) for digit in (1, 2, 5))


def _written(values: list[Decimal], step: Decimal, unit: str) -> list[str]:
    """The ticks' texts, with as many digits as tell them apart."""
    if unit == "%":
        values, step = [100 * value for value in values], 100 * step
    largest = max(map(abs, values))
    finest = -step.adjusted()
    if largest >= _LARGEST_WRITTEN_OUT or finest > _LONGEST_TAIL:
        digits = max(largest.adjusted() + finest, 0)
        return [_signed(value, f"{abs(value):.{digits}e}" if value else "0", unit) for value in values]
    fitting = [(s, tens) for s, tens in _SCALES if largest.adjusted() >= tens and finest + tens <= _FINEST_OF_A_SCALE]
    suffix, tens = fitting[0] if fitting else ("", 0)
    tail = max(finest + tens, 0)
    if tail == 1 and not suffix and unit not in ("", "%"):
        tail = 2  # cents
    return [
        _signed(value, f"{abs(value).scaleb(-tens, EXACT):,.{tail}f}{suffix}" if value else "0", unit)
        for value in values
    ]


def _signed(value: Decimal, digits: str, unit: str) -> str:
    sign = "-" if value < 0 else ""
    if unit == "%":
        return f"{sign}{digits}%"
    return sign + (with_unit(digits, unit) if unit else digits)
