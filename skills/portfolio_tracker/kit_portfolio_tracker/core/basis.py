"""What holdings cost, and what they would bring: cost base, unrealized gain, ROI. FORMULAS §2."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from kit import Money, Ratio, exact_math

from .lots import Held
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
def basis_of(held: Held, price: Price | None, currency: str) -> Basis:
    """Of what the lots of one asset add up to."""
    known, without, cost = held.quantity, held.without, held.cost
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
