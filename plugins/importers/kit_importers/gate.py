"""Gate.io's billing details: every change of a balance.

    no,time,action_desc,action_data,type,change_amount,amount,total

The rows of an order (what was set aside for it, what came, its fees, what was given back) share their `action_data` and
stand anywhere in the file: together they are one trade, at the time when the last of it came. An order of which nothing
was filled moved nothing. Small balances that were turned into one coin share it by nothing the file tells, so only one
of them at a time is read. The columns `amount` and `total` are balances whose meaning Gate does not state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, exact_math

from .events import Event, Meanings, Records, meaning
from .fields import asset_name, number
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "gate"
_LAYOUT = Layout((("no", "time", "action_desc", "action_data", "type", "change_amount"),), one_of("amount", "total"))
_FEES = frozenset(("trading fees", "trade fee"))
_JOINED = _FEES | {
    *("order placed", "order filled", "order fullfilled", "order fulfilled", "order cancelled", "order canceled"),
    *("dust swap-small balances deducted", "dust swap-gt added"),
}
_ALONE: Meanings = {
    "deposit": (Kind.DEPOSIT, ""),
    "deposits": (Kind.DEPOSIT, ""),
    "withdraw": (Kind.WITHDRAWAL, ""),
    "withdrawals": (Kind.WITHDRAWAL, ""),
    "airdrop": (Kind.AIRDROP, ""),
    "hodl interest": (Kind.INTEREST, "HODL"),
    "referral superior rebate": (Kind.REWARD, "referral"),
}


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """Single movements in the order of the file, then the orders in that of their first rows."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    records = Records(_NAME)
    orders: dict[str, list[TableRow]] = {}
    for row in _LAYOUT.rows(source.path):
        if not isinstance(row, TableRow):
            yield row
        elif row.get("action_desc").casefold() in _JOINED:
            orders.setdefault(row.get("action_data") or f"row {row.line}", []).append(row)
        else:
            yield _single(row, records, account, clock)
    for order, rows in orders.items():
        yield from _order(order, rows, records, account, clock)


def _single(row: TableRow, records: Records, account: str, clock: WallClock) -> ImportedRow:
    try:
        kind, said = meaning(_ALONE, row.get("action_desc"), "action")
        moved = _moved(row)
        if not moved.amount:
            return row.skipped("nothing moved")
        gone = Quantity(-moved.amount, moved.asset) if moved.amount < 0 else None
        if gone and kind is Kind.AIRDROP:
            kind, said = Kind.SPEND, "airdrop taken back"
        event = Event(moment(row.get("time"), clock), account, kind, None if gone else moved, gone, note=said)
        return records.record(event, row.get("action_data"))
    except ValueError as error:
        return row.rejected(error)


def _order(
    order: str, rows: Sequence[TableRow], records: Records, account: str, clock: WallClock
) -> Iterator[ImportedRow]:
    """One trade, or all rows of the order as skipped or rejected."""
    try:
        moves = [(row, _moved(row), moment(row.get("time"), clock)) for row in rows]
        changes = _sums(move for row, move, _ in moves if not _is_fee(row))
        fees = _sums(move for row, move, _ in moves if _is_fee(row))
        came = [Quantity(amount, asset) for asset, amount in changes.items() if amount > 0]
        went = [Quantity(-amount, asset) for asset, amount in changes.items() if amount < 0]
        paid = [Quantity(-amount, asset) for asset, amount in fees.items() if amount]
        if not (came or went or paid):
            yield from (row.skipped("an order of which nothing was filled") for row in rows)
            return
        if len(came) != 1 or len(went) != 1 or len(paid) > 1 or any(fee.amount < 0 for fee in paid):
            raise ValueError(f"of the order {order}, which is the other side of what cannot be told")
        time = max(time for _, move, time in moves if move.asset == came[0].asset and move.amount > 0)
        event = Event(time, account, Kind.TRADE, came[0], went[0], paid[0] if paid else None)
        record = records.record(event, order)
    except ValueError as error:
        yield from (row.rejected(error) for row in rows)
    else:
        yield record


def _moved(row: TableRow) -> Quantity:
    return Quantity(number(row.get("change_amount"), "change"), asset_name(row.get("type")))


def _is_fee(row: TableRow) -> bool:
    return row.get("action_desc").casefold() in _FEES


@exact_math()
def _sums(moves: Iterable[Quantity]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for move in moves:
        sums[move.asset] = sums.get(move.asset, Decimal(0)) + move.amount
    return sums


GATE = Importer(_NAME, "Gate.io billing details", _LAYOUT.match, read, venue=_NAME)
