"""People who may use the bot, and the codes by which they become ones. A code is kept as its digest alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, or_, select, update

from kit import Store

from .tables import buttons, codes, told, users

# Telegram keeps an update for a day and counts upwards; after a week without one it begins anew anywhere.
_UPDATES_LAST = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may use the bot, in the chat `chat` with it.

    `claimed` is when their last question was taken up, `handled` when the last one was answered.
    """

    user: int
    chat: int
    name: str
    role: str
    paired: datetime
    claimed: datetime | None
    handled: datetime | None

    def waits(self, now: datetime) -> timedelta:
        """How long a question of theirs has been unanswered; no time where none is."""
        if self.claimed is None or (self.handled is not None and self.handled >= self.claimed):
            return timedelta(0)
        return now - self.claimed


class Members:
    """Looking at them makes no database where there is none."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Member]:
        """The longest known first."""
        if not self._store.exists:
            return []
        with self._store.read() as connection:
            return [
                _member(each) for each in connection.execute(select(users).order_by(users.c.paired, users.c.user_id))
            ]

    def add_code(self, code: str, role: str, expires: datetime, now: datetime) -> None:
        with self._store.write() as connection:
            connection.execute(delete(codes).where(codes.c.expires <= now))
            connection.execute(codes.insert().values(digest=digest(code), role=role, expires=expires))

    def open_codes(self, now: datetime) -> frozenset[str]:
        """The digests of those that are still good."""
        with self._store.read() as connection:
            return frozenset(connection.scalars(select(codes.c.digest).where(codes.c.expires > now)))

    def pair(self, code: str, *, user: int, chat: int, name: str, now: datetime) -> str | None:
        """The role of whoever sent a code that is good, which it is no more; None for any other code."""
        with self._store.write() as connection:
            good = (codes.c.digest == digest(code)) & (codes.c.expires > now)
            role: str | None = connection.scalar(select(codes.c.role).where(good))
            if role is not None:
                connection.execute(delete(codes).where(codes.c.digest == digest(code)))
                connection.execute(delete(users).where(users.c.user_id == user))
                values = {"user_id": user, "chat_id": chat, "name": name, "role": role, "paired": now}
                connection.execute(users.insert().values(**values, last_update=0))
        return role

    def remove(self, user: int) -> bool:
        """Whether there was such a one."""
        with self._store.write() as connection:
            connection.execute(delete(told).where(told.c.user_id == user))
            connection.execute(delete(buttons).where(buttons.c.user_id == user))
            return connection.execute(delete(users).where(users.c.user_id == user)).rowcount > 0

    def claim(self, user: int, number: int, now: datetime) -> Member | None:
        """The member whose update `number` is still to be handled, as they are now. It is claimed once."""
        newer = or_(users.c.last_update < number, users.c.claimed < now - _UPDATES_LAST)
        with self._store.write() as connection:
            claimed = update(users).where(users.c.user_id == user, newer).values(last_update=number, claimed=now)
            if connection.execute(claimed).rowcount == 0:
                return None
            return _member(connection.execute(select(users).where(users.c.user_id == user)).one())

    def handled(self, user: int, now: datetime) -> None:
        with self._store.write() as connection:
            connection.execute(update(users).where(users.c.user_id == user).values(handled=now))

    def has_told(self, key: str, user: int) -> bool:
        with self._store.read() as connection:
            asked = select(told.c.at).where(told.c.key == key, told.c.user_id == user)
            return connection.scalar(asked) is not None

    def note_told(self, key: str, user: int, now: datetime, *, forget_after: timedelta) -> None:
        with self._store.write() as connection:
            connection.execute(delete(told).where(told.c.at < now - forget_after))
            connection.execute(told.insert().values(key=key, user_id=user, at=now))


def _member(row: Row[Any]) -> Member:
    return Member(row.user_id, row.chat_id, row.name, row.role, row.paired, row.claimed, row.handled)


def digest(code: str) -> str:
    """What is kept of a pairing code: enough to know it again, not to tell it."""
    return hashlib.sha256(code.encode()).hexdigest()
