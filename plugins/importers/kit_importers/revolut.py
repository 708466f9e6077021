"""Revolut's crypto account statement: `Symbol,Type,Quantity,Price,Value,Fees,Date`, amounts as people read them
(“€1,234.50”, “1,234.50 SEK”), dates in English.

Money is not on this account, so a purchase or sale has its value, fees in it. Staking stays within Revolut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, SkippedRow

from .events import Event, Meanings, for_money, leg, meaning, record_rows
from .fields import money_number, ungrouped
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "revolut"
_LAYOUT = Layout((("symbol", "type", "quantity", "price", "value", "fees", "date"),), one_of("-"))
_TYPES: Meanings = {
    "buy": (Kind.BUY, ""),
    "sell": (Kind.SELL, ""),
    "send": (Kind.WITHDRAWAL, ""),
    "receive": (Kind.DEPOSIT, ""),
    "payment": (Kind.SPEND, ""),
    "staking reward": (Kind.STAKING, ""),
    "learn reward": (Kind.REWARD, "learn reward"),
}
_INTERNAL = frozenset(("stake", "unstake"))
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_NAMED = re.compile(r".*\s([A-Z]{3})")


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, account, clock))


def _event(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    if row.get("type").casefold() in _INTERNAL:
        return row.skipped("staked coins stay with Revolut")
    kind, said = meaning(_TYPES, row.get("type"), "type")
    thing = leg(ungrouped(row.get("quantity")), row.get("symbol"), "quantity")
    if thing is None:
        raise ValueError("the quantity is missing")
    event = Event(moment(row.get("date"), clock), account, kind, note=said)
    if kind in {Kind.BUY, Kind.SELL}:
        value, fee = _money(row.get("value"), "value"), _money(row.get("fees"), "fee")
        if value is None:
            raise ValueError("the value is missing")
        return for_money(event, thing, value, fee, purchase=kind is Kind.BUY)
    out = kind in {Kind.WITHDRAWAL, Kind.SPEND}
    return Event(event.time, account, kind, None if out else thing, thing if out else None, note=said)


def _money(text: str, what: str) -> Quantity | None:
    """“€1,234.50” or “1,234.50 SEK”."""
    if not text:
        return None
    named = _NAMED.fullmatch(text)
    currency = named[1] if named else _SIGNS.get(text[0], "")
    if not currency:
        raise ValueError(f"the {what} “{text}” names no currency")
    amount = money_number(text.removesuffix(currency).strip(), what)
    return Quantity(amount, currency) if amount else None


REVOLUT = Importer(_NAME, "Revolut crypto statement", _LAYOUT.match, read, venue=_NAME)
