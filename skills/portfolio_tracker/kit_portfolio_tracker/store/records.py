"""Putting records into the store, with the calculated balances that follow from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, insert, or_, select, update

from kit import Balance, ImportedRow, Kind, Money, Quantity, Record, RejectedRow, SkippedRow, Store, exact_math

from ..core.events import RecordKey
from .changes import changed_by, mark_all_changed
from .tables import imports, insert_numbered, positions, records, rejected, reported, staged

_FIELDS = tuple(column.name for column in staged.columns)
_FACTS = slice(_FIELDS.index("time"), _FIELDS.index("note"))
_CONTRADICTIONS_NAMED = 5
MANUAL = "manual"
EDITED = "edited"
REMOVED = "removed"
counted = tuple(records.c[name] for name in _FIELDS)
"""The columns of a record; its mark is none of them."""
unremoved = or_(records.c.mark.is_(None), records.c.mark != REMOVED)
"""That a record counts: nobody has removed it."""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file about to be imported: where it is, what it is, and when."""

    path: str
    sha256: str
    importer: str
    venue: str | None
    account: str | None
    time: datetime


@dataclass(slots=True)
class ImportCounts:
    """What became of a file's rows. `added` and `known` count records; balances are in neither.

    `contradicting` of the known say otherwise than what is there.
    """

    added: int = 0
    known: int = 0
    contradicting: int = 0
    skipped: int = 0
    rejected: int = 0
    first: datetime | None = None
    last: datetime | None = None


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


class FileImport:
    """One file's rows on their way into the store, inside the caller's transaction.

    `add` takes rows as they are read; `finish` brings positions and reported balances up to date.
    """

    def __init__(self, store: Store, connection: Connection, file: ImportFile) -> None:
        self.counts = ImportCounts()
        self.contradictions: list[RecordKey] = []
        """The first records that came again and say otherwise."""
        self._store = store
        self._connection = connection
        self._said: dict[tuple[str, str], Balance] = {}
        self._forget_rejected(file)
        self._id = insert_numbered(
            connection,
            imports,
            file=file.path,
            sha256=file.sha256,
            importer=file.importer,
            venue=file.venue,
            account=file.account,
            time=file.time,
            added=0,
            known=0,
            skipped=0,
            rejected=0,
        )
        self._writer = RecordWriter(store, connection, import_id=self._id)

    @property
    def accounts(self) -> set[str]:
        """The accounts that the rows belong to."""
        return self._writer.accounts | {account for account, _ in self._said}

    def add(self, rows: Sequence[ImportedRow]) -> None:
        """Keep these rows. Of a record that is there already nothing changes."""
        told: list[Record] = []
        aside = []
        for row in rows:
            if isinstance(row, Record):
                told.append(row)
            elif isinstance(row, Balance):
                key = row.account, row.asset
                if key not in self._said or self._said[key].time <= row.time:
                    self._said[key] = row
            elif isinstance(row, RejectedRow):
                aside.append(row)
            elif isinstance(row, SkippedRow):
                self.counts.skipped += 1
        found: dict[tuple[str, str], Record] = {}
        for record in told:
            found.setdefault((record.account, record.id), record)
        added = self._writer.add(found)
        self.counts.added += added
        if known := len(told) - added:
            self.counts.known += known
            self._compare(told)
        self._keep_aside(aside)

    def finish(self) -> ImportCounts:
        """Write what followed from the rows; the counts of the whole file."""
        self._writer.finish()
        report_within(self._connection, self._said.values())
        counts = self.counts
        counts.first, counts.last = self._writer.first, self._writer.last
        self._connection.execute(
            update(imports)
            .where(imports.c.id == self._id)
            .values(
                added=counts.added,
                known=counts.known,
                skipped=counts.skipped,
                rejected=counts.rejected,
                first_record=counts.first,
                last_record=counts.last,
            )
        )
        return counts

    def _compare(self, told: Sequence[Record]) -> None:
        other = list(contradictions(self._connection, told))
        self.counts.contradicting += len(other)
        self.contradictions += other[: _CONTRADICTIONS_NAMED - len(self.contradictions)]

    def _keep_aside(self, rows: Sequence[RejectedRow]) -> None:
        start = self.counts.rejected
        self._store.bulk_insert(
            self._connection,
            rejected,
            ("import_id", "number", "line", "reason", "text"),
            ((self._id, number, row.line, row.reason, row.text) for number, row in enumerate(rows, start)),
        )
        self.counts.rejected += len(rows)

    def _forget_rejected(self, file: ImportFile) -> None:
        """The rows that an earlier import of this file kept aside: this import judges them anew."""
        earlier = select(imports.c.id).where(
            or_(imports.c.sha256 == file.sha256, imports.c.file == file.path),
            imports.c.importer == file.importer,
        )
        self._connection.execute(delete(rejected).where(rejected.c.import_id.in_(earlier)))


def contradictions(connection: Connection, told: Iterable[Record]) -> Iterator[RecordKey]:
    """Those of the records `told` that are there with other facts, from files of the same format.

    Another format may round otherwise, and what people edited or removed is meant to differ. Notes are free to change.
    """
    by_account: dict[str, list[Record]] = defaultdict(list)
    for record in told:
        by_account[record.account].append(record)
    for account, found in by_account.items():
        mine = select(records.c.id, *counted[_FACTS]).where(
            records.c.account == account,
            records.c.id.in_([record.id for record in found]),
            records.c.mark.is_(None),
            records.c.source.in_({record.source for record in found}),
        )
        there = {own: tuple(facts) for own, *facts in connection.execute(mine)}
        for record in found:
            if record.id in there and there[record.id] != record_row(record, None)[_FACTS]:
                yield RecordKey(account, record.id)


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


def report_within(connection: Connection, said: Iterable[Balance]) -> None:
    """Keep these balances where they are not older than what is there."""
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


def report_balances(store: Store, balances: Iterable[Balance]) -> None:
    """Keep what venues say their accounts hold; an older word never replaces a newer one."""
    with store.write() as connection:
        report_within(connection, balances)


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
    (account, own_id, time, kind, *legs, worth, currency, to_account, note, source, _) = row
    received, sent, fee = (
        Quantity(amount, asset) if asset is not None else None
        for asset, amount in zip(legs[0::2], legs[1::2], strict=True)
    )
    value = Money(worth, currency) if currency is not None else None
    return Record(own_id, time, account, Kind(kind), received, sent, fee, value, to_account, note, source)


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
