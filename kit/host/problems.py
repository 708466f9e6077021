"""The problem log as the host shows it: the kept problems, and what is wrong with plugins and config right now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from ..problems import Problem, ProblemLog, Severity
from ..render.safe import line

if TYPE_CHECKING:
    from .composition import Host

_WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.INFO)


class HostProblems:
    """A ProblemLog. What stands in front of one's eyes (plugins, config) is looked at, never kept."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @cached_property
    def _kept(self) -> ProblemLog:
        from ..storage import StoredProblems

        return StoredProblems(self._host.store, self._host.clock)

    def report(self, *problems: Problem) -> None:
        self._kept.report(*problems)

    def resolve(self, *keys: str) -> None:
        self._kept.resolve(*keys)

    def replace(self, prefix: str, problems: Iterable[Problem]) -> None:
        self._kept.replace(prefix, problems)

    def open(self) -> list[Problem]:
        found = [*self._of_plugins(), *self._of_config(), *self._kept.open()]
        return sorted(found, key=lambda problem: _WORST_FIRST.index(problem.severity))

    def present(self) -> list[Problem]:
        """Those that can be told without the store."""
        return [*self._of_plugins(), *self._of_config()]

    def _of_plugins(self) -> Iterator[Problem]:
        for row in self._host.table.at_fault():
            yield Problem(
                key=f"plugin:{row.name}",
                severity=Severity.ERROR,
                what=f"The plugin {row.name} is {row.state.value}: {line(row.reason)}.",
                where=f"plugins, {row.name}",
                next_step=f"Correct or update it, or set it aside with “kit plugins disable {row.name}”.",
            )
        for name, why in self._host.plugins.troubles.items():
            yield Problem(f"plugin-answer:{name}", Severity.WARNING, line(why), f"plugins, {name}", "Run “kit doctor”.")

    def _of_config(self) -> Iterator[Problem]:
        for finding in self._host.config.findings:
            severity = Severity(finding.severity)
            yield Problem(
                key=f"config:{finding.key}:{finding.line}",
                severity=severity,
                what=f"{finding.key}: {finding.message}" if finding.key else finding.message,
                where=f"config.json:{finding.line}:{finding.column}",
                next_step=finding.next_step,
            )
