"""What an asset was worth on a day of the past, from stored closes. FORMULAS §5.

A day without a close carries the last one forward. What is taxed must know its price: there for at most `CARRIED`. How
prices are chosen and crossed is `prices.PriceBook`'s business, on the closes that were known that day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kit import PricePoint

from .prices import ANY_SOURCE, CROSSES, Price, PriceBook

CARRIED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Series:
    """The closes of an asset in a currency that one source told, by day, the oldest first."""

    asset: str
    currency: str
    source: str
    days: Sequence[date]
    closes: Sequence[Decimal]

    def on(self, day: date, carried: timedelta | None) -> PricePoint | None:
        """The last close up to that day; None where it is older than `carried`."""
        place = bisect_right(self.days, day) - 1
        if place < 0 or (carried is not None and day - self.days[place] > carried):
            return None
        return PricePoint(self.days[place], self.asset, self.closes[place], self.currency, self.source)


class DayRates:
    """Rates in `currency`. `load` gives every series of an asset; it is asked once for each.

    A close is carried on for `carried`, or (None) until there is a newer one.
    """

    def __init__(
        self,
        currency: str,
        load: Callable[[str], Iterable[Series]],
        *,
        preferred: str = ANY_SOURCE,
        carried: timedelta | None = CARRIED,
    ) -> None:
        self._currency = currency
        self._load = load
        self._preferred = preferred
        self._carried = carried
        self._series: dict[str, tuple[Series, ...]] = {}
        self._known: dict[tuple[str, date], Price | None] = {}

    def __call__(self, asset: str, day: date) -> Decimal | None:
        """What one unit was worth that day."""
        found = self.price(asset, day)
        return None if found is None else found.amount

    def price(self, asset: str, day: date) -> Price | None:
        """The same, with the day that it is of."""
        key = asset, day
        if key not in self._known:
            self._known[key] = self._find(asset, day)
        return self._known[key]

    def _find(self, asset: str, day: date) -> Price | None:
        own = self._points(asset, day)
        others = {self._currency, *CROSSES, *(point.currency for point in own)} - {asset}
        points = [*own, *(point for name in sorted(others) for point in self._points(name, day))]
        return PriceBook(points, preferred=self._preferred).price(asset, self._currency)

    def _points(self, asset: str, day: date) -> list[PricePoint]:
        return [point for series in self._of(asset) if (point := series.on(day, self._carried))]

    def _of(self, asset: str) -> tuple[Series, ...]:
        if asset not in self._series:
            self._series[asset] = tuple(self._load(asset))
        return self._series[asset]
