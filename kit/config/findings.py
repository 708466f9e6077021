"""What a look at the configuration finds: where, what, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    """An error makes its section unusable, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class ConfigFinding:
    """One finding. `line` and `column` are 1-based, 0 where the value is in no file (`file` None)."""

    severity: Level
    file: Path | None
    line: int
    column: int
    key: str
    message: str
    next_step: str = ""
    source: str = ""

    @property
    def where(self) -> str:
        """config.json:14:7, or the layer the value came from."""
        return f"{self.file.name}:{self.line}:{self.column}" if self.file else self.source

    def __str__(self) -> str:
        subject = f"{self.key}: " if self.key else ""
        text = f"{self.where} {subject}{self.message}"
        return f"{text} {self.next_step}" if self.next_step else text
