"""What a portfolio earned in money, and what each unit of money earned that was in it. FORMULAS §3.

The caller is in exact_math. Flows are signed: in is positive, out is negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite

_YEAR = 365


@dataclass(frozen=True, slots=True)
class Flow:
    """What crossed the boundary of all accounts on a local day: positive in, negative out."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MoneyWeighted:
    """The rate at which every unit of money grew: over the `days` in which there was some, and as one a year (XIRR).

    `annual` is None where a few days, made a year, leave what a number can say.
    """

    period: float
    annual: float | None
    days: int


def gain(before: Decimal, after: Decimal, flows: Iterable[Flow]) -> Decimal:
    """Money P&L: `V_1 − V_0 − ΣF`."""
    return after - before - sum((flow.amount for flow in flows), Decimal(0))


def modified_dietz(
    before: Decimal, after: Decimal, flows: Iterable[Flow], *, base: date, last: date, inflows_at_start: bool = True
) -> Decimal | None:
    """`(V_1 − V_0 − ΣF) / (V_0 + Σ w_i F_i)`: only where daily values are missing, and labelled so.

    `before` is the value at the close of `base`, `after` at that of `last`; `flows` are of the days after `base` up to
    `last`. Inflows count from the start of their day, as in a daily return, so that Dietz of one day is that day's
    return; with `inflows_at_start=False` from its end, as outflows do. None where the denominator is not above 0.
    """
    flows, span = list(flows), (last - base).days
    weighted = before
    for flow in flows:
        left = (last - flow.day).days + (1 if inflows_at_start and flow.amount > 0 else 0)
        weighted += flow.amount * left / span
    return gain(before, after, flows) / weighted if weighted > 0 else None


def xirr(payments: Iterable[tuple[date, Decimal]]) -> float | None:
    """The annual rate at which all payments are worth nothing together: `Σ CF_i / (1+r)^((t_i−t_0)/365) = 0`.

    What is paid in is negative, what comes back positive. None where there is no such rate. Where signs change twice
    there may be two; it is the one found first from 10 % on. A rate near −100 % escapes the search; seen backwards in
    time it is a gain, `1 / (1+r)`, and found.
    """
    dated = [(day, float(amount)) for day, amount in payments]
    rate = _found(dated)
    if rate is None and dated:
        first, last = min(dated)[0], max(dated)[0]
        back = _found([(first + (last - day), amount) for day, amount in dated])
        rate = None if back is None else 1.0 / (1.0 + back) - 1.0
    return rate


def money_weighted(
    before: Decimal, after: Decimal, flows: Iterable[Flow], *, base: date, last: date
) -> MoneyWeighted | None:
    """The money-weighted return from the close of `base` to that of `last`. None where no rate explains them.

    The rate of a few days, made a year, is too great for a number or too near −100 %, and so is that of years in which
    almost all was lost. There each day is taken for a year, as far as the calendar goes, which gives the rate of a day.
    """
    payments = [(base, -before), *((flow.day, -flow.amount) for flow in flows), (last, after)]
    payments = [(day, amount) for day, amount in payments if amount]
    start = min((day for day, _ in payments), default=last)
    days = (last - start).days
    if not days:
        return None
    if not after and all(amount < 0 for _, amount in payments):
        return MoneyWeighted(-1.0, -1.0, days)
    stretched = min(_YEAR, (date.max - date.min).days // days)
    for times in (1, stretched) if days >= _YEAR else (stretched,):
        rate = xirr((date.min + (day - start) * times, amount) for day, amount in payments)
        annual, period = _over(rate, times), _over(rate, days * times / _YEAR)
        if period is not None:
            return MoneyWeighted(period, annual, days)
    return None


def _found(dated: list[tuple[date, float]]) -> float | None:
    import pyxirr

    try:
        rate = pyxirr.xirr([day for day, _ in dated], [amount for _, amount in dated])
    except pyxirr.InvalidPaymentsError:
        return None
    return rate if rate is not None and isfinite(rate) and rate > -1 else None


def _over(rate: float | None, times: float) -> float | None:
    """A rate compounded so many times; None where that is beyond a number."""
    try:
        return None if rate is None else float((1.0 + rate) ** times) - 1.0
    except OverflowError:
        return None
