"""Putting a backup back, so that a kill at any moment leaves either the old database or the new one.

All that can fail is done on an unpacked copy first: checksums, the database's health, revisions
newer than the program, migrations. Then what is there now is kept beside it. A healthy SQLite file is
overwritten by SQLite's online backup, which is one transaction of its own and safe with other
processes; a damaged or absent one is replaced by a rename. PostgreSQL is refilled in one transaction.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from ..clock import Clock
from ..errors import StoreError
from .backup import DATABASE, SETTINGS_FILES, Backup, copy_database, copy_sqlite, describe, flaw_of, unpack
from .engines import BUSY_SECONDS, create_sqlite_file, sqlite_file
from .faults import damaged, translated
from .store import Store
from .transfer import into_postgresql


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and where what it replaced is kept."""

    backup: Backup
    files: tuple[Path, ...]
    kept: tuple[Path, ...]


def restore_backup(store: Store, home: Path, file: Path, *, clock: Clock) -> Restored:
    """Replace the store and the settings of `home` by those in `file`.

    Raises StoreError for a file that cannot be restored; nothing is changed then.
    """
    backup = describe(file)
    path = sqlite_file(store.url)
    beside = path.parent if path else home / "data"
    for folder in (home, beside):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    suffix = f"-before-restore-{clock.now().astimezone(UTC):%Y%m%d-%H%M%S}"
    kept: list[Path] = []
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as name:
            unpacked = {each.name: each for each in unpack(file, Path(name))}
            new = unpacked.get(DATABASE)
            if new:
                _make_current(new, store, clock=clock)
                old = Path(f"{path or beside / DATABASE}{suffix}")
                kept += _replace_sqlite(store, new, path, old) if path else _refill(store, new, old, clock=clock)
            settings = [home / name for name in SETTINGS_FILES if name in unpacked]
            for target in settings:
                kept += _replace_file(unpacked[target.name], target, suffix)
    except OSError as error:
        raise StoreError(
            f"The backup {file} could not be put back ({error.strerror or error}).",
            next_step="Check that the disk has room and that you may write there, then restore again.",
        ) from error
    database = [path or Path(store.url_shown)] if new else []
    return Restored(backup, (*database, *settings), tuple(kept))


def _make_current(new: Path, store: Store, *, clock: Clock) -> None:
    """Prove that the unpacked database is whole, and bring it to this program's revisions."""
    try:
        flaw = flaw_of(new)
    except sqlite3.Error as error:
        raise translated(error, f"in the backup ({new.name})") from error
    if flaw:
        raise damaged(f"in the backup ({new.name})", flaw)
    Store.open(new, store.migrations, clock=clock).close()


def _replace_file(new: Path, target: Path, suffix: str) -> list[Path]:
    """Put `new` in the place of `target` at one stroke; where the old one is kept."""
    kept = []
    if target.exists():
        old = target.with_name(f"{target.name}{suffix}")
        shutil.copyfile(target, old)
        old.chmod(0o600)
        kept.append(old)
    staged = target.with_name(f".{target.name}.restoring")
    shutil.copyfile(new, staged)
    staged.chmod(0o600)
    staged.replace(target)
    return kept


def _replace_sqlite(store: Store, new: Path, path: Path, old: Path) -> list[Path]:
    store.close()
    try:
        if path.exists() and flaw_of(path) is None:
            copy_sqlite(path, old)
            _overwrite(new, path)
            return [old]
        kept = _move_aside(path, old)
        new.replace(path)
        create_sqlite_file(path)
    except sqlite3.Error as error:
        raise translated(error, store.url_shown) from error
    return kept


def _overwrite(new: Path, path: Path) -> None:
    """One transaction of SQLite's own; waits for a writer, but not for ever."""
    deadline = time.monotonic() + BUSY_SECONDS

    def still_waiting(status: int, _remaining: int, _total: int) -> None:
        if status != sqlite3.SQLITE_DONE and time.monotonic() > deadline:
            raise TimeoutError(None, "another process has been writing for a long time")

    with contextlib.closing(sqlite3.connect(new)) as source, contextlib.closing(sqlite3.connect(path)) as sink:
        source.backup(sink, progress=still_waiting)


def _move_aside(path: Path, old: Path) -> list[Path]:
    """Keep a damaged database and what belongs to it, under names by which SQLite would still find it whole."""
    kept = []
    for ending in ("-wal", "-shm", ""):
        part = Path(f"{path}{ending}")
        if part.exists():
            kept.append(part.replace(f"{old}{ending}"))
    return kept


def _refill(store: Store, new: Path, old: Path, *, clock: Clock) -> list[Path]:
    copy_database(store, old, clock=clock)
    with (
        Store.open(new, store.migrations, clock=clock) as source_store,
        source_store.read() as source,
        store.write() as sink,
    ):
        into_postgresql(source, sink)
    return [old]
