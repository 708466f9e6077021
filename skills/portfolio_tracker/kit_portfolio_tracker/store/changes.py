"""Since when an asset's lots are to be computed anew. The asset "" stands for every asset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from kit import Kind, Record

from .day_rows import forget_days
from .tables import changes

EVERY_ASSET = ""
MATCHING_WINDOW = timedelta(days=8)
"""How far back a transfer can reach: another one before it may turn out to be its other end."""
_TRANSFERS = frozenset({Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER})


def changed_by(records: Iterable[Record]) -> dict[str, datetime]:
    """Since when the lots of which assets change where these records come, go or change."""
    found: dict[str, datetime] = {}
    for record in records:
        since = record.time - MATCHING_WINDOW if record.kind in _TRANSFERS else record.time
        for leg in (record.received, record.sent, record.fee):
            if leg is not None and (leg.asset not in found or since < found[leg.asset]):
                found[leg.asset] = since
    return found


def mark_changed(connection: Connection, asset: str, since: datetime) -> None:
    """Something that the lots of `asset` follow from changed at that instant, or later."""
    mark_all_changed(connection, {asset: since})


def mark_all_changed(connection: Connection, found: Mapping[str, datetime]) -> None:
    """The same, of several assets."""
    if not found:
        return
    forget_days(connection, min(found.values()))
    before = what_changed(connection)
    for asset, since in found.items():
        if asset not in before:
            connection.execute(insert(changes).values(asset=asset, since=since))
        elif since < before[asset]:
            connection.execute(update(changes).where(changes.c.asset == asset).values(since=since))


def what_changed(connection: Connection) -> dict[str, datetime]:
    """Every mark there is."""
    return {row.asset: row.since for row in connection.execute(select(changes))}


def forget_changes(connection: Connection) -> None:
    """All of it has been computed."""
    connection.execute(delete(changes))
