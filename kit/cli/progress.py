"""Long work, shown as a bar on standard error while somebody looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from ..services import Task


class TerminalProgress:
    """A bar on a terminal, nothing elsewhere; rich is imported for the first bar only."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._busy = False

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Task]:
        """Show work of `total` units, or of unknown length. A task within a task stays silent."""
        if self._busy or not self._stream.isatty():
            yield _Silence()
            return
        self._busy = True
        try:
            with _bar(label, total, self._stream) as task:
                yield task
        finally:
            self._busy = False


class _Silence:
    def advance(self, units: int = 1) -> None:
        """Nobody looks."""


@contextmanager
def _bar(label: str, total: int | None, stream: TextIO) -> Iterator[Task]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ..render.safe import line

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as progress:
        number = progress.add_task(line(label), total=total)

        class Shown:
            def advance(self, units: int = 1) -> None:
                progress.advance(number, units)

        yield Shown()
