"""An account under another name: everything that is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, insert, or_, select, update

from kit import exact_math

from .changes import EVERY_ASSET, mark_changed
from .plan_rows import plan_orders
from .records import counted, stored_records, unremoved
from .tables import (
    accounts,
    cursors,
    imports,
    matches,
    open_positions,
    originals,
    positions,
    records,
    reported,
    staged,
)

_EVER = datetime.min.replace(tzinfo=UTC)


def rename_account(connection: Connection, old: str, new: str) -> None:
    """Within the caller's transaction. Records of an earlier account of the new name become this one's, too;
    how that was doing is forgotten. Lots, which know accounts by name, are computed anew.
    """
    connection.execute(delete(originals).where(originals.c.account == old, _is_there(originals, new)))
    for table in (originals, records, staged):
        _move_records(connection, table, old, new)
    _move_matches(connection, old, new)
    for table in (accounts, cursors, open_positions, reported):
        connection.execute(delete(table).where(table.c.account == new))
        connection.execute(update(table).where(table.c.account == old).values(account=new))
    for kept in (imports, plan_orders):
        connection.execute(update(kept).where(kept.c.account == old).values(account=new))
    _sum_anew(connection, old, new)
    mark_changed(connection, EVERY_ASSET, _EVER)


def _is_there(table: Table, account: str) -> ColumnElement[bool]:
    """That a record of this account has the row's id already."""
    other = records.alias()
    return exists(select(other.c.id).where(other.c.account == account, other.c.id == table.c.id))


def _move_matches(connection: Connection, old: str, new: str) -> None:
    """Decisions on transfers go along; one that is there under both names is one."""
    known = {tuple(row)[:4] for row in connection.execute(select(matches))}
    for side in ("out", "in"):
        column = matches.c[f"{side}_account"]
        for row in connection.execute(select(matches).where(column == old)).all():
            moved = {**row._mapping, column.name: new}
            if tuple(moved.values())[:4] not in known:
                known.add(tuple(moved.values())[:4])
                connection.execute(insert(matches).values(**moved))
        connection.execute(delete(matches).where(column == old))


def _move_records(connection: Connection, table: Table, old: str, new: str) -> None:
    """A record that is there under both names is one."""
    other = table.alias()
    is_there = exists(select(other.c.id).where(other.c.account == new, other.c.id == table.c.id))
    connection.execute(delete(table).where(table.c.account == old, is_there))
    connection.execute(update(table).where(table.c.account == old).values(account=new))
    connection.execute(update(table).where(table.c.to_account == old).values(to_account=new))


@exact_math()
def _sum_anew(connection: Connection, old: str, new: str) -> None:
    has_both = connection.scalar(select(positions.c.asset).where(positions.c.account == new).limit(1)) is not None
    if not has_both:
        connection.execute(update(positions).where(positions.c.account == old).values(account=new))
        return
    total: dict[str, Decimal] = {}
    touching = select(*counted).where(unremoved, or_(records.c.account == new, records.c.to_account == new))
    for record in stored_records(connection, touching):
        for account, asset, quantity in record.legs():
            if account == new:
                total[asset] = total.get(asset, Decimal(0)) + quantity
    connection.execute(delete(positions).where(positions.c.account.in_([old, new])))
    rows = [{"account": new, "asset": asset, "quantity": quantity} for asset, quantity in total.items()]
    if rows:
        connection.execute(insert(positions), rows)
