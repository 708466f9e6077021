"""What a portfolio was worth each day, and what came and went. FORMULAS, notation and §3.

Daily values are float64, as charts and statistics need them; whoever wants every digit of a day asks `comparing`.
An asset counts from its first price on. Where that comes while it is held, its worth comes in as a flow and not as a
profit; what is paid for something without a price goes out as one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .fiat import FIAT
from .steps import Part, Step


@dataclass(frozen=True, slots=True)
class DailySeries:
    """One number a day from `first` on: the value at the day's end, what came in and what went out (both ≥ 0),
    how much state money bought coins.

    `unpriced` names the assets that were held without a price, a blank between two; `unmatched` counts transfers of
    coins whose other end is unknown.
    """

    first: date
    value: list[float]
    inflow: list[float]
    outflow: list[float]
    invested: list[float]
    unpriced: list[str]
    unmatched: list[int]

    def __len__(self) -> int:
        return len(self.value)

    @classmethod
    def empty(cls, first: date) -> DailySeries:
        """No day, before `first`."""
        return cls(first, [], [], [], [], [], [])

    @property
    def last(self) -> date:
        """The last day; the day before `first` where there is none."""
        return self.first + timedelta(days=len(self) - 1)

    @property
    def blank(self) -> bool:
        """Whether there never was anything, came anything or went anything."""
        numbers = (self.value, self.inflow, self.outflow, self.unmatched)
        return not any(self.unpriced) and not any(any(column) for column in numbers)

    def place(self, day: date) -> int:
        """Where that day stands; may be outside."""
        return (day - self.first).days

    def since(self, first: date) -> DailySeries:
        """The days from `first` on."""
        start = max(self.place(first), 0)
        return DailySeries(
            self.first + timedelta(days=start),
            self.value[start:],
            self.inflow[start:],
            self.outflow[start:],
            self.invested[start:],
            self.unpriced[start:],
            self.unmatched[start:],
        )

    def until(self, last: date) -> DailySeries:
        """The days up to `last`."""
        end = max(self.place(last) + 1, 0)
        return DailySeries(
            self.first,
            self.value[:end],
            self.inflow[:end],
            self.outflow[:end],
            self.invested[:end],
            self.unpriced[:end],
            self.unmatched[:end],
        )

    def then(self, other: DailySeries) -> DailySeries:
        """These days, and the days of `other`, which come right after them."""
        if not len(self):
            return other
        return DailySeries(
            self.first,
            [*self.value, *other.value],
            [*self.inflow, *other.inflow],
            [*self.outflow, *other.outflow],
            [*self.invested, *other.invested],
            [*self.unpriced, *other.unpriced],
            [*self.unmatched, *other.unmatched],
        )


def is_flow(part: Part, *, one_asset: bool) -> bool:
    """Whether it crosses the boundary: of one's accounts, or of one asset alone, where a trade does as well."""
    return part is Part.FLOW or (one_asset and part is Part.TRADE)


def next_day(
    day: date,
    units: dict[str, Decimal],
    steps: Iterable[Step[Decimal]],
    price: Callable[[str], Decimal | None],
    *,
    without: Collection[str],
    one_asset: bool = False,
) -> DailySeries:
    """One day more: `units`, which is what was held before it, takes its steps. The caller is in exact_math.

    `price` is what a unit is worth at its end; what is in `without` was held without a price the day before.
    """
    opening = dict(units)
    inflow = outflow = invested = Decimal(0)
    unmatched = 0

    def crosses(worth: Decimal) -> None:
        nonlocal inflow, outflow
        inflow += max(worth, Decimal(0))
        outflow -= min(worth, Decimal(0))

    for step in steps:
        units[step.asset] = units.get(step.asset, Decimal(0)) + step.change
        unmatched += step.unmatched and step.asset not in FIAT
        worth = price(step.asset)
        unknown = step.partner is not None and price(step.partner) is None
        if worth is not None and (unknown or is_flow(step.part, one_asset=one_asset)):
            crosses(step.change * worth)
        if worth is not None and step.invested:
            invested += abs(step.change) * worth
    for asset in without:
        if (now := price(asset)) is not None:
            crosses(opening.get(asset, Decimal(0)) * now)
    worths = {asset: price(asset) for asset, quantity in units.items() if quantity}
    value = sum((units[asset] * worth for asset, worth in worths.items() if worth is not None), Decimal(0))
    unpriced = " ".join(sorted(asset for asset, worth in worths.items() if worth is None))
    return DailySeries(
        day, [float(value)], [float(inflow)], [float(outflow)], [float(invested)], [unpriced], [unmatched]
    )
