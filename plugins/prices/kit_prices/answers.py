"""Quotes as a source gave them, kept for a short while; and the closes that a series of quotes makes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kit import Clock, exact, plain

from .kept import Shelf

_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Quote:
    """What one coin cost, at that instant."""

    price: Decimal
    time: datetime


class Answers:
    """The newest quotes by currency and coin, None where the source had none; and why an asset had none."""

    def __init__(self, shelf: Shelf, clock: Clock, seconds_kept: int) -> None:
        self._shelf = shelf
        self._clock = clock
        self._seconds_kept = seconds_kept

    def fresh(self, coins: Collection[str], currency: str) -> dict[str, Quote | None]:
        """What is kept of these coins and still young enough."""
        kept = _part(_part(self._shelf.read(), "quotes"), currency)
        now = self._clock.now().timestamp()
        found: dict[str, Quote | None] = {}
        for coin in coins:
            try:
                price, time, asked = kept[coin]
                if 0 <= now - asked < self._seconds_kept:
                    found[coin] = Quote(exact(price), datetime.fromisoformat(time)) if price else None
            except (KeyError, TypeError, ValueError):
                continue
        return found

    def keep(self, quotes: Mapping[str, Quote | None], currency: str) -> None:
        """Keep an answer; what is past its time leaves."""
        now = self._clock.now()
        with self._shelf.change() as kept:
            asked = now.timestamp()
            young = {
                coin: entry
                for coin, entry in _part(_part(kept, "quotes"), currency).items()
                if isinstance(entry, list) and len(entry) == 3 and 0 <= asked - entry[2] < self._seconds_kept
            }
            young |= {
                coin: [plain(quote.price), quote.time.isoformat(), asked] if quote else ["", "", asked]
                for coin, quote in quotes.items()
            }
            kept["quotes"] = _part(kept, "quotes") | {currency: young}
            kept["answered"] = now.isoformat()

    def doubt(self, doubts: Mapping[str, str]) -> None:
        """Why these assets have no price, in sentences; "" where one has."""
        before = self.doubts()
        after = {asset: why for asset, why in (before | dict(doubts)).items() if why}
        if after != before:
            with self._shelf.change() as kept:
                kept["doubts"] = after

    def doubts(self) -> dict[str, str]:
        return {str(asset): str(why) for asset, why in _part(self._shelf.read(), "doubts").items()}

    def last(self) -> datetime | None:
        """When the source last answered."""
        return self._shelf.instant("answered")


def usable_price(value: object) -> Decimal | None:
    """A price above zero; None for null, zero and what is no number. A coin that costs nothing has no price."""
    return value if isinstance(value, Decimal) and value.is_finite() and value > 0 else None


def closes_of(quotes: Iterable[Quote], since: date, until: date, *, now: datetime) -> Iterator[tuple[date, Decimal]]:
    """The last quote of each day that is over, both days included.

    A quote stamped at midnight, or some minutes later, still tells what the day before closed at.
    """
    last: dict[date, Quote] = {}
    for quote in quotes:
        day = (quote.time.astimezone(UTC) - _LATE).date()
        if since <= day <= until and day < now.date() and (day not in last or quote.time > last[day].time):
            last[day] = quote
    for day in sorted(last):
        yield day, last[day].price


def _part(kept: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = kept.get(name)
    return found if isinstance(found, dict) else {}
