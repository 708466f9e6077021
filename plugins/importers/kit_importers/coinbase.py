"""Coinbase's transaction history, three generations of columns.

    ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,…,Subtotal,Total (…),Fees…,Notes
    Timestamp,Transaction Type,Asset,Quantity Transacted,Spot Price Currency,…,Subtotal,Total (…),Fees…,Notes
    Timestamp,Transaction Type,Asset,Quantity Transacted,EUR Spot Price at Transaction,EUR Subtotal,…,Notes

Newer files sign what leaves, older ones do not: the type decides. What a conversion gave, and the
quote of an advanced trade, stand only in the notes. One ID may stand on several rows, so it is only
a part of a record's id. ETH2 was staked ether and is ETH here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kit import (
    FileHead,
    ImportedRow,
    Importer,
    ImportSource,
    Kind,
    Money,
    Quantity,
    Record,
    RejectedRow,
    exact_math,
)

from .coinbase_types import INCOME, INTERNAL, LEAVES, TRADES, arriving, coinbase_asset
from .fields import asset_name, instant, money_number, number, some, ungrouped
from .identity import Occurrences, in_time_order
from .sheet import Sheet, header_match
from .trades import trade_kind

_COLUMNS = ("timestamp", "transaction type", "asset", "quantity transacted")
_OPTIONAL = (
    *("id", "notes", "price currency", "spot price currency", "price at transaction", "spot price at transaction"),
    *("subtotal", "total (inclusive of fees and/or spread)", "total (inclusive of fees)", "fees and/or spread", "fees"),
)
_NAME = "coinbase"
_VENUE = "coinbase"
_OLD_COLUMN = re.compile(r"([a-z]{3}) (spot price at transaction|subtotal|total.*|fees)")
_AMOUNT = r"[^\d]{0,3}([\d,]*\.?\d+)"
_CONVERTED = re.compile(rf"Converted {_AMOUNT} (\w+) to {_AMOUNT} (\w+)")
_TRADED = re.compile(rf"(?:Bought|Sold) {_AMOUNT} \w+ for {_AMOUNT} (\w+) on (\w+)-(\w+) at {_AMOUNT}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    time: datetime
    type: str
    asset: str
    quantity: Decimal
    currency: str
    subtotal: Decimal | None
    total: Decimal | None
    fees: Decimal | None
    notes: str


def detect(head: FileHead) -> float:
    old = [name for line in head.lines for name in _old_columns(line)]
    return header_match(head, _COLUMNS, (*_OPTIONAL, *old))


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    sheet = Sheet(source.path, _COLUMNS)
    yield from sheet.strangers(_COLUMNS, _OPTIONAL, filter(_OLD_COLUMN.fullmatch, sheet.header.names))
    account = source.account or _VENUE
    occurrences: Occurrences | None = None
    cells_of = _Cells(sheet)
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        try:
            row = cells_of.row(cells)
            reason = _no_move(row)
            if reason:
                yield sheet.skipped(reason)
                continue
            if occurrences is None:
                occurrences = Occurrences(in_time_order=in_time_order(_times(source)))
            record = _record(row, account, occurrences)
        except ValueError as error:
            yield sheet.rejected(str(error))
        else:
            yield record


def _times(source: ImportSource) -> Iterator[str]:
    sheet = Sheet(source.path, _COLUMNS)
    time = sheet.cell("timestamp")
    return (text for cells in sheet if not isinstance(cells, RejectedRow) and (text := time(cells)))


def _old_columns(line: str) -> list[str]:
    names = [name.strip().casefold() for name in line.split(",")]
    return [name for name in names if _OLD_COLUMN.fullmatch(name)]


class _Cells:
    """Where the cells stand in this generation's columns."""

    def __init__(self, sheet: Sheet) -> None:
        old = next((match for name in sheet.header.names if (match := _OLD_COLUMN.fullmatch(name))), None)
        currency = old[1] if old else ""
        prefix = f"{currency} " if currency else ""
        totals = ("total (inclusive of fees and/or spread)", "total (inclusive of fees)")
        self._own_currency = currency.upper()
        self._id = sheet.cell("id")
        self._time, self._type, self._asset, self._quantity = map(sheet.cell, _COLUMNS)
        self._currency = sheet.cell("price currency", "spot price currency")
        self._subtotal = sheet.cell(f"{prefix}subtotal")
        self._total = sheet.cell(*(prefix + total for total in totals))
        self._fees = sheet.cell(f"{prefix}fees and/or spread", f"{prefix}fees")
        self._notes = sheet.cell("notes")

    def row(self, cells: list[str]) -> _Row:
        quantity = ungrouped(self._quantity(cells))
        return _Row(
            self._id(cells),
            instant(self._time(cells)),
            self._type(cells).lower(),
            coinbase_asset(asset_name(self._asset(cells))),
            number(quantity),
            self._own_currency or self._currency(cells).upper(),
            _money(self._subtotal(cells)),
            _money(self._total(cells)),
            _money(self._fees(cells)),
            self._notes(cells),
        )


