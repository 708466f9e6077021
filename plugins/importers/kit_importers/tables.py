"""Tables of CSV and XLSX files read alike: rows by the names of their columns.

A column name that comes again is counted: “cur.”, “cur. 2”, “cur. 3”. Columns that a format does not know are told of
once, as a skipped row, and not read. Of a workbook every sheet that has such a header is read, and no other.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from kit import FileHead, ImportFileError, RejectedRow, SkippedRow

from .sheet import Sheet, column_name, find_header, header_match, unknown_columns
from .workbook import first_rows, is_workbook, workbook_rows

_HEAD_ROWS = 20
_START = 8


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row's cells by column name, stripped, and where and how it stands in the file."""

    line: int
    text: str
    cells: Mapping[str, str]

    def get(self, *names: str) -> str:
        """The cell of the first of these columns that the table has, "" without one."""
        return next((self.cells[name] for name in names if name in self.cells), "")

    def beside(self, *names: str) -> tuple[str, str]:
        """The name and the cell of the column right of the first of these that the table has; "" without one."""
        known = iter(self.cells.items())
        return next(known, ("", "")) if any(name in names for name, _ in known) else ("", "")

    def named(self, pattern: re.Pattern[str]) -> tuple[str, str]:
        """The first group of the first column name like this, in capitals, and its cell; "" without one."""
        for name, cell in self.cells.items():
            found = pattern.fullmatch(name)
            if found:
                return found[1].upper(), cell
        return "", ""

    def rejected(self, reason: object) -> RejectedRow:
        return RejectedRow(self.line, str(reason), self.text)

    def skipped(self, reason: str) -> SkippedRow:
        return SkippedRow(self.line, reason, self.text)


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a format: those that tell it (one set for each generation), and how further ones are called."""

    generations: tuple[tuple[str, ...], ...]
    further: re.Pattern[str]

    def match(self, head: FileHead) -> float:
        """How well a file's head fits, like `header_match`."""
        lines = head.lines
        if is_workbook(head):
            lines = tuple(_csv_line(row.cells) for row in first_rows(head, _HEAD_ROWS))
        texts = FileHead(head.path, lines)
        return max(header_match(texts, columns, self._further(texts, columns)) for columns in self.generations)

    def rows(self, path: Path) -> Iterator[TableRow | RejectedRow | SkippedRow]:
        """The rows below the header. Raises ImportFileError where there is none."""
        if _is_workbook(path):
            yield from self._of_workbook(path)
            return
        sheet = Sheet.of_any(path, *self.generations)
        names = _distinct(sheet.header.names)
        yield from self._strangers(sheet.header.line + 1, names)
        for cells in sheet:
            if isinstance(cells, RejectedRow):
                yield cells
            else:
                yield TableRow(sheet.line, sheet.text, dict(zip(names, map(str.strip, cells), strict=True)))

    def _of_workbook(self, path: Path) -> Iterator[TableRow | SkippedRow]:
        names: list[str] = []
        sheet, found = "", False
        for row in workbook_rows(path):
            if row.sheet != sheet:
                sheet, names = row.sheet, []
            if names:
                cells = (*row.cells, *[""] * (len(names) - len(row.cells)))[: len(names)]
                yield TableRow(row.number, _csv_line(row.cells), dict(zip(names, cells, strict=True)))
                continue
            candidates = [column_name(cell) for cell in row.cells]
            if any(set(columns) <= set(candidates) for columns in self.generations):
                names, found = _distinct(candidates), True
                yield from self._strangers(row.number, names)
        if not found:
            raise ImportFileError(
                f"{path} has no header line with the columns {', '.join(sorted(self.generations[0]))}.",
                next_step="Export the file again unchanged, or choose another --format.",
            )

    def _further(self, head: FileHead, columns: tuple[str, ...]) -> list[str]:
        header = find_header(head.lines, columns)
        return [name for name in header.names if self.further.fullmatch(name)] if header else []

    def _strangers(self, line: int, names: Iterable[str]) -> Iterator[SkippedRow]:
        required = {name for columns in self.generations for name in columns}
        bare = (re.sub(r" \d$", "", name) for name in names)
        return unknown_columns(
            line, (name for name in bare if name not in required and not self.further.fullmatch(name))
        )


def once(
    rows: Iterable[TableRow | RejectedRow | SkippedRow], identity: Callable[[TableRow], str]
) -> Iterator[TableRow | RejectedRow | SkippedRow]:
    """The rows; one with the identity of an earlier one is skipped: overlapping exports in one file tell it twice."""
    seen: set[str] = set()
    for row in rows:
        own = identity(row) if isinstance(row, TableRow) else ""
        if isinstance(row, TableRow) and own in seen:
            yield row.skipped("told twice: overlapping exports in one file")
            continue
        if own:
            seen.add(own)
        yield row


def one_of(*names: str) -> re.Pattern[str]:
    """A pattern of column names; each may be an expression."""
    return re.compile("|".join(f"(?:{name})" for name in names))


def _is_workbook(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return is_workbook(FileHead(path, (), file.read(_START)))
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror}.", next_step="Check the path.") from None


def _distinct(names: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return found


def _csv_line(cells: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
