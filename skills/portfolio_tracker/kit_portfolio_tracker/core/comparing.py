"""One instant of the portfolio beside a later one: why each asset is worth more, or less. Exact. FORMULAS §3.

The parts of a difference add up to it: what prices did, what came from outside and went there, what was traded, what
was earned, what fees and losses took. Both sides of a trade count with the trade's one value, so that trades of
priced assets add up to nothing over the portfolio; what a trade was better or worse than the day's close is in the
price part, as it is what is left when everything else is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kit import Money

from .steps import Part, Step

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class PartValues:
    """What a difference in value is made of; they add up to it."""

    price: Money
    flows: Money
    trades: Money
    income: Money
    fees: Money
    other: Money

    @property
    def profit(self) -> Money:
        """All of it but what came and went: money P&L."""
        return self.price + self.income + self.fees + self.other


@dataclass(frozen=True, slots=True)
class AssetComparison:
    """An asset then and now. Values are None, and so are difference and parts, where a price is missing."""

    asset: str
    quantity_before: Decimal
    quantity_after: Decimal
    value_before: Money | None
    value_after: Money | None
    difference: Money | None
    parts: PartValues | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every asset that was held then, is held now or moved between, and all of them that have prices together.

    `fees_paid` are all that were paid at a known price, those of assets without a price then or now included. `carried`
    are the assets whose last price is older than the later day, each with the day that it is of.
    """

    assets: tuple[AssetComparison, ...]
    before: Money
    after: Money
    difference: Money
    parts: PartValues
    fees_paid: Money
    unpriced: tuple[str, ...]
    carried: Mapping[str, date]


class Differences:
    """Adds up what steps were worth. Everything is called within exact_math."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.moved: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._worth: defaultdict[tuple[str, Part], Decimal] = defaultdict(Decimal)
        self._unknown: set[str] = set()

    def add(self, step: Step[Decimal], worth: Decimal | None) -> None:
        """`worth` is what the change was worth when it happened, with its sign; None where nobody knows."""
        self.moved[step.asset] += step.change
        if worth is None:
            self._unknown.add(step.asset)
        else:
            self._worth[step.asset, step.part] += worth

    def compare(
        self,
        held: Mapping[str, Decimal],
        before: Callable[[str], Decimal | None],
        after: Callable[[str], Decimal | None],
        *,
        carried: Mapping[str, date],
    ) -> Comparison:
        """`held` is what was held at the end, `before` and `after` are the prices of then and now."""
        names = sorted({asset for asset, quantity in held.items() if quantity} | self.moved.keys())
        assets = tuple(self._asset(name, held.get(name, _NONE), before(name), after(name)) for name in names)
        assets = tuple(sorted(assets, key=_by_weight))
        priced = [each for each in assets if each.parts is not None]
        fees = sum((worth for (_, part), worth in self._worth.items() if part is Part.FEE), _NONE)
        return Comparison(
            assets=assets,
            before=self._sum(each.value_before for each in priced),
            after=self._sum(each.value_after for each in priced),
            difference=self._sum(each.difference for each in priced),
            parts=PartValues(
                **{
                    name: self._sum(getattr(each.parts, name) for each in priced)
                    for name in ("price", "flows", "trades", "income", "fees", "other")
                }
            ),
            fees_paid=self._money(_NONE - fees),
            unpriced=tuple(each.asset for each in assets if each.parts is None),
            carried=carried,
        )

    def _asset(self, asset: str, held: Decimal, before: Decimal | None, after: Decimal | None) -> AssetComparison:
        earlier = held - self.moved.get(asset, _NONE)
        first, last = self._value(earlier, before), self._value(held, after)
        if first is None or last is None or asset in self._unknown:
            return AssetComparison(asset, earlier, held, first, last, None, None)
        difference = last - first
        known = {part: self._worth.get((asset, part), _NONE) for part in Part}
        price = difference.amount - sum(known.values(), _NONE)
        parts = PartValues(
            price=self._money(price),
            flows=self._money(known[Part.FLOW]),
            trades=self._money(known[Part.TRADE]),
            income=self._money(known[Part.INCOME]),
            fees=self._money(known[Part.FEE]),
            other=self._money(known[Part.RESULT]),
        )
        return AssetComparison(asset, earlier, held, first, last, difference, parts)

    def _value(self, quantity: Decimal, price: Decimal | None) -> Money | None:
        if not quantity:
            return self._money(_NONE)
        return None if price is None else self._money(quantity * price)

    def _money(self, amount: Decimal) -> Money:
        return Money(amount, self.currency)

    def _sum(self, found: Iterable[Money | None]) -> Money:
        return self._money(sum((each.amount for each in found if each is not None), _NONE))


def _by_weight(each: AssetComparison) -> tuple[Decimal, str]:
    """The largest first."""
    sizes = [abs(value.amount) for value in (each.value_before, each.value_after) if value is not None]
    return -max(sizes, default=_NONE), each.asset
