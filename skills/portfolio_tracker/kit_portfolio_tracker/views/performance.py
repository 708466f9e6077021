"""`kit performance`: how the portfolio did over a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kit import (
    Bar,
    Bars,
    Block,
    Chart,
    Column,
    Heading,
    Line,
    Metric,
    Metrics,
    Money,
    Ratio,
    Reply,
    Services,
    Table,
    Text,
    exact_math,
)

from ..comparing import compare_days
from ..core.comparing import Comparison
from ..core.daily import DailySeries
from ..core.performance import Performance, modified_dietz_of, returns_of
from ..core.periods import Period, buckets
from ..core.returns import twr_index
from ..core.wording import listed, percent
from ..history import Part
from ..labels import labels_of
from ..performing import asked_period, days_of, over, part_of
from ..refreshing import refresh
from .findings import exit_code
from .history_findings import history_findings, price_gaps

_USUAL = "30d"
_YEAR = 365
_NOISE = Decimal("1e-6")  # of any currency; what the sums of floats leave


@dataclass(frozen=True, slots=True)
class Contribution:
    """What an asset brought in the period: its part of the profit, None where a price is missing."""

    asset: str
    gain: Money | None


@dataclass(frozen=True, slots=True)
class PerformanceAnswer:
    """The period as a whole, what each asset brought to it, and its parts where they were asked for.

    `modified_dietz` stands in for the time-weighted return where days between could not be valued, or have no return.
    `rest` is the profit that is no asset's contribution: of what had no price on some day. An asset looked at alone has
    no contributions: to it each trade is a flow, at the day's close.
    """

    performance: Performance
    modified_dietz: Ratio | None
    fees: Money
    contributions: tuple[Contribution, ...]
    rest: Money | None
    parts: tuple[Performance, ...]


def show(
    services: Services,
    *,
    period: str | None,
    from_: date | None,
    to: date | None,
    exchange: str | None,
    asset: str | None,
    by: str | None,
    offline: bool,
) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    part = part_of(services, exchange, asset)
    series = days_of(services, part)
    asked = asked_period(services, series, period, from_, to, usual=_USUAL)
    found = over(services, series, asked, money=True)
    if found is None or series.blank:
        return nothing_then(services, asked, series, part)
    compared = compare_days(services, found.period.base, found.period.last, part)
    gaps = price_gaps(services, part, found.period)
    pieces = [over(services, series, each) for each in buckets(found.period, by)] if by else []
    contributions = tuple(_contributions(compared)) if asset is None else ()
    answer = PerformanceAnswer(
        performance=found,
        modified_dietz=_dietz(series, found, gaps),
        fees=compared.fees_paid,
        contributions=contributions,
        rest=_rest(found, contributions),
        parts=tuple(piece for piece in pieces if piece is not None),
    )
    problems = history_findings(found, gaps, compared)
    return Reply(
        data=answer,
        blocks=tuple(_blocks(answer, series, by)),
        problems=problems,
        exit_code=exit_code(problems),
    )


def nothing_then(services: Services, asked: Period, series: DailySeries, part: Part) -> Reply:
    """Nothing happened in the period, or ever."""
    from ..store.lot_rows import ledger_extent

    if not series.blank:
        words = f"Nothing was held from {asked.first} to {asked.last}: the ledger begins on {series.first}."
        return Reply(None, (Text(words),))
    with services.store.read() as connection:
        extent = ledger_extent(connection)
    if extent is None:
        return Reply(None, (Text("Nothing is imported yet: there is no history."), Text("kit import FILE…", code=True)))
    called = labels_of(services)
    of = f" of {part.asset}" if part.asset is not None else ""
    on = f" on {listed(sorted(map(called, part.accounts)))}" if part.accounts is not None else ""
    return Reply(None, (Text(f"There is no record{of}{on} up to today: there is no history."),))


@exact_math()
def _dietz(series: DailySeries, found: Performance, gaps: Mapping[str, int]) -> Ratio | None:
    return modified_dietz_of(series, found) if gaps or found.breaks else None


def _contributions(compared: Comparison) -> Iterator[Contribution]:
    found = [Contribution(each.asset, each.parts.profit if each.parts else None) for each in compared.assets]
    yield from sorted(found, key=lambda each: (each.gain is None, -each.gain.amount if each.gain else 0, each.asset))


@exact_math()
def _rest(found: Performance, contributions: tuple[Contribution, ...]) -> Money | None:
    """The profit without all contributions. None where everything had a price all the time: they sum to it."""
    if not contributions or (not found.unpriced and all(each.gain is not None for each in contributions)):
        return None
    rest = sum((-each.gain for each in contributions if each.gain is not None), found.gain)
    return rest if abs(rest.amount) > _NOISE else Money(Decimal(0), rest.currency)


def _blocks(answer: PerformanceAnswer, series: DailySeries, by: str | None) -> Iterator[Block]:
    found = answer.performance
    yield Heading(f"Performance ({found.period.label})", "📈", rule=True)
    if days_words(found.period) != found.period.label:
        yield Text(days_words(found.period))
    yield Metrics(tuple(_metrics(answer)))
    yield _chart(found.period, series)
    if by:
        yield _table(answer.parts, by)
    bars = _bars(answer)
    if bars.items:
        yield bars


def _metrics(answer: PerformanceAnswer) -> Iterator[Metric]:
    found = answer.performance
    yield Metric("Profit", found.gain, note=percent(found.twr), signed=True)
    yield Metric("Return, time-weighted", found.twr, signed=True)
    if answer.modified_dietz is not None:
        why = "some days have no return" if found.breaks else "prices between are missing"
        yield Metric("Return, modified Dietz", answer.modified_dietz, why, signed=True)
    yield Metric("Return, money-weighted", found.money_weighted, signed=True)
    if found.money_days >= _YEAR:  # a few days, made a year, promise what nobody earned
        yield Metric("Return a year (XIRR)", found.xirr, signed=True)
    yield Metric("Value before", found.before)
    yield Metric("Came in", found.came)
    yield Metric("Went out", found.went)
    yield Metric("Value after", found.after)
    yield Metric("Fees", answer.fees)
    for label, day in (("Best day", found.best), ("Worst day", found.worst)):
        yield Metric(label, day.value if day else None, note=str(day.day) if day else "", signed=True)


def days_words(period: Period) -> str:
    """Its first day and its last; one of days that were asked for is called so already."""
    return f"{period.first} to {period.last}"


def _chart(period: Period, series: DailySeries) -> Chart:
    start = series.place(period.first)
    returns = returns_of(series)[start : series.place(period.last) + 1]
    days = (period.base, *(date.fromordinal(period.first.toordinal() + place) for place in range(len(returns))))
    values = tuple(level - 1 for level in twr_index(returns))
    return Chart(days, (Line("Return", values),), unit="%", title="Return, time-weighted", emoji="📈")


def _table(parts: tuple[Performance, ...], by: str) -> Table:
    return Table(
        columns=(
            Column(by.capitalize(), "period"),
            Column("Return", "return", "right", signed=True),
            Column("Profit", "profit", "right", signed=True),
            Column("Came in", "came", "right"),
            Column("Went out", "went", "right"),
            Column("Value", "value", "right"),
        ),
        rows=tuple((each.period.label, each.twr, each.gain, each.came, each.went, each.after) for each in parts),
        title=f"By {by}",
        emoji="🗓️",
    )


def _bars(answer: PerformanceAnswer) -> Bars:
    """Every asset's part of the profit; a bar is as long as its part of all gains and losses.

    What lacked a price on some day stands together under “others”.
    """
    known = [(each.asset, each.gain) for each in answer.contributions if each.gain is not None and each.gain.amount]
    if answer.rest is not None and answer.rest.amount:
        known.append(("others", answer.rest))
    moved = sum(abs(gain.amount) for _, gain in known)
    return Bars(
        tuple(
            Bar(asset, gain, Ratio(abs(gain.amount) / moved), tone="good" if gain.amount > 0 else "bad", signed=True)
            for asset, gain in known
        ),
        title="What each asset brought, and its part of all that was won and lost",
        emoji="🧩",
    )
