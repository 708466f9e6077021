"""Pionex: the trades as exported for CoinTracker, and the deposits and withdrawals.

    Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag
    date(UTC+0),tx_type,amount,coin,network,txid,fee

Times are UTC. Deposits and withdrawals stand in both files: those among the trades are skipped. A coin is followed by
its network (“BUSDBEP20”). A fee stands beside the amounts.
"""

from __future__ import annotations

from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind, SkippedRow

from .events import Event, Meanings, leg, meaning, notes, record_rows
from .moments import day_order, moment
from .tables import Layout, TableRow, one_of
from .zones import IN_UTC, wall_clock

_NAME = "pionex"
_MOVES_NAME = "pionex-transfers"
_TRADES = Layout(
    (
        (
            *("date", "received quantity", "received currency", "sent quantity", "sent currency", "fee amount"),
            *("fee currency", "tag"),
        ),
    ),
    one_of("-"),
)
_MOVES = Layout((("date(utc+0)", "tx_type", "amount", "coin", "network", "txid", "fee"),), one_of("-"))
_TYPES: Meanings = {
    "deposit": (Kind.DEPOSIT, ""),
    "withdraw": (Kind.WITHDRAWAL, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
}


def read_trades(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a trade."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    day_first = day_order(row.get("date") for row in _TRADES.rows(source.path) if isinstance(row, TableRow))

    def understand(row: TableRow) -> Event | SkippedRow:
        if not row.get("received currency") or not row.get("sent currency"):
            return row.skipped("a deposit or withdrawal, which the other file tells with its network")
        received = leg(row.get("received quantity"), row.get("received currency"), "received")
        sent = leg(row.get("sent quantity"), row.get("sent currency"), "sent")
        fee = leg(row.get("fee amount"), row.get("fee currency"), "fee")
        if not received and not sent and not fee:
            return row.skipped("nothing moved")
        time = moment(row.get("date"), clock, day_first=day_first)
        return Event(time, account, Kind.TRADE, received, sent, fee, note=row.get("tag"))

    return record_rows(_TRADES.rows(source.path), _NAME, understand)


def read_moves(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a deposit or withdrawal."""
    account = source.account or _NAME
    day_first = day_order(row.get("date(utc+0)") for row in _MOVES.rows(source.path) if isinstance(row, TableRow))

    def understand(row: TableRow) -> Event:
        kind, said = meaning(_TYPES, row.get("tx_type"), "type")
        network, transaction = row.get("network"), row.get("txid")
        coin = row.get("coin").removesuffix(network) or row.get("coin")
        moved, fee = leg(row.get("amount"), coin, "amount"), leg(row.get("fee"), coin, "fee")
        received, sent = (moved, None) if kind is Kind.DEPOSIT else (None, moved)
        time = moment(row.get("date(utc+0)"), IN_UTC, day_first=day_first)
        note = notes(said, network, f"tx {transaction}" if transaction else "")
        return Event(time, account, kind, received, sent, fee, note=note)

    return record_rows(_MOVES.rows(source.path), _MOVES_NAME, understand, "txid")


PIONEX = Importer(_NAME, "Pionex trades", _TRADES.match, read_trades, venue=_NAME)
PIONEX_TRANSFERS = Importer(_MOVES_NAME, "Pionex deposits and withdrawals", _MOVES.match, read_moves, venue=_NAME)
