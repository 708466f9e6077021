"""Problems: findings that outlive the command that met them, until they are cured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Severity(StrEnum):
    """How bad it is: worth knowing, worth doing something about, or something does not work."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and what to do next. `key` is stable: the same finding is one problem."""

    key: str
    severity: Severity
    what: str
    where: str
    next_step: str
    first_seen: datetime | None = None
    last_seen: datetime | None = None


class ProblemLog(Protocol):
    """The persisted problems."""

    def report(self, *problems: Problem) -> None:
        """Add or refresh; a problem keeps the instant it was first seen."""

    def resolve(self, *keys: str) -> None:
        """Forget cured problems; unknown keys are fine."""

    def replace(self, prefix: str, problems: Iterable[Problem]) -> None:
        """Make `problems` the only ones whose key starts with `prefix`."""

    def open(self) -> list[Problem]:
        """Everything not yet cured, worst first, then oldest first."""
