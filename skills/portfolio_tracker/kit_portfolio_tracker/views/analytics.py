"""`kit portfolio analytics`: returns, risk, and what else the money might have become."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from math import isnan

from kit import (
    Block,
    Chart,
    Column,
    Heading,
    Line,
    Metric,
    Metrics,
    Problem,
    Ratio,
    Reply,
    Services,
    Severity,
    Table,
    Text,
)

from ..analysing import analysed
from ..core.analytics import Analytics, Sample
from ..core.figures import Statistic
from ..core.price_days import CLOSED, closes_at_times
from ..core.risk import drawdowns, rolling_volatility
from ..performing import asked_period, days_of, over, part_of
from ..refreshing import refresh
from .findings import exit_code
from .history_findings import history_findings, price_gaps
from .performance import days_words, nothing_then

_USUAL = "1y"
_AGAINST = "BTC,ETH,S&P"
_HUNDREDTH = Decimal("0.01")


def show(
    services: Services,
    *,
    period: str | None,
    from_: date | None,
    to: date | None,
    exchange: str | None,
    benchmark: str | None,
    offline: bool,
) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    part = part_of(services, exchange, None)
    series = days_of(services, part)
    asked = asked_period(services, series, period, from_, to, usual=_USUAL)
    found = over(services, series, asked)
    if found is None or series.blank:
        return nothing_then(services, asked, series, part)
    names = list(dict.fromkeys(name for each in (benchmark or _AGAINST).split(",") if (name := each.strip())))
    answer, sample = analysed(services, series, found, part, names)
    problems = (*history_findings(found, price_gaps(services, part, found.period)), *_without_closes(answer))
    return Reply(
        data=answer,
        blocks=tuple(_blocks(answer, sample)),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _without_closes(answer: Analytics) -> Iterator[Problem]:
    for each in answer.benchmarks:
        if each.twr is None or each.same_money is None:
            period = answer.performance.period
            since = period.base - timedelta(days=CLOSED) if closes_at_times(each.asset) else period.base
            yield Problem(
                f"portfolio.benchmark:{each.asset}",
                Severity.INFO,
                f"{each.name} lacks a price on some day from {period.base} to {period.last}.",
                "",
                f"Fetch them: kit prices fetch {each.asset} --from {since}, or import a file: kit prices import",
            )


def _blocks(answer: Analytics, sample: Sample) -> Iterator[Block]:
    found, risk = answer.performance, answer.risk
    yield Heading("Portfolio Analytics", "📊", rule=True)
    yield Metrics(
        tuple(
            Metric(label, value, signed=True)
            for label, value in (
                ("Daily", answer.daily),
                ("Weekly", answer.weekly),
                ("Monthly", answer.monthly),
                ("YTD", answer.ytd),
            )
        ),
        title="Return",
    )
    returns = "return" if answer.days == 1 else "returns"
    words = dict.fromkeys((found.period.label, days_words(found.period), f"{answer.days} daily {returns}."))
    yield Text(f"Below: {', '.join(words)}")
    yield Metrics(
        (
            _metric("Volatility (30d)", risk.volatility, share=True),
            _metric("Sharpe Ratio", risk.sharpe),
            _metric("Sortino Ratio", risk.sortino),
            _drawdown(answer),
            _metric("Calmar Ratio", risk.calmar),
            _metric("Value at Risk (1 day, 95%)", risk.value_at_risk, share=True),
            _metric("Expected Shortfall (1 day, 95%)", risk.expected_shortfall, share=True),
            Metric(
                "Best day", found.best.value if found.best else None, str(found.best.day) if found.best else "", True
            ),
            Metric(
                "Worst day",
                found.worst.value if found.worst else None,
                str(found.worst.day) if found.worst else "",
                True,
            ),
        ),
        title="Risk Metrics",
    )
    if answer.benchmarks:
        yield Metrics(
            tuple(Metric(f"vs {each.name}", _points(each.points), signed=True) for each in answer.benchmarks),
            title="Benchmark Comparison",
        )
        yield Text("In percentage points of the return over the same days.")
        yield _same_money(answer)
    if answer.assets:
        yield _assets(answer)
    yield from _charts(sample)


def _metric(label: str, found: Statistic, *, share: bool = False) -> Metric:
    """A figure, or how many days of those it needs there are."""
    note = f"{found.count} of {found.needed} days" if found.too_few else ""
    if found.value is None:
        return Metric(label, None, note)
    return Metric(label, Ratio(found.value) if share else found.value.quantize(_HUNDREDTH))


def _points(points: Decimal | None) -> Ratio | None:
    """Percentage points, as a per cent figure."""
    return None if points is None else Ratio(points / 100)


def _drawdown(answer: Analytics) -> Metric:
    fall = answer.fall
    if fall is None:
        deepest = answer.risk.max_drawdown.value
        return Metric("Max Drawdown", None if deepest is None else Ratio(deepest))
    end = f"recovered {fall.recovery}" if fall.recovery else "not recovered yet"
    return Metric("Max Drawdown", fall.depth, note=f"{fall.peak} to {fall.trough}, {end}")


def _same_money(answer: Analytics) -> Table:
    return Table(
        columns=(
            Column("Instead", "benchmark"),
            Column("Return", "return", "right", signed=True),
            Column("Worth", "same_money", "right"),
            Column("Yours", "yours", "right"),
            Column("Difference", "difference", "right", signed=True),
        ),
        rows=tuple(
            (each.name, each.twr, each.same_money, answer.performance.after, each.difference)
            for each in answer.benchmarks
        ),
        title="The same deposits and withdrawals, into",
        emoji="⚖️",
    )


def _assets(answer: Analytics) -> Table:
    return Table(
        columns=(
            Column("Asset", "asset"),
            Column("Price", "change", "right", signed=True),
            Column("Volatility", "volatility", "right"),
            Column("Sharpe", "sharpe", "right"),
            Column("Max Drawdown", "max_drawdown", "right"),
            Column("Days", "days", "right"),
        ),
        rows=tuple(
            (
                each.asset,
                each.change,
                each.volatility,
                each.sharpe.quantize(_HUNDREDTH) if each.sharpe is not None else None,
                each.max_drawdown,
                each.days,
            )
            for each in answer.assets
        ),
        title="Prices of what you hold, over the same days",
        emoji="🪙",
    )


def _charts(sample: Sample) -> Iterator[Chart]:
    returns = list(sample.returns)
    if len(returns) < 2:
        return
    falls = tuple(-fall for fall in drawdowns(returns)[1:])
    yield Chart(sample.days, (Line("Drawdown", falls),), unit="%", title="Drawdown", emoji="📉")
    rolled = rolling_volatility(returns, per_year=sample.per_year)
    if not all(map(isnan, rolled)):
        values = tuple(None if isnan(each) else each for each in rolled)
        yield Chart(sample.days, (Line("Volatility (30d)", values),), unit="%", title="Volatility", emoji="〰️")
