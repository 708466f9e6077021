"""Coinbase Pro and Coinbase Exchange: the account statement and the fills.

The statement (`portfolio,type,time,amount,balance,amount/balance unit,transfer id,trade id,order id`)
gives each fill as two `match` rows and a `fee` row with one trade id, side by side; its `balance`
column says what each portfolio held; the oldest files name none. A trade has the same id in both
files, so it counts once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kit import (
    FileHead,
    ImportedRow,
    Importer,
    ImportSource,
    Kind,
    Quantity,
    Record,
    RejectedRow,
    SkippedRow,
    content_id,
    exact_math,
)

from .fields import asset_name, instant, number, positive
from .pairing import pair
from .reported import ReportedBalances
from .sheet import Sheet, header_match
from .trades import filled, is_purchase, trade_kind

_STATEMENT = ("type", "amount", "balance", "amount/balance unit")
_STATEMENT_MORE = ("portfolio", "time", "timestamp", "transfer id", "trade id", "order id")
_FILLS = ("trade id", "product", "side", "created at", "size", "size unit", "price", "fee", "total")
_FILLS_MORE = ("portfolio", "price/fee/total unit")
_NAME = "coinbase-pro"
_FILLS_NAME = "coinbase-pro-fills"
_VENUE = "coinbase-pro"
_JOINED = frozenset(("match", "fee", "conversion"))
_ALONE = {
    "deposit": (Kind.DEPOSIT, Kind.WITHDRAWAL),
    "withdrawal": (Kind.DEPOSIT, Kind.WITHDRAWAL),
    "transfer": (Kind.DEPOSIT, Kind.WITHDRAWAL),
    "rebate": (Kind.REWARD, Kind.FEE),
    "interest": (Kind.INTEREST, Kind.FEE),
    "staking": (Kind.STAKING, Kind.FEE),
}


@dataclass(frozen=True, slots=True)
class _Row:
    type: str
    time: datetime
    quantity: Quantity
    transfer: str
    trade: str


def detect(head: FileHead) -> float:
    if not any("time" in line.casefold() for line in head.lines):
        return 0.0
    return header_match(head, _STATEMENT, _STATEMENT_MORE)


def detect_fills(head: FileHead) -> float:
    return header_match(head, _FILLS, _FILLS_MORE)


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """Records, then the reported balances."""
    sheet = Sheet(source.path, _STATEMENT)
    yield from sheet.strangers(_STATEMENT, _STATEMENT_MORE)
    account = source.account or _VENUE
    balances = ReportedBalances(account)
    group: list[_Row] = []
    for row in _rows(sheet, balances):
        if not isinstance(row, _Row):
            yield row
            continue
        if group and _key(group[0]) != _key(row):
            yield from _joined(group, account)
            group = []
        if row.trade and row in group:  # a trade has each of its sides once
            yield sheet.skipped("told twice: overlapping exports in one file")
        elif row.type in _JOINED:
            group.append(row)
        else:
            yield _single(row, account)
    if group:
        yield from _joined(group, account)
    yield from balances.all()


def _rows(sheet: Sheet, balances: ReportedBalances) -> Iterator[_Row | RejectedRow | SkippedRow]:
    portfolio, kind, time = sheet.cell("portfolio"), sheet.cell("type"), sheet.cell("time", "timestamp")
    amount, balance, unit = sheet.cell("amount"), sheet.cell("balance"), sheet.cell("amount/balance unit")
    transfer, trade = sheet.cell("transfer id"), sheet.cell("trade id")
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        try:
            asset = asset_name(unit(cells))
            row = _Row(
                kind(cells).lower(),
                instant(time(cells)),
                Quantity(number(amount(cells), "amount"), asset),
                transfer(cells),
                trade(cells),
            )
            _check(row)
            stands = number(balance(cells), "balance") if balance(cells) else None
        except ValueError as error:
            yield sheet.rejected(str(error))
            continue
        if stands is not None:
            balances.note((portfolio(cells), asset), asset, stands, row.time)
        yield row if row.quantity.amount else sheet.skipped("nothing moved")


def _check(row: _Row) -> None:
    if row.type not in _JOINED and row.type not in _ALONE:
        raise ValueError(f"the type “{row.type}” is not known" if row.type else "the type is missing")
    amount = row.quantity.amount
    if (row.type == "deposit" and amount < 0) or (row.type == "withdrawal" and amount > 0):
        raise ValueError(f"a {row.type} of {amount} has the wrong sign")


def _key(row: _Row) -> object:
    """What the rows of one trade share."""
    return (row.trade, row.time) if row.type in _JOINED else row


def _single(row: _Row, account: str) -> Record:
    gained = row.quantity.amount > 0
    moved = Quantity(abs(row.quantity.amount), row.quantity.asset)
    kind = _ALONE[row.type][0 if gained else 1]
    own_id = content_id(row.time, row.type, row.quantity.asset, row.quantity.amount, row.transfer, row.trade)
    return Record(
        own_id,
        row.time,
        account,
        kind,
        received=moved if gained else None,
        sent=None if gained or kind is Kind.FEE else moved,
        fee=moved if kind is Kind.FEE else None,
        note=row.type,
        source=_NAME,
    )


def _joined(rows: list[_Row], account: str) -> Iterator[Record]:
    time, trade = rows[0].time, rows[0].trade
    fills = [row.quantity for row in rows if row.type != "fee"]
    fees = [Quantity(-row.quantity.amount, row.quantity.asset) for row in rows if row.type == "fee"]
    paired = pair(fills, fees)
    left = list(paired.fees)
    for swap in paired.swaps:
        own_id = _trade_id(trade or time.isoformat(), swap.sent.asset, swap.received.asset)
        fee, more = swap.split_fees()
        kind = trade_kind(swap.sent, swap.received)
        yield Record(own_id, time, account, kind, swap.received, swap.sent, fee, source=_NAME)
        left += more
    for quantity in paired.leftover:
        gained = quantity.amount > 0
        moved = Quantity(abs(quantity.amount), quantity.asset)
        yield Record(
            content_id(time, trade, quantity.asset, quantity.amount),
            time,
            account,
            Kind.DEPOSIT if gained else Kind.WITHDRAWAL,
            moved if gained else None,
            None if gained else moved,
            note=f"trade {trade}: the other side is not in the file",
            source=_NAME,
        )
    for charge in left:
        own_id = content_id(time, trade, "fee", charge.asset, charge.amount)
        yield Record(own_id, time, account, Kind.FEE, fee=charge, note=f"trade {trade}", source=_NAME)


def _trade_id(trade: str, *assets: str) -> str:
    """A trade's number is unique within its product only."""
    return "-".join((trade, *sorted(assets)))


