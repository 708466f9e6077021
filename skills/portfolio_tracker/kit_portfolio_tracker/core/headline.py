"""The figures over time that stand on the overview: this month's return, thirty days, the deepest fall in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kit import Money, Ratio

from .daily import DailySeries
from .figures import deepest_drawdown
from .performance import Performance, performance, ratio, returns_of
from .periods import Period, parse_period


@dataclass(frozen=True, slots=True)
class Fall:
    """The deepest fall of a period: of the TWR index, below zero, and in money between that very peak and trough.

    `recovery` is the day it was made up for; None while it lasts.
    """

    depth: Ratio
    money: Money
    peak: date
    trough: date
    recovery: date | None


@dataclass(frozen=True, slots=True)
class Headline:
    """None where the ledger has no day of it."""

    month_to_date: Performance | None
    thirty_days: Performance | None
    fall: Fall | None


def headline(series: DailySeries, today: date, currency: str) -> Headline:
    """Of `series`, which begins at the first record. The caller is in exact_math."""
    month = parse_period("30d", today=today)
    return Headline(
        month_to_date=performance(series, parse_period("mtd", today=today), currency, money=False),
        thirty_days=performance(series, month, currency, money=False),
        fall=deepest_fall(series, month, currency),
    )


def deepest_fall(series: DailySeries, period: Period, currency: str) -> Fall | None:
    """The deepest fall within the period; None where nothing fell. The caller is in exact_math."""
    first, last = max(series.place(period.first), 0), series.place(period.last) + 1
    returns = returns_of(series)[first:last]
    days = [series.first + timedelta(days=place) for place in range(first, first + len(returns))]
    found = deepest_drawdown(days, returns) if days else None
    if found is None or (depth := ratio(-found.depth)) is None:
        return None
    way = performance(series, Period("", found.peak + timedelta(days=1), found.trough), currency, money=False)
    return None if way is None else Fall(depth, way.gain, found.peak, found.trough, found.recovery)
