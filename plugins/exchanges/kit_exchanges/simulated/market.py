"""The simulated market: what is listed, and the prices a test has set. It stands still until it is moved."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

BEGINNING = datetime(2017, 8, 17, 4, tzinfo=UTC)
USUAL_PRICES = {
    "BTC/USDT": Decimal("60000.00"),
    "ETH/USDT": Decimal("3000.00"),
    "BNB/USDT": Decimal("600.00"),
    "SOL/USDT": Decimal("150.00"),
    "DOT/USDT": Decimal("5.000"),
    "ETH/BTC": Decimal("0.05000"),
    "BTC/EUR": Decimal("55000.00"),
    "ETH/EUR": Decimal("2750.00"),
    "USDT/EUR": Decimal("0.9200"),
    "BTC/USD": Decimal("60000.00"),
    "ETH/USD": Decimal("3000.00"),
    "DOT/USD": Decimal("5.000"),
    "SOL/USD": Decimal("150.00"),
    "EUR/USD": Decimal("1.08000"),
    "USDT/USD": Decimal("1.0000"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """A pair that can be traded, and in which steps."""

    base: str
    quote: str
    price_step: Decimal = Decimal("0.00001")
    quantity_step: Decimal = Decimal("0.00001")
    least_quantity: Decimal = Decimal("0.00001")
    least_cost: Decimal = Decimal("5")

    @property
    def symbol(self) -> str:
        return f"{self.base}/{self.quote}"


@dataclass(frozen=True, slots=True)
class Bar:
    """The prices in an interval that begins at `time`."""

    time: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal


@dataclass(slots=True)
class _Course:
    """The prices of one pair, each in force from its time until the next."""

    times: list[datetime] = field(default_factory=list)
    prices: list[Decimal] = field(default_factory=list)

    def put(self, price: Decimal, time: datetime) -> None:
        at = bisect_right(self.times, time)
        if at and self.times[at - 1] == time:
            self.prices[at - 1] = price
        else:
            self.times.insert(at, time)
            self.prices.insert(at, price)

    def at(self, time: datetime) -> Decimal | None:
        at = bisect_right(self.times, time)
        return self.prices[at - 1] if at else None

    def within(self, begin: datetime, end: datetime) -> list[Decimal]:
        return self.prices[bisect_right(self.times, begin) : bisect_right(self.times, end - timedelta(microseconds=1))]


class Market:
    """The listings and their prices. `prices` are what everything costs at the beginning."""

    def __init__(self, prices: dict[str, Decimal] | None = None) -> None:
        self.lock = threading.RLock()
        self.listings: dict[str, Listing] = {}
        self._courses: dict[str, _Course] = {}
        for symbol, price in (USUAL_PRICES if prices is None else prices).items():
            self.list(symbol, price)

    def list(self, symbol: str, price: Decimal, *, listing: Listing | None = None) -> None:
        """Take a pair into the market, at `price` since ever."""
        base, quote = symbol.split("/")
        self.listings[symbol] = listing or Listing(base, quote)
        self._courses[symbol] = _Course([BEGINNING], [price])

    def delist(self, symbol: str) -> None:
        del self.listings[symbol], self._courses[symbol]

    def move(self, symbol: str, price: Decimal, *, time: datetime) -> None:
        """From `time` on the pair costs `price`, until a later price that was set."""
        self._courses[symbol].put(price, time)

    def price(self, symbol: str) -> Decimal:
        return self._courses[symbol].prices[-1]

    def price_at(self, symbol: str, time: datetime) -> Decimal | None:
        return self._courses[symbol].at(time)

    def bars(self, symbol: str, interval: timedelta, since: datetime, until: datetime) -> Iterator[Bar]:
        """The bars that begin in [since, until), from the pair's listing on."""
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        course = self._courses[symbol]
        time = epoch + -(-(max(since, course.times[0]) - epoch) // interval) * interval
        while time < until:
            opened = course.at(time)
            if opened is not None:
                seen = [opened, *course.within(time, time + interval)]
                yield Bar(time, opened, max(seen), min(seen), seen[-1])
            time += interval


def many_prices(count: int, quotes: Iterable[str] = ("USDT", "BTC", "EUR")) -> dict[str, Decimal]:
    """`count` pairs with their prices, the usual ones among them: as many markets as a large venue has."""
    prices = dict(USUAL_PRICES)
    kinds = list(quotes)
    number = 0
    while len(prices) < count:
        prices[f"C{number // len(kinds):04d}/{kinds[number % len(kinds)]}"] = Decimal("1.2345")
        number += 1
    return dict(list(prices.items())[:count])
