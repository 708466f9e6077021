"""Binance's smaller exports: conversions, auto-invest, ETH that became BETH, purchases, deposits and withdrawals.

    Date|Time,[Wallet,]Pair,Type,Sell,Buy,Price,Inverse Price,Date Updated,Status
    Auto-Invest Date(UTC),Holding Coin,Amount per period,Trading Fee,Units,From,Status
    Date(UTC),Coin,Token,Amount,Status
    Date(UTC),Method,Amount,Price,Fees,Final Amount,Status,Transaction ID
    Date(UTC),Coin,[Network,]Amount,TransactionFee,Address,TXID,SourceAddress,PaymentID,Status
    Date(UTC+0)|Time,Coin,Network,Amount,[Fee,]Address,TXID,Status
    Date(UTC),Coin,Amount,Status,Payment Method,Indicated Amount,Fee,Order ID

Fees stand beside the amounts, but those of a purchase, which its amount contains. Money that came from a card never was
in the account. Whether coins came or went the file's name tells, in the newer layout also the column of the fee.
A `Time` without a zone is in that which the file's name states.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, SkippedRow

from .binance_time import binance_instant, zone_of
from .events import Event, for_money, leg, less, named, notes, record_rows
from .moments import day_order, moment
from .tables import Layout, TableRow, one_of
from .zones import IN_UTC

_VENUE = "binance"
_TIME = re.compile(r"(?:auto-invest )?(?:date|time)((?:\(utc(?:null|[+-]\d{1,2})?\))?)")
_YEAR_FIRST = re.compile(r"\d\d(?:\d\d)?-\d")
_SHORT_YEAR = re.compile(r"\d\d-\d\d-\d\d[ T]")
_DONE = frozenset(("success", "successful", "completed", "complete", "finished"))
_OWN_MONEY = frozenset(("cash balance", "fiat balance"))
Understand = Callable[[TableRow, datetime, str, str], Event]
"""A finished row, when it was, the account, and the file's name."""


def _form(name: str, label: str, understand: Understand, *generations: tuple[str, ...], further: str = "-") -> Importer:
    layout = Layout(generations, one_of(further, _TIME.pattern))

    def read(source: ImportSource) -> Iterator[ImportedRow]:
        account, file = source.account or _VENUE, source.path.name.casefold()
        rows = layout.rows(source.path)
        day_first = day_order(row.named(_TIME)[1] for row in layout.rows(source.path) if isinstance(row, TableRow))

        def of(row: TableRow) -> Event | SkippedRow:
            if row.get("status").casefold() not in _DONE:
                return row.skipped(f"it did not go through: {row.get('status') or 'no status'}")
            return understand(row, _time(row, source.path, day_first=day_first), account, file)

        return record_rows(rows, name, of, "txid", "transaction id", "order id")

    return Importer(name, label, layout.match, read, venue=_VENUE)


def _time(row: TableRow, path: Path, *, day_first: bool | None) -> datetime:
    """In the zone of the column, where it names one, else in that of the file's name."""
    zone, text = row.named(_TIME)
    if not zone and _YEAR_FIRST.match(text):
        return binance_instant(text, zone_of(path))
    ahead = zone.strip("()").removeprefix("UTC").removeprefix("NULL")
    offset = f" {ahead[0]}{int(ahead[1:]):02}:00" if ahead else ""
    century = "20" if _SHORT_YEAR.match(text) else ""
    return moment(f"{century}{text}{offset}" if text else "", IN_UTC, day_first=day_first)


def _conversion(row: TableRow, time: datetime, account: str, _: str) -> Event:
    return Event(
        time, account, Kind.TRADE, named(row.get("buy"), "buy"), named(row.get("sell"), "sell"), note="converted"
    )


def _auto_invest(row: TableRow, time: datetime, account: str, _: str) -> Event:
    note = notes("auto-invest", f"from {row.get('from')}" if row.get("from") else "")
    paid, fee = named(row.get("amount per period"), "amount"), named(row.get("trading fee"), "fee")
    return Event(time, account, Kind.TRADE, named(row.get("units"), "units"), paid, fee, note=note)


