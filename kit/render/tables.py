"""A table as a grid of texts, and how it fits into a width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo

from rich.cells import cell_len

from ..replies import Align, Column, Table, Value
from .figures import figure, unnamed
from .safe import line

_NARROWEST_WORDS = 8
_LONGEST_WHOLE = 16


@dataclass(frozen=True, slots=True)
class Grid:
    """Titles and cells as texts. `wraps` tells the columns of words, which may be folded."""

    titles: tuple[str, ...]
    aligns: tuple[Align, ...]
    wraps: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]

    def mapped(self, change: Callable[[str], str]) -> Grid:
        """The grid with every text changed."""
        return replace(
            self,
            titles=tuple(map(change, self.titles)),
            rows=tuple(tuple(map(change, row)) for row in self.rows),
        )

    def fitted(self, room: int) -> list[int] | None:
        """The columns' widths within `room` characters, or None where figures would be cut."""
        widths = [
            max([cell_len(title), *(cell_len(row[at]) for row in self.rows)]) for at, title in enumerate(self.titles)
        ]
        least = [self._least_width(at) for at in range(len(widths))]
        while (over := sum(widths) - room) > 0:
            at = max(
                (at for at, wraps in enumerate(self.wraps) if wraps and widths[at] > least[at]),
                key=lambda at: widths[at],
                default=None,
            )
            if at is None:
                return None
            runner_up = max(
                (widths[other] for other, wraps in enumerate(self.wraps) if wraps and other != at), default=0
            )
            floor = max(least[at], min(runner_up, widths[at] - 1))
            widths[at] = max(floor, widths[at] - over)
        return widths

    def _least_width(self, at: int) -> int:
        """How narrow a column may become without a figure or a day being torn apart; half a word is a word, still."""
        figures = (word for row in self.rows for word in row[at].split() if any(map(str.isdigit, word)))
        return max(_NARROWEST_WORDS, *(each for each in map(cell_len, figures) if each <= _LONGEST_WHOLE), 0)


def grid(table: Table, *, zone: tzinfo) -> Grid:
    """`table` formatted for reading. A quantity names its asset unless another cell of the row does.

    A column in which every cell is the empty text is left out.
    """
    shown = [at for at in range(len(table.columns)) if any(row[at] != "" for row in table.rows)]
    columns = [table.columns[at] for at in shown]
    return Grid(
        tuple(line(column.title) for column in columns),
        tuple(column.align for column in columns),
        tuple(any(isinstance(row[at], str) and row[at] for row in table.rows) for at in shown),
        tuple(
            tuple(_cell(row[at], column, row, zone) for at, column in zip(shown, columns, strict=True))
            for row in table.rows
        ),
    )


def _cell(value: Value, column: Column, row: tuple[Value, ...], zone: tzinfo) -> str:
    return line(figure(value, cell=not unnamed(value, row), signed=column.signed, precise=column.precise, zone=zone))
