"""Many rows at once: fast, streaming, without the ORM."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Select, Table, bindparam, select

CHUNK = 5_000
_KEYS_A_QUERY = 500
_Row = TypeVar("_Row")


def bulk_insert(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert `rows` by executemany (SQLite) or COPY (PostgreSQL), column types applied; how many."""
    bound = _binder(connection, table, columns)
    quote = connection.dialect.identifier_preparer
    target = f"{quote.format_table(table)} ({', '.join(quote.quote(name) for name in columns)})"
    if connection.dialect.name == "postgresql":
        return _copy(connection, f"COPY {target} FROM STDIN", map(bound, rows))
    statement = f"INSERT INTO {target} VALUES ({', '.join('?' * len(columns))})"
    count = 0
    for chunk in _chunks(map(bound, rows), CHUNK):
        connection.exec_driver_sql(statement, chunk)
        count += len(chunk)
    return count


def insert_new(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    key: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
) -> Iterator[tuple[Any, ...]]:
    """Insert the rows whose `key` is new, chunk by chunk, and yield them.

    Asks which keys exist, then inserts the others: exact, because a write transaction has no rival.
    """
    places = [columns.index(name) for name in key]
    asking = _asking_for([table.c[name] for name in key])
    for chunk in _chunks(rows, _KEYS_A_QUERY):
        fresh: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for row in chunk:
            fresh.setdefault(tuple([row[place] for place in places]), row)
        for known in _existing(connection, asking, list(fresh)):
            fresh.pop(known, None)
        if fresh:
            bulk_insert(connection, table, columns, fresh.values())
            yield from fresh.values()


def _asking_for(columns: Sequence[Column[Any]]) -> Select[Any]:
    """Which keys are there, of those that differ in their last column only. Built once: each is a web of objects.

    SQLite finds `a = x AND b IN (…)` by the primary key, but reads the whole index for `(a, b) IN (…)`.
    """
    *leading, last = columns
    same = [column == bindparam(f"leading_{place}") for place, column in enumerate(leading)]
    return select(last).where(*same, last.in_(bindparam("ends", expanding=True)))


def _existing(
    connection: Connection, asking: Select[Any], keys: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """Which of `keys` are there."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for key in keys:
        groups.setdefault(key[:-1], []).append(key[-1])
    for start, ends in groups.items():
        leading = {f"leading_{place}": value for place, value in enumerate(start)}
        for (end,) in connection.execute(asking, {**leading, "ends": ends}):
            yield (*start, end)


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _binder(connection: Connection, table: Table, columns: Sequence[str]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Turns a row of Python values into what the driver takes."""
    dialect = connection.dialect
    steps: list[tuple[int, Callable[[Any], Any]]] = []
    for place, name in enumerate(columns):
        step = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        if step is not None:
            steps.append((place, step))
    if not steps:
        return tuple

    def bound(row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for place, step in steps:
            values[place] = step(values[place])
        return tuple(values)

    return bound


def _chunks(rows: Iterable[_Row], size: int) -> Iterator[list[_Row]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, size)):
        yield chunk
