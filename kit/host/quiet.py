"""Progress where nobody looks."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext


class _NoTask:
    def advance(self, units: int = 1) -> None:
        return


class NoProgress:
    """Shows nothing."""

    def task(self, label: str, total: int | None = None) -> AbstractContextManager[_NoTask]:
        return nullcontext(_NoTask())
