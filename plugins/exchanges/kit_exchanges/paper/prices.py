"""The current price of a pair, from every price source there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from kit import ExchangeError, KitError, Pair, PricePoint, PriceSourceType, Services, Ticker

from .matching import cross_price

_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Market:
    """Looks the newest close of each asset up in US dollars; of the offline sources the newest wins.

    What these do not know, the others are asked for, but no venue for its own prices. `ticker` of a pair
    whose assets have no close within `max_age` raises ExchangeError: an invented price would make every
    figure after it worthless.
    """

    services: Services
    max_age: timedelta

    def ticker(self, pair: Pair) -> Ticker:
        base, quote = self._closes(pair)
        last = cross_price(base.close, quote.close)
        return Ticker(pair, last, min(_end_of(base), _end_of(quote), self.services.clock.now()))

    def _closes(self, pair: Pair) -> tuple[PricePoint, PricePoint]:
        newest = self._newest({pair.base, pair.quote} - {_CURRENCY})
        for asset in (pair.base, pair.quote):
            if asset not in newest:
                days = self.max_age.days
                raise ExchangeError(
                    f"No price for {asset} in {_CURRENCY} from the last {days} days, so {pair} cannot be traded.",
                    next_step="Bring one in with: kit prices import FILE",
                )
        return newest[pair.base], newest[pair.quote]

    def _newest(self, assets: set[str]) -> dict[str, PricePoint]:
        today = self.services.clock.now().date()
        newest = {_CURRENCY: PricePoint(today, _CURRENCY, Decimal(1), _CURRENCY, "definition")}
        faults: list[KitError] = []
        for source in sorted(self.services.price_sources(), key=lambda source: not source.offline):
            wanted = assets if source.offline else assets - newest.keys()
            if not wanted or (not source.offline and self._is_venue(source)):
                continue
            try:
                for point in source.closes(sorted(wanted), _CURRENCY, today - self.max_age, today):
                    known = newest.get(point.asset)
                    if point.asset in wanted and point.close > 0 and (known is None or _rank(point) > _rank(known)):
                        newest[point.asset] = point
            except KitError as fault:
                faults.append(fault)
        if faults and not assets <= newest.keys():
            raise ExchangeError(f"A price could not be looked up: {faults[0]}") from faults[0]
        return newest

    def _is_venue(self, source: PriceSourceType) -> bool:
        return source.name in {kind.name for kind in self.services.exchange_types()}


def _rank(point: PricePoint) -> tuple[date, str]:
    """As the portfolio has it: of one day's closes that of the last source by name."""
    return point.day, point.source


def _end_of(point: PricePoint) -> datetime:
    return datetime.combine(point.day + timedelta(days=1), time(), UTC)
