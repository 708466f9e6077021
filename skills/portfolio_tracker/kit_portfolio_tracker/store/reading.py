"""What the read side asks of the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, func, select

from ..core.valuation import Position
from .records import REMOVED, unremoved
from .tables import imports, positions, records, rejected, reported


@dataclass(frozen=True, slots=True)
class KeptAside:
    """A row of a file that could not be used, and why."""

    file: str
    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How much the store holds. `latest` is the time of the newest record."""

    accounts: int
    records: int
    latest: datetime | None


def read_positions(connection: Connection) -> list[Position]:
    """Every account and asset there is: what the venue says, what the records sum to."""
    said = {
        (row.account, row.asset): (row.total, row.time)
        for row in connection.execute(select(reported.c.account, reported.c.asset, reported.c.total, reported.c.time))
    }
    found = []
    for account, asset, quantity in connection.execute(select(positions)):
        total, time = said.pop((account, asset), (None, None))
        found.append(Position(account, asset, total, time, quantity))
    found += [Position(account, asset, total, time) for (account, asset), (total, time) in said.items()]
    return found


def reported_totals(connection: Connection, account: str) -> dict[str, Decimal]:
    """What the venue said that this account holds, nothing left out but zeros."""
    said = connection.execute(select(reported.c.asset, reported.c.total).where(reported.c.account == account))
    return {row.asset: row.total for row in said if row.total}


def bound_balances(connection: Connection) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """What venues say is locked and staked, by account and asset; no zeros."""
    said = connection.execute(select(reported.c.account, reported.c.asset, reported.c.locked, reported.c.staked))
    return {(row.account, row.asset): (row.locked, row.staked) for row in said if row.locked or row.staked}


def venues(connection: Connection) -> dict[str, str]:
    """The venue of each account that was named when a venue's file was imported."""
    known = select(imports.c.account, imports.c.venue).where(
        imports.c.account.is_not(None), imports.c.venue.is_not(None)
    )
    return {row.account: row.venue for row in connection.execute(known.distinct())}


def importers_of(connection: Connection, account: str) -> set[str]:
    """The formats that records of this account came in, as far as any of them still count."""
    named = select(imports.c.id, imports.c.importer).where(imports.c.account == account, imports.c.added > 0)
    found: set[str] = set()
    for number, importer in connection.execute(named).all():
        kept = select(records.c.id).where(unremoved, records.c.import_id == number, records.c.account == account)
        if importer not in found and connection.scalar(kept.limit(1)) is not None:
            found.add(importer)
    return found


def kept_aside(connection: Connection) -> list[KeptAside]:
    """Every row that was kept aside, by file and line."""
    wanted = (
        select(imports.c.file, rejected.c.line, rejected.c.reason, rejected.c.text)
        .join_from(rejected, imports, rejected.c.import_id == imports.c.id)
        .order_by(imports.c.file, rejected.c.line, rejected.c.number)
    )
    return [KeptAside(*row) for row in connection.execute(wanted)]


def count_kept_aside(connection: Connection) -> int:
    """How many rows are kept aside."""
    return connection.scalar(select(func.count()).select_from(rejected)) or 0


def extent(connection: Connection) -> Extent:
    """How much there is, what is removed left out."""
    count = select(func.count()).select_from(records)
    number = (connection.scalar(count) or 0) - (connection.scalar(count.where(records.c.mark == REMOVED)) or 0)
    latest = connection.scalar(select(records.c.time).where(unremoved).order_by(records.c.time.desc()).limit(1))
    accounts = {
        account for table in (positions, reported) for account in connection.scalars(select(table.c.account).distinct())
    }
    return Extent(len(accounts), number, latest)
