"""Buttons that were shown. What Telegram carries is a random id; what it does stands here, with whom it is for."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, delete, select, update

from kit import Store

from .tables import buttons

_KEPT = timedelta(days=7)


class Kind(StrEnum):
    """`run` answers with a new message, `refresh` in the same one; `confirm` says yes to what was shown, `drop` no."""

    RUN = "run"
    REFRESH = "refresh"
    CONFIRM = "confirm"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Button:
    """What a button does, for one person in one chat. `params` is the invocation's, as text."""

    id: str
    user: int
    chat: int
    kind: Kind
    command: str
    params: str
    expires: datetime
    used: datetime | None = None


def new_id() -> str:
    return secrets.token_urlsafe(16)


class Buttons:
    """The buttons below messages, as the store keeps them; which of them work once is for the caller to know."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, shown: Sequence[Button], now: datetime) -> None:
        """Keep them before they are shown; those long expired are forgotten."""
        if not shown:
            return
        rows = [
            {
                "id": each.id,
                "user_id": each.user,
                "chat_id": each.chat,
                "kind": each.kind.value,
                "command": each.command,
                "params": each.params,
                "expires": each.expires,
            }
            for each in shown
        ]
        with self._store.write() as connection:
            connection.execute(delete(buttons).where(buttons.c.expires < now - _KEPT))
            connection.execute(buttons.insert(), rows)

    def find(self, id: str) -> Button | None:  # noqa: A002 - what it is
        with self._store.read() as connection:
            row = connection.execute(select(buttons).where(buttons.c.id == id)).one_or_none()
        if row is None:
            return None
        kind = Kind(row.kind)
        return Button(row.id, row.user_id, row.chat_id, kind, row.command, row.params, row.expires, row.used)

    def use(self, button: Button, now: datetime) -> bool:
        """Whether this is its first use, among all processes. A no uses up every yes to the same."""
        same = buttons.c.id == button.id
        if button.kind is Kind.DROP:
            same = and_(
                buttons.c.user_id == button.user,
                buttons.c.chat_id == button.chat,
                buttons.c.command == button.command,
                buttons.c.params == button.params,
            )
        with self._store.write() as connection:
            first = update(buttons).where(same, buttons.c.used.is_(None)).values(used=now)
            return connection.execute(first).rowcount > 0
