"""Long work, shown as bars on standard error while somebody looks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress

    from ..services import Task


class TerminalProgress:
    """A bar on a terminal, nothing elsewhere; rich is imported for the first bar only.

    A task begun while another is shown gets a bar below it, for as long as it lasts; from any thread.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bars: Progress | None = None
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Task]:
        """Show work of `total` units, or of unknown length."""
        if not self._stream.isatty():
            yield _Silence()
            return
        with self._one_at_a_time:
            first = self._bars is None
            bars = self._bars = self._bars or _bars(self._stream)
        if first:
            bars.start()
        from ..render.safe import line

        number = bars.add_task(line(label), total=total)
        try:
            yield _Bar(bars, number)
        finally:
            bars.refresh()
            bars.remove_task(number)
            if first:
                with self._one_at_a_time:
                    self._bars = None
                bars.stop()


class _Silence:
    def advance(self, units: int = 1) -> None:
        """Nobody looks."""


class _Bar:
    def __init__(self, bars: Progress, number: int) -> None:
        self._bars = bars
        self._number = number

    def advance(self, units: int = 1) -> None:
        from rich.progress import TaskID

        self._bars.advance(TaskID(self._number), units)


def _bars(stream: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(file=stream), transient=True)
