"""How a portfolio did and how it swings, beside what else one might have bought. FORMULAS §3 and §4."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import isnan

from kit import Money, Ratio

from .asset_figures import SeriesFigures
from .benchmark import ahead, flow_matched, price_return
from .daily import DailySeries
from .figures import RiskFigures, risk_figures
from .headline import Fall, deepest_fall
from .performance import Performance, amount, cut, performance, ratio, returns_of
from .periods import Period, parse_period
from .returns import known

_SATURDAY = 5
EVERY_DAY, WEEKDAYS = 365, 252


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What the portfolio is measured against. What needs a close that is missing is None.

    `points` is by how many percentage points the portfolio's TWR was higher. `same_money` is what the same deposits and
    withdrawals into it would be worth, `short` what of a withdrawal it could not have paid.
    """

    name: str
    asset: str
    twr: Ratio | None
    points: Decimal | None
    same_money: Money | None
    difference: Money | None
    short: Money | None


@dataclass(frozen=True, slots=True)
class AssetAnalytics:
    """The price of a held asset over the period, whatever was bought or sold of it; None with too few days."""

    asset: str
    days: int
    change: Ratio | None
    volatility: Ratio | None
    sharpe: Decimal | None
    max_drawdown: Ratio | None


@dataclass(frozen=True, slots=True)
class Sample:
    """The returns of a period, day by day: the sample of its statistics; NaN where a day has none."""

    days: tuple[date, ...]
    returns: tuple[float, ...]
    per_year: int


@dataclass(frozen=True, slots=True)
class Analytics:
    """Returns are TWR: trailing 1, 7 and 30 days, since New Year. `risk` and `fall` are over `performance.period`."""

    performance: Performance
    daily: Ratio | None
    weekly: Ratio | None
    monthly: Ratio | None
    ytd: Ratio | None
    risk: RiskFigures
    fall: Fall | None
    days: int
    per_year: int
    risk_free: Decimal
    benchmarks: tuple[Benchmark, ...]
    assets: tuple[AssetAnalytics, ...]


def sample_of(series: DailySeries, period: Period, *, quoted: Collection[date] | None) -> Sample:
    """The period's returns.

    `quoted` are the days that forex has a quote of, None for what trades every day. Weekends are left out then, and
    days without a quote on which nothing happened either; where it is empty, weekends alone.
    """
    whole = cut(period, series)
    first, last = series.place(whole.first), series.place(whole.last) + 1
    days = [series.first + timedelta(days=place) for place in range(first, last)]
    dated = [
        (day, each)
        for day, each in zip(days, returns_of(series)[first:last], strict=True)
        if quoted is None or (day.weekday() < _SATURDAY and (not quoted or day in quoted or each))
    ]
    per_year = EVERY_DAY if quoted is None else WEEKDAYS
    return Sample(tuple(day for day, _ in dated), tuple(each for _, each in dated), per_year)


def analytics(
    series: DailySeries,
    found: Performance,
    sample: Sample,
    benchmarks: Sequence[Benchmark],
    assets: Sequence[AssetAnalytics],
    *,
    risk_free: Decimal,
) -> Analytics:
    """Of a period that the series has days of. The caller is in exact_math."""
    currency, today = found.after.currency, series.last

    def trailing(word: str) -> Ratio | None:
        each = performance(series, parse_period(word, today=today), currency, money=False)
        return None if each is None else each.twr

    returns = list(sample.returns)
    return Analytics(
        performance=found,
        daily=trailing("1d"),
        weekly=trailing("7d"),
        monthly=trailing("30d"),
        ytd=trailing("ytd"),
        risk=risk_figures(returns, risk_free=float(risk_free), per_year=sample.per_year),
        fall=deepest_fall(series, found.period, currency),
        days=len(known(returns)),
        per_year=sample.per_year,
        risk_free=risk_free,
        benchmarks=tuple(benchmarks),
        assets=tuple(assets),
    )


def asset_analytics(asset: str, found: SeriesFigures) -> AssetAnalytics:
    """The figures of an asset's daily price returns."""

    def told(value: float) -> Ratio | None:
        return None if isnan(value) else ratio(float(value))

    return AssetAnalytics(
        asset=asset,
        days=found.count,
        change=told(found.twr),
        volatility=told(found.volatility),
        sharpe=None if isnan(found.sharpe) else amount(float(found.sharpe)),
        max_drawdown=told(-found.max_drawdown),
    )


def benchmark(
    name: str, asset: str, found: Performance, series: DailySeries, closes: Sequence[Decimal | None]
) -> Benchmark:
    """`closes` are those of the period's base and of each of its days, None where there is none. In exact_math."""
    currency, before = found.after.currency, found.before.amount
    twr = price_return(closes)
    base, told = closes[0], [close for close in closes[1:] if close]
    if len(told) < len(closes) - 1 or (before and not base):
        return Benchmark(name, asset, ratio(twr), _points(found, twr), None, None, None)
    mine = series.since(found.period.first).until(found.period.last)
    units = before / base if base else before
    matched = flow_matched(units, list(map(amount, mine.inflow)), list(map(amount, mine.outflow)), told)
    worth = Money(matched.values[-1], currency)
    return Benchmark(
        name=name,
        asset=asset,
        twr=ratio(twr),
        points=_points(found, twr),
        same_money=worth,
        difference=found.after - worth,
        short=Money(matched.short, currency) if matched.short else None,
    )


def _points(found: Performance, twr: float | None) -> Decimal | None:
    points = ahead(None if found.twr is None else float(found.twr.value), twr)
    return None if points is None else amount(points)
