"""Bitstamp's transactions, both layouts:

    Type,Datetime,Account,Amount,Value,Rate,Fee,Sub Type
    ID,Account,Type,Subtype,Datetime,Amount,Amount currency,Value,Value currency,Rate,Rate currency,Fee,Fee currency,
    Order ID

The older one has quantities with their currency (“2214.01 EUR”) and times like “Jan. 28, 2022, 12:31 AM”, the newer one
(“RFC 4180”) a column for each. A fee stands beside the amounts. Sub accounts are one account here.
"""

from __future__ import annotations

from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, SkippedRow

from .events import Event, Meanings, leg, meaning, named, notes, record_rows
from .moments import moment
from .tables import Layout, TableRow, one_of
from .trades import is_purchase
from .zones import WallClock, wall_clock

_NAME = "bitstamp"
_LAYOUT = Layout(
    (
        ("type", "datetime", "account", "amount", "value", "rate", "fee", "sub type"),
        (
            *("id", "account", "type", "subtype", "datetime", "amount", "amount currency", "value", "value currency"),
            *("fee", "fee currency"),
        ),
    ),
    one_of("rate", "rate currency", "order id"),
)
_TYPES: Meanings = {
    "market": (Kind.TRADE, ""),
    "deposit": (Kind.DEPOSIT, ""),
    "crypto deposit": (Kind.DEPOSIT, ""),
    "card deposit": (Kind.DEPOSIT, "by card"),
    "ripple deposit": (Kind.DEPOSIT, "Ripple"),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "crypto withdrawal": (Kind.WITHDRAWAL, ""),
    "ripple payment": (Kind.WITHDRAWAL, "Ripple"),
    "staking reward": (Kind.STAKING, ""),
    "earn interest": (Kind.INTEREST, ""),
    "referral reward": (Kind.REWARD, "referral"),
}
_INTERNAL = frozenset(("sub account transfer",))
_MAIN = "main account"


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, account, clock), "id")


def _event(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    word = row.get("type")
    if word.casefold() in _INTERNAL:
        return row.skipped("it stays with Bitstamp")
    kind, said = meaning(_TYPES, word, "type")
    amount, value, fee = (_quantity(row, what) for what in ("amount", "value", "fee"))
    if kind is Kind.TRADE:
        bought = is_purchase(row.get("subtype", "sub type"))
        received, sent = (amount, value) if bought else (value, amount)
    else:
        received, sent = (None, amount) if kind is Kind.WITHDRAWAL else (amount, None)
    own = row.get("account")
    where = own if own.casefold() != _MAIN else ""
    return Event(moment(row.get("datetime"), clock), account, kind, received, sent, fee, note=notes(said, where))


def _quantity(row: TableRow, what: str) -> Quantity | None:
    if "amount currency" in row.cells:
        return leg(row.get(what), row.get(f"{what} currency"), what)
    return named(row.get(what), what)


BITSTAMP = Importer(_NAME, "Bitstamp transactions", _LAYOUT.match, read, venue=_NAME)
