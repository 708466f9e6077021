"""Open positions: the leveraged ones of each account, as its venue last told them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from kit import OpenPosition, Side

from .tables import open_positions


def keep_open_positions(connection: Connection, account: str, found: Sequence[OpenPosition]) -> None:
    """Make these all the open positions of the account."""
    connection.execute(delete(open_positions).where(open_positions.c.account == account))
    rows = {each.id: asdict(each) | {"account": account, "side": each.side.value} for each in found}
    if rows:
        connection.execute(insert(open_positions), list(rows.values()))


def has_open_positions(connection: Connection, account: str) -> bool:
    """Whether the account had any, when they were last told."""
    return (
        connection.scalar(select(open_positions.c.id).where(open_positions.c.account == account).limit(1)) is not None
    )


def read_open_positions(connection: Connection) -> list[OpenPosition]:
    """Every one, by account and symbol."""
    wanted = select(open_positions).order_by(open_positions.c.account, open_positions.c.symbol, open_positions.c.id)
    return [OpenPosition(**{**row._mapping, "side": Side(row.side)}) for row in connection.execute(wanted)]
