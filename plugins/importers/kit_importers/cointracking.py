"""CoinTracking's table of transactions:

    "Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Group","Comment","Date"[,"Tx-ID"]
    "Typ","Kauf","Cur.","Verkauf","Cur.","Gebühr","Cur.","Börse","Gruppe","Kommentar","Datum"

What CoinTracking calls fee is already in the amounts where it is in one of their assets: a sale holds it, a purchase is
what was left of it (its help page “Entering Fees”). So it is taken out here, since a record's fee stands beside.
A fee in a third asset moves nothing for CoinTracking, which wants an “Other Fee” row for it: it is only noted.

Exchanges are accounts. Of the German table only the words below are known; rows of others are rejected. Dates come in
the user's format (20.09.2019, 2019-09-20, 09/20/2019), without a zone: UTC unless `ImportSource.timezone` names one.
Whether day or month comes first between slashes is decided by the whole file, and rows are rejected where nothing in
it tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, SkippedRow, plain

from .events import Event, Meanings, leg, less, meaning, more, notes, record_rows
from .moments import day_order, moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "cointracking"
_LAYOUT = Layout(
    (
        ("type", "buy", "sell", "fee", "exchange", "date"),
        ("type", "buy", "sell", "fee", "exchange", "trade date"),
        ("typ", "kauf", "verkauf", "gebühr", "börse", "datum"),
    ),
    one_of(r"cur\.?", "(trade[ -])?group", "gruppe", "comment", "kommentar", "tx-id", "trade id", "add date"),
)
_TYPES: Meanings = {
    "trade": (Kind.TRADE, ""),
    "swap (non taxable)": (Kind.TRADE, "swap, not taxable"),
    "deposit": (Kind.DEPOSIT, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "income": (Kind.REWARD, "income"),
    "other income": (Kind.REWARD, "other income"),
    "income (non taxable)": (Kind.REWARD, "income, not taxable"),
    "reward / bonus": (Kind.REWARD, ""),
    "reward/bonus": (Kind.REWARD, ""),
    "dividends income": (Kind.REWARD, "dividend"),
    "lp rewards": (Kind.REWARD, "liquidity"),
    "masternode": (Kind.STAKING, "masternode"),
    "staking": (Kind.STAKING, ""),
    "minting": (Kind.MINING, "minting"),
    "mining": (Kind.MINING, ""),
    "mining (commercial)": (Kind.MINING, "commercial"),
    "interest income": (Kind.INTEREST, ""),
    "lending income": (Kind.INTEREST, "lending"),
    "airdrop": (Kind.AIRDROP, ""),
    "airdrop (non taxable)": (Kind.AIRDROP, "not taxable"),
    "hard fork": (Kind.FORK, ""),
    "hard fork (non taxable)": (Kind.FORK, "not taxable"),
    "margin profit": (Kind.MARGIN_PROFIT, ""),
    "derivatives / futures profit": (Kind.MARGIN_PROFIT, "derivatives"),
    "spend": (Kind.SPEND, ""),
    "other expense": (Kind.SPEND, "other expense"),
    "expense (non taxable)": (Kind.SPEND, "expense, not taxable"),
    "donation": (Kind.DONATION, ""),
    "gift": (Kind.GIFT_SENT, ""),
    "stolen": (Kind.LOST, "stolen"),
    "stolen / hacked / fraud": (Kind.LOST, "stolen"),
    "lost": (Kind.LOST, ""),
    "other fee": (Kind.FEE, ""),
    "borrowing fee": (Kind.FEE, "borrowing"),
    "settlement fee": (Kind.FEE, "settlement"),
    "margin fee": (Kind.FEE, "margin fee"),
    "margin loss": (Kind.MARGIN_LOSS, ""),
    "derivatives / futures loss": (Kind.MARGIN_LOSS, "derivatives"),
    "receive loan": (Kind.DEPOSIT, "loan"),
    "repay loan": (Kind.WITHDRAWAL, "loan repayment"),
    "einzahlung": (Kind.DEPOSIT, ""),
    "auszahlung": (Kind.WITHDRAWAL, ""),
    "einnahme": (Kind.REWARD, "income"),
    "ausgabe": (Kind.SPEND, ""),
    "spende": (Kind.DONATION, ""),
    "gestohlen": (Kind.LOST, "stolen"),
    "verlust": (Kind.LOST, ""),
}
_OPEN = frozenset(("margin trade", "derivatives / futures trade"))


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock = wall_clock(source.timezone)
    day_first = day_order(_date(row) for row in _LAYOUT.rows(source.path) if isinstance(row, TableRow))
    return record_rows(
        _LAYOUT.rows(source.path),
        _NAME,
        lambda row: _event(row, source, clock, day_first=day_first),
        *("tx-id", "trade id"),
    )


def _event(row: TableRow, source: ImportSource, clock: WallClock, *, day_first: bool | None) -> Event | SkippedRow:
    if row.get("type", "typ").casefold() in _OPEN:
        return row.skipped("an open position: CoinTracking counts its result when it is closed")
    received = _leg(row, "buy", "kauf")
    kind, said = _kind(row.get("type", "typ"), came_in=received is not None)
    event = Event(
        moment(_date(row), clock, day_first=day_first),
        row.get("exchange", "börse") or source.account or _NAME,
        kind,
        received,
        _leg(row, "sell", "verkauf"),
        note=notes(said, row.get("group", "trade-group", "trade group", "gruppe"), row.get("comment", "kommentar")),
    )
    return _with_fee(event, _leg(row, "fee", "gebühr"))


def _leg(row: TableRow, *names: str) -> Quantity | None:
    """An amount with its currency, which stands right of it: three columns have the same name."""
    column, currency = row.beside(*names)
    if not column.startswith("cur"):
        raise ValueError(f"the column right of “{names[0]}” is not its currency")
    return leg(row.get(*names), currency, names[0])


def _date(row: TableRow) -> str:
    return row.get("date", "trade date", "datum")


def _kind(text: str, *, came_in: bool) -> tuple[Kind, str]:
    """Of a gift the side tells whether it was made or received."""
    if text.casefold() in {"gift/tip", "gift / tip"}:
        return (Kind.GIFT_RECEIVED if came_in else Kind.GIFT_SENT), ""
    return meaning(_TYPES, text, "type")


def _with_fee(event: Event, fee: Quantity | None) -> Event:
    """The event with its fee taken out of what was sent, or given back to what was received."""
    sent, received = event.sent, event.received
    if fee and event.kind is Kind.FEE:
        return event  # the row is about this very fee
    if fee and sent and fee.asset == sent.asset:
        return replace(event, sent=less(sent, fee), fee=fee)
    if fee and received and fee.asset == received.asset:
        return replace(event, received=more(received, fee), fee=fee)
    if fee:
        return replace(event, note=notes(event.note, f"fee told: {plain(fee.amount)} {fee.asset}"))
    return event


COINTRACKING = Importer(_NAME, "CoinTracking", _LAYOUT.match, read)