def read_fills(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a fill."""
    sheet = Sheet(source.path, _FILLS)
    yield from sheet.strangers(_FILLS, _FILLS_MORE)
    account = source.account or _VENUE
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        try:
            record = _fill(sheet, cells, account)
        except ValueError as error:
            yield sheet.rejected(str(error))
        else:
            yield record


@exact_math()
def _fill(sheet: Sheet, cells: list[str], account: str) -> Record:
    """A fill; `total` is what the quote balance moved by, fee included."""
    trade, product, side, time, size, _, _, fee, total = (cells[sheet.columns[name]].strip() for name in _FILLS)
    base, _, quote = product.upper().partition("-")
    if not trade or not quote:
        raise ValueError("the trade id or the product is missing")
    purchase = is_purchase(side)
    charge = number(fee or "0", "fee")
    moved = number(total, "total")
    if (moved > 0) == purchase or charge < 0:
        raise ValueError(f"a {side} with total {total} and fee {fee or 0} cannot be")
    (record,) = filled(
        _trade_id(trade, base, quote),
        instant(time),
        account,
        purchase=purchase,
        base=Quantity(positive(size, "size"), asset_name(base)),
        quote=Quantity(abs(moved) - charge if purchase else moved + charge, asset_name(quote)),
        fees=[Quantity(charge, quote)],
        source=_FILLS_NAME,
    )
    return record


COINBASE_PRO = Importer(_NAME, "Coinbase Pro account statement", detect, read, venue=_VENUE)
COINBASE_PRO_FILLS = Importer(_FILLS_NAME, "Coinbase Pro fills", detect_fills, read_fills, venue=_VENUE)
