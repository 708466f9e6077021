"""Binance's spot exports: three generations of the trade history.

- `Date(UTC),Pair,Side,Price,Executed,Amount,Fee` (newer: `Time,…`), the last three with their unit (`0.0416BTC`);
- `Date(UTC),Market,Type,Price,Amount,Total,Fee,Fee Coin`, commas or semicolons;
- the order history `Date(UTC);Pair;Type;Order Price;…;status`, where each order is followed by its
  fills as rows that begin with an empty cell. An order's fills make one record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from kit import (
    FileHead,
    ImportedRow,
    Importer,
    ImportSource,
    Quantity,
    Record,
    RejectedRow,
    exact_math,
)

from .binance_time import binance_instant, zone_of
from .fields import asset_name, instant, number, positive, ungrouped
from .identity import Occurrences, in_time_order
from .sheet import Sheet, header_match
from .trades import filled, is_purchase, split_pair

_UNITS = ("date(utc)", "pair", "side", "price", "executed", "amount", "fee")
_UNITS_NEW = ("time", *_UNITS[1:])
_COINS = ("date(utc)", "market", "type", "price", "amount", "total", "fee", "fee coin")
_ORDERS = ("date(utc)", "pair", "type", "order price", "order amount", "avgtrading price", "filled", "total", "status")
_NAME = "binance-trades"
_VENUE = "binance"
_WITH_UNIT = re.compile(r"(\d[\d,]*(?:\.\d+)?(?:[eE]-\d+)?)\s*([A-Za-z0-9]*[A-Za-z])", re.ASCII)


@dataclass(slots=True)
class _Fill:
    """A filled order, or a part of one."""

    time: datetime
    purchase: bool
    base: Quantity
    quote: Quantity
    fees: list[Quantity] = field(default_factory=list)


def detect(head: FileHead) -> float:
    return max(header_match(head, columns) for columns in _READERS)


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a fill; in the order history one an order."""
    sheet = Sheet.of_any(source.path, *_READERS)
    yield from sheet.strangers(*_READERS)
    fills = next(rows for columns, rows in _READERS.items() if set(columns) <= sheet.columns.keys())
    yield from _records(source, fills(sheet))


def _records(source: ImportSource, fills: Iterator[_Fill | RejectedRow]) -> Iterator[Record | RejectedRow]:
    account = source.account or _VENUE
    occurrences = Occurrences(in_time_order=in_time_order(_times(Sheet.of_any(source.path, *_READERS))))
    for fill in fills:
        if isinstance(fill, RejectedRow):
            yield fill
            continue
        fees = [part for fee in fill.fees for part in (fee.asset, fee.amount)]
        legs = (fill.base.asset, fill.base.amount, fill.quote.asset, fill.quote.amount, *fees)
        own_id = occurrences.id(fill.time, account, fill.purchase, *legs)
        yield from filled(
            own_id,
            fill.time,
            account,
            purchase=fill.purchase,
            base=fill.base,
            quote=fill.quote,
            fees=fill.fees,
            source=_NAME,
        )


def _times(sheet: Sheet) -> Iterator[str]:
    time = sheet.cell("date(utc)", "time")
    return (text for cells in sheet if not isinstance(cells, RejectedRow) and (text := time(cells)))


def _by_row(sheet: Sheet) -> Iterator[_Fill | RejectedRow]:
    """One fill a row, in either form."""
    fill_of = _coin_fill if set(_COINS) <= sheet.columns.keys() else _unit_fill
    zone = zone_of(sheet.path) if "time" in sheet.columns else UTC
    time = sheet.cell("date(utc)", "time")
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        try:
            fill = fill_of(sheet, cells, binance_instant(time(cells), zone))
        except ValueError as error:
            yield sheet.rejected(str(error))
        else:
            yield fill


def _unit_fill(sheet: Sheet, cells: list[str], time: datetime) -> _Fill:
    market, side, _, executed, amount, fee = (cells[sheet.columns[name]].strip() for name in _UNITS[1:])
    base, quote = _traded(market, executed, amount)
    paid = _quantity(fee, (base.asset, quote.asset, "BNB")) if fee else None
    return _Fill(time, is_purchase(side), base, quote, [paid] if paid and paid.amount else [])


