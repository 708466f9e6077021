"""File formats: what recognises a file and reads it, and what becomes of each of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from .records import Balance, PricePoint, Record


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be used: kept aside with its reason, never dropped in silence."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that was understood and changes nothing of the account (a move between a venue's own wallets).

    `told` is one of which the user should hear all the same: columns that nobody knew, for example.
    """

    line: int
    reason: str
    text: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class FileHead:
    """The beginning of a file, for recognising its format: `lines` are decoded, without line ends.

    `start` is the same undecoded, for files that are not text; such a format may look into the file at `path`.
    """

    path: Path
    lines: tuple[str, ...]
    start: bytes = b""


@dataclass(frozen=True, slots=True)
class ImportSource:
    """An open import: the file, and the account its rows belong to where the file itself names none.

    `timezone` is what the user said of times that name no zone, as they wrote it; None is for the format to decide.
    """

    path: Path
    account: str | None = None
    timezone: str | None = None


ImportedRow = Record | Balance | PricePoint | RejectedRow | SkippedRow


@dataclass(frozen=True, slots=True)
class Importer:
    """A file format.

    `detect` says how sure it is (0 to 1) from the head alone, by the file's own header and never by
    its name. `read` yields rows lazily, in file order, in bounded memory, and turns a bad row into
    a `RejectedRow`; it raises ImportFileError only where nothing more of the file can be read.
    `yields` tells `kit import` (records) and `kit prices import` (prices) apart. `write`, where the
    format goes both ways, writes records to a file opened with newline="" and answers how many. `beside` names
    the formats whose files an account may have as well: they tell of other events, or of the same under the same ids.
    """

    name: str
    label: str
    detect: Callable[[FileHead], float]
    read: Callable[[ImportSource], Iterable[ImportedRow]]
    yields: str = "records"
    venue: str | None = None
    write: Callable[[Iterable[Record], TextIO], int] | None = None
    beside: frozenset[str] = frozenset()
