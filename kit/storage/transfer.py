"""Rows from one kind of database to the other, table by table, nothing lost.

SQLite is the neutral form: PostgreSQL's column types say how each value is kept there (NUMERIC as
text, TIMESTAMPTZ as microseconds), as `kit.storage.types` keeps them, and how to read it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, Text, func, inspect, select, text, types
from sqlalchemy.types import TypeEngine

from ..clock import Clock
from ..errors import StoreError
from ..hookspecs import Migrations
from ..money import plain
from .bulk import CHUNK
from .store import Store
from .types import instant, microseconds

_Step = Callable[[Any], Any]


def into_sqlite(source: Connection, target: Path, migrations: Sequence[Migrations], *, clock: Clock) -> None:
    """Make `target` a SQLite store with every row of a PostgreSQL `source`.

    Tables of plugins that are not installed come along by their columns and keys alone.
    """
    tables = _reflected(source)
    store = Store.open(target, migrations, clock=clock)
    try:
        with store.write() as sink:
            sink.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            present = set(inspect(sink).get_table_names())
            for name in present:
                sink.exec_driver_sql(f'DELETE FROM "{name}"')
            neutral = _neutral(tables)
            for table in tables:
                if table.name not in present:
                    neutral[table.name].create(sink)
                _pour(source, table, sink)
    finally:
        store.close()


def into_postgresql(source: Connection, sink: Connection) -> None:
    """Replace all that PostgreSQL holds by the rows of a SQLite store of the same revisions.

    Within the caller's transaction. Raises StoreError where a table has no counterpart: its
    plugin is not installed here.
    """
    tables = _reflected(sink)
    held = set(inspect(source).get_table_names())
    strange = sorted(held - {table.name for table in tables})
    if strange:
        raise StoreError(
            f"The backup holds tables of a plugin that is not installed ({', '.join(strange)}).",
            next_step="Install that plugin, then restore again. Nothing was changed.",
        )
    quote = sink.dialect.identifier_preparer.format_table
    sink.exec_driver_sql(f"TRUNCATE {', '.join(quote(table) for table in tables)}")
    for table in tables:
        if table.name in held:
            _fill(source, table, sink)
        else:
            sink.exec_driver_sql(f"DROP TABLE {quote(table)} CASCADE")


def _reflected(connection: Connection) -> list[Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return metadata.sorted_tables


def _pour(source: Connection, table: Table, sink: Connection) -> None:
    steps = _steps(table, _KEPT)
    quoted = ", ".join(f'"{column.name}"' for column in table.columns)
    statement = f'INSERT INTO "{table.name}" ({quoted}) VALUES ({", ".join("?" * len(table.columns))})'
    streamed = source.execution_options(yield_per=CHUNK).execute(select(table))
    for part in streamed.partitions():
        sink.exec_driver_sql(statement, [_changed(row, steps) for row in part])


def _fill(source: Connection, table: Table, sink: Connection) -> None:
    steps = _steps(table, _READ_BACK)
    columns = [column.name for column in table.columns]
    names = ", ".join(f'"{name}"' for name in columns)
    rows = source.exec_driver_sql(f'SELECT {names} FROM "{table.name}"')
    raw: Any = sink.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in _stream(rows.partitions(CHUNK)):
            copy.write_row(_changed(row, steps))
    for name in columns:
        sequence = sink.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', name)))
        if sequence is not None:
            highest = f'SELECT setval(:sequence, max("{name}")) FROM "{table.name}" HAVING max("{name}") IS NOT NULL'
            sink.execute(text(highest), {"sequence": sequence})


def _stream(parts: Iterable[Sequence[Any]]) -> Iterator[Any]:
    for part in parts:
        yield from part


def _neutral(tables: Sequence[Table]) -> Mapping[str, Table]:
    """The tables as SQLite can hold them: names, keys and whether a value must be there."""
    metadata = MetaData()
    for table in tables:
        copied = table.to_metadata(metadata)
        copied.indexes.clear()
        for column in copied.columns:
            column.server_default = None
            column.type = _neutral_type(column.type)
    return metadata.tables


def _neutral_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    if isinstance(kind, types.DateTime):
        return types.BigInteger() if kind.timezone else Text()
    same = (types.Float, types.Integer, types.Boolean, types.LargeBinary)
    return next((known() for known in same if isinstance(kind, known)), Text())


def _identity(value: Any) -> Any:
    return value


def _kept_time(value: datetime) -> Any:
    return microseconds(value) if value.tzinfo else value.isoformat(" ", "microseconds")


def _read_time(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else instant(value)


def _json_text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# How SQLite keeps a PostgreSQL column's values, and how they are read back; the first kind that fits.
_KEPT: tuple[tuple[type[TypeEngine[Any]], _Step], ...] = (
    (types.Float, _identity),
    (types.Numeric, plain),
    (types.DateTime, _kept_time),
    (types.Boolean, int),
    (types.Date, date.isoformat),
    (types.Time, time.isoformat),
    (types.JSON, _json_text),
    (types.Uuid, str),
)
_READ_BACK: tuple[tuple[type[TypeEngine[Any]], _Step], ...] = (
    (types.Float, _identity),
    (types.Numeric, lambda value: Decimal(str(value))),
    (types.DateTime, _read_time),
    (types.Boolean, bool),
    (types.Date, date.fromisoformat),
    (types.Time, time.fromisoformat),
)


def _steps(table: Table, by_kind: Sequence[tuple[type[TypeEngine[Any]], _Step]]) -> list[tuple[int, _Step]]:
    steps = []
    for place, column in enumerate(table.columns):
        step = next((step for kind, step in by_kind if isinstance(column.type, kind)), _identity)
        if step is not _identity:
            steps.append((place, step))
    return steps


def _changed(row: Sequence[Any], steps: Sequence[tuple[int, _Step]]) -> tuple[Any, ...]:
    values = list(row)
    for place, step in steps:
        if values[place] is not None:
            values[place] = step(values[place])
    return tuple(values)
