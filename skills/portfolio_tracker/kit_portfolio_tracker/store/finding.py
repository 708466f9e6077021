"""Records by what people type: an id, the beginning of one, or ACCOUNT/ID."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from kit import UsageError

from ..core.events import RecordKey
from .tables import records

SHORTEST = 4
_MOST = 6
_LAST = "\U0010ffff"


def find_record(connection: Connection, text: str) -> RecordKey:
    """The one record that `text` names: its whole id, else the beginning of an id. A removed one is found, too.

    Raises UsageError where none or several fit. One seek in each account, however many records there are.
    """
    wanted = text.strip()
    accounts = list(accounts_with_records(connection))
    named = [(account, own) for account in accounts for own in _own_ids(wanted, account)]
    found = [key for account, own in named for key in _from(connection, account, own, until=own)]
    if not found:
        beginnings = [(account, own) for account, own in named if len(own) >= SHORTEST]
        if not beginnings and wanted:
            raise UsageError(
                f"“{wanted}” is no record's id, and too short for the beginning of one.",
                next_step=f"Write the id, or at least its first {SHORTEST} characters. See them: kit ledger list",
            )
        found = [key for account, own in beginnings for key in _from(connection, account, own, until=own + _LAST)]
    if not found:
        raise UsageError(f"There is no record “{wanted}”.", next_step="See the records with their ids: kit ledger list")
    if len(found) > 1:
        raise UsageError(
            f"“{wanted}” may be several records: {_listed(connection, found)}.", next_step="Write more of it."
        )
    return found[0]


def accounts_with_records(connection: Connection) -> Iterator[str]:
    """Every account that has records, removed ones included: one seek each."""
    column = records.c.account
    account = connection.scalar(select(column).order_by(column).limit(1))
    while account is not None:
        yield account
        account = connection.scalar(select(column).where(column > account).order_by(column).limit(1))


def _own_ids(wanted: str, account: str) -> set[str]:
    """What may be meant of an account's ids: a name with a slash may be one, or an account and an id."""
    return {wanted, wanted.removeprefix(f"{account}/")} - {""}


def _from(connection: Connection, account: str, own: str, *, until: str) -> list[RecordKey]:
    wanted = select(records.c.id).where(records.c.account == account, records.c.id >= own, records.c.id <= until)
    return [RecordKey(account, each) for each in connection.scalars(wanted.order_by(records.c.id).limit(_MOST))]


def _listed(connection: Connection, found: list[RecordKey]) -> str:
    names = []
    for account, own in found[: _MOST - 1]:
        time = connection.scalar(select(records.c.time).where(records.c.account == account, records.c.id == own))
        names.append(f"{account}/{own} of {time:%Y-%m-%d %H:%M}")
    return ", ".join(names) + (" and more" if len(found) >= _MOST else "")
