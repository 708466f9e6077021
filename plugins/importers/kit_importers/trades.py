"""What the trade exports share: names of pairs, kinds of trades, legs of a filled order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from kit import Kind, Quantity, Record, exact_math

FIAT = frozenset(
    (
        *("USD", "EUR", "GBP", "CHF", "JPY", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "RON", "HUF"),
        *("TRY", "RUB", "BRL", "NGN", "UAH", "ZAR", "ARS", "MXN", "COP", "KZT", "INR", "SGD", "AED"),
    )
)
_QUOTES = (
    *("FDUSD", "USDT", "BUSD", "USDC", "TUSD", "USDP", "USDS", "PYUSD", "RLUSD", "EURC", "EURI", "AEUR", "BIDR"),
    *("IDRT", "BKRW", "BVND", "VAI", "PAX", "DAI", "UST", "XRP", "TRX", "DOGE", "DOT", "SOL", "BNB", "BTC", "XBT"),
    "ETH",
)
_BY_LENGTH = sorted({*_QUOTES, *FIAT}, key=lambda quote: (-len(quote), quote))


def trade_kind(sent: Quantity, received: Quantity) -> Kind:
    """A purchase with fiat, a sale for fiat, or a trade of one coin for another (or one currency for another)."""
    if sent.asset in FIAT and received.asset not in FIAT:
        return Kind.BUY
    if received.asset in FIAT and sent.asset not in FIAT:
        return Kind.SELL
    return Kind.TRADE


def split_pair(market: str, quotes: Iterable[str] = _BY_LENGTH) -> tuple[str, str]:
    """Base and quote of “LTCBTC”, “LTC/BTC”, “LTC-BTC”, by the known quotes, longest first. Raises ValueError."""
    name = market.strip().upper()
    for separator in "/-_":
        if separator in name:
            base, _, quote = name.partition(separator)
            if base and quote and separator not in quote:
                return base, quote
            raise ValueError(f"“{market}” is not a pair")
    for quote in quotes:
        if name.endswith(quote) and len(name) > len(quote):
            return name.removesuffix(quote), quote
    raise ValueError(f"“{market}” is not a pair with a known quote")


def is_purchase(side: str) -> bool:
    """Whether a side says BUY; raises ValueError unless it says BUY or SELL."""
    word = side.strip().upper()
    if word not in {"BUY", "SELL"}:
        raise ValueError(f"“{side}” is neither BUY nor SELL")
    return word == "BUY"


def filled(
    own_id: str,
    time: datetime,
    account: str,
    *,
    purchase: bool,
    base: Quantity,
    quote: Quantity,
    fees: Iterable[Quantity],
    source: str,
    note: str = "",
) -> Iterator[Record]:
    """A filled order: one record, and a `fee` record for each further asset that fees were paid in."""
    received, sent = (base, quote) if purchase else (quote, base)
    first, *more = _summed(fees) or [None]
    yield Record(own_id, time, account, trade_kind(sent, received), received, sent, first, note=note, source=source)
    for fee in more:
        if fee:
            yield Record(
                f"{own_id}:fee:{fee.asset}", time, account, Kind.FEE, fee=fee, note="further fee", source=source
            )


@exact_math()
def _summed(fees: Iterable[Quantity]) -> list[Quantity | None]:
    sums: dict[str, Decimal] = {}
    for fee in fees:
        sums[fee.asset] = sums.get(fee.asset, Decimal(0)) + fee.amount
    return [Quantity(amount, asset) for asset, amount in sorted(sums.items()) if amount]
