"""What a portfolio earned in money, and what each unit of money earned that was in it. FORMULAS §3.

The caller is in exact_math. Flows are signed: in is positive, out is negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_YEAR = 365


@dataclass(frozen=True, slots=True)
class Flow:
    """What crossed the boundary of all accounts on a local day: positive in, negative out."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MoneyWeighted:
    """The rate at which every unit of money grew: over the period, and as one a year (XIRR)."""

    period: float
    annual: float
    days: int

    @property
    def shown(self) -> float:
        """Under a year the period's figure: annualised it would promise what nobody earned."""
        return self.period if self.days < _YEAR else self.annual


def gain(before: Decimal, after: Decimal, flows: Iterable[Flow]) -> Decimal:
    """Money P&L: `V_1 − V_0 − ΣF`."""
    return after - before - sum((flow.amount for flow in flows), Decimal(0))


def modified_dietz(
    before: Decimal, after: Decimal, flows: Iterable[Flow], *, base: date, last: date, inflows_at_start: bool = True
) -> Decimal | None:
    """`(V_1 − V_0 − ΣF) / (V_0 + Σ w_i F_i)`: only where daily values are missing, and labelled so.

    `before` is the value at the close of `base`, `after` at that of `last`. Inflows count from the start of their day,
    as in a daily return, so that Dietz of one day is that day's return; `inflows_at_start=False` counts them from its
    end, as outflows are. None where the denominator is not above 0.
    """
    flows, span = list(flows), (last - base).days
    weighted = before
    for flow in flows:
        left = (last - flow.day).days + (1 if inflows_at_start and flow.amount > 0 else 0)
        weighted += flow.amount * left / span
    return gain(before, after, flows) / weighted if weighted > 0 else None


def xirr(payments: Iterable[tuple[date, Decimal]]) -> float | None:
    """The annual rate at which all payments are worth nothing together: `Σ CF_i / (1+r)^((t_i−t_0)/365) = 0`.

    What is paid in is negative, what comes back positive. None where there is no such rate.
    """
    import pyxirr

    dated = list(payments)
    try:
        return pyxirr.xirr([day for day, _ in dated], [float(amount) for _, amount in dated])
    except pyxirr.InvalidPaymentsError:
        return None


def money_weighted(
    before: Decimal, after: Decimal, flows: Iterable[Flow], *, base: date, last: date
) -> MoneyWeighted | None:
    """The money-weighted return between two closes. None where no rate explains them."""
    payments = [(base, -before), *((flow.day, -flow.amount) for flow in flows), (last, after)]
    payments = [(day, amount) for day, amount in payments if amount]
    annual = xirr(payments)
    if annual is None:
        return None
    days = (last - min(day for day, _ in payments)).days
    return MoneyWeighted(float((1.0 + annual) ** (days / _YEAR)) - 1.0, annual, days)