def _money(text: str) -> Decimal | None:
    return abs(money_number(text)) if text else None


def _no_move(row: _Row) -> str:
    """Why a row changes nothing of the account, "" where it does."""
    if row.type in INTERNAL:
        return f"{row.type}: moved between Coinbase's own wallets"
    if not row.quantity:
        return "nothing moved"
    if row.type == "convert" and _converted(row).asset == row.asset:
        return f"{row.notes}: the same asset under another name"
    return ""


def _record(row: _Row, account: str, occurrences: Occurrences) -> Record:
    kind, received, sent, fee = _legs(row)
    legs = [part for leg in (received, sent, fee) for part in ((leg.asset, leg.amount) if leg else ("", ""))]
    return Record(
        occurrences.id(row.time, account, row.id, kind, *legs),
        row.time,
        account,
        kind,
        received,
        sent,
        fee,
        value=Money(row.subtotal, row.currency) if row.subtotal and row.currency else None,
        note=row.notes or row.type.capitalize(),
        source=_NAME,
    )


def _legs(row: _Row) -> tuple[Kind, Quantity | None, Quantity | None, Quantity | None]:
    moved = Quantity(abs(row.quantity), row.asset)
    if row.type in TRADES:
        quote, fee = _quote(row)
        received, sent = (moved, quote) if TRADES[row.type] else (quote, moved)
        return trade_kind(sent, received), received, sent, fee
    if row.type == "convert":
        received = _converted(row)
        return trade_kind(moved, received), received, moved, None
    if row.type in INCOME and row.quantity > 0:
        return INCOME[row.type], moved, None, None
    if arriving(row.type, row.quantity):
        return _arrival(row), moved, None, None
    return LEAVES.get(row.type, Kind.WITHDRAWAL), None, moved, None


def _arrival(row: _Row) -> Kind:
    """Old exports call every arrival “Receive”; rewards say so in the notes."""
    rewarding = ("coinbase earn", "coinbase rewards", "coinbase referral")
    return Kind.REWARD if any(word in row.notes.casefold() for word in rewarding) else Kind.DEPOSIT


@exact_math()
def _quote(row: _Row) -> tuple[Quantity, Quantity | None]:
    """What a trade cost or brought before the fee, and the fee."""
    notes = _TRADED.search(row.notes)
    if notes and notes[5].upper() != row.currency:
        asset = asset_name(notes[5])
        worth = abs(row.quantity) * money_number(notes[6])
        return Quantity(worth, asset), some(abs(worth - money_number(notes[2])), asset)
    if not row.currency:
        raise ValueError("the currency is missing")
    subtotal, fees = row.subtotal, row.fees or Decimal(0)
    if subtotal is None and row.total is not None:
        subtotal = row.total - fees if TRADES[row.type] else row.total + fees
    if not subtotal or subtotal < 0:
        raise ValueError("the subtotal is missing")
    return Quantity(subtotal, row.currency), some(fees, row.currency)


def _converted(row: _Row) -> Quantity:
    """What a conversion gave, by its notes: “Converted 0.1 BTC to 4.79 ETH”."""
    match = _CONVERTED.search(row.notes)
    if not match:
        raise ValueError(f"the notes “{row.notes}” do not say what was received")
    amount = money_number(match[3])
    if not amount:
        raise ValueError("the conversion gave nothing")
    return Quantity(amount, coinbase_asset(asset_name(match[4])))


COINBASE = Importer(_NAME, "Coinbase transaction history", detect, read, venue=_VENUE)
