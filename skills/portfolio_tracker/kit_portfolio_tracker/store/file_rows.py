"""Putting what a file brings into the store: its records and balances, and what became of each row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from kit import Balance, ImportedRow, Record, RejectedRow, SkippedRow, Store

from ..core.events import RecordKey
from .records import RecordWriter, counted, record_row, report_balances
from .tables import imports, insert_numbered, records, rejected

_NAMES = [column.name for column in counted]
_FACTS = slice(_NAMES.index("time"), _NAMES.index("note"))
_CONTRADICTIONS_NAMED = 5


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
        report_balances(self._connection, self._said.values())
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
