"""Daily prices of assets over a span of days, in one currency: what `day_rates` says of a day, for all days at once.

The rules are those of `prices.PriceBook` on the closes that were known each day (`day_rates.Series.on`), in float64 and
a column of days at a time. A day without a price is NaN. FORMULAS §5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from .closes import Closes
from .prices import ANY_SOURCE, CROSSES, MANUAL

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Line:
    """A price a day, and the ordinal day of the close it is; NaN and 0 where there is none.

    As the best of several, that day is later than every day where the configured source told the price.
    """

    price: Floats
    day: Days

    def where(self, kept: npt.NDArray[np.bool_]) -> _Line:
        return _Line(np.where(kept, self.price, np.nan), np.where(kept, self.day, 0))


class PriceGrid:
    """Prices of the days `first` to `last`, both in it. `load` gives every series of an asset, and is asked once.

    A close is carried on for `carried`, or (None) until there is a newer one.
    """

    def __init__(
        self,
        currency: str,
        first: date,
        last: date,
        load: Callable[[str], Iterable[Closes]],
        *,
        preferred: str = ANY_SOURCE,
        carried: timedelta | None = None,
        people_last: bool = True,
    ) -> None:
        self._currency = currency
        self._span = first, last
        self._days: Days = np.arange(first.toordinal(), last.toordinal() + 1, dtype=np.int64)
        self._load = load
        self._preferred = preferred.casefold()
        self._carried = carried
        self._people_last = people_last
        self._everything: PriceGrid | None = None
        self._lines: dict[str, dict[str, _Line]] = {}
        self._rates: dict[tuple[str, str], Floats | None] = {}

    def row(self, asset: str) -> Floats:
        """What a unit of `asset` was worth each day."""
        found = self._row(asset)
        # What people said beside sources whose own price leads nowhere.
        return found if self._everything is None else _filled(found, self._everything.row(asset))

    def _row(self, asset: str) -> Floats:
        if asset == self._currency:
            return np.ones(len(self._days))
        quotes = self._quotes(asset)
        found = quotes[self._currency].price if quotes.keys() == {self._currency} else self._newest(quotes)
        if not np.isnan(found).any():
            return found
        rate = self._rate(asset, self._currency)
        return found if rate is None else _filled(found, rate)

    def _newest(self, quotes: dict[str, _Line]) -> Floats:
        """The newest of these each day, in the grid's currency: of one day the price in that, then in the crosses."""
        found, day = self._nothing(), np.zeros_like(self._days)
        usual = [name for name in (self._currency, *CROSSES) if name in quotes]
        for through in dict.fromkeys((*usual, *sorted(quotes))):
            rate = self._rate(through, self._currency)
            if rate is not None:
                price = quotes[through].price * rate
                newer = (quotes[through].day > day) & ~np.isnan(price)
                found, day = np.where(newer, price, found), np.where(newer, quotes[through].day, day)
        return found

    def fresh(self, asset: str) -> Floats:
        """The same, but NaN on days that only carry an older price on: where the asset itself was not quoted."""
        quoted = np.isin(self._days, [day for closes in self._load(asset) for day in closes.days])
        return np.where(quoted | (asset == self._currency), self.row(asset), np.nan)

    def _nothing(self) -> Floats:
        return np.full(len(self._days), np.nan)

    def _rate(self, asset: str, currency: str) -> Floats | None:
        """Either way, or in two such steps through one of the usual crosses."""
        key = asset, currency
        if asset == currency:
            return np.ones(len(self._days))
        if key not in self._rates:
            found = self._either_way(asset, currency)
            for through in CROSSES:
                if found is not None and not np.isnan(found).any():
                    break
                first, second = self._either_way(asset, through), self._either_way(through, currency)
                if first is not None and second is not None:
                    found = first * second if found is None else _filled(found, first * second)
            self._rates[key] = found
        return self._rates[key]

    def _either_way(self, asset: str, currency: str) -> Floats | None:
        direct, inverse = self._quotes(asset).get(currency), self._quotes(currency).get(asset)
        if inverse is None:
            return None if direct is None else direct.price
        return 1 / inverse.price if direct is None else _filled(direct.price, 1 / inverse.price)

    def _quotes(self, asset: str) -> dict[str, _Line]:
        """The best price each day in each currency that the asset has one in."""
        if asset not in self._lines:
            by_currency: dict[str, list[tuple[Closes, _Line]]] = {}
            for closes, line in self._people_give_way([(each, self._line(each)) for each in self._load(asset)]):
                by_currency.setdefault(closes.currency, []).append((closes, line))
            self._lines[asset] = {currency: self._best(found) for currency, found in by_currency.items()}
        return self._lines[asset]

    def _people_give_way(self, found: list[tuple[Closes, _Line]]) -> list[tuple[Closes, _Line]]:
        """What people said only where it is newer than what every source told, in whatever currency."""
        told = [line.day for closes, line in found if closes.source != MANUAL]
        if not self._people_last or not told or len(told) == len(found):
            return found
        newest = np.maximum.reduce(told)
        if self._everything is None:
            self._everything = PriceGrid(
                self._currency,
                *self._span,
                self._load,
                preferred=self._preferred,
                carried=self._carried,
                people_last=False,
            )
        return [(closes, line if closes.source != MANUAL else line.where(line.day > newest)) for closes, line in found]

    def _best(self, found: list[tuple[Closes, _Line]]) -> _Line:
        """The configured source first, then the newest close, then the last source by name."""
        ordered = [self._ranked(closes, line) for closes, line in sorted(found, key=lambda each: each[0].source)]
        best = ordered[0]
        for line in ordered[1:]:
            better = (line.day > 0) & (line.day >= best.day)
            best = _Line(np.where(better, line.price, best.price), np.where(better, line.day, best.day))
        return best

    def _ranked(self, closes: Closes, line: _Line) -> _Line:
        """As of later than every day where the configured source told it."""
        if closes.source.casefold() != self._preferred:
            return line
        return _Line(line.price, np.where(line.day > 0, line.day + date.max.toordinal(), 0))

    def _line(self, closes: Closes) -> _Line:
        """The last close up to each day, unless it is too old."""
        days = np.asarray(closes.days, dtype=np.int64)
        place = np.searchsorted(days, self._days, side="right") - 1
        price = np.asarray(closes.closes, dtype=np.float64)[place]
        known = place >= 0
        if self._carried is not None:
            known &= self._days - days[place] <= self._carried.days
        return _Line(price, days[place]).where(known)


def _filled(prices: Floats, others: Floats) -> Floats:
    """`others` where there is no price."""
    return np.where(np.isnan(prices), others, prices)
