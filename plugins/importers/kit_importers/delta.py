"""Delta's transactions (the portfolio app):

    Date,Way,Base amount,Base currency (name),Base type,Quote amount,Quote currency,Exchange,Sent/Received from,Sent to,
    Fee amount,Fee currency (name),Broker,Notes

A currency may have its name behind it in brackets. The account is the exchange, else the wallet that is named, else the
broker. Only coins and money are read: shares and funds are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind, SkippedRow

from .events import Event, Meanings, leg, meaning, notes, record_rows
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "delta"
_LAYOUT = Layout(
    (
        (
            *("date", "way", "base amount", "base currency (name)", "base type", "quote amount", "quote currency"),
            *("exchange", "sent/received from", "sent to", "fee amount", "fee currency (name)"),
        ),
    ),
    one_of("broker", "notes", "sync base holding"),
)
_WAYS: Meanings = {
    "buy": (Kind.BUY, ""),
    "sell": (Kind.SELL, ""),
    "deposit": (Kind.DEPOSIT, ""),
    "withdraw": (Kind.WITHDRAWAL, ""),
}
_READ = frozenset(("CRYPTO", "FIAT"))
_NAMED = re.compile(r"\s*\(.*\)\s*$")


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock = wall_clock(source.timezone)
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, source.account or _NAME, clock))


def _event(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    if row.get("base type").upper() not in _READ:
        return row.skipped(f"only coins and money are read, not {row.get('base type') or 'what has no type'}")
    kind, said = meaning(_WAYS, row.get("way"), "way")
    base = leg(row.get("base amount"), _symbol(row.get("base currency (name)")), "base")
    quote = leg(row.get("quote amount"), _symbol(row.get("quote currency")), "quote")
    source, target = row.get("sent/received from"), row.get("sent to")
    own, other = (source, target) if kind is Kind.WITHDRAWAL else (target, source)
    received, sent = {
        Kind.BUY: (base, quote),
        Kind.SELL: (quote, base),
        Kind.DEPOSIT: (base, None),
        Kind.WITHDRAWAL: (None, base),
    }[kind]
    where = f"{'to' if kind is Kind.WITHDRAWAL else 'from'} {other}" if other else ""
    return Event(
        moment(row.get("date"), clock),
        row.get("exchange") or own or row.get("broker") or account,
        Kind.TRADE if received and sent else kind,
        received,
        sent,
        leg(row.get("fee amount"), _symbol(row.get("fee currency (name)")), "fee"),
        note=notes(said, where, row.get("notes")),
    )


def _symbol(text: str) -> str:
    return _NAMED.sub("", text)


DELTA = Importer(_NAME, "Delta transactions", _LAYOUT.match, read)
