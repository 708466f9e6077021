"""Binance's transaction history: `User_ID,UTC_Time,Account,Operation,Coin,Change,Remark`, or `User ID,Time,…`.

One event is several rows of one second, in any order. Rows of one instant stand side by side (the
export is sorted, either way), so one instant is read at a time. Per asset, what the records move is
exactly the sum of the changes of all rows that are neither rejected nor skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timezone

from kit import FileHead, ImportedRow, Importer, ImportSource, Kind, Quantity, Record, RejectedRow, SkippedRow

from .binance_operations import INCOME, Meaning, family, meaning
from .binance_time import binance_instant, zone_of
from .fields import asset_name, number
from .identity import Occurrences, in_time_order
from .pairing import Paired, pair
from .sheet import Sheet, header_match
from .trades import trade_kind

_OLD = ("utc_time", "account", "operation", "coin", "change")
_NEW = ("time", "account", "operation", "coin", "change")
_OPTIONAL = ("user_id", "user id", "remark")
_NAME = "binance-history"
_VENUE = "binance"


@dataclass(frozen=True, slots=True)
class _Row:
    time: datetime
    operation: str
    meaning: Meaning
    quantity: Quantity
    remark: str


def detect(head: FileHead) -> float:
    return max(header_match(head, columns, _OPTIONAL) for columns in (_OLD, _NEW))


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """Records, instant by instant; what a row itself lacks is rejected on the spot."""
    sheet = _sheet(source)
    yield from sheet.strangers(_OLD, _NEW, _OPTIONAL)
    account = source.account or _VENUE
    events = _Events(account, Occurrences(in_time_order=in_time_order(_times(source))))
    zone = zone_of(source.path) if "time" in sheet.columns else UTC
    group: list[_Row] = []
    for row in _rows(sheet, zone):
        if not isinstance(row, _Row):
            yield row
            continue
        if group and group[0].time != row.time:
            yield from events.records(group)
            group = []
        group.append(row)
    yield from events.records(group)


def _sheet(source: ImportSource) -> Sheet:
    return Sheet.of_any(source.path, _OLD, _NEW, spare=1)


def _times(source: ImportSource) -> Iterator[str]:
    sheet = _sheet(source)
    time = sheet.cell("utc_time", "time")
    return (text for cells in sheet if not isinstance(cells, RejectedRow) and (text := time(cells)))


def _rows(sheet: Sheet, zone: timezone) -> Iterator[_Row | RejectedRow | SkippedRow]:
    time, wallet, operation = sheet.cell("utc_time", "time"), sheet.cell("account"), sheet.cell("operation")
    coin, change, remark = sheet.cell("coin"), sheet.cell("change"), sheet.cell("remark")
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        try:
            name = operation(cells)
            row = _Row(
                binance_instant(time(cells), zone),
                name,
                meaning(name, wallet(cells)),
                Quantity(number(change(cells), "change"), asset_name(coin(cells))),
                remark(cells),
            )
            _check_sign(row)
        except ValueError as error:
            yield sheet.rejected(str(error))
            continue
        if row.meaning is Meaning.INTERNAL:
            yield sheet.skipped(f"{name}: moved between Binance's own wallets")
        elif not row.quantity.amount:
            yield sheet.skipped("nothing moved")
        else:
            yield row


def _check_sign(row: _Row) -> None:
    """Refuses what cannot be: an unknown operation, a deposit that takes, a withdrawal or fee that gives."""
    name, amount = row.operation, row.quantity.amount
    if not name:
        raise ValueError("the operation is missing")
    if row.meaning is Meaning.UNKNOWN:
        raise ValueError(f"the operation “{name}” is not known")
    words = name.lower()
    if amount > 0 and row.meaning is Meaning.MOVE and "withdraw" in words:
        raise ValueError(f"a {name} of {amount} should be negative")
    if amount < 0 and row.meaning is Meaning.MOVE and "deposit" in words:
        raise ValueError(f"a {name} of {amount} should be positive")


class _Events:
    """Makes records of the rows of one instant."""

    def __init__(self, account: str, occurrences: Occurrences) -> None:
        self._account = account
        self._occurrences = occurrences

    def records(self, rows: list[_Row]) -> Iterator[Record]:
        if not rows:
            return
        trading = [row for row in rows if row.meaning in (Meaning.TRADE, Meaning.FEE)]
        for row in rows:
            if row.meaning not in (Meaning.TRADE, Meaning.FEE):
                yield self._single(row, _kind(row), row.remark)
        yield from self._trades(trading)

    def _trades(self, rows: list[_Row]) -> Iterator[Record]:
        """Each family that has both sides by itself, the rest together; fees to where they fit."""
        fees = [row for row in rows if row.meaning is Meaning.FEE and row.quantity.amount < 0]
        refunds = [row for row in rows if row.meaning is Meaning.FEE and row.quantity.amount > 0]
        for row in refunds:
            yield self._single(row, Kind.REWARD, "Fee returned")
        groups = _families([row for row in rows if row.meaning is Meaning.TRADE])
        shares = _share_fees(groups, fees)
        for group, mine in zip(groups, shares, strict=False):
            operations = ", ".join(sorted({row.operation for row in group}))
            positive = [Quantity(-row.quantity.amount, row.quantity.asset) for row in mine]
            yield from self._paired(rows[0].time, pair([row.quantity for row in group], positive), operations)
        for row in shares[len(groups)]:
            yield self._single(row, Kind.FEE, row.operation)

    def _paired(self, time: datetime, paired: Paired, operations: str) -> Iterator[Record]:
        for swap in paired.swaps:
            first, more = swap.split_fees()
            kind = trade_kind(swap.sent, swap.received)
            yield self._record(time, kind, operations, received=swap.received, sent=swap.sent, fee=first)
            for fee in more:
                yield self._record(time, Kind.FEE, f"{operations}: further fee", fee=fee)
        for quantity in paired.leftover:
            note = f"{operations}: the other side is not in the file, or it cannot be told which it is"
            if quantity.amount > 0:
                yield self._record(time, Kind.DEPOSIT, note, received=quantity)
            else:
                yield self._record(time, Kind.WITHDRAWAL, note, sent=_negated(quantity))
        for fee in paired.fees:
            yield self._record(time, Kind.FEE, operations, fee=fee)

    def _single(self, row: _Row, kind: Kind, remark: str) -> Record:
        note = f"{row.operation}: {remark}" if remark and remark != row.operation else row.operation
        if kind is Kind.FEE:
            return self._record(row.time, kind, note, fee=_negated(row.quantity))
        if row.quantity.amount > 0:
            return self._record(row.time, kind, note, received=row.quantity)
        return self._record(row.time, kind, note, sent=_negated(row.quantity))

    def _record(
        self,
        time: datetime,
        kind: Kind,
        note: str,
        *,
        received: Quantity | None = None,
        sent: Quantity | None = None,
        fee: Quantity | None = None,
    ) -> Record:
        legs = [part for leg in (received, sent, fee) for part in ((leg.asset, leg.amount) if leg else ("", ""))]
        own_id = self._occurrences.id(time, self._account, kind, *legs)
        return Record(own_id, time, self._account, kind, received, sent, fee, note=note, source=_NAME)


def _kind(row: _Row) -> Kind:
    gained = row.quantity.amount > 0
    if row.meaning is Meaning.MARGIN:
        return Kind.MARGIN_PROFIT if gained else Kind.MARGIN_LOSS
    if row.meaning is Meaning.COMMISSION:
        return Kind.REWARD if gained else Kind.FEE
    if row.meaning in INCOME and gained:
        return INCOME[row.meaning]
    return Kind.DEPOSIT if gained else Kind.WITHDRAWAL


def _families(rows: list[_Row]) -> list[list[_Row]]:
    """The families that have both sides, each by itself; all other rows as one group."""
    found: dict[str, list[_Row]] = {}
    for row in rows:
        found.setdefault(family(row.operation), []).append(row)
    whole = [group for group in found.values() if _two_sided(group)]
    rest = [row for group in found.values() if not _two_sided(group) for row in group]
    return [*whole, rest] if rest else whole


def _two_sided(rows: list[_Row]) -> bool:
    return len({row.quantity.amount > 0 for row in rows}) == 2


def _share_fees(groups: list[list[_Row]], fees: list[_Row]) -> list[list[_Row]]:
    """The fees of each group, and last those of none: the only group that moves that asset, else the only group."""
    shares: list[list[_Row]] = [[] for _ in range(len(groups) + 1)]
    for fee in fees:
        owners = [
            place
            for place, group in enumerate(groups)
            if _two_sided(group) and any(row.quantity.asset == fee.quantity.asset for row in group)
        ]
        candidates = owners or [place for place, group in enumerate(groups) if _two_sided(group)]
        shares[candidates[0] if len(candidates) == 1 else len(groups)].append(fee)
    return shares


def _negated(quantity: Quantity) -> Quantity:
    return Quantity(quantity.amount.copy_abs(), quantity.asset)


BINANCE_HISTORY = Importer(_NAME, "Binance transaction history", detect, read, venue=_VENUE)
