"""Coinbase's raw transaction report, made for tax: what was acquired and what was disposed of, in two column groups.

A purchase names only its cost with fees, a sale its proceeds after fees. The two sides of a
conversion are rows of their own; they are joined where they stand side by side with one time, and
else kept as what left and what came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kit import FileHead, ImportedRow, Importer, ImportSource, Kind, Money, Quantity, Record, RejectedRow, SkippedRow

from .coinbase_types import INCOME, INTERNAL, LEAVES, TRADES, arriving, coinbase_asset
from .fields import asset_name, instant, number, positive
from .sheet import Sheet, header_match
from .trades import trade_kind

_NAME = "coinbase-raw"
_VENUE = "coinbase"
_COLUMNS = (
    "transaction id",
    "transaction type",
    "date & time",
    "asset acquired",
    "quantity acquired (bought, received, etc)",
    "asset disposed (sold, sent, etc)",
    "quantity disposed",
)
_COST = "cost basis (incl. fees paid) (usd)"
_PROCEEDS = "proceeds (excl. fees paid) (usd)"
_CONVERTED_FROM = "converted from"
_CONVERTED_TO = "converted to"


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    type: str
    time: datetime
    moved: Quantity
    acquired: bool
    worth: Decimal


def detect(head: FileHead) -> float:
    return header_match(head, _COLUMNS, (_COST, _PROCEEDS, "data source"))


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row, one for both sides of a conversion."""
    sheet = Sheet(source.path, _COLUMNS)
    yield from sheet.strangers(_COLUMNS, (_COST, _PROCEEDS, "data source"))
    account = source.account or _VENUE
    half: _Row | None = None
    for row in _rows(sheet):
        if not isinstance(row, _Row):
            yield row
            continue
        if half and row.time == half.time and {row.type, half.type} == {_CONVERTED_FROM, _CONVERTED_TO}:
            yield _conversion(half, row, account)
            half = None
            continue
        if half:
            yield _record(half, account)
            half = None
        if row.type in (_CONVERTED_FROM, _CONVERTED_TO):
            half = row
        else:
            yield _record(row, account)
    if half:
        yield _record(half, account)


def _rows(sheet: Sheet) -> Iterator[_Row | RejectedRow | SkippedRow]:
    cost, proceeds = sheet.cell(_COST), sheet.cell(_PROCEEDS)
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        try:
            row = _row(sheet, cells, cost(cells), proceeds(cells))
        except ValueError as error:
            yield sheet.rejected(str(error))
            continue
        yield sheet.skipped(f"{row.type}: moved between Coinbase's own wallets") if row.type in INTERNAL else row


def _row(sheet: Sheet, cells: list[str], cost: str, proceeds: str) -> _Row:
    own_id, kind, time, came, came_text, left, left_text = (cells[sheet.columns[name]].strip() for name in _COLUMNS)
    kind = kind.lower()
    if not own_id:
        raise ValueError("the transaction ID is missing")
    if bool(came) == bool(left):
        raise ValueError("one asset is acquired or disposed of, not both or none")
    moved = Quantity(positive(came_text or left_text), coinbase_asset(asset_name(came or left)))
    if kind not in TRADES and kind not in INTERNAL and kind not in (_CONVERTED_FROM, _CONVERTED_TO):
        arriving(kind, moved.amount)
    worth = number((cost if came else proceeds) or "0", "value")
    return _Row(own_id, kind, instant(time), moved, bool(came), worth)


def _record(row: _Row, account: str) -> Record:
    value = Money(row.worth, "USD") if row.worth > 0 else None
    note = row.type.capitalize()
    if row.type in TRADES and value:
        money = Quantity(row.worth, "USD")
        received, sent = (row.moved, money) if row.acquired else (money, row.moved)
        return Record(
            row.id, row.time, account, trade_kind(sent, received), received, sent, value=value, note=note, source=_NAME
        )
    if row.type in (_CONVERTED_FROM, _CONVERTED_TO):
        note += ": the other side is not next to it"
    kind = _kind(row)
    received_only, sent_only = (row.moved, None) if row.acquired else (None, row.moved)
    return Record(row.id, row.time, account, kind, received_only, sent_only, value=value, note=note, source=_NAME)


def _kind(row: _Row) -> Kind:
    if row.acquired:
        return INCOME.get(row.type, Kind.DEPOSIT)
    return LEAVES.get(row.type, Kind.WITHDRAWAL)


def _conversion(one: _Row, other: _Row, account: str) -> Record:
    left, came = (one, other) if one.type == _CONVERTED_FROM else (other, one)
    return Record(
        left.id,
        left.time,
        account,
        trade_kind(left.moved, came.moved),
        came.moved,
        left.moved,
        value=Money(left.worth, "USD") if left.worth > 0 else None,
        note=f"Converted, {came.id}",
        source=_NAME,
    )


COINBASE_RAW = Importer(_NAME, "Coinbase raw transaction report", detect, read, venue=_VENUE)
