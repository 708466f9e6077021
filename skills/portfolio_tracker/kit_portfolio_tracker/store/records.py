"""Putting records into the store, with the calculated balances that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, insert, or_, select, update

from kit import Balance, Kind, Money, Quantity, Record, Store, exact_math

from .changes import changed_by, mark_all_changed
from .tables import positions, records, reported, staged

_FIELDS = tuple(column.name for column in staged.columns)
_KINDS = {kind.value: kind for kind in Kind}
MANUAL = "manual"
EDITED = "edited"
REMOVED = "removed"
counted = tuple(records.c[name] for name in _FIELDS)
"""The columns of a record; its mark is none of them."""
unremoved = or_(records.c.mark.is_(None), records.c.mark != REMOVED)
"""That a record counts: nobody has removed it."""


class RecordWriter:
    """Records on their way into the store, inside the caller's transaction. `finish` updates the positions."""

    def __init__(self, store: Store, connection: Connection, *, import_id: int | None = None) -> None:
        self.accounts: set[str] = set()
        self.first: datetime | None = None
        self.last: datetime | None = None
        self._store = store
        self._connection = connection
        self._import_id = import_id
        self._moved: dict[tuple[str, str], Decimal] = {}
        self._changed: dict[str, datetime] = {}

    @exact_math()
    def add(self, found: Mapping[tuple[str, str], Record]) -> int:
        """Keep these records, by account and id; how many were new. Of one that is there already nothing changes."""
        if not found:
            return 0
        rows = (record_row(record, self._import_id) for record in found.values())
        new = self._store.insert_new(self._connection, records, _FIELDS, ("account", "id"), rows)
        added = [found[account, own_id] for account, own_id, *_ in new]
        for record in added:
            for holder, asset, quantity in record.legs():
                key = holder, asset
                self._moved[key] = self._moved.get(key, Decimal(0)) + quantity
        for asset, since in changed_by(added).items():
            self._changed[asset] = min(since, self._changed.get(asset, since))
        times = [record.time for record in found.values()]
        self.first = min([*times, *([self.first] if self.first else [])])
        self.last = max([*times, *([self.last] if self.last else [])])
        self.accounts.update(account for account, _ in found)
        return len(added)

    @exact_math()
    def finish(self) -> None:
        move_positions(self._connection, self._moved)
        mark_all_changed(self._connection, self._changed)


def record_row(record: Record, import_id: int | None) -> tuple[object, ...]:
    """The record as a row of `records` or `staged`."""
    received, sent, fee, value = record.received, record.sent, record.fee, record.value
    return (
        record.account,
        record.id,
        record.time,
        record.kind.value,
        received.asset if received else None,
        received.amount if received else None,
        sent.asset if sent else None,
        sent.amount if sent else None,
        fee.asset if fee else None,
        fee.amount if fee else None,
        value.amount if value else None,
        value.currency if value else None,
        record.to_account,
        record.note,
        record.source,
        import_id,
    )


def move_positions(connection: Connection, moved: Mapping[tuple[str, str], Decimal]) -> None:
    """Add `moved` to the positions. The caller is in exact_math."""
    if not moved:
        return
    accounts = sorted({account for account, _ in moved})
    before = {
        (account, asset): quantity
        for account, asset, quantity in connection.execute(select(positions).where(positions.c.account.in_(accounts)))
    }
    fresh = [key for key in moved if key not in before]
    _write(connection, positions, [(*key, moved[key]) for key in fresh])
    for account, asset in moved.keys() - set(fresh):
        connection.execute(
            update(positions)
            .where(positions.c.account == account, positions.c.asset == asset)
            .values(quantity=before[account, asset] + moved[account, asset])
        )


def report_balances(connection: Connection, said: Iterable[Balance]) -> None:
    """Keep what venues say their accounts hold; an older word never replaces a newer one."""
    newest: dict[tuple[str, str], Balance] = {}
    for balance in said:
        key = balance.account, balance.asset
        if key not in newest or newest[key].time <= balance.time:
            newest[key] = balance
    accounts = sorted({account for account, _ in newest})
    times = select(reported.c.account, reported.c.asset, reported.c.time).where(reported.c.account.in_(accounts))
    before = {(account, asset): time for account, asset, time in connection.execute(times)} if accounts else {}
    fresh = [each for key, each in newest.items() if key not in before or before[key] <= each.time]
    replaced = [{"of": each.account, "what": each.asset} for each in fresh if (each.account, each.asset) in before]
    if replaced:
        one = (reported.c.account == bindparam("of")) & (reported.c.asset == bindparam("what"))
        connection.execute(delete(reported).where(one), replaced)
    rows = [(each.account, each.asset, each.total, each.locked, each.staked, each.time) for each in fresh]
    _write(connection, reported, rows)


def _write(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        names = [column.name for column in table.columns]
        connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def all_records(connection: Connection) -> Iterator[Record]:
    """Every record that counts, streamed, in no particular order."""
    return stored_records(connection, select(*counted).where(unremoved))


def stored_records(connection: Connection, wanted: Select[Any]) -> Iterator[Record]:
    """The records that a selection of `records` or `staged` finds, streamed."""
    found = connection.execute(wanted.execution_options(stream_results=True, yield_per=5_000))
    return map(record_of_row, found)


def record_of_row(row: Sequence[Any]) -> Record:
    """The record that the columns of `counted` hold."""
    account, own_id, time, kind, *legs, worth, currency, to_account, note, source, _ = row
    in_asset, came, out_asset, went, fee_asset, paid = legs
    received = Quantity(came, in_asset) if in_asset is not None else None
    sent = Quantity(went, out_asset) if out_asset is not None else None
    fee = Quantity(paid, fee_asset) if fee_asset is not None else None
    value = Money(worth, currency) if currency is not None else None
    return Record(own_id, time, account, _KINDS[kind], received, sent, fee, value, to_account, note, source)


@exact_math()
def summed_positions(connection: Connection) -> dict[tuple[str, str], Decimal]:
    """The calculated balances, summed from every record anew."""
    total: dict[tuple[str, str], Decimal] = {}
    for record in all_records(connection):
        for account, asset, quantity in record.legs():
            total[account, asset] = total.get((account, asset), Decimal(0)) + quantity
    return total


def kept_positions(connection: Connection) -> dict[tuple[str, str], Decimal]:
    """The calculated balances as they are kept."""
    return {(account, asset): quantity for account, asset, quantity in connection.execute(select(positions))}


def rebuild_positions(connection: Connection) -> None:
    """Make the kept balances what the records sum to."""
    total = summed_positions(connection)
    connection.execute(delete(positions))
    _write(connection, positions, [(*key, quantity) for key, quantity in total.items()])
