"""The store: the installation's one database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import get_ident
from types import TracebackType
from typing import Any, Literal, Self

from sqlalchemy import URL, Connection, Engine, Table, func, inspect, select, table as named
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError

from ..clock import Clock
from ..hookspecs import Migrations
from . import bulk
from .engines import (
    create_sqlite_file,
    for_reading,
    for_writing,
    make_engine,
    parse_url,
    secrets_of,
    shown,
    sqlite_file,
)
from .faults import translated
from .locks import Held, hold_beside, hold_on_server
from .migrate import migrate, missing
from .schema import HOST_MIGRATIONS


class Store:
    """A database whose tables are those of the installed plugins.

    Several processes may use one store. `read` is a snapshot and waits for nobody; `write` is one
    transaction, one writer at a time. Errors of the database arrive as StoreError.
    """

    def __init__(self, url: URL, engine: Engine, migrations: Sequence[Migrations], clock: Clock) -> None:
        self._url = url
        self._engine = engine
        self._migrations = tuple({entry.branch: entry for entry in (HOST_MIGRATIONS, *migrations)}.values())
        self._clock = clock
        self._driver_error: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._ready = False
        self._writing_thread: int | None = None

    @classmethod
    def open(cls, url: str | Path, migrations: Sequence[Migrations], *, clock: Clock) -> Store:
        """The store at `url`, its tables brought up to `migrations` (and the host's own).

        A path means the SQLite file there. One that does not exist yet is made by the first `read` or
        `write`, not here.
        Raises StoreError where the database cannot be used; it is then as it was.
        """
        store = cls.closed(url, migrations, clock=clock)
        if store.exists:
            store._prepare()
        return store

    @classmethod
    def closed(cls, url: str | Path, migrations: Sequence[Migrations], *, clock: Clock) -> Store:
        """The store at `url`, not looked at before the first `read` or `write`: for restoring a damaged one."""
        parsed = parse_url(url)
        return cls(parsed, make_engine(parsed), migrations, clock)

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        return "sqlite" if self._url.get_backend_name() == "sqlite" else "postgresql"

    @property
    def url_shown(self) -> str:
        """Where the store is, passwords hidden."""
        return shown(self._url)

    @property
    def url(self) -> URL:
        return self._url

    @property
    def migrations(self) -> tuple[Migrations, ...]:
        return self._migrations

    @property
    def exists(self) -> bool:
        """Whether there is a database file; a server is taken to be there."""
        path = sqlite_file(self._url)
        return path is None or path.exists()

    def row_counts(self) -> dict[str, int]:
        """How many rows each table has, by its name; nothing where there is no database yet."""
        if not self.exists:
            return {}
        with self.read() as connection:
            names = sorted(inspect(connection).get_table_names())
            return {name: connection.scalar(select(func.count()).select_from(named(name))) or 0 for name in names}

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state and cannot write."""
        self._prepare()
        with self._translating(), self._engine.connect() as connection, for_reading(connection).begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one transaction: all of it is kept, or after an error nothing.

        A second `write` inside raises RuntimeError: it would wait for the first for ever.
        """
        self._prepare()
        with self._writing() as connection:
            yield connection

    def bulk_insert(
        self, connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> int:
        """Insert `rows` (values in the order of `columns`) as fast as the database can; how many.

        Streams: memory stays bounded however many rows there are.
        """
        return bulk.bulk_insert(connection, table, columns, rows)

    def insert_new(
        self,
        connection: Connection,
        table: Table,
        columns: Sequence[str],
        key: Sequence[str],
        rows: Iterable[tuple[Any, ...]],
    ) -> Iterator[tuple[Any, ...]]:
        """Insert the rows whose `key` columns are not in the table yet, and yield each that was inserted.

        Of several rows with one key the first counts. Rows are inserted as the iterator is consumed.
        """
        return bulk.insert_new(connection, table, columns, key, rows)

    def insert_ignore(
        self,
        connection: Connection,
        table: Table,
        columns: Sequence[str],
        key: Sequence[str],
        rows: Iterable[tuple[Any, ...]],
    ) -> int:
        """Insert the rows whose `key` is not in the table yet; how many were."""
        return sum(1 for _ in bulk.insert_new(connection, table, columns, key, rows))

    @contextmanager
    def lock(self, name: str, *, wait: float = 0.0) -> Iterator[bool]:
        """Whether this is now the only holder of the lock `name`, among all processes and threads of this store.

        Waits `wait` seconds for another holder to end. Held until the block ends or the process dies.
        """
        held = self.hold(name, wait=wait)
        try:
            yield held is not None
        finally:
            if held is not None:
                held.release()

    def hold(self, name: str, *, wait: float = 0.0) -> Held | None:
        """The same without a block: the caller releases it, and may ask whether it `lasts`."""
        path = sqlite_file(self._url)
        try:
            with self._translating():
                if path is None:
                    return hold_on_server(self._engine, name, wait=wait)
                return hold_beside(path, name, wait=wait)
        except OSError as error:
            raise translated(error, self.url_shown) from error

    def close(self) -> None:
        """Give the connections back; the store may be used again afterwards."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepare(self) -> None:
        if self._ready:
            return
        path = sqlite_file(self._url)
        try:
            if path is not None:
                create_sqlite_file(path)
            with self._translating(), self._engine.connect() as connection, for_reading(connection).begin():
                needed = missing(connection, self._migrations)
            if needed:
                with self._writing() as connection:
                    migrate(connection, self._migrations, now=self._clock.now())
        except BaseException as error:
            self.close()
            if isinstance(error, OSError | sqlite3.Error):
                raise translated(error, self.url_shown) from error
            raise
        self._ready = True

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._writing_thread == get_ident():
            raise RuntimeError("write() inside write() would wait for itself; pass the connection on instead")
        with self._translating(), self._engine.connect() as connection, for_writing(connection).begin():
            self._writing_thread = get_ident()
            try:
                yield connection
            finally:
                self._writing_thread = None

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except StatementError as error:
            if error.orig is not None and not isinstance(error, DBAPIError):
                raise error.orig from None  # a value that its column type refuses: the caller's mistake
            raise translated(error, self.url_shown, secrets_of(self._url)) from error
        except (SQLAlchemyError, self._driver_error) as error:
            raise translated(error, self.url_shown, secrets_of(self._url)) from error
