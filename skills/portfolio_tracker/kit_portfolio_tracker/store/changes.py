"""Since when an asset's lots are to be computed anew. The asset "" stands for every asset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from .tables import changes

EVERY_ASSET = ""


def mark_changed(connection: Connection, asset: str, since: datetime) -> None:
    """Something that the lots of `asset` follow from changed at that instant, or later."""
    mark_all_changed(connection, {asset: since})


def mark_all_changed(connection: Connection, found: Mapping[str, datetime]) -> None:
    """The same, of several assets."""
    if not found:
        return
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