def _coin_fill(sheet: Sheet, cells: list[str], time: datetime) -> _Fill:
    market, side, _, amount, total, fee, coin = (cells[sheet.columns[name]].strip() for name in _COINS[1:])
    base, quote = split_pair(market)
    paid = Quantity(_fee(fee), asset_name(coin)) if fee and number(fee, "fee") else None
    return _Fill(
        time,
        is_purchase(side),
        Quantity(positive(amount), base),
        Quantity(positive(total, "total"), quote),
        [paid] if paid else [],
    )


def _by_order(sheet: Sheet) -> Iterator[_Fill | RejectedRow]:
    """Orders with their fills below them; an order without fills counts by its own totals."""
    order: _Fill | None = None
    fills: list[_Fill] = []
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        inner = [cell.strip() for cell in cells]
        if not inner[0] and inner[1].lower() == "date(utc)":
            continue
        try:
            if inner[0]:
                if order:
                    yield _whole(order, fills)
                order, fills = None, []
                order = _order(sheet, inner)
            elif order:
                fills.append(_part(order, inner))
            else:
                raise ValueError("a fill stands without its order")
        except ValueError as error:
            yield sheet.rejected(str(error))
    if order:
        yield _whole(order, fills)


def _order(sheet: Sheet, cells: list[str]) -> _Fill | None:
    """The order, None where nothing of it was filled."""
    time, market, side, _, _, _, amount, total, _ = (cells[sheet.columns[name]] for name in _ORDERS)
    if not number(amount):
        return None
    base, quote = split_pair(market)
    return _Fill(
        instant(time), is_purchase(side), Quantity(positive(amount), base), Quantity(positive(total, "total"), quote)
    )


def _part(order: _Fill, cells: list[str]) -> _Fill:
    _, time, _, amount, total, fee, *_ = cells
    paid = _quantity(fee, (order.base.asset, order.quote.asset, "BNB")) if fee else None
    return _Fill(
        instant(time),
        order.purchase,
        Quantity(positive(amount), order.base.asset),
        Quantity(positive(total, "total"), order.quote.asset),
        [paid] if paid and paid.amount else [],
    )


@exact_math()
def _whole(order: _Fill, fills: list[_Fill]) -> _Fill:
    """The order with what its fills add up to, which is more exact than its own rounded totals."""
    if not fills:
        return order
    base = sum((fill.base.amount for fill in fills), Decimal(0))
    quote = sum((fill.quote.amount for fill in fills), Decimal(0))
    fees = [fee for fill in fills for fee in fill.fees]
    return _Fill(order.time, order.purchase, Quantity(base, order.base.asset), Quantity(quote, order.quote.asset), fees)


def _traded(market: str, executed: str, amount: str) -> tuple[Quantity, Quantity]:
    """Both legs, the pair split where the units say so: “0.5BTC” and “20000USDT” of BTCUSDT."""
    name = market.upper().replace("/", "").replace("-", "").replace("_", "")
    for cut in range(1, len(name)):
        base, quote = name[:cut], name[cut:]
        if executed.upper().endswith(base) and amount.upper().endswith(quote):
            return _amount(executed, base), _amount(amount, quote)
    base, quote = split_pair(market)
    return Quantity(positive(executed), base), Quantity(positive(amount, "amount"), quote)


def _amount(text: str, asset: str) -> Quantity:
    return Quantity(positive(ungrouped(text[: -len(asset)].strip())), asset)


def _quantity(text: str, likely: Sequence[str]) -> Quantity:
    """“0.016BNB” → 0.016 BNB; the `likely` assets first, because some names begin with digits."""
    for asset in likely:
        head = ungrouped(text[: -len(asset)].strip())
        if text.upper().endswith(asset) and head.replace(".", "", 1).isdecimal():
            return Quantity(_fee(head), asset)
    match = _WITH_UNIT.fullmatch(text)
    if not match:
        raise ValueError(f"“{text}” is not a quantity with its asset")
    return Quantity(_fee(ungrouped(match[1])), asset_name(match[2]))


def _fee(text: str) -> Decimal:
    fee = number(text, "fee")
    if fee < 0:
        raise ValueError(f"the fee {text} is negative")
    return fee


_READERS: dict[tuple[str, ...], Callable[[Sheet], Iterator[_Fill | RejectedRow]]] = {
    _UNITS: _by_row,
    _UNITS_NEW: _by_row,
    _COINS: _by_row,
    _ORDERS: _by_order,
}
BINANCE_TRADES = Importer(_NAME, "Binance spot trades", detect, read, venue=_VENUE)
