"""`kit portfolio compare`: the portfolio on a day beside a later one, and what made the difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kit import Block, Column, Heading, Metric, Metrics, Quantity, Reply, Services, Table, Text, UsageError, Value

from ..comparing import compare_days
from ..core.comparing import AssetComparison, Comparison
from ..performing import NoHistory, keeps_history, part_of
from ..refreshing import refresh
from .findings import exit_code
from .history_findings import carried_finding, left_out


@dataclass(frozen=True, slots=True)
class ComparedDays:
    """The ends of two days, and the portfolio at each."""

    first: date
    last: date
    comparison: Comparison


def show(
    services: Services, *, date: date, to: date | None, exchange: str | None, asset: str | None, offline: bool
) -> Reply:
    """The command."""
    if not keeps_history(services):
        raise NoHistory
    today = services.clock.now().astimezone(services.timezone).date()
    last = to or today
    if last > today or date >= last:
        what = f"{max(last, date)} lies ahead." if max(last, date) > today else f"{date} is not before {last}."
        raise UsageError(what, next_step="Name a day of the past, and a later one up to today.")
    refresh(services, offline=offline)
    compared = compare_days(services, date, last, part_of(services, exchange, asset))
    answer = ComparedDays(date, last, compared)
    if not compared.assets:
        return Reply(answer, (Text(f"Nothing was held on {date}, and nothing is held on {last}."),))
    problems = (*left_out(compared.unpriced), *carried_finding(compared, last))
    return Reply(answer, tuple(_blocks(answer)), problems=problems, exit_code=exit_code(problems))


def _blocks(answer: ComparedDays) -> Iterator[Block]:
    found, parts = answer.comparison, answer.comparison.parts
    yield Heading(f"{answer.first} and {answer.last}", "⚖️", rule=True)
    yield Metrics(
        (
            Metric(f"Value on {answer.first}", found.before),
            Metric(f"Value on {answer.last}", found.after),
            Metric("Difference", found.difference, signed=True),
            Metric("Prices", parts.price, signed=True),
            Metric("In and out", parts.flows, signed=True),
            *((Metric("Traded with what is left out", parts.trades, signed=True),) if parts.trades.amount else ()),
            Metric("Income", parts.income, signed=True),
            Metric("Fees", parts.fees, signed=True),
            Metric("Margin, losses", parts.other, signed=True),
        )
    )
    yield Table(
        columns=(
            Column("Asset", "asset"),
            Column("Quantity then", "quantity_before", "right"),
            Column("Quantity later", "quantity_after", "right"),
            Column("Value then", "value_before", "right"),
            Column("Value later", "value_after", "right"),
            Column("Difference", "difference", "right", signed=True),
        ),
        rows=tuple(
            (
                each.asset,
                Quantity(each.quantity_before, each.asset),
                Quantity(each.quantity_after, each.asset),
                each.value_before,
                each.value_after,
                each.difference,
            )
            for each in found.assets
        ),
        title="By Asset",
        emoji="📊",
    )
    yield Table(
        columns=(
            Column("Asset", "asset"),
            Column("Prices", "prices", "right", signed=True),
            Column("In and out", "flows", "right", signed=True),
            Column("Traded", "trades", "right", signed=True),
            Column("Income", "income", "right", signed=True),
            Column("Fees", "fees", "right", signed=True),
            Column("Other", "other", "right", signed=True),
            Column("Difference", "difference", "right", signed=True),
        ),
        rows=tuple(_why(each) for each in found.assets),
        title="What made the difference",
        emoji="🧩",
    )


def _why(each: AssetComparison) -> tuple[Value, ...]:
    parts = each.parts
    if parts is None:
        return (each.asset, *(None,) * 7)
    return (
        each.asset,
        parts.price,
        parts.flows,
        parts.trades,
        parts.income,
        parts.fees,
        parts.other,
        each.difference,
    )
