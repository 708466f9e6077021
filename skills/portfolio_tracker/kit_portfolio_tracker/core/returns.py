"""What a portfolio earned, whatever was paid in or taken out. FORMULAS §3.

A day's return is `nan` where there is none: nothing was there, or the chain breaks (`chain_breaks`). Returns are
lists of plain floats (an array gives its `tolist()`): importing numpy takes longer than a whole report of ten years.
"""

from __future__ import annotations

from itertools import accumulate, filterfalse
from math import isnan, nan
from operator import mul

TYPE_CHECKING = False  # that of typing would take half as long to import as all the rest
if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTHING = 1e-9  # of any currency; what the sums of floats leave where all is gone
_NOISE = 1e-14  # what dividing two floats leaves of a change of nothing


def daily_returns(
    values: Sequence[float], inflows: Sequence[float], outflows: Sequence[float], *, before: float = 0.0
) -> list[float]:
    """`(V_d + out_d) / (V_{d-1} + in_d) − 1` of each day. FORMULAS §3.

    Inflows count from the start of their day, outflows until its end; both are given as positive amounts. `before` is
    the value at the close of the day before the first. `nan` where the denominator is not above 0.
    """
    returns = []
    for value, inflow, outflow in zip(values, inflows, outflows, strict=True):
        start = before + inflow
        if start > _NOTHING:
            change = (value + outflow) / start - 1.0
            returns.append(change if abs(change) > _NOISE else 0.0)
        else:
            returns.append(nan)
        before = value
    return returns


def chain_breaks(
    values: Sequence[float], inflows: Sequence[float], outflows: Sequence[float], *, before: float = 0.0
) -> list[int]:
    """The places of the days whose gain or loss no return can say: the chain breaks there. FORMULAS §3.

    The denominator is not above 0 though something was or came there. A day with nothing at all breaks nothing.
    """
    broken = []
    for place, (value, inflow, outflow) in enumerate(zip(values, inflows, outflows, strict=True)):
        start = before + inflow
        if start < -_NOTHING or (start <= _NOTHING and abs(value + outflow) > _NOTHING):
            broken.append(place)
        before = value
    return broken


def known(returns: list[float]) -> list[float]:
    """The returns there are: the sample of every statistic."""
    return list(filterfalse(isnan, returns)) if isnan(sum(returns)) else returns


def twr(returns: list[float]) -> float | None:
    """The time-weighted return: `Π(1 + r_d) − 1`. FORMULAS §3. None without a single return."""
    return twr_index(returns)[-1] - 1.0 if known(returns) else None


def twr_index(returns: list[float]) -> list[float]:
    """What one unit became, day by day, with its starting point: one longer than `returns`. FORMULAS §4.

    A day without a return changes nothing. When everything is lost there is nothing to go on from: an index that has
    come to 0, or below it with borrowed money, stays there.
    """
    growth = [1.0 if isnan(each) else 1.0 + each for each in returns]
    index = list(accumulate(growth, mul, initial=1.0))
    if min(growth, default=1.0) <= 0:
        lost = next(place for place, each in enumerate(index) if each <= 0)
        index[lost:] = [index[lost]] * (len(index) - lost)
    return index


def annualised(total: float, *, periods: float, per_year: int = 365) -> float:
    """A total return as one a year. −1 where everything was lost."""
    return float((1.0 + total) ** (per_year / periods)) - 1.0 if total > -1 else -1.0


def best_day(returns: list[float]) -> int | None:
    """The place of the highest return, the first of equal ones. None without a single return."""
    return max(_places(returns), key=returns.__getitem__, default=None)


def worst_day(returns: list[float]) -> int | None:
    """The place of the lowest return, the first of equal ones. None without a single return."""
    return min(_places(returns), key=returns.__getitem__, default=None)


def _places(returns: list[float]) -> list[int]:
    return [place for place, each in enumerate(returns) if not isnan(each)]
