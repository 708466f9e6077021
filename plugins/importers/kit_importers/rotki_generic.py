"""rotki's generic files, which people fill in themselves:

    Location,Spend Currency,Receive Currency,Receive Amount,Spend Amount,Fee,Fee Currency,Description,Timestamp
    Type,Location,Currency,Amount,Fee,Fee Currency,Description,Timestamp

Locations are accounts. A fee stands beside the amounts. Timestamps are milliseconds after 1970; a time in words is
UTC unless `ImportSource.timezone` names another zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity

from .events import Event, Meanings, comes_in, leg, meaning, record_rows
from .moments import milliseconds, moment
from .rotki_assets import rotki_asset
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_TRADES_NAME = "rotki-trades"
_EVENTS_NAME = "rotki-events"
_TRADES = Layout(
    (("location", "spend currency", "receive currency", "receive amount", "spend amount", "timestamp"),),
    one_of("fee", "fee currency", "description"),
)
_EVENTS = Layout(
    (("type", "location", "currency", "amount", "timestamp"),), one_of("fee", "fee currency", "description")
)
_TYPES: Meanings = {
    "deposit": (Kind.DEPOSIT, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "income": (Kind.REWARD, "income"),
    "staking": (Kind.STAKING, ""),
    "loss": (Kind.LOST, ""),
    "spending": (Kind.SPEND, ""),
}


def read_trades(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock = wall_clock(source.timezone)
    rows = _TRADES.rows(source.path)
    return record_rows(rows, _TRADES_NAME, lambda row: _trade(row, _account(row, source), clock), "description")


def read_events(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock = wall_clock(source.timezone)
    rows = _EVENTS.rows(source.path)
    return record_rows(rows, _EVENTS_NAME, lambda row: _event(row, _account(row, source), clock), "description")


def _account(row: TableRow, source: ImportSource) -> str:
    return row.get("location") or source.account or "rotki"


def _trade(row: TableRow, account: str, clock: WallClock) -> Event:
    return Event(
        _time(row, clock),
        account,
        Kind.TRADE,
        _moved(row, "receive amount", "receive currency"),
        _moved(row, "spend amount", "spend currency"),
        _moved(row, "fee", "fee currency"),
        note=row.get("description"),
    )


def _event(row: TableRow, account: str, clock: WallClock) -> Event:
    kind, said = meaning(_TYPES, row.get("type"), "type")
    amount = _moved(row, "amount", "currency")
    gained = comes_in(kind)
    return Event(
        _time(row, clock),
        account,
        kind,
        amount if gained else None,
        None if gained else amount,
        _moved(row, "fee", "fee currency"),
        note=row.get("description") or said,
    )


def _moved(row: TableRow, amount: str, currency: str) -> Quantity | None:
    said = row.get(amount)
    return leg(said, rotki_asset(row.get(currency)), amount) if said and row.get(currency) else leg(said, "", amount)


def _time(row: TableRow, clock: WallClock) -> datetime:
    text = row.get("timestamp")
    return milliseconds(text) if text.isascii() and text.isdecimal() and len(text) > 8 else moment(text, clock)


ROTKI_TRADES = Importer(_TRADES_NAME, "rotki trades", _TRADES.match, read_trades)
ROTKI_EVENTS = Importer(_EVENTS_NAME, "rotki events", _EVENTS.match, read_events)
