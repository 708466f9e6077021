"""Rules as they are kept, and how each stands. Every change of a rule raises the revision, so that whoever holds
the rules in memory sees that they are others now.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from kit import Store

from ..core.book import Standing
from ..core.rules import Rule, from_json, to_json
from .tables import firings, notes, rules

_REVISION = "revision"
_LAST = "last number"
_LOOKED_AT = "looked at"


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule in the store. `origin` is "" for one that was made by a command, else its key in config.json."""

    number: int
    rule: Rule
    standing: Standing
    origin: str
    created: datetime
    paused: bool


@dataclass(frozen=True, slots=True)
class Firing:
    """The `times`th time that a rule fired."""

    rule: int
    times: int
    at: datetime
    said: str


class Rules:
    """The rules of one store. Looking at them makes no database where there is none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Kept]:
        """By number."""
        if not self._store.exists:
            return []
        with self._store.read() as connection:
            return [_kept(row) for row in connection.execute(select(rules).order_by(rules.c.number))]

    def add(self, added: Iterable[tuple[Rule, str]], now: datetime) -> list[int]:
        """Keep rules with their origins; the number of each. A number is never used again."""
        with self._store.write() as connection:
            last = int(_note(connection, _LAST) or 0)
            numbers = []
            for rule, origin in added:
                last += 1
                numbers.append(last)
                values = {"number": last, "rule": json.dumps(to_json(rule)), "origin": origin, "created": now}
                connection.execute(rules.insert().values(values | {"paused": False} | _standing(Standing())))
            _write(connection, _LAST, str(last))
            _changed(connection)
        return numbers

    def replace(self, number: int, rule: Rule) -> None:
        """The same rule with another content: it begins anew, and counts on."""
        with self._store.write() as connection:
            known = _standing(Standing())
            del known["fired"], known["last_fired"]
            values = {"rule": json.dumps(to_json(rule))} | known
            connection.execute(update(rules).where(rules.c.number == number).values(values))
            _changed(connection)

    def remove(self, numbers: Collection[int]) -> None:
        with self._store.write() as connection:
            for number in numbers:
                connection.execute(delete(rules).where(rules.c.number == number))
                connection.execute(delete(firings).where(firings.c.rule == number))
            _changed(connection)

    def pause(self, numbers: Collection[int], *, paused: bool) -> None:
        """A rule that is resumed begins anew: what holds then is no crossing. One that was done may fire again."""
        values: dict[str, Any] = {"paused": paused}
        if not paused:
            values |= {"armed": None, "holds": "[]", "since": None, "done": False, "snoozed_until": None}
        self._update(numbers, values)

    def snooze(self, numbers: Collection[int], until: datetime) -> None:
        self._update(numbers, {"snoozed_until": until})

    def save(
        self, standings: Iterable[tuple[int, Standing]], fired: Sequence[Firing], now: datetime, *, revision: str
    ) -> None:
        """What a look found, all of it or nothing. Of rules that were changed meanwhile only that they fired."""
        fires = {each.rule for each in fired}
        with self._store.write() as connection:
            same = _note(connection, _REVISION) == revision
            for number, standing in standings:
                values = _standing(standing)
                del values["snoozed_until"]
                if not same:
                    values = {name: values[name] for name in ("fired", "last_fired")} if number in fires else {}
                if values:
                    connection.execute(update(rules).where(rules.c.number == number).values(values))
            for each in fired:
                values = {"rule": each.rule, "times": each.times, "at": each.at, "said": each.said}
                connection.execute(firings.insert().values(values))
            _write(connection, _LOOKED_AT, now.isoformat())

    def looked_at(self) -> datetime | None:
        """When the rules were last looked at."""
        said = self._read(_LOOKED_AT)
        return datetime.fromisoformat(said) if said else None

    def revision(self) -> str:
        return self._read(_REVISION)

    def firings(self) -> list[Firing]:
        """Everything that fired, of the rules that there still are, the newest first."""
        if not self._store.exists:
            return []
        with self._store.read() as connection:
            found = connection.execute(select(firings).order_by(firings.c.at.desc(), firings.c.rule))
            return [Firing(row.rule, row.times, row.at, row.said) for row in found]

    def count(self) -> int:
        if not self._store.exists:
            return 0
        with self._store.read() as connection:
            return connection.scalar(select(func.count()).select_from(rules)) or 0

    def _update(self, numbers: Collection[int], values: dict[str, Any]) -> None:
        with self._store.write() as connection:
            for number in numbers:
                connection.execute(update(rules).where(rules.c.number == number).values(values))
            _changed(connection)

    def _read(self, key: str) -> str:
        if not self._store.exists:
            return ""
        with self._store.read() as connection:
            return _note(connection, key)


def _kept(row: Row[Any]) -> Kept:
    standing = Standing(
        row.armed,
        json.loads(row.holds),
        row.since,
        row.fired,
        row.last_fired,
        row.snoozed_until,
        row.done,
    )
    return Kept(row.number, from_json(json.loads(row.rule)), standing, row.origin, row.created, row.paused)


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "armed": standing.armed,
        "holds": json.dumps(standing.holds),
        "since": standing.since,
        "fired": standing.fired,
        "last_fired": standing.last_fired,
        "snoozed_until": standing.snoozed_until,
        "done": standing.done,
    }


def _note(connection: Connection, key: str) -> str:
    return connection.scalar(select(notes.c.value).where(notes.c.key == key)) or ""


def _write(connection: Connection, key: str, value: str) -> None:
    connection.execute(delete(notes).where(notes.c.key == key))
    connection.execute(notes.insert().values(key=key, value=value))


def _changed(connection: Connection) -> None:
    _write(connection, _REVISION, str(int(_note(connection, _REVISION) or 0) + 1))