def _staked_ether(row: TableRow, time: datetime, account: str, _: str) -> Event:
    """One for one."""
    given = leg(row.get("amount"), row.get("coin"), "amount")
    return Event(time, account, Kind.TRADE, leg(row.get("amount"), row.get("token"), "amount"), given, note="staked")


def _purchase(row: TableRow, time: datetime, account: str, _: str) -> Event:
    thing, paid, fee = (named(row.get(name), name) for name in ("final amount", "amount", "fees"))
    if not thing or not paid:
        raise ValueError("a purchase without both amounts")
    event = Event(time, account, Kind.TRADE, note=row.get("method"))
    cost = less(paid, fee)
    if row.get("method").casefold() in _OWN_MONEY:
        return Event(time, account, Kind.TRADE, thing, cost, fee, note=row.get("method"))
    return for_money(event, thing, cost, fee, purchase=True)


def _coins(row: TableRow, time: datetime, account: str, file: str) -> Event:
    moved = leg(row.get("amount"), row.get("coin"), "amount")
    fee = leg(row.get("fee", "transactionfee"), row.get("coin"), "fee")
    goes = _goes_out(file) if "transactionfee" in row.cells else "fee" in row.cells
    said = notes(
        row.get("network"),
        f"to {row.get('address')}" if goes and row.get("address") else "",
        f"tx {row.get('txid')}" if row.get("txid") else "",
    )
    return _move(time, account, moved, fee, said, goes=goes)


def _money(row: TableRow, time: datetime, account: str, file: str) -> Event:
    goes = _goes_out(file)
    moved = leg(row.get("amount" if goes else "indicated amount"), row.get("coin"), "amount")
    fee = leg(row.get("fee"), row.get("coin"), "fee")
    return _move(time, account, moved, fee, row.get("payment method"), goes=goes)


def _move(
    time: datetime, account: str, moved: Quantity | None, fee: Quantity | None, note: str, *, goes: bool
) -> Event:
    kind = Kind.WITHDRAWAL if goes else Kind.DEPOSIT
    return Event(time, account, kind, None if goes else moved, moved if goes else None, fee, note=note)


def _goes_out(file: str) -> bool:
    deposit, withdrawal = "deposit" in file, "withdraw" in file
    if deposit == withdrawal:
        raise ValueError(
            "only the file's name tells deposits from withdrawals: let it be deposit….csv or withdraw….csv"
        )
    return withdrawal


BINANCE_CONVERT = _form(
    "binance-convert",
    "Binance conversions",
    _conversion,
    ("pair", "type", "sell", "buy", "price", "inverse price", "status"),
    further="wallet|date updated",
)
BINANCE_AUTO_INVEST = _form(
    "binance-auto-invest",
    "Binance auto-invest",
    _auto_invest,
    ("auto-invest date(utc)", "holding coin", "amount per period", "trading fee", "units", "from", "status"),
)
BINANCE_BETH = _form(
    "binance-beth", "Binance ETH to BETH", _staked_ether, ("date(utc)", "coin", "token", "amount", "status")
)
BINANCE_PURCHASES = _form(
    "binance-purchases",
    "Binance purchases",
    _purchase,
    ("date(utc)", "method", "amount", "price", "fees", "final amount", "status", "transaction id"),
)
BINANCE_COINS = _form(
    "binance-transfers",
    "Binance deposits and withdrawals",
    _coins,
    ("coin", "amount", "transactionfee", "address", "txid", "sourceaddress", "paymentid", "status"),
    ("coin", "network", "amount", "address", "txid", "status"),
    further="network|fee",
)
BINANCE_MONEY = _form(
    "binance-fiat",
    "Binance fiat deposits and withdrawals",
    _money,
    ("coin", "amount", "status", "payment method", "indicated amount", "fee", "order id"),
)
