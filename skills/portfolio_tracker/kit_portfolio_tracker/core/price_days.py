"""Which days need a price, and which have one. FORMULAS §5.

Days are UTC days. A coin is traded every day, so a day without its close is a gap. Money, metals and the index are not
quoted on days when their markets are closed: there a close counts for `CLOSED` days more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .asset_changes import AssetNames
from .fiat import MONEY
from .prices import CROSSES

CLOSED = 5
"""The longest holidays: from Maundy Thursday to the Tuesday after Easter."""
INDEX = "SP500"
_CLOSING = MONEY | {INDEX}
_IN_TRANSIT = 8


@dataclass(frozen=True, slots=True, order=True)
class DaySpan:
    """Days that follow each other, both ends included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


def closes_at_times(asset: str) -> bool:
    """Whether there are days on which it is not quoted, though all is well."""
    return asset in _CLOSING


def spans_of(days: Iterable[int], *, within: int = 1) -> tuple[DaySpan, ...]:
    """The spans that these days (ordinals) make; days at most `within` apart belong to one span."""
    found: list[list[int]] = []
    for day in sorted(days):
        if found and day - found[-1][1] <= within:
            found[-1][1] = day
        else:
            found.append([day, day])
    return tuple(DaySpan(date.fromordinal(first), date.fromordinal(last)) for first, last in found)


def days_of(spans: Iterable[DaySpan]) -> set[int]:
    """The days of these spans, as ordinals."""
    return {day for span in spans for day in range(span.since.toordinal(), span.until.toordinal() + 1)}


class Held:
    """The days on which each asset was held, or moved, from what came and went in order of time.

    Under the name that it has now; what moved under an older one is also looked up under that, on its day.
    """

    def __init__(self, names: AssetNames) -> None:
        self._names = names
        self._units: dict[str, Decimal] = defaultdict(Decimal)
        self._spans: dict[str, list[list[int]]] = defaultdict(list)

    def take(self, asset: str, quantity: Decimal, day: date) -> None:
        """So much came (or went, below zero) that day. The caller is in exact_math."""
        today = day.toordinal()
        if (now := self._names.latest(asset)) != asset:
            self._reach(asset, today)
        self._reach(now, today)
        self._units[now] += self._names.scaled(asset, quantity)

    def _reach(self, asset: str, today: int) -> None:
        spans = self._spans[asset]
        if not spans or (self._units[asset] <= 0 and today - spans[-1][1] > _IN_TRANSIT):
            spans.append([today, today])
        else:
            spans[-1][1] = max(today, spans[-1][1])

    def until(self, last: date) -> dict[str, tuple[DaySpan, ...]]:
        """The spans by asset, up to that day."""
        end = last.toordinal()
        found = {}
        for asset, spans in self._spans.items():
            ends = [list(span) for span in spans if span[0] <= end]
            if ends:
                ends[-1][1] = end if self._units[asset] > 0 else min(ends[-1][1], end)
                found[asset] = tuple(DaySpan(date.fromordinal(a), date.fromordinal(b)) for a, b in ends)
        return found


class KnownDays:
    """The days on which assets have a price in `currency`: a close in it, or closes that `PriceBook` can cross."""

    def __init__(self, currency: str) -> None:
        self._currency = currency
        self._days: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._quotes: dict[str, set[str]] = defaultdict(set)
        self._rates: dict[str, set[int]] = {}

    def add(self, asset: str, currency: str, days: Iterable[date], *, carried: int | None = None) -> None:
        """The asset has closes in this currency on these days; each counts `carried` days longer, None is as usual."""
        if carried is None:
            carried = CLOSED if {asset, currency} <= MONEY or closes_at_times(asset) else 0
        known = self._days[asset, currency]
        for day in days:
            known.update(range(day.toordinal(), day.toordinal() + carried + 1))
        self._quotes[asset].add(currency)
        self._rates.clear()

    def quotes(self, asset: str, days: set[int]) -> frozenset[str]:
        """The currencies in which it has a close on some of these days."""
        return frozenset(name for name in self._quotes[asset] if not days.isdisjoint(self._days[asset, name]))

    def in_any(self, asset: str) -> set[int]:
        """The days on which it has a close, in whatever currency."""
        return set().union(*(self._days[asset, name] for name in self._quotes[asset]))

    def priced(self, asset: str) -> set[int]:
        """The days on which it has a price."""
        found = set(self._rate(asset))
        for name in self._quotes[asset]:
            if name == self._currency:
                found |= self._days[asset, name]
            else:
                found |= self._days[asset, name] & self._rate(name)
        return found

    def gaps(self, asset: str, wanted: Sequence[DaySpan]) -> tuple[DaySpan, ...]:
        """The days of `wanted` on which it has no price."""
        return () if asset == self._currency else spans_of(days_of(wanted) - self.priced(asset))

    def _rate(self, asset: str) -> set[int]:
        """The days on which it is quoted in the currency, either way round, or in two such steps."""
        if asset not in self._rates:
            found = set(self._either_way(asset, self._currency))
            for through in CROSSES:
                found |= self._either_way(asset, through) & self._either_way(through, self._currency)
            self._rates[asset] = found
        return self._rates[asset]

    def _either_way(self, one: str, other: str) -> set[int]:
        return self._days.get((one, other), set()) | self._days.get((other, one), set())
