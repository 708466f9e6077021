"""The kit CSV: the neutral form of the ledger, read and written, exact both ways.

    time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,
    value,value_currency,to_account,id,note

Columns stand in any order; all but time and kind may be missing. Times are ISO 8601, without an offset UTC or as
`ImportSource.timezone` says; a date alone is midnight. Quantities are positive. Not kept: `Record.source`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from typing import TextIO

from kit import (
    SHAPES,
    FileHead,
    ImportedRow,
    Importer,
    ImportFileError,
    ImportSource,
    Kind,
    Money,
    Quantity,
    Record,
    RejectedRow,
    Shape,
    csv_line,
    plain,
)

from .fields import asset_name, instant, number
from .identity import Occurrences, in_time_order
from .sheet import Sheet, header_match
from .zones import wall_clock

COLUMNS = (
    "time",
    "account",
    "kind",
    "received_asset",
    "received_quantity",
    "sent_asset",
    "sent_quantity",
    "fee_asset",
    "fee_quantity",
    "value",
    "value_currency",
    "to_account",
    "id",
    "note",
)
_REQUIRED = ("time", "kind")
_TELLING = ("received_asset", "sent_asset", "fee_asset")
_NONE = Decimal(0)
_END = "\r\n"
_KINDS = {kind.value: (kind, SHAPES[kind]) for kind in Kind}


def detect(head: FileHead) -> float:
    """1 for the columns above, in any order."""
    return max(header_match(head, (*_REQUIRED, telling), COLUMNS) for telling in _TELLING)


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """The file's records. An account in the file goes before `source.account`."""
    sheet = Sheet(source.path, _REQUIRED)
    _refuse_misspelt(sheet)
    reader = _RowReader(source, [sheet.columns.get(name, len(sheet.header.names)) for name in COLUMNS])
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        try:
            record = reader.record(cells)
        except ValueError as error:
            yield sheet.rejected(str(error))
        else:
            yield record


def write_csv(records: Iterable[Record], file: TextIO) -> int:
    """Write `records` in the form above, so that reading them gives the same; returns how many.

    `file` must be opened with newline="" (line ends inside notes are kept as they are).
    """
    file.write(csv_line(COLUMNS, _END))
    count = 0
    for record in records:
        file.write(csv_line(_cells(record), _END))
        count += 1
    return count


def _cells(record: Record) -> tuple[str, ...]:
    value = record.value
    return (
        record.time.isoformat().replace("+00:00", "Z"),
        record.account,
        str(record.kind),
        *_pair(record.received),
        *_pair(record.sent),
        *_pair(record.fee),
        *((plain(value.amount), value.currency) if value else ("", "")),
        record.to_account or "",
        record.id,
        record.note,
    )


def _pair(quantity: Quantity | None) -> tuple[str, str]:
    return (quantity.asset, plain(quantity.amount)) if quantity else ("", "")


def _refuse_misspelt(sheet: Sheet) -> None:
    """A column nobody knows is the user's own business, unless it nearly is one that counts."""
    from difflib import get_close_matches

    for name in sheet.columns:
        near = get_close_matches(name.replace(" ", "_"), COLUMNS, n=1, cutoff=0.85)
        if name not in COLUMNS and near and near[0] not in sheet.columns:
            raise ImportFileError(f"The column “{name}” is not known.", next_step=f"Did you mean “{near[0]}”?")


class _RowReader:
    """Turns cells into records; remembers what identical rows without an id need."""

    def __init__(self, source: ImportSource, places: list[int]) -> None:
        self._source = source
        self._clock = wall_clock(source.timezone)
        self._time = places[0]
        self._told = itemgetter(*places)
        self._occurrences: Occurrences | None = None

    def record(self, cells: list[str]) -> Record:
        cells.append("")  # where the missing columns point to
        stamp, account, word, *legs, worth, currency, to_account, own_id, note = self._told(cells)
        in_asset, in_text, out_asset, out_text, fee_asset, fee_text = legs
        kind, shape = _KINDS.get(word) or _kind(word.strip().lower())
        received = _quantity(in_asset, in_text, "received") if in_asset or in_text else None
        sent = _quantity(out_asset, out_text, "sent") if out_asset or out_text else None
        fee = _quantity(fee_asset, fee_text, "fee") if fee_asset or fee_text else None
        if shape.received is (received is None) or shape.sent is (sent is None):
            _check_shape(kind, shape, received, sent)
        account = account.strip() or self._source.account or ""
        to_account = to_account.strip()
        if not account:
            raise ValueError("the account is missing; give --account NAME")
        if to_account or kind is Kind.TRANSFER:
            _check_transfer(kind, account, to_account)
        if fee is None and kind is Kind.FEE:
            raise ValueError("a fee needs fee_asset and fee_quantity")
        time = instant(stamp.strip(), self._clock)
        value = _value(worth.strip(), currency) if worth or currency else None
        own_id = own_id.strip()
        if not own_id:
            own_id = self._content_id(time, account, kind, to_account, legs=(received, sent, fee))
        return Record(own_id, time, account, kind, received, sent, fee, value, to_account or None, note, "kit-csv")

    def _content_id(self, time: datetime, *parts: object, legs: Iterable[Quantity | None]) -> str:
        """The note and the value are not part of it, so that they may be edited."""
        if self._occurrences is None:
            self._occurrences = Occurrences(in_time_order=in_time_order(self._times()))
        moved = [part for leg in legs for part in ((leg.asset, leg.amount) if leg else ("", ""))]
        return self._occurrences.id(time, *parts, *moved)

    def _times(self) -> Iterator[str]:
        for cells in Sheet(self._source.path, _REQUIRED):
            if not isinstance(cells, RejectedRow):
                yield cells[self._time].strip()


def _quantity(asset: str, text: str, leg: str) -> Quantity:
    try:
        name = asset if asset.isalnum() and asset.isupper() else asset_name(asset.strip())
        amount = number(text.strip())
    except ValueError as error:
        raise ValueError(f"{leg}: {error}") from None
    if amount <= _NONE and (amount or leg != "fee"):
        raise ValueError(f"{leg}: the quantity {text} is not above zero")
    return Quantity(amount, name)


def _value(text: str, currency: str) -> Money:
    if not text or not currency.strip():
        raise ValueError("value and value_currency belong together")
    amount = number(text, "value")
    if amount < 0:
        raise ValueError(f"the value {text} is negative")
    return Money(amount, asset_name(currency.strip()))


def _kind(word: str) -> tuple[Kind, Shape]:
    if not word:
        raise ValueError("the kind is missing")
    if word not in _KINDS:
        raise ValueError(f"“{word}” is not a kind; known are {', '.join(SHAPES)}")
    return _KINDS[word]


def _check_shape(kind: Kind, shape: Shape, received: Quantity | None, sent: Quantity | None) -> None:
    legs = (("received", shape.received, received), ("sent", shape.sent, sent))
    for leg, wanted, found in legs:
        if wanted and not found:
            raise ValueError(f"a {kind} needs {leg}_asset and {leg}_quantity")
    for leg, wanted, found in legs:
        if wanted is False and found:
            raise ValueError(f"a {kind} has nothing {leg}")


def _check_transfer(kind: Kind, account: str, to_account: str) -> None:
    if kind is not Kind.TRANSFER:
        raise ValueError(f"a {kind} has no to_account; only a transfer has")
    if not to_account:
        raise ValueError("a transfer needs to_account")
    if to_account == account:
        raise ValueError(f"a transfer from {account} to itself")


KIT_CSV = Importer("kit-csv", "K.I.T. CSV", detect, read, write=write_csv)
