"""`kit portfolio history`: what the portfolio was worth, and what was put into it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

from kit import Block, Chart, Column, Heading, Line, Marker, Metric, Metrics, Money, Ratio, Reply, Services, Table, Text

from ..core.daily import DailySeries
from ..core.performance import Performance, amount, ratio, returns_of
from ..core.periods import Period, buckets
from ..core.returns import twr_index
from ..core.wording import percent
from ..performing import asked_period, days_of, over, part_of
from ..plugin import SECTION
from ..refreshing import refresh
from ..snapshots import reported_totals
from .findings import exit_code
from .history_findings import history_findings, price_gaps
from .performance import days_words, nothing_then

if TYPE_CHECKING:
    from ..settings import PortfolioSettings

_DAYS_SHOWN = 45
_WEEKS_SHOWN = 300


@dataclass(frozen=True, slots=True)
class High:
    """The highest value in the timeframe, and the day the TWR index stood highest, above its start by `gain`."""

    value: Money
    day: date
    index_day: date
    gain: Ratio | None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A span of days at its end. `reported` is what venues said, where a snapshot was taken; all else is rebuilt."""

    period: Period
    value: Money
    flow: Money
    twr: Ratio | None
    invested: Money
    reported: Money | None


@dataclass(frozen=True, slots=True)
class History:
    """The timeframe as a whole, its highest points, and its rows, the oldest first."""

    performance: Performance
    high: High | None
    rows: tuple[HistoryRow, ...]


@dataclass(frozen=True, slots=True)
class ReportedDay:
    """What venues said was there, at the last snapshot of a day."""

    day: date
    reported: Money


@dataclass(frozen=True, slots=True)
class ReportedHistory:
    """All that is known where no record tells of it, the oldest first."""

    rows: tuple[ReportedDay, ...]


def show(
    services: Services,
    *,
    from_: date | None,
    to: date | None,
    period: str | None,
    interval: str | None,
    exchange: str | None,
    asset: str | None,
    offline: bool,
) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    part = part_of(services, exchange, asset)
    series = days_of(services, part)
    asked = asked_period(services, series, period, from_, to, usual="1y" if series.blank else "all")
    found = over(services, series, asked)
    if series.blank and (alone := reported_totals(services, asked, part)):
        return _reported_alone(alone)
    if found is None or series.blank:
        return nothing_then(services, asked, series, part)
    settings: PortfolioSettings = services.settings(SECTION)
    said = reported_totals(services, found.period, part)
    every = interval or _usual_interval(found.period)
    rows = _rows(services, series, found.period, every, said)
    answer = History(found, _high(series, found.period, settings.base_currency), tuple(rows))
    problems = history_findings(found, price_gaps(services, part, found.period))
    return Reply(
        data=answer,
        blocks=tuple(_blocks(answer, series, every, said)),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _reported_alone(said: Mapping[date, Money]) -> Reply:
    amounts = tuple(each.amount for each in said.values())
    currency = next(iter(said.values())).currency
    blocks = (
        Heading("Portfolio History", "📜", rule=True),
        Text("No record tells of it. This is what venues reported, as snapshots kept it; what was paid in is in it."),
        Chart(tuple(said), (Line("Reported", amounts),), unit=currency, title="Reported", emoji="📈"),
        Table((Column("Day", "day"), Column("Reported", "reported", "right")), tuple(said.items()), "By day", "🗓️"),
    )
    return Reply(ReportedHistory(tuple(ReportedDay(day, total) for day, total in said.items())), blocks)


def _usual_interval(period: Period) -> str:
    """As many rows as one likes to read."""
    return "day" if period.days <= _DAYS_SHOWN else "week" if period.days <= _WEEKS_SHOWN else "month"


def _rows(
    services: Services, series: DailySeries, period: Period, interval: str, said: Mapping[date, Money]
) -> Iterator[HistoryRow]:
    invested = list(accumulate(series.invested))
    for each in buckets(period, interval):
        found = over(services, series, each)
        if found is not None:
            yield HistoryRow(
                period=found.period,
                value=found.after,
                flow=found.came - found.went,
                twr=found.twr,
                invested=Money(amount(invested[series.place(found.period.last)]), found.after.currency),
                reported=said.get(found.period.last),
            )


def _high(series: DailySeries, period: Period, currency: str) -> High | None:
    """The highest points; days on which something had no price count with what had one."""
    start, end = series.place(period.first), series.place(period.last) + 1
    value = max(range(start, end), key=lambda place: series.value[place])
    index = twr_index(returns_of(series)[start:end])
    highest = max(range(len(index)), key=index.__getitem__)
    if series.value[value] <= 0:
        return None
    return High(
        value=Money(amount(series.value[value]), currency),
        day=series.first + timedelta(days=value),
        index_day=period.base + timedelta(days=highest),
        gain=ratio(index[highest] - 1),
    )


def _blocks(answer: History, series: DailySeries, interval: str, said: Mapping[date, Money]) -> Iterator[Block]:
    found, high = answer.performance, answer.high
    yield Heading("Portfolio History", "📜", rule=True)
    words, label = days_words(found.period), found.period.label
    yield Metrics((Metric("Timeframe", words, label if label != words else ""),))
    yield Text("Calculated from records.")
    yield _chart(series, found, high)
    yield Metrics(
        (
            Metric("Value", found.after, note=percent(found.twr)),
            Metric("All Time High", high.value if high else None, note=str(high.day) if high else ""),
            Metric(
                "All Time High, deposits apart",
                high.gain if high else None,
                str(high.index_day) if high else "",
                signed=True,
            ),
            Metric("Fiat Invested", answer.rows[-1].invested),
        )
    )
    reported = bool(said)
    yield Table(
        columns=(
            Column(interval.capitalize(), "period"),
            Column("Value", "value", "right"),
            Column("In and out", "flow", "right", signed=True),
            Column("Return", "return", "right", signed=True),
            Column("Fiat Invested", "invested", "right"),
            *((Column("Reported", "reported", "right"),) if reported else ()),
        ),
        rows=tuple(
            (
                each.period.label,
                each.value,
                each.flow,
                each.twr,
                each.invested,
                *((each.reported,) if reported else ()),
            )
            for each in answer.rows
        ),
        title=f"By {interval}",
        emoji="🗓️",
    )


def _chart(series: DailySeries, found: Performance, high: High | None) -> Chart:
    start, end = series.place(found.period.first), series.place(found.period.last) + 1
    invested = list(accumulate(series.invested))
    return Chart(
        x=tuple(series.first + timedelta(days=place) for place in range(start, end)),
        lines=(
            Line("Value", tuple(series.value[start:end])),
            Line("Fiat Invested", tuple(invested[start:end]), dashed=True),
        ),
        unit=found.after.currency,
        markers=(Marker("All Time High", high.day, high.value.amount),) if high else (),
        title="Value",
        emoji="📈",
    )
