"""How a portfolio did over a period: the one model of the overview, `kit performance` and the report. FORMULAS §3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kit import Money, Ratio

from .daily import DailySeries
from .figures import told
from .money_returns import Flow, gain, modified_dietz, money_weighted
from .periods import Period
from .returns import best_day, chain_breaks, daily_returns, twr, worst_day

_PLACES = 8


@dataclass(frozen=True, slots=True)
class DayReturn:
    """A day and its return."""

    day: date
    value: Ratio


@dataclass(frozen=True, slots=True)
class Performance:
    """A period, cut to the days there are. `before` is the value at the close of the day before its first.

    `gain` is money P&L, `twr` the time-weighted return, `money_weighted` that of each unit of money over the
    `money_days` in which there was some, and `xirr` the same as one a year. `breaks` are days whose gain no return can
    say, `unpriced` what was held without a price, the day before counted in.
    """

    period: Period
    before: Money
    after: Money
    came: Money
    went: Money
    gain: Money
    twr: Ratio | None
    money_weighted: Ratio | None
    xirr: Ratio | None
    money_days: int
    best: DayReturn | None
    worst: DayReturn | None
    breaks: tuple[date, ...]
    unpriced: tuple[str, ...]
    unmatched: int


def ratio(value: float | None) -> Ratio | None:
    """A statistic as a ratio, to twelve digits after the point."""
    figure = told(value)
    return None if figure is None else Ratio(figure)


def amount(value: float) -> Decimal:
    """A daily value as money, to eight digits after the point: a float64 knows no more of it. Zero has no sign."""
    return Decimal(repr(round(value, _PLACES) + 0.0))


def returns_of(series: DailySeries) -> list[float]:
    """The return of each day of the series, from nothing."""
    return daily_returns(series.value, series.inflow, series.outflow)


def cut(period: Period, series: DailySeries) -> Period:
    """The period as far as there are days."""
    return Period(period.label, max(period.first, series.first), min(period.last, series.last))


def performance(series: DailySeries, period: Period, currency: str, *, money: bool = True) -> Performance | None:
    """What `series`, which begins at the first record, says of the period; None where they do not meet.

    Without `money` the money-weighted return is left out. The caller is in exact_math.
    """
    whole = cut(period, series)
    if whole.first > whole.last:
        return None
    mine = series.since(whole.first).until(whole.last)
    place = series.place(whole.first)
    start = series.value[place - 1] if place > 0 else 0.0
    missed = series.unpriced[place - 1 : place] if place > 0 else []
    returns = daily_returns(mine.value, mine.inflow, mine.outflow, before=start)
    before, after = amount(start), amount(mine.value[-1])
    came, went = amount(sum(mine.inflow)), amount(sum(mine.outflow))
    flows = list(_flows(mine))
    weighted = money_weighted(before, after, flows, base=whole.base, last=whole.last) if money else None
    return Performance(
        period=whole,
        before=Money(before, currency),
        after=Money(after, currency),
        came=Money(came, currency),
        went=Money(went, currency),
        gain=Money(gain(before, after, [Flow(whole.last, came), Flow(whole.last, -went)]), currency),
        twr=ratio(twr(returns)),
        money_weighted=ratio(weighted.period) if weighted is not None else None,
        xirr=ratio(weighted.annual) if weighted is not None else None,
        money_days=weighted.days if weighted is not None else 0,
        best=_day(whole.first, returns, best_day(returns)),
        worst=_day(whole.first, returns, worst_day(returns)),
        breaks=tuple(
            whole.first + timedelta(days=place)
            for place in chain_breaks(mine.value, mine.inflow, mine.outflow, before=start)
        ),
        unpriced=tuple(sorted({asset for names in (*mine.unpriced, *missed) for asset in names.split()})),
        unmatched=sum(mine.unmatched),
    )


def modified_dietz_of(series: DailySeries, found: Performance) -> Ratio | None:
    """The return of the period from its ends and flows alone: where its days cannot say one. FORMULAS §3.

    The caller is in exact_math.
    """
    period = found.period
    flows = _flows(series.since(period.first).until(period.last))
    value = modified_dietz(found.before.amount, found.after.amount, flows, base=period.base, last=period.last)
    return ratio(None if value is None else float(value))


def _flows(series: DailySeries) -> Iterator[Flow]:
    for place, (came, went) in enumerate(zip(series.inflow, series.outflow, strict=True)):
        if came != went:
            yield Flow(series.first + timedelta(days=place), amount(came) - amount(went))


def _day(first: date, returns: list[float], place: int | None) -> DayReturn | None:
    value = None if place is None else ratio(returns[place])
    return None if place is None or value is None else DayReturn(first + timedelta(days=place), value)
