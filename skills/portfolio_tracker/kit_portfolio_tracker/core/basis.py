"""What holdings cost, and what they would bring: cost base, unrealized gain, ROI. FORMULAS §2."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from kit import Money, Ratio, exact_math

from .disposals import OpenLot
from .prices import Price

_NONE = Decimal(0)
_STEP = Decimal("1E-12")


@dataclass(frozen=True, slots=True)
class Basis:
    """`cost` of the `quantity` whose cost is known, None where none is. `without` is how much more has none.

    `unrealized` is what that quantity is worth less its cost, `roi` that over the cost; None where there is no
    price, and for `roi` where the cost is not positive.
    """

    quantity: Decimal
    without: Decimal
    cost: Money | None
    unrealized: Money | None
    roi: Ratio | None


NO_BASIS = Basis(_NONE, _NONE, None, None, None)


@exact_math()
def basis_of(lots: Iterable[OpenLot], price: Price | None, currency: str) -> Basis:
    """Of these lots of one asset."""
    known = without = cost = _NONE
    for lot in lots:
        if lot.has_basis:
            known += lot.quantity
            cost += lot.cost
        else:
            without += lot.quantity
    if not known:
        return Basis(known, without, None, None, None)
    gain = None if price is None else known * price.amount - cost
    return Basis(
        quantity=known,
        without=without,
        cost=Money(cost, currency),
        unrealized=None if gain is None else Money(gain, currency),
        roi=return_on(gain, cost),
    )


@exact_math()
def return_on(gain: Decimal | None, cost: Decimal) -> Ratio | None:
    """Gain ÷ cost; None where there is no gain to tell, or the cost is not positive."""
    if gain is None or cost <= 0:
        return None
    return Ratio((gain / cost).quantize(_STEP, rounding=ROUND_HALF_EVEN))
