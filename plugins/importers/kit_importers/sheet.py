"""A CSV file as a header and rows, each bad row told with its line.

The delimiter (comma, semicolon, tab) and the header's place are found by looking for the columns a format must have, so
lines before the header do no harm. Column names are compared without case and surrounding blanks.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kit import FileHead, ImportFileError, RejectedRow, SkippedRow

from .text import Lines, UnreadableLine, encoding_of, first_lines, open_text

_DELIMITERS = ",;\t"
_HEAD_LINES = 20
_TEXT_KEPT = 500


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands (line from 0), what separates its columns, and their names."""

    line: int
    delimiter: str
    names: tuple[str, ...]


def column_name(text: str) -> str:
    """A column's name as it is compared: in small letters, blanks single, no byte order mark."""
    return " ".join(text.replace("\ufeff", "").split()).casefold()


def find_header(lines: Iterable[str], required: Collection[str]) -> Header | None:
    """The first line that has all `required` columns."""
    return next((header for header in _candidates(lines) if set(required) <= set(header.names)), None)


def header_match(head: FileHead, required: Collection[str], optional: Collection[str] = ()) -> float:
    """How well a file's head fits: 1 for exactly these columns, 0.9 with strangers, below 0.5 where some lack."""
    header = find_header(head.lines, required)
    if header is None:
        best = max((len(set(required) & set(found.names)) for found in _candidates(head.lines)), default=0)
        return round(0.4 * best / len(required), 2)
    known = set(required) | set(optional)
    return 1.0 if set(header.names) - {""} <= known else 0.9


def _candidates(lines: Iterable[str]) -> Iterator[Header]:
    for index, line in zip(range(_HEAD_LINES), lines, strict=False):
        for delimiter in _DELIMITERS:
            if delimiter in line:
                yield Header(index, delimiter, _names(line, delimiter))


def _names(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        cells = next(csv.reader([line.replace("\ufeff", "")], delimiter=delimiter), [])
    except csv.Error:
        return ()
    return tuple(column_name(cell) for cell in cells)


def unknown_columns(line: int, names: Iterable[str]) -> Iterator[SkippedRow]:
    """What is said of columns that were not read, nothing where there are none."""
    listed = ", ".join(filter(None, names))[:_TEXT_KEPT]
    if listed:
        yield SkippedRow(line, "columns that are not known were not read", listed, told=True)


class Sheet:
    """The rows of a file below its header.

    Iterating yields the cells of each row, padded to the header's width, or a RejectedRow where the
    row itself is broken; blank rows are passed over. `line` and `text` tell of the row just yielded.
    `spare` is how many of the last cells a row may lack. Raises ImportFileError where the file
    cannot be opened or has no such header.
    """

    def __init__(self, path: Path, required: Collection[str], *, spare: int = 0) -> None:
        self.path = path
        self._encoding = encoding_of(path)
        self._spare = spare
        head = first_lines(path, self._encoding, _HEAD_LINES)
        header = find_header(head, required)
        if header is None:
            raise ImportFileError(
                f"{path} has no header line with the columns {', '.join(sorted(required))}.",
                next_step="Export the file again unchanged, or choose another --format.",
            )
        self.header = header
        self.columns: Mapping[str, int] = {name: index for index, name in enumerate(header.names) if name}
        self._lines: Lines | None = None
        repeated = [name for name in required if header.names.count(name) > 1]
        if repeated:
            raise ImportFileError(f"{path} has the column “{repeated[0]}” more than once.", next_step="Rename one.")

    @classmethod
    def of_any(cls, path: Path, *generations: Collection[str], spare: int = 0) -> Sheet:
        """The sheet with the first of these sets of columns that the file has."""
        encoding = encoding_of(path)
        head = first_lines(path, encoding, _HEAD_LINES)
        fitting = next((columns for columns in generations if find_header(head, columns)), generations[0])
        return cls(path, fitting, spare=spare)

    def __iter__(self) -> Iterator[list[str] | RejectedRow]:
        width = len(self.header.names)
        fewest = width - self._spare
        with open_text(self.path, self._encoding) as file:
            lines = self._lines = Lines(file)
            for _ in range(self.header.line + 1):
                _pass_over(lines)
            reader = csv.reader(lines, delimiter=self.header.delimiter, strict=True)
            while True:
                lines.start()
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except (csv.Error, UnreadableLine) as error:
                    lines.give_back()
                    yield self.rejected(_reason(error))
                    continue
                found = len(cells)
                if found == width:
                    if cells[0].strip() or any(map(str.strip, cells)):
                        yield cells
                elif any(map(str.strip, cells)):
                    if fewest <= found < width:
                        yield cells + [""] * (width - found)
                    elif found > width and not any(map(str.strip, cells[width:])):
                        yield cells[:width]
                    else:
                        yield self.rejected(f"{found} cells where the header has {width}")

    @property
    def line(self) -> int:
        """The line, from 1, on which the row just yielded begins; that of the header before there is one."""
        return self._lines.first if self._lines else self.header.line + 1

    @property
    def text(self) -> str:
        """The row just yielded as it stands in the file, shortened."""
        taken = self._lines.taken if self._lines else []
        return "".join(taken[:10])[:_TEXT_KEPT].replace("\0", "�").rstrip("\r\n")

    def rejected(self, reason: str) -> RejectedRow:
        return RejectedRow(self.line, reason, self.text)

    def skipped(self, reason: str) -> SkippedRow:
        return SkippedRow(self.line, reason, self.text)

    def strangers(self, *known: Iterable[str]) -> Iterator[SkippedRow]:
        """The columns that are in none of these sets, told once."""
        names = frozenset().union(*known)
        return unknown_columns(self.header.line + 1, (name for name in self.header.names if name not in names))

    def column(self, *names: str) -> int | None:
        """The place of the first of `names` that the header has."""
        return next((self.columns[name] for name in names if name in self.columns), None)

    def cell(self, *names: str) -> Callable[[Sequence[str]], str]:
        """A function giving a row's cell of the first of `names` that the header has, stripped; "" without one."""
        place = self.column(*names)
        if place is None:
            return lambda _: ""
        return lambda cells: cells[place].strip()


def _pass_over(lines: Lines) -> None:
    lines.start()
    try:
        next(lines)
    except (UnreadableLine, StopIteration):
        return


def _reason(error: Exception) -> str:
    if isinstance(error, UnreadableLine):
        return str(error)
    if "unexpected end" in str(error):
        return "a quote is opened and not closed"
    if "expected after" in str(error):
        return "text stands behind a closing quote"
    return f"the row is not CSV ({error})"
