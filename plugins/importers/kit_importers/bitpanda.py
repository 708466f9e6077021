"""Bitpanda's transactions, both layouts; lines about the account stand above the header.

    Transaction ID,Timestamp,Transaction Type,In/Out,Amount Fiat,Fiat,Amount Asset,Asset,Asset market price,
    Asset market price currency,Asset class,Product ID,Fee,Fee asset[,Fee percent],Spread,Spread Currency[,Tax Fiat]
    ID,Type,In/Out,Amount Fiat,Fee,Fiat,Amount Asset,Asset,Status,Created at

The older one repeats its header between its tables. A fee of a deposit or withdrawal stands beside the amount. Whether
the money of a purchase or a sale contains its fee shows by the price: money = price × quantity, or that with the fee.
Shares, funds and metals (counted in grams) are left out, but not the money that was paid for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, RejectedRow, SkippedRow, exact_math, plain

from .events import Event, Meanings, leg, less, meaning, more, notes, record_rows
from .fields import number
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "bitpanda"
_LAYOUT = Layout(
    (
        (
            *("transaction id", "timestamp", "transaction type", "in/out", "amount fiat", "fiat", "amount asset"),
            *("asset", "asset market price", "asset class", "fee", "fee asset"),
        ),
        (*("id", "type", "in/out", "amount fiat", "fee", "fiat", "amount asset", "asset", "status", "created at"),),
    ),
    one_of("asset market price currency", "product id", "fee percent", "spread", "spread currency", "tax fiat"),
)
_TYPES: Meanings = {
    "deposit": (Kind.DEPOSIT, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "buy": (Kind.BUY, ""),
    "sell": (Kind.SELL, ""),
    "reward": (Kind.REWARD, ""),
    "rewards": (Kind.REWARD, ""),
}
_INTERNAL = frozenset(("transfer(stake)", "transfer(unstake)"))
_READ = frozenset(("", "-", "fiat", "cryptocurrency"))
_DONE = frozenset(("", "finished"))


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row; what is not finished, or repeats the header, is skipped."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    rows = (_between(row) for row in _LAYOUT.rows(source.path))
    return record_rows(rows, _NAME, lambda row: _event(row, account, clock), "transaction id", "id")


def _between(row: TableRow | RejectedRow | SkippedRow) -> TableRow | RejectedRow | SkippedRow:
    """The title of the next table has a cell of its own in a file of many."""
    if isinstance(row, RejectedRow) and "," not in row.text and ";" not in row.text:
        return SkippedRow(row.line, "a line between the tables", row.text)
    return row


def _event(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    word = row.get("transaction type", "type").casefold()
    if row.get("in/out").casefold() == "in/out":
        return row.skipped("the header once more")
    if word.replace(" ", "") in _INTERNAL:
        return row.skipped("staked coins stay with Bitpanda")
    if row.get("status").casefold() not in _DONE:
        return row.skipped(f"it did not go through: {row.get('status')}")
    kind, said = meaning(_TYPES, word, "transaction type")
    money = leg(row.get("amount fiat"), row.get("fiat"), "fiat")
    thing = leg(row.get("amount asset"), row.get("asset"), "asset")
    tax = leg(row.get("tax fiat"), row.get("fiat"), "tax")
    said = notes(said, f"tax told: {plain(tax.amount)} {tax.asset}" if tax else "")
    time = moment(row.get("timestamp", "created at"), clock)
    if row.get("asset class").casefold() not in _READ:
        return _left_out(row, Event(time, account, kind, note=said), money)
    if kind in {Kind.BUY, Kind.SELL}:
        if not money or not thing:
            raise ValueError(f"a {kind} without both amounts")
        fee = _fee(row, row.get("fiat"))
        money = _without_fee(row, kind, money, thing, fee)
        received, sent = (thing, money) if kind is Kind.BUY else (money, thing)
        return Event(time, account, Kind.TRADE, received, sent, fee, note=said)
    moved = thing or money
    if moved is None:
        raise ValueError("the amount is missing")
    fee = _fee(row, moved.asset)
    if kind is Kind.WITHDRAWAL:
        return Event(time, account, kind, None, moved, fee, note=said)
    return Event(time, account, kind, more(moved, fee), None, fee, note=said)


def _left_out(row: TableRow, event: Event, money: Quantity | None) -> Event | SkippedRow:
    """What became of the money, where a thing that is not read was bought or sold."""
    what = f"{row.get('amount asset')} {row.get('asset')} ({row.get('asset class')})"
    if event.kind not in {Kind.BUY, Kind.SELL} or not money:
        return row.skipped(f"only coins and money are read, not {row.get('asset class')}")
    if event.kind is Kind.BUY:
        return Event(event.time, event.account, Kind.WITHDRAWAL, None, money, note=notes(f"for {what}", event.note))
    return Event(event.time, event.account, Kind.DEPOSIT, money, None, note=notes(f"for {what}", event.note))


def _fee(row: TableRow, otherwise: str) -> Quantity | None:
    """The fee, in `otherwise` where its asset is not named."""
    named = row.get("fee asset")
    return leg(row.get("fee"), otherwise if named in {"", "-"} else named, "fee")


@exact_math()
def _without_fee(row: TableRow, kind: Kind, money: Quantity, thing: Quantity, fee: Quantity | None) -> Quantity:
    """What the thing itself cost or brought: the reading that comes closer to price × quantity."""
    if not fee or fee.asset != money.asset:
        return money
    price = row.get("asset market price")
    if price in {"", "-"}:
        raise ValueError("without a price it cannot be told whether the amount contains the fee")
    worth: Decimal = number(price, "price") * thing.amount
    contained = less(money, fee) if kind is Kind.BUY else more(money, fee)
    return min((money, contained), key=lambda each: abs(each.amount - worth))


BITPANDA = Importer(_NAME, "Bitpanda transactions", _LAYOUT.match, read, venue=_NAME)
