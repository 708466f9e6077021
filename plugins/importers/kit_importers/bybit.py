"""Bybit's transaction log of a unified trading account, and its list of spot trades:

    Uid,Currency,Contract,Type,Direction,Quantity,Position,Filled Price,Funding,Fee Paid,Cash Flow,Change,
    Wallet Balance,Action,Time(UTC)
    Uid,Spot Pairs,Order Type,Direction,(feeCoin,ExecFeeV2,)Filled Value,Filled Price,Filled Quantity,Fees,
    Transaction ID,Order No.,Timestamp (UTC+0)

In the log a fill is told in two rows, one for each of its coins; the quantity is before the fee, which is negative
where it was paid. Derivatives have types of their own and are told as not known. The list, written from what is public
about it, has the fee in the coin that came in unless it names another; the European one has the hour before the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, RejectedRow, SkippedRow

from .events import Event, Records, leg, record_rows
from .fields import asset_name, number
from .moments import moment
from .tables import Layout, TableRow, once, one_of
from .trades import is_purchase, split_pair
from .zones import WallClock, wall_clock

_NAME = "bybit"
_LAYOUT = Layout(
    (
        (
            *("currency", "contract", "type", "direction", "quantity", "filled price", "fee paid", "cash flow"),
            *("change", "wallet balance", "time(utc)"),
        ),
    ),
    one_of("uid", "position", "funding", "action"),
)
_TRADES = "bybit-trades"
_FILLS = Layout(
    (("spot pairs", "direction", "filled value", "filled price", "filled quantity", "fees", "transaction id"),),
    one_of("uid", "order type", "feecoin", "execfeev2", r"order no\.", r"timestamp \(utc(?:\+0)?\)"),
)
_HOUR_FIRST = re.compile(r"(\d\d:\d\d(?::\d\d)?) (\d{4}-\d\d-\d\d)")
_MOVES = {"TRANSFER_IN": Kind.DEPOSIT, "TRANSFER_OUT": Kind.WITHDRAWAL}


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """Records, in the order of the file."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    records = Records(_NAME)
    # The same change with the same balance after it is the same row.
    told = once(_LAYOUT.rows(source.path), lambda row: row.text if row.get("wallet balance") else "")
    for fill, group in groupby(told, key=_fill):
        if fill is None:
            for row in group:
                yield _single(row, records, account, clock) if isinstance(row, TableRow) else row
        else:
            yield from _fills([row for row in group if isinstance(row, TableRow)], records, account, clock)


def _fill(row: TableRow | RejectedRow | SkippedRow) -> tuple[str, ...] | None:
    """What the two rows of a fill share; None for any other row."""
    if isinstance(row, TableRow) and row.get("type").upper() == "TRADE":
        return tuple(row.get(name) for name in ("time(utc)", "contract", "direction", "filled price"))
    return None


def _single(row: TableRow, records: Records, account: str, clock: WallClock) -> ImportedRow:
    try:
        kind = _MOVES.get(row.get("type").upper())
        if kind is None:
            raise ValueError(f"the type “{row.get('type')}” is not known")
        moved = leg(row.get("change").lstrip("-"), row.get("currency"), "change")
        received, sent = (moved, None) if kind is Kind.DEPOSIT else (None, moved)
        time = moment(row.get("time(utc)"), clock)
        return records.record(Event(time, account, kind, received, sent, note="within Bybit"))
    except ValueError as error:
        return row.rejected(error)


def _fills(rows: Sequence[TableRow], records: Records, account: str, clock: WallClock) -> Iterator[ImportedRow]:
    """Fills of one instant and price: the first that came with the first that went, and so on."""
    try:
        came = [row for row in rows if number(row.get("quantity")) > 0]
        went = [row for row in rows if number(row.get("quantity")) < 0]
        if len(came) != len(went):
            raise ValueError("a fill without its other row")
    except ValueError as error:
        yield from (row.rejected(error) for row in rows)
        return
    for got, gave in zip(came, went, strict=True):
        try:
            fees = [fee for row in (got, gave) if (fee := _fee(row)) is not None]
            if len(fees) > 1:
                raise ValueError("a fill with a fee in both coins")
            received, sent = _moved(got), _moved(gave)
            time = moment(got.get("time(utc)"), clock)
            event = Event(time, account, Kind.TRADE, received, sent, fees[0] if fees else None)
            yield records.record(event, got.get("wallet balance"))
        except ValueError as error:
            yield from (row.rejected(error) for row in (got, gave))


def _moved(row: TableRow) -> Quantity:
    return Quantity(abs(number(row.get("quantity"))), asset_name(row.get("currency")))


def _fee(row: TableRow) -> Quantity | None:
    paid = number(row.get("fee paid") or "0", "fee")
    if paid > 0:
        raise ValueError("a fee that was paid to you")
    return Quantity(-paid, asset_name(row.get("currency"))) if paid else None


def _read_fills(source: ImportSource) -> Iterator[ImportedRow]:
    clock, account = wall_clock(source.timezone), source.account or _NAME

    def understand(row: TableRow) -> Event:
        base, quote = split_pair(row.get("spot pairs"))
        things = leg(row.get("filled quantity"), base, "quantity"), leg(row.get("filled value"), quote, "value")
        received, sent = things if is_purchase(row.get("direction")) else (things[1], things[0])
        coin = row.get("feecoin").strip("-")
        paid, paid_in = (row.get("execfeev2"), coin) if coin else (row.get("fees"), received.asset if received else "")
        time = _HOUR_FIRST.sub(r"\2 \1", row.get("timestamp (utc+0)", "timestamp (utc)"))
        own = row.get("transaction id")
        return Event(moment(time, clock), account, Kind.TRADE, received, sent, leg(paid, paid_in, "fee"), id=own)

    return record_rows(_FILLS.rows(source.path), _TRADES, understand)


BYBIT = Importer(_NAME, "Bybit transaction log", _LAYOUT.match, read, venue=_NAME)
BYBIT_TRADES = Importer(_TRADES, "Bybit spot trades", _FILLS.match, _read_fills, venue=_NAME)
