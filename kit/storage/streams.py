"""How the streams of the resident host are, as it last wrote it down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from .schema import stream_states as table
from .store import Store

_Written = tuple[str, datetime, datetime | None, int, str]


@dataclass(frozen=True, slots=True)
class StreamState:
    """`started` is when it last began, `beat` when something last arrived, `failures` how many in a row."""

    stream: str
    started: datetime
    beat: datetime | None
    failures: int
    sentence: str


class StreamStates:
    """Looking at them makes no database where there is none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def replace(self, states: Iterable[_Written]) -> None:
        """Make these the only ones."""
        with self._store.write() as connection:
            connection.execute(delete(table))
            _insert(connection, states)

    def put(self, states: Iterable[_Written]) -> None:
        written = list(states)
        with self._store.write() as connection:
            connection.execute(delete(table).where(table.c.stream.in_([state[0] for state in written])))
            _insert(connection, written)

    def all(self) -> list[StreamState]:
        """By name."""
        if not self._store.exists:
            return []
        with self._store.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.stream))
            return [StreamState(row.stream, row.started, row.beat, row.failures, row.sentence) for row in rows]


def _insert(connection: Connection, states: Iterable[_Written]) -> None:
    names = ("stream", "started", "beat", "failures", "sentence")
    rows = [dict(zip(names, state, strict=True)) for state in states]
    if rows:
        connection.execute(table.insert(), rows)
