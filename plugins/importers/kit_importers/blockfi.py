"""BlockFi's transactions and trades:

    Cryptocurrency,Amount,Transaction Type,[Exchange Rate Per Coin (USD),]Confirmed At
    Trade ID,Date,Buy Quantity,Buy Currency,Sold Quantity,Sold Currency,Rate Amount,Rate Currency,Type[,…]

The transactions tell a trade as two rows that nothing joins: they are skipped, since the file of trades has them whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind, SkippedRow

from .events import Event, Meanings, leg, meaning, record_rows
from .fields import number
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "blockfi"
_TRADES_NAME = "blockfi-trades"
_LAYOUT = Layout(
    (("cryptocurrency", "amount", "transaction type", "confirmed at"),), one_of(r"exchange rate per coin \(usd\)")
)
_TRADES = Layout(
    (("trade id", "date", "buy quantity", "buy currency", "sold quantity", "sold currency", "type"),),
    one_of("rate amount", "rate currency", "frequency", "destination"),
)
_TYPES: Meanings = {
    "deposit": (Kind.DEPOSIT, ""),
    "wire deposit": (Kind.DEPOSIT, ""),
    "ach deposit": (Kind.DEPOSIT, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "wire withdrawal": (Kind.WITHDRAWAL, ""),
    "ach withdrawal": (Kind.WITHDRAWAL, ""),
    "withdrawal fee": (Kind.FEE, "withdrawal"),
    "interest payment": (Kind.INTEREST, ""),
    "bonus payment": (Kind.REWARD, "bonus"),
    "referral bonus": (Kind.REWARD, "referral"),
}
_TRADE = "trade"
_EITHER = "crypto transfer"
_INTERNAL = frozenset(("bia deposit", "bia withdraw"))


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row; what was not confirmed is skipped."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, account, clock))


def _event(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    word = row.get("transaction type").casefold()
    if not row.get("confirmed at"):
        return row.skipped("it was not confirmed")
    if word == _TRADE:
        return row.skipped("a side of a trade, which the file of trades tells whole")
    if word in _INTERNAL:
        return row.skipped("it stays with BlockFi")
    goes = number(row.get("amount"), "amount") < 0
    if word == _EITHER:
        kind, said = (Kind.WITHDRAWAL if goes else Kind.DEPOSIT), ""
    else:
        kind, said = meaning(_TYPES, word, "transaction type")
    moved = leg(row.get("amount").lstrip("-"), row.get("cryptocurrency"), "amount")
    if goes != (kind in {Kind.WITHDRAWAL, Kind.FEE}):
        raise ValueError(f"a {word} of {row.get('amount')} has the wrong sign")
    received, sent = (None, moved) if goes else (moved, None)
    return Event(moment(row.get("confirmed at"), clock), account, kind, received, sent, note=said)


def read_trades(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a trade."""
    clock, account = wall_clock(source.timezone), source.account or _NAME

    def understand(row: TableRow) -> Event:
        received = leg(row.get("buy quantity"), row.get("buy currency"), "buy")
        sent = leg(row.get("sold quantity").lstrip("-"), row.get("sold currency"), "sold")
        return Event(moment(row.get("date"), clock), account, Kind.TRADE, received, sent, id=row.get("trade id"))

    return record_rows(_TRADES.rows(source.path), _TRADES_NAME, understand)


BLOCKFI = Importer(_NAME, "BlockFi transactions", _LAYOUT.match, read, venue=_NAME)
BLOCKFI_TRADES = Importer(_TRADES_NAME, "BlockFi trades", _TRADES.match, read_trades, venue=_NAME)
