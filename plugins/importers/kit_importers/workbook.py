"""Excel workbooks (XLSX) as rows of text, read as a stream.

A workbook keeps numbers as binary floats; each is written as the shortest decimal that means it, which is what was
typed or put there, up to 15 digits. Dates stand as `2024-01-31 12:00:00`, formulas as the value last worked out.
"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from kit import FileHead, ImportFileError

_MAGIC = b"PK\x03\x04"
_LARGEST = 1 << 30
# What zipfile, the XML parser and openpyxl raise for files that are broken; the last ones are openpyxl's own slips.
_BROKEN = (
    *(BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, SyntaxError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that says something: its sheet and number (from 1), its cells stripped, as many as the row has."""

    sheet: str
    number: int
    cells: tuple[str, ...]


def is_workbook(head: FileHead) -> bool:
    """Whether the file is a zip, as a workbook is."""
    return head.start.startswith(_MAGIC)


def first_rows(head: FileHead, count: int) -> list[SheetRow]:
    """The first rows of a workbook, none where it cannot be read."""
    found: list[SheetRow] = []
    try:
        with closing(workbook_rows(head.path)) as rows:
            for row, _ in zip(rows, range(count), strict=False):
                found.append(row)
    except ImportFileError:
        return []
    return found


def workbook_rows(path: Path) -> Generator[SheetRow]:
    """Every row of every sheet that says something. Raises ImportFileError for what is no workbook."""
    with closing(_rows(path)) as rows:
        while True:
            try:
                with warnings.catch_warnings():  # openpyxl tells of each feature it has no use for
                    warnings.simplefilter("ignore")
                    row = next(rows, None)
            except OSError as error:
                raise _unreadable(path, error.strerror or type(error).__name__) from None
            except _BROKEN:
                raise _unreadable(path, "it is not a whole Excel file") from None
            if row is None:
                return
            yield row


def _rows(path: Path) -> Generator[SheetRow]:
    from openpyxl import load_workbook

    with ZipFile(path) as archive:
        if sum(each.file_size for each in archive.infolist()) > _LARGEST:
            raise ImportFileError(f"{path} unpacks to more than 1 GB.", next_step="Save it as CSV.")
    with (
        path.open("rb") as file,
        closing(load_workbook(file, read_only=True, data_only=True, keep_links=False)) as book,
    ):
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # where a program wrote them wrong, rows would be lost
            for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
                cells = tuple(map(_text, values))
                if any(cells):
                    yield SheetRow(sheet.title, number, cells)


def _unreadable(path: Path, reason: str) -> ImportFileError:
    return ImportFileError(f"{path} cannot be read: {reason}.", next_step="Save it again as XLSX, or as CSV.")


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds" if value.microsecond else "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()
