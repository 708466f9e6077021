"""`kit alerts stats`: how often rules fired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kit import Column, Metric, Metrics, Reply, Services, Table

from ..core.wording import rule_in_words
from ..store.rules import Rules

_WEEK = timedelta(days=7)
_MONTH = timedelta(days=30)
_COLUMNS = (
    Column("No.", "number", align="right"),
    Column("Alert", "rule"),
    Column("7 days", "week", align="right"),
    Column("30 days", "month", align="right"),
    Column("All", "fired", align="right"),
    Column("Last", "last"),
    Column("At", "value"),
)


@dataclass(frozen=True, slots=True)
class FiredRow:
    """How often a rule fired; `value` is what it was measured at the last time."""

    number: int
    rule: str
    week: int
    month: int
    fired: int
    last: datetime | None
    value: str


def show(services: Services) -> Reply:
    """The busiest first."""
    now = services.clock.now()
    rules = Rules(services.store)
    firings = rules.firings()
    rows = []
    for kept in rules.all():
        own = [each for each in firings if each.rule == kept.number]
        week = sum(now - each.at <= _WEEK for each in own)
        month = sum(now - each.at <= _MONTH for each in own)
        last = own[0] if own else None
        words = rule_in_words(kept.rule)
        rows.append(
            FiredRow(
                kept.number,
                words,
                week,
                month,
                kept.standing.fired,
                last.at if last else None,
                last.said if last else "",
            )
        )
    rows.sort(key=lambda each: (-each.month, -each.fired, each.number))
    cells = tuple((each.number, each.rule, each.week, each.month, each.fired, each.last, each.value) for each in rows)
    metrics = Metrics(
        (
            Metric("Fired in 7 days", sum(each.week for each in rows)),
            Metric("Fired in 30 days", sum(each.month for each in rows)),
            Metric("Never fired", sum(not each.fired for each in rows)),
        )
    )
    table = Table(_COLUMNS, cells, title="How often alerts fired", emoji="📊", empty="No alerts yet.")
    return Reply(rows, (table, metrics) if rows else (table,))
