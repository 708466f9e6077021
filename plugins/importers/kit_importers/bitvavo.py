"""Bitvavo's full transaction history:

    Timezone,Date,Time,Type,Currency,Amount,Quote Currency,Quote Price,Received / Paid Currency,
    Received / Paid Amount,Fee currency,Fee amount,Status,Transaction ID,Address

What was paid contains the fee, what was received is without it; each row names the zone of its time.
"""

from __future__ import annotations

from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind, SkippedRow

from .events import Event, Meanings, leg, less, meaning, more, notes, record_rows
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import wall_clock

_NAME = "bitvavo"
_LAYOUT = Layout(
    (
        (
            *("timezone", "date", "time", "type", "currency", "amount", "received / paid currency"),
            *("received / paid amount", "fee currency", "fee amount", "status", "transaction id"),
        ),
    ),
    one_of("quote currency", "quote price", "address", "eur / unit"),
)
_TYPES: Meanings = {
    "buy": (Kind.BUY, ""),
    "sell": (Kind.SELL, ""),
    "deposit": (Kind.DEPOSIT, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "staking": (Kind.STAKING, ""),
    "fixed staking": (Kind.STAKING, "fixed"),
    "rebate": (Kind.REWARD, "rebate"),
    "affiliate": (Kind.REWARD, "affiliate"),
    "campaign new user incentive": (Kind.REWARD, "welcome"),
}
_DONE = frozenset(("completed", "distributed"))


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row; what did not go through is skipped."""
    account = source.account or _NAME
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, account))


def _event(row: TableRow, account: str) -> Event | SkippedRow:
    if row.get("status").casefold() not in _DONE:
        return row.skipped(f"it did not go through: {row.get('status')}")
    kind, said = meaning(_TYPES, row.get("type"), "type")
    thing = leg(row.get("amount").lstrip("-"), row.get("currency"), "amount")
    money = leg(row.get("received / paid amount").lstrip("-"), row.get("received / paid currency"), "paid")
    fee = leg(row.get("fee amount"), row.get("fee currency"), "fee")
    received, sent = (None, thing) if kind is Kind.WITHDRAWAL else (thing, None)
    if kind in {Kind.BUY, Kind.SELL}:
        if money is None:
            raise ValueError("what was paid or received is missing")
        received, sent = (thing, less(money, fee)) if kind is Kind.BUY else (more(money, fee), thing)
    return Event(
        moment(f"{row.get('date')} {row.get('time')}", wall_clock(row.get("timezone"))),
        account,
        Kind.TRADE if kind in {Kind.BUY, Kind.SELL} else kind,
        received,
        sent,
        fee,
        id=row.get("transaction id"),
        note=notes(said, f"to {row.get('address')}" if kind is Kind.WITHDRAWAL and row.get("address") else ""),
    )


BITVAVO = Importer(_NAME, "Bitvavo transaction history", _LAYOUT.match, read, venue=_NAME)
