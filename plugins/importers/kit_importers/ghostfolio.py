"""Ghostfolio's activities: the JSON of its export, and the CSV that it reads.

    {"accounts": [{"id", "name"}], "assetProfiles": […], "activities": [{"accountId", "comment", "fee", "quantity",
     "type", "unitPrice", "currency", "dataSource", "date", "symbol"}]}
    Date,Code,DataSource,Currency,Price,Quantity,Action,Fee,Note

Written from Ghostfolio's own sample files. Accounts are called as in the file. A purchase or a sale moves no money in
Ghostfolio: it is the thing and its value, quantity × price with the fee in it. A dividend and interest bring quantity
× price; a fee is what stands as fee, or as price.
Symbols of Yahoo that name a currency, too (BTCUSD, BTC-USD), and CoinGecko's words (bitcoin) become tickers; a thing of
the user's own is called as its profile. A liability moves nothing. A date without a time is UTC midnight, its day
before its month.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from kit import FileHead, ImportedRow, Importer, ImportFileError, ImportSource, Kind, SkippedRow, exact_math, plain

from .events import Event, for_money, record_rows
from .fields import asset_name, number, some
from .moments import moment
from .tables import Layout, TableRow, one_of
from .text import encoding_of
from .zones import WallClock, wall_clock

_NAME = "ghostfolio"
_CSV_NAME = "ghostfolio-csv"
_LAYOUT = Layout(
    (
        ("date", "code", "datasource", "currency", "price", "quantity", "action", "fee"),
        ("date", "symbol", "datasource", "currency", "unitprice", "quantity", "type", "fee"),
    ),
    one_of("note", "comment", "account", "accountid"),
)
_LARGEST = 1 << 28
_TEXT_KEPT = 500
_TELLING = ('"activities"', '"unitPrice"', '"dataSource"')
_BEGINNING = ('"meta"', '"version"', '"accounts"', '"platformId"')
_COINGECKO = {
    "bitcoin": "BTC",
    "ethereum": "ETH",
    "solana": "SOL",
    "cardano": "ADA",
    "ripple": "XRP",
    "polkadot": "DOT",
    "dogecoin": "DOGE",
    "litecoin": "LTC",
    "binancecoin": "BNB",
    "tether": "USDT",
    "usd-coin": "USDC",
    "chainlink": "LINK",
    "avalanche-2": "AVAX",
    "matic-network": "MATIC",
    "tron": "TRX",
    "uniswap": "UNI",
    "stellar": "XLM",
    "monero": "XMR",
    "bitcoin-cash": "BCH",
    "cosmos": "ATOM",
}


def detect(head: FileHead) -> float:
    """By the words of its own structure, in a file that is one JSON object; daily balances may fill its beginning."""
    text = head.start.decode("utf-8", "replace") if head.start else "\n".join(head.lines)
    if not text.lstrip("\ufeff \r\n").startswith("{"):
        return 0.0
    if all(word in text for word in _TELLING):
        return 1.0
    return 0.9 if all(word in text for word in _BEGINNING) else 0.0


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record an activity. The file is read whole; the line of a row is the activity's number."""
    told = _parsed(source)
    accounts = _names(_objects(told, "accounts"), "id")
    profiles = _names(_objects(told, "assetProfiles"), "symbol")
    activities = (
        TableRow(
            line,
            json.dumps(each, default=str, ensure_ascii=False)[:_TEXT_KEPT],
            {name.casefold(): _text(value) for name, value in each.items()}
            | {"account": accounts.get(_text(each.get("accountId")), "")},
        )
        for line, each in enumerate(_objects(told, "activities"), 1)
    )
    return _read(activities, source, _NAME, profiles)


