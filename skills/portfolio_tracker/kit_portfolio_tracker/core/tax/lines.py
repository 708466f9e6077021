"""A year's disposals, one line for each lot that was used, in the reader's days and rounded to the cent.

What a disposal brought and cost is rounded as it runs on from lot to lot, so that its lines sum to it, rounded: of a
thousand lots of half a cent each, none would be left otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..disposals import Category, Disposal, Part
from ..events import Flag
from .report import in_cents
from .year import TaxYear

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """What a disposal took from one lot. Money is rounded to the cent, and `gain` is computed from what is rounded.

    `acquired` and `long_term` are None where nothing says when it was acquired. Money is None where a price is
    missing.
    """

    disposal: Disposal
    part: Part
    number: int
    sold: date
    acquired: date | None
    long_term: bool | None
    proceeds: Decimal | None
    cost: Decimal | None
    fee: Decimal

    @property
    def gain(self) -> Decimal | None:
        if self.proceeds is None or self.cost is None:
            return None
        return self.proceeds - self.cost - self.fee

    def counted(self, amount: Decimal | None) -> Decimal | None:
        """As a total has it, which leaves out whatever has no gain."""
        return None if self.gain is None else amount

    @property
    def net_proceeds(self) -> Decimal | None:
        return None if self.proceeds is None else self.proceeds - self.fee

    @property
    def days(self) -> int | None:
        """How many days it was held."""
        return None if self.acquired is None else (self.sold - self.acquired).days

    @property
    def flags(self) -> str:
        return ", ".join(sorted(self.part.flags))


@dataclass(slots=True)
class _Running:
    """An amount that comes in parts, and what has been told of it in cents."""

    currency: str
    exact: Decimal = _NOTHING
    told: Decimal = _NOTHING

    def cents(self, more: Decimal) -> Decimal:
        self.exact += more
        before, self.told = self.told, in_cents(self.exact, self.currency)
        return self.told - before


def lines_of(year: TaxYear, categories: Iterable[Category]) -> Iterator[Line]:
    """The lines of these categories, by time. The caller is in exact_math."""
    wanted, currency = frozenset(categories), year.plan.currency
    for number, disposal in enumerate(each for each in year.disposals if each.category in wanted):
        sold = _day(disposal.time, year)
        proceeds, cost, fee = _Running(currency), _Running(currency), _Running(currency)
        for part in disposal.parts:
            acquired = _day(part.origin.time, year) if part.origin else None
            yield Line(
                disposal=disposal,
                part=part,
                number=number,
                sold=sold,
                acquired=acquired,
                long_term=None if acquired is None else sold >= year.plan.long_from(acquired),
                proceeds=None if part.proceeds is None else proceeds.cents(part.proceeds),
                cost=None if Flag.MISSING_PRICE in part.flags else cost.cents(part.cost),
                fee=fee.cents(part.fee),
            )


def _day(time: datetime, year: TaxYear) -> date:
    return time.astimezone(year.plan.zone).date()
