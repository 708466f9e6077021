"""`kit portfolio report`: the report of the day."""

from __future__ import annotations

from collections.abc import Iterator

from kit import Block, Heading, Metric, Metrics, Ratio, Reply, Services, Text

from ..core.movers import Mover
from ..refreshing import refresh
from ..reporting import DailyReport, daily_report
from .findings import exit_code


def show(services: Services, *, offline: bool) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    report, problems = daily_report(services)
    return Reply(report, tuple(_blocks(report)), problems=problems, exit_code=exit_code(problems))


def _blocks(report: DailyReport) -> Iterator[Block]:
    day = report.day
    yield Heading(f"Daily Portfolio Report - {day:%B} {day.day}, {day.year}", "📊", rule=True)
    yield Metrics((Metric("Total", report.total, note=_change(report.change)),))
    yield Metrics((_mover("Top Performer", report.best), _mover("Worst", report.worst)))
    yield Metrics(
        (Metric("Open Positions", report.open_positions), Metric("PnL today", report.profit, signed=True)),
    )
    yield Text("✨ Happy trading!")


def _change(change: Ratio | None) -> str:
    if change is None:
        return ""
    percent = f"{change.value * 100:+.1f}%"
    return f"{percent} {'↗️' if change.value > 0 else '↘️' if change.value < 0 else '→'}"


def _mover(label: str, mover: Mover | None) -> Metric:
    return Metric(label, f"{mover.asset} {mover.change.value * 100:+.1f}%" if mover else None)
