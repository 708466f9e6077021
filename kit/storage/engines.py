"""How each kind of database is reached: its URL, its engine, its transactions.

SQLite: WAL, so that readers and the one writer never wait for each other; foreign keys on;
`synchronous=FULL`, because a command that said “imported” must survive a power cut (NORMAL may lose
the last commits in WAL mode; FULL costs one fsync a commit, and an import is one commit). The driver's
own transaction handling is off: the `begin` event says BEGIN, or BEGIN IMMEDIATE for a writer, so
that a writer waits for the lock at the start and can never fail in the middle for want of it.

PostgreSQL: a reader is REPEATABLE READ, READ ONLY; a writer takes one advisory lock for its
transaction, so that there is one writer at a time there too and both databases behave alike.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ..errors import StoreError

BUSY_SECONDS = 60
_WRITER_LOCK = 0x6B69745F
_SECRET_KEYS = ("password", "sslpassword")
_WRITING = "kit_writing"
_HIDDEN = "***"


def parse_url(place: str | Path) -> URL:
    """The URL of a store, with the driver filled in; a path is that of a SQLite file.

    Raises StoreError for one that cannot be used, a relative file included: it would be another
    database in every folder.
    """
    if isinstance(place, Path):
        return URL.create("sqlite", database=str(place.absolute()))
    next_step = "Write storage.url like sqlite:////folder/kit.db or postgresql://user@host/database."
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise StoreError("storage.url is not a database URL.", next_step=next_step) from None
    backend = url.get_backend_name()
    if backend in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StoreError(f"“{backend}” is not a kind of database K.I.T. can use.", next_step=next_step)
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise StoreError("storage.url names no file.", next_step=next_step)
    file = Path(url.database).expanduser()
    if not file.is_absolute():
        raise StoreError(f"storage.url names the file {file} without saying in which folder.", next_step=next_step)
    return url.set(drivername="sqlite", database=str(file))


def shown(url: URL) -> str:
    """The URL for people, every password in it hidden."""
    hidden = {key: _HIDDEN for key in _SECRET_KEYS if key in url.query}
    return url.update_query_dict(hidden).render_as_string(hide_password=True)


def secrets_of(url: URL) -> tuple[str, ...]:
    """What must appear in no message."""
    texts = [url.password or "", *(str(url.query.get(key, "")) for key in _SECRET_KEYS)]
    return tuple(text for text in texts if text)


def sqlite_file(url: URL) -> Path | None:
    """The database file, None for a server."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def make_engine(url: URL) -> Engine:
    """The engine of a parsed URL; nothing is connected yet. Raises StoreError where the driver is missing."""
    return _sqlite_engine(url) if url.get_backend_name() == "sqlite" else _postgresql_engine(url)


def for_reading(connection: Connection) -> Connection:
    """The connection, its next transaction a consistent snapshot that cannot write."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def for_writing(connection: Connection) -> Connection:
    """The connection, its next transaction that of the only writer."""
    return connection.execution_options(**{_WRITING: True})


def _is_writing(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(_WRITING))


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = _is_writing(connection)
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgresql_engine(url: URL) -> Engine:
    arguments: dict[str, Any] = {"connect_timeout": 10, "application_name": "kit", "options": "-c timezone=UTC"}
    wanted = {key: value for key, value in arguments.items() if key not in url.query}
    try:
        engine = create_engine(url, connect_args=wanted, pool_pre_ping=True)
    except (ImportError, SQLAlchemyError) as error:
        raise StoreError(
            f"The PostgreSQL driver is missing ({type(error).__name__}).",
            next_step='Install it: pip install "kit-host[postgres]".',
        ) from None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _is_writing(connection):
            connection.exec_driver_sql(
                f"SELECT set_config('lock_timeout', '{BUSY_SECONDS}s', true), pg_advisory_xact_lock({_WRITER_LOCK})"
            )

    return engine


def create_sqlite_file(path: Path) -> None:
    """An empty database in WAL mode that only its owner can read; one that exists is left alone.

    Changing into WAL mode does not wait for a lock, hence the patience of our own. A file system
    that cannot have it (some network drives) keeps SQLite's default mode, which is as safe and slower.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    raw = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                raw.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                return
    finally:
        raw.close()
