"""What one unit of an asset costs in a currency, from the prices there are. FORMULAS §5.

The newest price counts, the configured source's before all others. Where it is not in the wanted currency it is crossed
through the one it is in, at that currency's own newest rate; of one day the price in the wanted currency is the first.
USD-pegged coins have a market price like everything
else. What a person said counts where no source knows the asset's price of that day, or of a later one. No price is
invented: without one the answer is None.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

from kit import PricePoint, exact_math

ANY_SOURCE = "auto"
MANUAL = "manual"
"""The source of a price that a person said."""
CROSSES = ("USD", "EUR", "USDT", "USDC", "BTC", "ETH")
_NO_INSTANT = datetime.min.replace(tzinfo=UTC)
_INVERSE = Context(prec=28, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs.

    `day` is that of the oldest price it rests on, None for the currency itself; `time` the instant of the
    oldest, where all of them are quotes and have one.
    """

    amount: Decimal
    currency: str
    day: date | None
    source: str
    time: datetime | None = None


class PriceBook:
    """The newest price of every series (asset, currency, source)."""

    def __init__(self, points: Iterable[PricePoint], *, preferred: str = ANY_SOURCE) -> None:
        known = list(points)
        told: dict[str, date] = {}
        for point in known:
            if point.source != MANUAL:
                told[point.asset] = max(point.day, told.get(point.asset, point.day))
        newer = [point for point in known if point.source != MANUAL or point.day > told.get(point.asset, date.min)]
        self._all = _Points(known, preferred.casefold())
        self._newer = self._all if len(newer) == len(known) else _Points(newer, preferred.casefold())

    def currencies(self, asset: str) -> frozenset[str]:
        """The currencies that `asset` has a price in."""
        return self._all.currencies(asset)

    @exact_math()
    def price(self, asset: str, currency: str) -> Price | None:
        """The price of one unit of `asset` in `currency`, direct or crossed; None where neither can be."""
        found = self._newer.price(asset, currency)
        return found if found is not None or self._newer is self._all else self._all.price(asset, currency)


class _Points:
    """Prices, each series' newest."""

    def __init__(self, points: Iterable[PricePoint], preferred: str) -> None:
        self._preferred = preferred
        self._best: dict[tuple[str, str], PricePoint] = {}
        self._quotes: dict[str, set[str]] = {}
        for point in points:
            key = point.asset, point.currency
            if key not in self._best or self._rank(point) > self._rank(self._best[key]):
                self._best[key] = point
            self._quotes.setdefault(point.asset, set()).add(point.currency)

    def currencies(self, asset: str) -> frozenset[str]:
        return frozenset(self._quotes.get(asset, ()))

    def price(self, asset: str, currency: str) -> Price | None:
        """The caller is in exact_math."""
        if asset == currency:
            return Price(Decimal(1), currency, None, "")
        for quote in self._newest_first(asset, currency):
            first = self._direct(asset, quote)
            if quote == currency:
                return first
            rate = self._rate(quote, currency)
            if first is not None and rate is not None:
                return _crossed(first, rate, quote)
        return self._rate(asset, currency)

    def _newest_first(self, asset: str, currency: str) -> list[str]:
        """The currencies that `asset` has a price in; of one day `currency`, then the usual crosses."""
        quotes = self.currencies(asset)
        usual = [name for name in (currency, *CROSSES) if name in quotes]
        ordered = [*dict.fromkeys(usual), *sorted(quotes.difference(usual))]
        return sorted(ordered, key=lambda name: self._rank(self._best[asset, name])[:2], reverse=True)

    def _rate(self, asset: str, currency: str) -> Price | None:
        """Direct or inverted, or in two such steps through one of the usual crosses."""
        if found := self._either_way(asset, currency):
            return found
        for through in CROSSES:
            first, second = self._either_way(asset, through), self._either_way(through, currency)
            if first is not None and second is not None:
                return _crossed(first, second, through)
        return None

    def _either_way(self, asset: str, currency: str) -> Price | None:
        direct = self._direct(asset, currency)
        if direct is not None:
            return direct
        inverse = self._direct(currency, asset)
        if inverse is None:
            return None
        return Price(_INVERSE.divide(Decimal(1), inverse.amount), currency, inverse.day, inverse.source, inverse.time)

    def _direct(self, asset: str, currency: str) -> Price | None:
        point = self._best.get((asset, currency))
        return None if point is None else Price(point.close, currency, point.day, point.source, point.time)

    def _rank(self, point: PricePoint) -> tuple[bool, date, bool, datetime, str]:
        """The configured source first, then the newest; the close of a day is its last word."""
        instant = point.time or _NO_INSTANT
        return point.source.casefold() == self._preferred, point.day, point.time is None, instant, point.source


def _crossed(first: Price, second: Price, through: str) -> Price:
    days = [price.day for price in (first, second) if price.day is not None]
    source = first.source if first.source == second.source else f"{first.source} × {second.source}"
    times = [price.time for price in (first, second) if price.time is not None]
    time = min(times) if times and len(times) == len(days) else None
    words = f"{source} (via {through})"
    return Price(first.amount * second.amount, second.currency, min(days, default=None), words, time)
