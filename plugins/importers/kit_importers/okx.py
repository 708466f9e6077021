"""OKX's trading history and funding history:

    id,Order id,Time,Trade Type,Symbol,Action,Amount,Trading Unit,Filled Price,PnL,Fee,Fee Unit,Position Change,
    Position Balance,Balance Change,Balance,Balance Unit
    id,Time,Type,Amount,Before Balance,After Balance,Symbol

Written from what is public about them. A line above the header tells the zone of the times; a cell may begin with a
byte order mark. Each fill of an order is two rows, one for each of its coins, and a change of a balance has its fee in
it: what an order filled within a second is one trade. Both files are of one account, so what moves between its parts,
into staking or savings and back, is passed over; derivatives have trade types of their own and are told as not known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, exact_math

from .events import Event, Meanings, Records, meaning
from .fields import asset_name, number
from .moments import moment
from .tables import Layout, TableRow, once, one_of
from .text import encoding_of, first_lines
from .zones import WallClock, wall_clock

_VENUE = "okx"
_TRADING, _FUNDING = "okx-trading", "okx-funding"
_TRADES = Layout(
    (
        (
            *("id", "order id", "time", "trade type", "action", "fee", "fee unit"),
            *("balance change", "balance unit"),
        ),
    ),
    one_of(
        *("symbol", "amount", "trading unit", "filled price", "filled price unit", "pnl", "position change"),
        *("position balance", "position unit", "balance", "(?:filled_price|pnl|fee|balance|balance_change)-usd"),
    ),
)
_MOVES = Layout((("id", "time", "type", "amount", "before balance", "after balance", "symbol"),), one_of("fee"))
_KINDS: Meanings = {
    "deposit": (Kind.DEPOSIT, ""),
    "received": (Kind.DEPOSIT, "received within OKX"),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "deposit yield": (Kind.INTEREST, "deposit yield"),
    "staking yield": (Kind.STAKING, ""),
    "fee rebate": (Kind.REWARD, "fee rebate"),
}
_WITHIN = frozenset(
    (
        *("from unified trading account", "to unified trading account", "data migration in", "data migration out"),
        *("stake", "redeem staking", "savings subscription", "savings redemption"),
        *("simple earn subscription", "simple earn redemption"),
    )
)
_ZONE = re.compile(r"time zone:\s*utc(?P<offset>[+-]\d{1,2}(?::?\d\d)?)?", re.IGNORECASE)
_HEAD_LINES = 5


def _read_trades(source: ImportSource) -> Iterator[ImportedRow]:
    clock, account, records = _clock(source), source.account or _VENUE, Records(_TRADING)
    fills: defaultdict[tuple[str, str], list[TableRow]] = defaultdict(list)
    for row in once(_TRADES.rows(source.path), lambda row: _cell(row, "id")):
        if not isinstance(row, TableRow):
            yield row
        elif (kind := _cell(row, "trade type").casefold()) == "spot":
            fills[_cell(row, "order id"), _cell(row, "time")].append(row)
        elif kind == "transfer":
            yield row.skipped("within OKX")
        else:
            yield row.rejected(f"the trade type “{_cell(row, 'trade type')}” is not known")
    for rows in fills.values():
        try:
            yield records.record(_trade(rows, account, clock))
        except ValueError as error:
            yield from (row.rejected(error) for row in rows)


def _read_moves(source: ImportSource) -> Iterator[ImportedRow]:
    clock, account, records = _clock(source), source.account or _VENUE, Records(_FUNDING)
    for row in _MOVES.rows(source.path):
        if not isinstance(row, TableRow):
            yield row
        elif _cell(row, "type").casefold() in _WITHIN:
            yield row.skipped("within OKX")
        else:
            try:
                yield records.record(_move(row, account, clock))
            except ValueError as error:
                yield row.rejected(error)


@exact_math()
def _trade(rows: Sequence[TableRow], account: str, clock: WallClock) -> Event:
    """What an order filled at one time. Raises ValueError."""
    came: defaultdict[str, Decimal] = defaultdict(Decimal)
    went: defaultdict[str, Decimal] = defaultdict(Decimal)
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        unit, fee = asset_name(_cell(row, "balance unit")), number(_cell(row, "fee") or "0", "fee")
        if fee > 0:
            raise ValueError("a fee that was paid to you")
        if fee:
            if asset_name(_cell(row, "fee unit")) != unit:
                raise ValueError(f"a fee in {_cell(row, 'fee unit')} beside a change in {unit}")
            paid[unit] -= fee
        moved = number(_cell(row, "balance change"), "balance change") - fee
        (came if moved > 0 else went)[unit] += abs(moved)
    if len(came) != 1 or len(went) != 1 or len(paid) > 1:
        raise ValueError("a fill without its other row")
    received, sent, fees = ([Quantity(amount, unit) for unit, amount in each.items()] for each in (came, went, paid))
    return Event(
        _time(rows[0], clock),
        account,
        Kind.TRADE,
        received[0],
        sent[0],
        fees[0] if fees else None,
        id=min((_cell(row, "id") for row in rows), key=lambda own: (len(own), own)),
    )


def _move(row: TableRow, account: str, clock: WallClock) -> Event:
    kind, note = meaning(_KINDS, _cell(row, "type"), "type")
    amount = number(_cell(row, "amount"), "amount")
    if (amount < 0) is not (kind is Kind.WITHDRAWAL) or not amount:
        raise ValueError(f"a {_cell(row, 'type').casefold()} of {amount}")
    moved = Quantity(abs(amount), asset_name(_cell(row, "symbol")))
    received, sent = (None, moved) if amount < 0 else (moved, None)
    return Event(_time(row, clock), account, kind, received, sent, id=_cell(row, "id"), note=note)


def _clock(source: ImportSource) -> WallClock:
    """That of the zone which the file tells, else the one that was named."""
    head = "\n".join(first_lines(source.path, encoding_of(source.path), _HEAD_LINES))
    zone = _ZONE.search(head)
    return wall_clock(zone["offset"] or "UTC") if zone else wall_clock(source.timezone)


def _time(row: TableRow, clock: WallClock) -> datetime:
    return moment(_cell(row, "time"), clock)


def _cell(row: TableRow, name: str) -> str:
    return row.get(name).strip("\ufeff ")


OKX_TRADING = Importer(_TRADING, "OKX trading history", _TRADES.match, _read_trades, venue=_VENUE)
OKX_FUNDING = Importer(_FUNDING, "OKX funding history", _MOVES.match, _read_moves, venue=_VENUE)
