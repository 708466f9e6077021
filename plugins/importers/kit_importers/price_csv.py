"""Prices from files: `date,asset,close[,currency][,source]`, and one asset's in a file named after it: candles, or
`date,close[,source]`.

A day may have several rows (hours, minutes): its close is the last of them. So rows of one asset
and day are expected side by side; where they are not, the later row in the file wins when kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from kit import FileHead, ImportedRow, Importer, ImportFileError, ImportSource, PricePoint, RejectedRow

from .fields import asset_name, instant, positive
from .sheet import Sheet, header_match

_LONG = ("date", "asset", "close")
_CANDLES = ("date", "open", "high", "low", "close")
_CLOSES = ("date", "close")
_INDEX = "S&P 500"  # no asset of a venue has a blank in its name
# “ETHUSD” is ETH in USD, but “FDUSD” and “PYUSD” are coins: a glued USD needs three letters before it.
_ASSET_IN_NAME = re.compile(
    r"\^?([A-Z0-9&]{2,12}?)(?:[-_ ](?:USDT?|(?P<euro>EUR))|USDT|(?<=...)(?:USD|(?P<glued_euro>EUR)))?(?:[-_ .].*)?",
    re.ASCII | re.IGNORECASE,
)


def detect_prices(head: FileHead) -> float:
    return header_match(head, _LONG, ("currency", "source"))


def detect_candles(head: FileHead) -> float:
    if header_match(head, _LONG) >= 0.9:
        return 0.0
    closes = header_match(head, _CLOSES, ("source",))
    return 1.0 if closes == 1.0 else header_match(head, _CANDLES, ("volume", "adj close"))


def read_prices(source: ImportSource) -> Iterator[ImportedRow]:
    """Daily closes of many assets."""
    yield from _closes(Sheet(source.path, _LONG), source.path.name, None)


def read_candles(source: ImportSource) -> Iterator[ImportedRow]:
    """Daily closes of the asset that the file is named after: BTC.csv, ETH-USD.csv (USD), ADA_EUR.csv (EUR)."""
    match = _ASSET_IN_NAME.fullmatch(source.path.stem)
    if not match:
        raise ImportFileError(
            f"{source.path} has no asset column, and its name is no asset's.",
            next_step="Name the file after the asset (BTC.csv), or add a column “asset”.",
        )
    currency = "EUR" if match["euro"] or match["glued_euro"] else "USD"
    yield from _closes(Sheet(source.path, _CLOSES), source.path.name, (match[1].upper(), currency))


def _closes(sheet: Sheet, file_name: str, only: tuple[str, str] | None) -> Iterator[ImportedRow]:
    day, close = sheet.cell("date"), sheet.cell("close")
    asset, currency, named = sheet.cell("asset"), sheet.cell("currency"), sheet.cell("source")
    waiting: PricePoint | None = None
    waiting_time: datetime | None = None
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        try:
            time = instant(day(cells))
            price = _price(close(cells))
            name = only[0] if only else _asset(asset(cells))
            money = only[1] if only else (currency(cells).upper() or "USD")
        except ValueError as error:
            yield sheet.rejected(str(error))
            continue
        point = PricePoint(time.date(), name, price, money, named(cells) or file_name)
        if waiting and waiting_time and _same_day(waiting, point):
            if time >= waiting_time:
                waiting, waiting_time = point, time
            continue
        if waiting:
            yield waiting
        waiting, waiting_time = point, time
    if waiting:
        yield waiting


def _asset(text: str) -> str:
    return _INDEX if text.upper() == _INDEX else asset_name(text)


def _price(text: str) -> Decimal:
    return positive(text, "close")


def _same_day(one: PricePoint, other: PricePoint) -> bool:
    return (one.day, one.asset, one.currency) == (other.day, other.asset, other.currency)


PRICE_CSV = Importer("price-csv", "Price CSV", detect_prices, read_prices, yields="prices")
OHLCV_CSV = Importer("ohlcv-csv", "Candles or closes of one asset", detect_candles, read_candles, yields="prices")
