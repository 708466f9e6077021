"""How each account is doing: when its venue was asked, when it answered, and what was wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from .tables import accounts


@dataclass(frozen=True, slots=True)
class AccountState:
    """`answered` is when balances last came, `walked` when its history was last walked to the end.

    `owed` says that the history has yet to tell what changed the balances. `doubted` is when it first said to hold
    nothing where it had held something. `failures` counts the questions in a row that got no answer; `fault` and
    `next_step` tell of the last one, "" where it is well.
    """

    account: str
    venue: str
    asked: datetime
    answered: datetime | None = None
    walked: datetime | None = None
    owed: bool = False
    doubted: datetime | None = None
    failures: int = 0
    fault: str = ""
    next_step: str = ""
    left_out: tuple[str, ...] = ()


def account_states(connection: Connection) -> dict[str, AccountState]:
    """Every account that was ever asked."""
    return {row.account: _state(row) for row in connection.execute(select(accounts))}


def account_state(connection: Connection, account: str) -> AccountState | None:
    """The state of one account, None where it was never asked."""
    row = connection.execute(select(accounts).where(accounts.c.account == account)).one_or_none()
    return None if row is None else _state(row)


def keep_state(connection: Connection, state: AccountState) -> None:
    """Keep the state in place of the one before."""
    connection.execute(delete(accounts).where(accounts.c.account == state.account))
    connection.execute(
        insert(accounts).values(
            account=state.account,
            venue=state.venue,
            asked=state.asked,
            answered=state.answered,
            walked=state.walked,
            owed=state.owed,
            doubted=state.doubted,
            failures=state.failures,
            fault=state.fault,
            next_step=state.next_step,
            left_out=json.dumps(state.left_out),
        )
    )


def _state(row: Row[Any]) -> AccountState:
    values = dict(row._mapping)
    return AccountState(**{**values, "left_out": tuple(json.loads(values["left_out"]))})
