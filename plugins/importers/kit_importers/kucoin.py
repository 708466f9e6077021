"""KuCoin's filled orders, all generations, one row a fill or an order, and its conversions:

    uid,symbol,direction,deal_price,amount,deal_value,created_at
    uid,symbol,order_type,price,amount_coin,direction,funds,fee,created_at
    oid,symbol,dealPrice,dealValue,amount,fee,direction,createdDate
    Time,Pair,Side,FilledPrice,FilledPriceCoin,Amount,AmountCoin,Volume,VolumeCoin,Fee,FeeCoin
    tradeCreatedAt,[orderId,]symbol,side,price,size,funds,fee,[liquidity,]feeCurrency[,orderType]
    UID,Account Type,Order ID,[Order Time(UTC),]Symbol,Side,…,Filled Amount,Filled Volume,…,Filled Time(UTC),Fee,
    Fee Currency,Tax[,Status]
    UID,Account Type,Payment Account,Sell,Buy,Price,Tax,Time of Update(UTC),Status

A fee stands beside both legs, and is in the quote where its coin is not named.
"""

from __future__ import annotations

from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind, SkippedRow

from .events import Event, leg, named, notes, record_rows
from .kucoin_times import KUCOIN_CLOCK, TIME_COLUMNS, kucoin_time
from .tables import Layout, TableRow, one_of
from .trades import is_purchase, split_pair
from .zones import WallClock, wall_clock

_NAME = "kucoin"
_CONVERSION = ("payment account", "sell", "buy", "price", "status")
_LAYOUT = Layout(
    (
        ("uid", "symbol", "direction", "deal_price", "amount", "deal_value", "created_at"),
        ("uid", "symbol", "order_type", "amount_coin", "direction", "funds", "fee", "created_at"),
        ("oid", "symbol", "dealprice", "dealvalue", "amount", "fee", "direction", "createddate"),
        ("time", "pair", "side", "filledprice", "amount", "amountcoin", "volume", "volumecoin", "fee", "feecoin"),
        ("tradecreatedat", "symbol", "side", "price", "size", "funds", "fee", "feecurrency"),
        ("symbol", "side", "order type", "filled amount", "filled volume", "fee"),
        _CONVERSION,
    ),
    one_of(
        *(
            "uid",
            "account type",
            "filledpricecoin",
            "orderid",
            "ordertype",
            "liquidity",
            "order id",
            r"order time\(utc.*\)",
        ),
        *("order price", "order amount", r"(?:avg\. )?filled price", r"filled volume \(usdt\)", "filled time"),
        *("fee currency,?", "tax", "maker/taker", "status", TIME_COLUMNS),
    ),
)
_UNFINISHED = frozenset(("failed", "fail", "pending", "processing", "canceled", "cancelled"))


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row; orders of which nothing was filled are skipped."""
    clock, account = wall_clock(source.timezone, KUCOIN_CLOCK), source.account or _NAME

    def understand(row: TableRow) -> Event | SkippedRow:
        return _conversion(row, account, clock) if "payment account" in row.cells else _fill(row, account, clock)

    return record_rows(_LAYOUT.rows(source.path), _NAME, understand, "order id", "orderid", "oid")


def _fill(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    base, quote = split_pair(row.get("symbol", "pair"))
    size = leg(row.get("filled amount", "size", "amount_coin", "amount"), base, "size")
    funds = leg(row.get("filled volume", "funds", "dealvalue", "deal_value", "volume"), quote, "funds")
    fee = leg(row.get("fee"), row.get("fee currency", "fee currency,", "feecurrency", "feecoin") or quote, "fee")
    if not size and not funds and not fee:
        return row.skipped("nothing of it was filled")
    received, sent = (size, funds) if is_purchase(row.get("side", "direction")) else (funds, size)
    return Event(kucoin_time(row, clock), account, Kind.TRADE, received, sent, fee, note=_tax(row))


def _conversion(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    if row.get("status").casefold() in _UNFINISHED:
        return row.skipped(f"it did not go through: {row.get('status')}")
    received, sent = named(row.get("buy"), "buy"), named(row.get("sell"), "sell")
    return Event(kucoin_time(row, clock), account, Kind.TRADE, received, sent, note=notes("converted", _tax(row)))


def _tax(row: TableRow) -> str:
    """What the file calls a tax, in the note: it does not say in which coin it was taken, nor from where."""
    tax = row.get("tax")
    return f"tax told: {tax}" if tax.strip("0.-") else ""


KUCOIN = Importer(_NAME, "KuCoin filled orders", _LAYOUT.match, read, venue=_NAME)
