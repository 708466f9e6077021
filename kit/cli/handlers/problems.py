"""`kit problems`: what is wrong, worst first, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...problems import Problem, Severity
from ...replies import Column, Reply, Table, Value

if TYPE_CHECKING:
    from ...host import Host

_EMOJI = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.INFO: "💡"}
_COLUMNS = (
    Column("Severity", "severity"),
    Column("What", "what"),
    Column("Where", "where"),
    Column("Next step", "next_step"),
    Column("Since", "first_seen"),
)


def problems(host: Host) -> Reply:
    """Every open problem. Exit code 3 where one is worse than a hint."""
    found = host.problems.open()
    worst = found[0].severity if found else Severity.INFO
    table = Table(
        _COLUMNS,
        tuple(_row(problem) for problem in found),
        title="Problems",
        emoji=_EMOJI[worst] if found else "✅",
        empty="No problems.",
    )
    return Reply(data=found, blocks=(table,), exit_code=0 if worst is Severity.INFO else 3)


def _row(problem: Problem) -> tuple[Value, ...]:
    return (problem.severity.value, problem.what, problem.where, problem.next_step, problem.first_seen)
