"""Relai's orders:

    Date,Transaction Type,BTC Amount,BTC Price,Currency Pair,Fiat Amount (excl. fees),Fiat Currency,Fee,Fee Currency,
    Destination,Operation ID,Counterparty

Relai keeps no account of money: what was paid came from a bank. A purchase goes to the wallet at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind

from .events import Event, for_money, leg, record_rows
from .moments import moment
from .tables import Layout, TableRow, one_of
from .trades import is_purchase
from .zones import WallClock, wall_clock

_NAME = "relai"
_LAYOUT = Layout(
    (
        (
            *("date", "transaction type", "btc amount", "currency pair", "fiat amount (excl. fees)", "fiat currency"),
            *("fee", "fee currency", "operation id"),
        ),
    ),
    one_of("btc price", "destination", "counterparty"),
)


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, account, clock))


def _event(row: TableRow, account: str, clock: WallClock) -> Event:
    purchase = is_purchase(row.get("transaction type"))
    bitcoin = leg(row.get("btc amount"), "BTC", "amount")
    money = leg(row.get("fiat amount (excl. fees)"), row.get("fiat currency"), "fiat amount")
    fee = leg(row.get("fee"), row.get("fee currency"), "fee")
    if bitcoin is None or money is None:
        raise ValueError("an order without both amounts")
    time, note = moment(row.get("date"), clock), row.get("counterparty")
    event = Event(time, account, Kind.TRADE, id=row.get("operation id"), note=note)
    return for_money(event, bitcoin, money, fee, purchase=purchase)


RELAI = Importer(_NAME, "Relai orders", _LAYOUT.match, read, venue=_NAME)
