"""Records by what people type: an id, the beginning of one, or ACCOUNT/ID."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from kit import UnknownName, UsageError

from ..core.events import RecordKey
from .tables import records

_SHORTEST = 4
_MOST = 6


def find_record(connection: Connection, text: str) -> RecordKey:
    """The one record that `text` names. Raises UnknownName where none does, UsageError where several do."""
    wanted = text.strip()
    found = list(_exact(connection, wanted))
    if not found and len(wanted) >= _SHORTEST:
        found = list(_beginning(connection, wanted))
    if not found:
        raise UnknownName("record", wanted, ())
    if len(found) > 1:
        listed = ", ".join(f"{key.account}/{key.id}" for key in found[: _MOST - 1])
        more = " and more" if len(found) >= _MOST else ""
        raise UsageError(f"“{wanted}” is several records: {listed}{more}.", next_step="Write one of these.")
    return found[0]


def _accounts(connection: Connection) -> list[str]:
    return list(connection.scalars(select(records.c.account).distinct()))


def _exact(connection: Connection, wanted: str) -> Iterator[RecordKey]:
    for account in _accounts(connection):
        own = wanted.removeprefix(f"{account}/")
        for each in {own, wanted}:
            known = select(records.c.id).where(records.c.account == account, records.c.id == each)
            if connection.scalar(known) is not None:
                yield RecordKey(account, each)


def _beginning(connection: Connection, wanted: str) -> Iterator[RecordKey]:
    for account in _accounts(connection):
        own = wanted.removeprefix(f"{account}/")
        last = own[:-1] + chr(ord(own[-1]) + 1)
        known = select(records.c.id).where(records.c.account == account, records.c.id >= own, records.c.id < last)
        for each in connection.scalars(known.limit(_MOST)):
            yield RecordKey(account, each)
