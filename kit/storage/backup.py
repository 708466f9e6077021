"""A backup: one file with the whole installation in it, consistent also while something writes.

The file is a zip: `manifest.json` (format, revisions, a SHA-256 of each member), `kit.db` (the database
as SQLite, whatever kind it came from), `config.json` and `plugins.json` where there are any. One format
for both kinds of database means that a backup of one can be put back into the other.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from ..clock import Clock
from ..errors import KitError, StoreError, UsageError
from .engines import BUSY_SECONDS, sqlite_file
from .faults import damaged, translated
from .migrate import versions
from .store import Store
from .transfer import into_sqlite

FORMAT = "kit-backup"
FORMAT_VERSION = 1
DATABASE = "kit.db"
SETTINGS_FILES = ("config.json", "plugins.json")
_MANIFEST = "manifest.json"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file and what it holds."""

    file: Path
    written: datetime
    kit_version: str
    database: str
    holds: tuple[str, ...]
    size_bytes: int


def default_name(now: datetime) -> str:
    """What a backup of this instant is called: sortable, in UTC."""
    return f"kit-backup-{now.astimezone(UTC):%Y%m%d-%H%M%S}.kitbackup"


def write_backup(store: Store, home: Path, file: Path, *, clock: Clock, kit_version: str) -> Backup:
    """Copy the store and the settings of `home` into `file`, readable by its owner alone.

    The file appears whole or not at all; one that exists is not replaced. Raises KitError.
    """
    if file.exists():
        raise UsageError(f"{file} exists already.", next_step="Name another file, or move that one away.")
    settings = {name: home / name for name in SETTINGS_FILES if (home / name).is_file()}
    if not settings and not store.exists:
        raise KitError(f"There is nothing to back up in {home} yet.", next_step="Begin with: kit init.")
    try:
        with tempfile.TemporaryDirectory(prefix=".kit-backup-", dir=file.parent) as folder:
            members = dict(settings)
            revisions: list[str] = []
            if store.exists:
                members[DATABASE] = Path(folder, DATABASE)
                revisions = copy_database(store, members[DATABASE], clock=clock)
            about = {
                "format": FORMAT,
                "formatVersion": FORMAT_VERSION,
                "written": clock.now().isoformat(),
                "kit": kit_version,
                "database": store.dialect,
                "revisions": sorted(revisions),
            }
            whole = Path(folder, "whole")
            _write_zip(whole, about, members)
            whole.replace(file)
    except OSError as error:
        raise StoreError(
            f"The backup {file} could not be written ({error.strerror or error}).",
            next_step="Name a folder that exists, that you may write to and that has room.",
        ) from error
    return describe(file)


def copy_database(store: Store, target: Path, *, clock: Clock) -> list[str]:
    """A consistent copy of the store as the SQLite file `target`; the revisions it is at."""
    path = sqlite_file(store.url)
    if path is None:
        with store.read() as source:
            into_sqlite(source, target, store.migrations, clock=clock)
            return sorted(versions(source))
    with store.read() as connection:
        revisions = versions(connection)
    copy_sqlite(path, target)
    return sorted(revisions)


def copy_sqlite(source: Path, target: Path) -> None:
    """Make `target` a copy of the SQLite database `source`, in one file, of one instant. Raises StoreError.

    One step of SQLite's online backup: a reader's snapshot, so that writers go on meanwhile.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with contextlib.closing(sqlite3.connect(source)) as old, contextlib.closing(sqlite3.connect(target)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE").fetchone()
        flaw = flaw_of(target)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise translated(error, str(source)) from error
    if flaw:
        target.unlink()
        raise damaged(str(source), flaw)


def flaw_of(database: Path) -> str | None:
    """What is wrong with the inside of a SQLite file; None for a healthy one. Raises sqlite3.Error."""
    with contextlib.closing(sqlite3.connect(database, timeout=BUSY_SECONDS)) as raw:
        try:
            found: str = raw.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
                return str(error)
            raise
    return None if found == "ok" else found.splitlines()[-1]


def describe(file: Path) -> Backup:
    """What a backup says about itself. Raises StoreError for a foreign, damaged or newer file."""
    with _opened(file) as archive:
        manifest = _manifest(file, archive)
    try:
        return Backup(
            file=file,
            written=datetime.fromisoformat(manifest["written"]),
            kit_version=str(manifest["kit"]),
            database=str(manifest["database"]),
            holds=tuple(sorted(manifest["files"])),
            size_bytes=file.stat().st_size,
        )
    except (KeyError, TypeError, ValueError):
        raise _damaged(file, f"{_MANIFEST} is incomplete") from None


def unpack(file: Path, folder: Path) -> list[Path]:
    """Write the members of a backup into `folder`, every checksum verified. Raises StoreError.

    Only the names that a backup may hold are looked at, so nothing can be written elsewhere.
    """
    unpacked = []
    with _opened(file) as archive:
        kept: Mapping[str, Any] = _manifest(file, archive)["files"]
        for name in (DATABASE, *SETTINGS_FILES):
            if name not in kept:
                continue
            target = folder / name
            with archive.open(name) as member, _created(target) as output:
                digest = _copy(member, output)
            if digest != kept[name]["sha256"]:
                raise _damaged(file, f"{name} does not match its checksum")
            unpacked.append(target)
    return unpacked


def _write_zip(file: Path, about: Mapping[str, Any], members: Mapping[str, Path]) -> None:
    files = {}
    with _created(file) as output:
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            for name, path in members.items():
                with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as member:
                    files[name] = {"sha256": _copy(source, member), "bytes": source.tell()}
            archive.writestr(_MANIFEST, json.dumps({**about, "files": files}, indent=2))
        output.flush()
        os.fsync(output.fileno())


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise _damaged(file, str(error).strip("'\"")) from error
    except OSError as error:
        raise StoreError(
            f"The backup {file} could not be read ({error.strerror or error}).",
            next_step="Check that the file exists, that you may read it and that the disk has room.",
        ) from error


def _manifest(file: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    if _MANIFEST not in archive.namelist():
        raise _foreign(file)
    try:
        manifest = json.loads(archive.read(_MANIFEST))
    except ValueError:
        raise _foreign(file) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _foreign(file)
    if manifest.get("formatVersion") != FORMAT_VERSION:
        raise StoreError(
            f"{file} was written by a newer version of K.I.T. ({manifest.get('kit')}).",
            next_step="Update K.I.T., then restore it.",
        )
    return manifest


def _foreign(file: Path) -> StoreError:
    return StoreError(f"{file} is not a K.I.T. backup.", next_step="Name a file that kit backup wrote.")


def _damaged(file: Path, why: str) -> StoreError:
    return StoreError(
        f"{file} is not a whole K.I.T. backup ({why.rstrip('.')}).",
        next_step="Copy it again, or use another backup. Nothing was changed.",
    )


def _created(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), "wb")


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()
