"""Locks between processes, by name: one holder at a time, also between threads, and free when the holder dies.

PostgreSQL: a session-level advisory lock on a connection of its own, so that it ends with the
connection, however that ends. SQLite: a lock of the operating system on a file in the folder
`<database>.locks` beside the database.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from filelock import FileLock

_POLL_SECONDS = 0.1
# A holder whose machine has vanished is given up after about 30 s instead of the usual two hours.
_KEEPALIVE = text(
    "SELECT set_config('tcp_keepalives_idle', '15', false), "
    "set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false)"
)
_TRY = text("SELECT pg_try_advisory_lock(:key)")


class Held(Protocol):
    """A lock that is held."""

    def lasts(self) -> bool:
        """Whether it is still held: the server may have ended the connection."""

    def release(self) -> None: ...


def hold_on_server(engine: Engine, name: str, *, wait: float) -> Held | None:
    """The advisory lock `name`; None where another session holds it for longer than `wait` seconds."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()  # its end is the lock's end: it must not go back to the pool
    try:
        connection.execute(_KEEPALIVE)
        deadline = time.monotonic() + wait
        while not connection.scalar(_TRY, {"key": key_of(name)}):
            left = deadline - time.monotonic()
            if left <= 0:
                connection.close()
                return None
            time.sleep(min(left, _POLL_SECONDS))
    except BaseException:
        connection.close()
        raise
    return _Session(connection)


def hold_beside(database: Path, name: str, *, wait: float) -> Held | None:
    """The lock file `name` beside the database file; None where another holds it for longer than `wait` seconds."""
    from filelock import FileLock, Timeout  # most commands lock nothing

    folder = database.with_name(f"{database.name}.locks")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / file_name(name), mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=max(wait, 0.0))
    except Timeout:
        return None
    return _File(lock)


def key_of(name: str) -> int:
    """The name as PostgreSQL wants it: the same signed 64-bit number on every machine."""
    return int.from_bytes(blake2b(f"kit:{name}".encode(), digest_size=8).digest(), "big", signed=True)


def file_name(name: str) -> str:
    """The name as every file system takes it; different names stay different."""
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    return f"{readable}-{blake2b(name.encode(), digest_size=4).hexdigest()}.lock"


class _Session:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lasts(self) -> bool:
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def release(self) -> None:
        with suppress(SQLAlchemyError):  # a session that has ended holds nothing any more
            self._connection.close()


class _File:
    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    def lasts(self) -> bool:
        return True

    def release(self) -> None:
        self._lock.release()
