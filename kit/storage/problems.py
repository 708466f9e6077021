"""The persisted problems."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, delete, func, select

from ..clock import Clock
from ..problems import Problem, Severity
from .schema import problems as table
from .store import Store

_WORST_FIRST = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class StoredProblems:
    """The problem log, kept in the store. Looking at it makes no database where there is none."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def report(self, *problems: Problem) -> None:
        if problems:
            with self._store.write() as connection:
                self._put(connection, problems)

    def resolve(self, *keys: str) -> None:
        if keys and self._store.exists and self._any(table.c.key.in_(keys)):
            with self._store.write() as connection:
                connection.execute(delete(table).where(table.c.key.in_(keys)))

    def replace(self, prefix: str, problems: Iterable[Problem]) -> None:
        kept = tuple(problems)
        strangers = [problem.key for problem in kept if not problem.key.startswith(prefix)]
        if strangers:
            raise ValueError(f"{strangers[0]!r} does not start with {prefix!r}")
        inside = func.substr(table.c.key, 1, len(prefix)) == prefix
        if not kept and not (self._store.exists and self._any(inside)):
            return
        with self._store.write() as connection:
            cured = inside & table.c.key.not_in([each.key for each in kept])
            connection.execute(delete(table).where(cured))
            self._put(connection, kept)

    def open(self) -> list[Problem]:
        if not self._store.exists:
            return []
        with self._store.read() as connection:
            found = [
                Problem(
                    key=row.key,
                    severity=Severity(row.severity),
                    what=row.what,
                    where=row.place,
                    next_step=row.next_step,
                    first_seen=row.first_seen,
                    last_seen=row.last_seen,
                )
                for row in connection.execute(select(table).order_by(table.c.first_seen, table.c.key))
            ]
        return sorted(found, key=lambda problem: _WORST_FIRST[problem.severity])

    def _any(self, wanted: ColumnElement[bool]) -> bool:
        """Whether there are such problems: looking costs less than a change that changes nothing."""
        with self._store.read() as connection:
            return connection.scalar(select(table.c.key).where(wanted).limit(1)) is not None

    def _put(self, connection: Connection, problems: Iterable[Problem]) -> None:
        now = self._clock.now()
        for problem in {each.key: each for each in problems}.values():
            seen = connection.scalar(select(table.c.first_seen).where(table.c.key == problem.key))
            connection.execute(delete(table).where(table.c.key == problem.key))
            connection.execute(
                table.insert().values(
                    key=problem.key,
                    severity=problem.severity.value,
                    what=problem.what,
                    place=problem.where,
                    next_step=problem.next_step,
                    first_seen=seen or problem.first_seen or now,
                    last_seen=problem.last_seen or now,
                )
            )
