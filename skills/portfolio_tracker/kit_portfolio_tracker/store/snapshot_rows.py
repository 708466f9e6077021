"""Snapshots in the store: what venues said was held at an instant, and what a unit was worth then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, delete, select

from kit import Store

from .tables import snapshots

_COLUMNS = ("time", "account", "asset", "quantity", "price", "currency", "source")


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """What an account held of an asset. `price` is None where there was none; `source` is whose price it was."""

    time: datetime
    account: str
    asset: str
    quantity: Decimal
    price: Decimal | None
    currency: str
    source: str


def keep_snapshot(store: Store, connection: Connection, rows: Iterable[SnapshotRow]) -> None:
    """Keep what belongs to one instant."""
    store.bulk_insert(connection, snapshots, _COLUMNS, [tuple(getattr(row, name) for name in _COLUMNS) for row in rows])


def snapshot_times(connection: Connection) -> list[datetime]:
    """When one was taken, the oldest first."""
    wanted = select(snapshots.c.time).distinct().order_by(snapshots.c.time)
    return list(connection.scalars(wanted))


def forget_snapshots(connection: Connection, times: Iterable[datetime]) -> None:
    """Forget those of these instants."""
    for time in times:
        connection.execute(delete(snapshots).where(snapshots.c.time == time))


def read_snapshots(
    connection: Connection, since: datetime | None = None, until: datetime | None = None
) -> Iterator[SnapshotRow]:
    """Those from an instant on, before another, the oldest first."""
    wanted = select(*(snapshots.c[name] for name in _COLUMNS))
    if since is not None:
        wanted = wanted.where(snapshots.c.time >= since)
    if until is not None:
        wanted = wanted.where(snapshots.c.time < until)
    for row in connection.execute(wanted.order_by(snapshots.c.time, snapshots.c.account, snapshots.c.asset)):
        yield SnapshotRow(*row)
