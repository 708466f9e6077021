"""The text of a file, line by line, whatever wrote it: encodings, broken bytes, lines without end.

UTF-8 and UTF-16 with or without a mark; in a UTF-8 file, a line that is not UTF-8 is read as cp1252, which
old spreadsheets write. Memory stays bounded: a line longer than `MAX_LINE` is cut and told apart.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from kit import ImportFileError

MAX_LINE = 1 << 17
MAX_SPAN = 1000
_NOT_TEXT = {
    b"PK\x03\x04": "a zip or Excel file",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"SQLite format 3\0": "a database",
}
_SAMPLE = 8192
_KEPT = 1000


class UnreadableLine(ValueError):
    """A line, or a quoted field, that cannot be read; the text says why."""


def encoding_of(path: Path) -> str:
    """The encoding of a text file, by its mark or the pattern of its NULs. Raises ImportFileError."""
    try:
        with path.open("rb") as file:
            start = file.read(_SAMPLE)
    except OSError as error:
        raise ImportFileError(
            f"{path} cannot be read: {error.strerror}.", next_step="Check the path and its permissions."
        ) from error
    if not start:
        raise ImportFileError(f"{path} is empty.", next_step="Export it again.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for magic, what in _NOT_TEXT.items():
        if start.startswith(magic):
            raise ImportFileError(f"{path} is {what}, not CSV text.", next_step="Unpack or save it as CSV first.")
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if start[0::2].count(0) > len(start) // 4:
        return "utf-16-be"
    if sum(byte < 32 and byte not in b"\t\n\r\f\0" for byte in start) + start.count(0) > len(start) // 10:
        raise ImportFileError(f"{path} is not a text file.", next_step="Give a CSV file.")
    return "utf-8-sig"


def open_text(path: Path, encoding: str) -> TextIO:
    """The file, opened so that no byte can stop the reading."""
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    return path.open(encoding=encoding, errors=errors, newline="")


def first_lines(path: Path, encoding: str, count: int) -> list[str]:
    """Up to `count` lines from the beginning, without their line ends."""
    with open_text(path, encoding) as file:
        lines = Lines(file)
        found: list[str] = []
        while len(found) < count:
            lines.start()
            try:
                found.append(next(lines).rstrip("\r\n"))
            except UnreadableLine:
                found.append("")
            except StopIteration:
                break
        return found


class Lines(Iterator[str]):
    """The lines of a file, for `csv.reader`; knows which of them the current row took.

    `start()` begins a row. After a row failed, `give_back()` returns all its lines but the first, so
    that a quote left open costs one row and not the rest of the file.
    """

    def __init__(self, file: TextIO) -> None:
        self._readline = file.readline
        self._again: deque[str] = deque()
        self._read = 0
        self.taken: list[str] = []

    @property
    def first(self) -> int:
        """The physical line, from 1, on which the current row begins."""
        return self._read - len(self._again) - len(self.taken) + 1

    def start(self) -> None:
        self.taken.clear()

    def give_back(self) -> None:
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def __next__(self) -> str:
        if self._again:
            line = self._again.popleft()
        else:
            line = self._readline(MAX_LINE)
            if not line:
                raise StopIteration
            self._read += 1
        if not line.isascii():
            line = _recoded(line)
        self.taken.append(line)
        if len(line) >= MAX_LINE and line[-1] not in "\r\n":
            self._skip_rest_of_line()
            self.taken[-1] = line[:_KEPT]
            raise UnreadableLine(f"the line is longer than {MAX_LINE} characters")
        if len(self.taken) > MAX_SPAN:
            raise UnreadableLine("a quote is opened and not closed")
        if "\0" in line:
            raise UnreadableLine("the line contains NUL bytes")
        return line

    def _skip_rest_of_line(self) -> None:
        while (piece := self._readline(MAX_LINE)) and piece[-1] not in "\r\n":
            pass


def _recoded(line: str) -> str:
    """`line` with bytes that were not UTF-8 read as cp1252."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return line.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return line
