"""Files to import: which format they have, and what they are."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kit import FileHead, Importer, ImportFileError, UnknownName, UsageError

AUTO = "auto"
SURE_ENOUGH = 0.5
NEAR = 0.25
_HEAD_BYTES = 1 << 16
_HEAD_LINES = 50
_CHUNK = 1 << 20
_FEW = 5


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file's format, and how sure that is (1 where the user named it)."""

    importer: Importer
    sureness: Decimal


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A file's content: its hash, and how many lines it has."""

    sha256: str
    lines: int


def recognise(path: Path, importers: Sequence[Importer], *, format_name: str, yields: str) -> Recognised:
    """The importer for a file: the one named, else the one surest of the file's head.

    Raises UnknownName for a name that no importer has, ImportFileError where the file cannot be read,
    none is sure enough, or two are equally sure.
    """
    fitting = [importer for importer in importers if importer.yields == yields]
    head = _head(path)
    if format_name != AUTO:
        for importer in fitting:
            if importer.name == format_name.casefold():
                return Recognised(importer, Decimal(1))
        unknown = UnknownName("format", format_name, [importer.name for importer in fitting])
        unknown.next_step = unknown.next_step or _see_formats(fitting)
        raise unknown
    ranked = sorted(((importer.detect(head), importer) for importer in importers), key=lambda each: -each[0])
    sure = [(sureness, importer) for sureness, importer in ranked if sureness >= SURE_ENOUGH]
    ours = [(sureness, importer) for sureness, importer in sure if importer.yields == yields]
    if not ours and sure:
        raise _other_command(path, sure[0][1])
    if not ours:
        near = [importer for sureness, importer in ranked if sureness >= NEAR and importer in fitting]
        raise _no_format(path, near, fitting)
    if len(ours) > 1 and ours[0][0] == ours[1][0]:
        names = " or ".join(importer.name for sureness, importer in ours if sureness == ours[0][0])
        raise ImportFileError(f"{path} may be {names}.", next_step="Say which one with --format.")
    return Recognised(ours[0][1], Decimal(str(ours[0][0])))


def _no_format(path: Path, near: Sequence[Importer], known: Sequence[Importer]) -> ImportFileError:
    """`near` are those that its columns come close to, the closest first."""
    names = " or ".join(f"{importer.label} ({importer.name})" for importer in near[:3])
    return ImportFileError(
        f"{path} has none of the known formats{f'; its columns come closest to {names}' if names else ''}.",
        next_step=f"Export it again unchanged, or name its format with --format. {_see_formats(known)}",
    )


def _see_formats(known: Sequence[Importer]) -> str:
    """The names where they are few."""
    few = ", ".join(importer.name for importer in known) if len(known) <= _FEW else "kit import --formats"
    return f"Which there are: {few}"


def distinct(files: Sequence[Path]) -> list[Path]:
    """The files, each once however often and by whichever name it was given. Raises UsageError for none."""
    if not files:
        raise UsageError("No file was named.", next_step="Write: kit import FILE…")
    return list({path.resolve(): path for path in reversed(files)}.values())[::-1]


def fingerprint(path: Path) -> Fingerprint:
    """Raises ImportFileError where the file cannot be read."""
    digest = hashlib.sha256()
    lines = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                lines += chunk.count(b"\n")
    except OSError as error:
        raise _unreadable(path, error) from None
    return Fingerprint(digest.hexdigest(), lines)


def _head(path: Path) -> FileHead:
    if path.is_dir():
        raise ImportFileError(f"{path} is a folder.", next_step="Name the files in it.")
    try:
        with path.open("rb") as file:
            start = file.read(_HEAD_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from None
    if not start:
        raise ImportFileError(f"{path} is empty.", next_step="Export it again.")
    return FileHead(path, tuple(start.decode(_encoding(start), errors="replace").splitlines()[:_HEAD_LINES]), start)


def _encoding(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if start[0::2].count(0) > len(start) // 4:
        return "utf-16-be"
    return "utf-8-sig"


def _unreadable(path: Path, error: OSError) -> ImportFileError:
    reason = error.strerror or type(error).__name__
    return ImportFileError(f"{path} cannot be read: {reason}.", next_step="Check its name, folder and permissions.")


def _other_command(path: Path, importer: Importer) -> ImportFileError:
    command = "kit prices import" if importer.yields == "prices" else "kit import"
    return ImportFileError(
        f"{path} holds {importer.yields} ({importer.label}).", next_step=f"Import it with: {command} {path}"
    )
