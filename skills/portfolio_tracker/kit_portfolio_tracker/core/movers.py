"""Which held assets rose and fell most in price over the last day. FORMULAS §2, top performer and worst."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from kit import Ratio

from .valuation import Valuation

_SHARE = Decimal("0.01")
_AT_LEAST = Decimal(10)
_PLACES = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Mover:
    """An asset and the return of its price."""

    asset: str
    change: Ratio


def movers(valuation: Valuation, before: Callable[[str], Decimal | None], *, today: date) -> list[Mover]:
    """Held assets that are worth enough, the best first: 1 % of the portfolio or 10 units of money, whichever is less.

    `before` is what a unit was worth a day ago. Where that is the price still, and it is older than today, nobody knows
    how the asset moved. The base currency is no mover. The caller is in exact_math.
    """
    if valuation.total is None:
        return []
    enough = min(valuation.total.amount * _SHARE, _AT_LEAST)
    found = []
    for each in valuation.assets:
        if each.value is None or each.price is None or each.asset == valuation.currency or each.value.amount < enough:
            continue
        earlier = before(each.asset)
        if not earlier:
            continue
        change = (each.price.amount / earlier - 1).quantize(_PLACES, ROUND_HALF_EVEN)
        if change or each.price.day == today:
            found.append(Mover(each.asset, Ratio(change)))
    return sorted(found, key=lambda mover: (-mover.change.value, mover.asset))
