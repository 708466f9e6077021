"""A portfolio beside something it might have been: BTC, ETH, the S&P 500. FORMULAS §4.

Both have the same days: over those on which its market was closed, a benchmark's closes are carried forward
(`day_rates`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Matched:
    """The same deposits and withdrawals, into the benchmark: its value at the close of each day.

    A withdrawal may take more than is left, first at the place `exhausted`; then nothing is left until the next
    deposit. `short` is all that could not be paid out.
    """

    values: tuple[Decimal, ...]
    exhausted: int | None
    short: Decimal


def price_return(closes: Sequence[Decimal | None]) -> float | None:
    """From the first close to the last: the TWR of holding it. None where either is missing."""
    first, last = (closes[0], closes[-1]) if closes else (None, None)
    return float(last / first) - 1.0 if first and last is not None else None


def ahead(portfolio: float | None, benchmark: float | None) -> float | None:
    """By how many percentage points the portfolio did better over the same window."""
    return None if portfolio is None or benchmark is None else (portfolio - benchmark) * 100


def flow_matched(
    units: Decimal, inflows: Sequence[Decimal], outflows: Sequence[Decimal], closes: Sequence[Decimal]
) -> Matched:
    """The same money into the benchmark, of which there were `units` before. The caller is in exact_math.

    Flows and closes are of the same days. What comes and goes buys and sells at the close of its day, the price at
    which it is valued (§5), so that whoever did just that is neither ahead nor behind. Long and Nickels 1996.
    """
    short, exhausted, values = _NONE, None, []
    for place, (inflow, outflow, close) in enumerate(zip(inflows, outflows, closes, strict=True)):
        units += (inflow - outflow) / close
        if units < 0:
            short -= units * close
            units = _NONE
            exhausted = place if exhausted is None else exhausted
        values.append(units * close)
    return Matched(tuple(values), exhausted, short)
