"""A made-up market: one year of daily closes that ends today, the same every time for the same day.

The closes are walked backwards from round prices of today, with integers only, so that every
machine and every version of Python makes the same file. All assets share part of each day's
step, as real ones do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

DAYS = 365
_MASK = (1 << 64) - 1
_BASIS = 10_000
# What a unit costs today, in steps of its own last digit; how wildly it moves, in basis points a day.
_TODAY = {
    "BTC": ("67250.00", 260),
    "ETH": ("2910.00", 330),
    "SOL": ("148.20", 450),
    "BNB": ("586.40", 280),
    "DOT": ("6.1800", 420),
    "USDT": ("0.9998", 3),
    "EUR": ("1.0840", 40),
}
_DRIFT = {"BTC": 11, "ETH": 7, "SOL": 9, "BNB": 6, "DOT": 2}


@dataclass(slots=True)
class Dice:
    """Numbers that look random and never change: splitmix64 (Steele, Lea, Flood 2014)."""

    state: int

    def below(self, limit: int) -> int:
        """0 ≤ the number < `limit`."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return (mixed ^ (mixed >> 31)) % limit

    def around_zero(self, width: int) -> int:
        """Between −`width` and +`width`, mostly near zero."""
        return sum(self.below(2 * width + 1) - width for _ in range(3)) // 3


def _walk() -> dict[str, list[Decimal]]:
    dice = Dice(20_260_101)
    common = [dice.around_zero(100) for _ in range(DAYS)]
    return {asset: _backwards(asset, dice, common) for asset in _TODAY}


def _backwards(asset: str, dice: Dice, common: list[int]) -> list[Decimal]:
    """Closes from today back. `common` is the market's step of each day in hundredths of an asset's own width."""
    text, width = _TODAY[asset]
    today = Decimal(text)
    exponent = int(today.as_tuple().exponent)
    units = int(today.scaleb(-exponent))
    closes = [today]
    anchor = units
    for shared in common:
        step = (width * shared) // 100 + dice.around_zero(width) // 2 + _DRIFT.get(asset, 0)
        if asset in {"USDT", "EUR"}:  # these return to where they come from
            step += (units - anchor) * _BASIS // anchor // 10
        units = max(units * _BASIS // (_BASIS + step), 1)
        closes.append(Decimal(units).scaleb(exponent))
    return closes


@dataclass(frozen=True, slots=True)
class Market:
    """Closes of every asset for today and the `DAYS` before it."""

    today: date
    _closes: dict[str, list[Decimal]] = field(default_factory=_walk)

    def close(self, asset: str, days_ago: int) -> Decimal:
        """The close in US dollars, so many days ago."""
        return Decimal(1) if asset == "USD" else self._closes[asset][days_ago]

    def day(self, days_ago: int) -> date:
        return self.today - timedelta(days=days_ago)

    def csv(self) -> str:
        """The price file."""
        return "\n".join(["date,asset,close,currency,source", *self._lines(), ""])

    def _lines(self) -> Iterator[str]:
        for days_ago in range(DAYS, -1, -1):
            for asset in _TODAY:
                yield f"{self.day(days_ago).isoformat()},{asset},{self.close(asset, days_ago)},USD,sample"
