"""What people do to records: write them, edit them, remove them, and take it back.

Each is one change of the ledger: the record, its mark, its original, the positions and since when lots are to be
computed anew. A removed record stays in its row, so that no import and no sync brings it back.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select, update

from kit import Record, UsageError, exact_math

from ..core.events import RecordKey
from .changes import changed_by, mark_all_changed
from .records import EDITED, MANUAL, REMOVED, counted, move_positions, record_of_row, record_row, stored_records
from .tables import originals, records

_FIELDS = tuple(column.name for column in originals.columns)


class Marked(NamedTuple):
    """A record, what was done to it (None: nothing), the import that brought it, and how it was before an edit."""

    record: Record
    mark: str | None
    import_id: int | None
    original: Record | None


def marked_record(connection: Connection, key: RecordKey) -> Marked:
    """The record of that key, which is there."""
    row = connection.execute(select(*counted, records.c.mark).where(_is(records, key))).one()
    return Marked(record_of_row(row[:-1]), row.mark, row.import_id, _original(connection, key))


def add_manual(connection: Connection, record: Record) -> None:
    """Write a record that a person told. Raises UsageError where it is there already, removed or not."""
    key = RecordKey(record.account, record.id)
    there = connection.execute(select(records.c.mark).where(_is(records, key))).one_or_none()
    if there is not None:
        removed = there.mark == REMOVED
        raise UsageError(
            f"That record was removed: {record.id}." if removed else f"That record is there already: {record.id}.",
            next_step=f"Bring it back: kit ledger remove {record.id} --undo"
            if removed
            else "If it happened twice, tell the two apart with --note.",
        )
    connection.execute(insert(records).values(**_values(record, None), mark=MANUAL))
    _follow(connection, None, record)


def edit_record(connection: Connection, key: RecordKey, after: Record) -> None:
    """Put `after` in the record's place. The first original is kept; where `after` is that one, nothing is edited."""
    before, _, import_id, original = _unremoved(connection, key)
    if after == original:
        undo_edit(connection, key)
        return
    if original is None:
        connection.execute(insert(originals).values(**_values(before, import_id)))
    connection.execute(update(records).where(_is(records, key)).values(**_values(after, import_id), mark=EDITED))
    _follow(connection, before, after)


def undo_edit(connection: Connection, key: RecordKey) -> Record:
    """Put the original back, and answer it. Raises UsageError where the record is not edited."""
    edited, _, import_id, original = _unremoved(connection, key)
    if original is None:
        raise UsageError(f"{key.id} was never edited.", next_step=f"See it: kit ledger show {key.id}")
    values = _values(original, import_id)
    connection.execute(update(records).where(_is(records, key)).values(**values, mark=_mark(original, None)))
    connection.execute(delete(originals).where(_is(originals, key)))
    _follow(connection, edited, original)
    return original


def remove_record(connection: Connection, key: RecordKey) -> Record:
    """Let the record count nowhere any more. Raises UsageError where it does not already."""
    record = _unremoved(connection, key).record
    connection.execute(update(records).where(_is(records, key)).values(mark=REMOVED))
    _follow(connection, record, None)
    return record


def undo_removal(connection: Connection, key: RecordKey) -> Record:
    """Let the record count again, as it last stood. Raises UsageError where it is not removed."""
    record, mark, _, original = marked_record(connection, key)
    if mark != REMOVED:
        raise UsageError(f"{key.id} is not removed.", next_step=f"See it: kit ledger show {key.id}")
    connection.execute(update(records).where(_is(records, key)).values(mark=_mark(record, original)))
    _follow(connection, None, record)
    return record


def _mark(record: Record, original: Record | None) -> str | None:
    """The mark of a record that counts."""
    if original is not None:
        return EDITED
    return MANUAL if record.source == MANUAL else None


def _unremoved(connection: Connection, key: RecordKey) -> Marked:
    found = marked_record(connection, key)
    if found.mark == REMOVED:
        raise UsageError(f"{key.id} is removed.", next_step=f"Bring it back first: kit ledger remove {key.id} --undo")
    return found


def _original(connection: Connection, key: RecordKey) -> Record | None:
    row = connection.execute(select(originals).where(_is(originals, key))).one_or_none()
    return None if row is None else record_of_row(row)


@exact_math()
def _follow(connection: Connection, before: Record | None, after: Record | None) -> None:
    """Bring what is computed from a record up to date with it."""
    moved: dict[tuple[str, str], Decimal] = {}
    for record, sign in ((before, -1), (after, 1)):
        for account, asset, quantity in record.legs() if record else ():
            moved[account, asset] = moved.get((account, asset), Decimal(0)) + sign * quantity
    move_positions(connection, {place: quantity for place, quantity in moved.items() if quantity})
    mark_all_changed(connection, changed_by(record for record in (before, after) if record is not None))


def _values(record: Record, import_id: int | None) -> dict[str, Any]:
    return dict(zip(_FIELDS, record_row(record, import_id), strict=True))


def _is(table: Table, key: RecordKey) -> ColumnElement[bool]:
    return (table.c.account == key.account) & (table.c.id == key.id)


def marked_records(connection: Connection) -> Iterator[Record]:
    """The records that people added, edited or removed, as they are now."""
    return stored_records(connection, select(*counted).where(records.c.mark.is_not(None)))