def read_csv(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    return _read(_LAYOUT.rows(source.path), source, _CSV_NAME, {})


def _read(
    rows: Iterable[TableRow | ImportedRow], source: ImportSource, name: str, profiles: Mapping[str, str]
) -> Iterator[ImportedRow]:
    clock = wall_clock(source.timezone)
    return record_rows(rows, name, lambda row: _event(row, source, clock, profiles))


@exact_math()
def _event(row: TableRow, source: ImportSource, clock: WallClock, profiles: Mapping[str, str]) -> Event | SkippedRow:
    kind, account = row.get("type", "action").upper(), row.get("account") or source.account or "ghostfolio"
    if kind not in {"BUY", "SELL", "DIVIDEND", "INTEREST", "FEE", "LIABILITY"}:
        raise ValueError(f"the type “{kind}” is not known" if kind else "the type is missing")
    quantity, price = (_figure(row, *names) for names in (("quantity",), ("unitprice", "price")))
    currency, paid = asset_name(row.get("currency")), _figure(row, "fee")
    if kind == "LIABILITY" or not (quantity or paid):
        return row.skipped(f"{kind.lower()}: nothing moved")
    money, fee = some(quantity * price, currency), some(paid, currency)
    time, own_id, note = moment(row.get("date"), clock, day_first=True), row.get("id"), row.get("comment", "note")
    if kind == "FEE":
        return Event(time, account, Kind.FEE, sent=money, fee=fee, id=own_id, note=note)
    if kind in {"DIVIDEND", "INTEREST"}:
        income = Kind.INTEREST if kind == "INTEREST" else Kind.REWARD
        said = f"dividend of {row.get('symbol', 'code')}" if kind == "DIVIDEND" else ""
        return Event(time, account, income, money, fee=fee, id=own_id, note=", ".join(filter(None, (said, note))))
    thing = some(quantity, _asset(row, currency, profiles))
    if not thing or not money:
        raise ValueError("a purchase or sale needs a quantity and a price")
    event = Event(time, account, Kind.TRADE, id=own_id, note=note)
    return for_money(event, thing, money, fee, purchase=kind == "BUY")


def _asset(row: TableRow, currency: str, profiles: Mapping[str, str]) -> str:
    """The ticker of what was traded. Raises ValueError where a symbol tells none."""
    symbol, source = row.get("symbol", "code"), row.get("datasource").upper()
    if source == "COINGECKO":
        if symbol not in _COINGECKO:
            raise ValueError(f"which ticker CoinGecko's “{symbol}” has is not known; write it in its place")
        return _COINGECKO[symbol]
    if source == "YAHOO" and symbol.upper().endswith(currency) and len(symbol) > len(currency):
        return asset_name(symbol.upper().removesuffix(currency).rstrip("-"))
    return asset_name(profiles.get(symbol) or symbol if source == "MANUAL" else symbol)


def _figure(row: TableRow, *names: str) -> Decimal:
    what = names[0]
    value = number(row.get(*names) or "0", what)
    if value < 0:
        raise ValueError(f"the {what} {value} is negative")
    return value


def _parsed(source: ImportSource) -> Mapping[str, Any]:
    try:
        if source.path.stat().st_size > _LARGEST:
            raise ImportFileError(f"{source.path} is larger than 256 MB.", next_step="Export it in parts.")
        text = source.path.read_text(encoding=encoding_of(source.path))
        told = json.loads(text, parse_float=Decimal)
    except (OSError, ValueError, RecursionError) as error:
        raise ImportFileError(
            f"{source.path} is not JSON: {error}.", next_step="Export it again from Ghostfolio."
        ) from None
    if not isinstance(told, dict) or not isinstance(told.get("activities"), list):
        raise ImportFileError(f"{source.path} has no activities.", next_step="Export it again from Ghostfolio.")
    return told


def _objects(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = told.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _names(objects: Iterable[Mapping[str, Any]], key: str) -> dict[str, str]:
    return {_text(each.get(key)): _text(each.get("name")) for each in objects}


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(value).strip()


GHOSTFOLIO = Importer(_NAME, "Ghostfolio activities", detect, read)
GHOSTFOLIO_CSV = Importer(_CSV_NAME, "Ghostfolio activities (CSV)", _LAYOUT.match, read_csv)
