"""KuCoin's deposits, withdrawals and earnings:

    coin_type,type,add,hash,vol,created_at
    Time,Coin,[Network,]Amount,Type,Remark[,Fee]                      deposits
    Time,Coin,[Network,]Amount,Type,Wallet Address[/Account],Remark   withdrawals
    UID,Account Type,Time(UTC),Coin,Amount,Fee,[Hash,][Deposit Address|Withdrawal Address/Account,]Transfer Network,
    Status,Remarks                                                    either, in any order
    Order ID,Currency (Fiat),Fiat Amount,Fee,Deposit Method,Status,Time(UTC)
    UID,Account Type,Order ID,Time(UTC),Staked Coin,…,Earnings Coin,Earnings Type,Remarks,Amount,Amount（USDT）,Fee

Which way it went is said by the address column, else by the remark, else by the file's name. A fee stands beside the
amount. KuCoin writes “No matching records found.” into an empty file.
"""

from __future__ import annotations

from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind, RejectedRow, SkippedRow

from .events import Event, leg, notes, record_rows
from .kucoin_times import KUCOIN_CLOCK, TIME_COLUMNS, kucoin_time
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "kucoin-transfers"
_VENUE = "kucoin"
_EARNED = "earnings coin"
_LAYOUT = Layout(
    (
        ("coin_type", "type", "add", "hash", "vol", "created_at"),
        ("time", "coin", "amount", "type", "remark"),
        ("uid", "account type", "coin", "amount", "fee", "transfer network", "status", "remarks"),
        ("order id", "currency (fiat)", "fiat amount", "fee", "deposit method", "status"),
        ("uid", "account type", "order id", "staked coin", _EARNED, "earnings type", "amount", "fee"),
    ),
    one_of(
        *("network", "hash", r"wallet address(?:/account)?", "deposit address", "withdrawal address/account", "time"),
        *("product type", "product name", "amount（usdt）", TIME_COLUMNS),
    ),
)
_TO = ("withdrawal address/account", "wallet address/account", "wallet address")
_FROM = "deposit address"
_DONE = frozenset(("", "success", "succeeded", "successful", "completed"))
_EMPTY = "no matching records"


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row; what did not go through is skipped."""
    clock, account = wall_clock(source.timezone, KUCOIN_CLOCK), source.account or _VENUE
    file = source.path.name.casefold()
    rows = (no_records(row) for row in _LAYOUT.rows(source.path))
    return record_rows(rows, _NAME, lambda row: _event(row, account, clock, file), "hash", "order id")


def no_records(row: TableRow | RejectedRow | SkippedRow) -> TableRow | RejectedRow | SkippedRow:
    """KuCoin's line that says that there are no rows, as skipped."""
    if isinstance(row, RejectedRow) and row.text.strip('" ').casefold().startswith(_EMPTY):
        return SkippedRow(row.line, "KuCoin found no records", row.text)
    return row


def _event(row: TableRow, account: str, clock: WallClock, file: str) -> Event | SkippedRow:
    if row.get("status").casefold() not in _DONE:
        return row.skipped(f"it did not go through: {row.get('status')}")
    coin = row.get(_EARNED, "coin", "coin_type", "currency (fiat)")
    moved = leg(row.get("amount", "vol", "fiat amount"), coin, "amount")
    fee, time = leg(row.get("fee"), coin, "fee"), kucoin_time(row, clock)
    if _EARNED in row.cells:
        said = notes(row.get("product type"), row.get("product name"), row.get("earnings type"))
        return Event(time, account, Kind.STAKING, moved, None, fee, note=said)
    goes, address, transaction = _goes_out(row, file), row.get(*_TO), row.get("hash")
    said = notes(
        row.get("network", "transfer network"),
        f"to {address}" if goes and address else "",
        f"tx {transaction}" if transaction else "",
    )
    kind = Kind.WITHDRAWAL if goes else Kind.DEPOSIT
    return Event(time, account, kind, None if goes else moved, moved if goes else None, fee, note=said)


def _goes_out(row: TableRow, file: str) -> bool:
    """Whether a row tells of a withdrawal. Raises ValueError where nothing says which."""
    if any(column in row.cells for column in _TO):
        return True
    if _FROM in row.cells or "deposit method" in row.cells or "remark" in row.cells:
        return False
    for said in (row.get("type"), row.get("remarks"), file):
        deposit, withdrawal = "deposit" in said.casefold(), "withdraw" in said.casefold()
        if deposit != withdrawal:
            return withdrawal
    raise ValueError("neither the row nor the file's name says whether it is a deposit or a withdrawal")


KUCOIN_TRANSFERS = Importer(_NAME, "KuCoin deposits, withdrawals and earnings", _LAYOUT.match, read, venue=_VENUE)
