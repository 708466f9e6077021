"""The tables of an HTML file, row by row, as a browser shows them: hidden cells left out, wide cells as wide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from .text import encoding_of, open_text

_CHUNK = 1 << 16
_WIDEST = 100
_CELLS = frozenset(("td", "th"))


@dataclass(frozen=True, slots=True)
class PageRow:
    """A table row: the line (from 1) on which it begins, and its cells; a wide cell is followed by empty ones."""

    line: int
    cells: tuple[str, ...]


def table_rows(path: Path) -> Iterator[PageRow]:
    """Every row of every table. Raises ImportFileError where the file is not text."""
    with open_text(path, encoding_of(path)) as file:
        reader = _Rows()
        while chunk := file.read(_CHUNK):
            reader.feed(chunk)
            yield from reader.taken()
        reader.close()
        reader.end_row()
        yield from reader.taken()


class _Rows(HTMLParser):
    """A row ends where it is closed, or where the next one or the table's end begins."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[PageRow] = []
        self._line = 0
        self._cells: list[str] | None = None
        self._cell: list[str] | None = None
        self._width = 1
        self._hidden = False

    def taken(self) -> list[PageRow]:
        """The rows that ended since this was asked last."""
        rows, self._rows = self._rows, []
        return rows

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.end_row()
            self._line, self._cells = self.getpos()[0], []
        elif tag in _CELLS and self._cells is not None:
            self._end_cell()
            said = {name: value or "" for name, value in attrs}
            self._hidden = "hidden" in said.get("class", "").split() or "hidden" in said
            span = said.get("colspan", "")
            self._width = min(int(span), _WIDEST) if span.isascii() and span.isdecimal() else 1
            self._cell = []
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _CELLS:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self.end_row()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def end_row(self) -> None:
        self._end_cell()
        if self._cells is not None:
            self._rows.append(PageRow(self._line, tuple(self._cells)))
        self._cells = None

    def _end_cell(self) -> None:
        if self._cell is not None and self._cells is not None and not self._hidden:
            self._cells += [" ".join("".join(self._cell).split())] + [""] * (self._width - 1)
        self._cell = None
