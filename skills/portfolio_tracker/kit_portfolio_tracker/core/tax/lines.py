"""A year's disposals, one line for each lot that was used, in the reader's days and rounded to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..disposals import Category, Disposal, Part
from ..events import Flag
from ..holding_period import is_long_term
from .report import cents
from .year import TaxYear


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


def lines_of(year: TaxYear, categories: Iterable[Category]) -> Iterator[Line]:
    """The lines of these categories, by time."""
    wanted = frozenset(categories)
    for number, disposal in enumerate(each for each in year.disposals if each.category in wanted):
        sold = _day(disposal.time, year)
        for part in disposal.parts:
            acquired = _day(part.origin.time, year) if part.origin else None
            yield Line(
                disposal=disposal,
                part=part,
                number=number,
                sold=sold,
                acquired=acquired,
                long_term=None if acquired is None else is_long_term(acquired, sold),
                proceeds=cents(part.proceeds),
                cost=None if Flag.MISSING_PRICE in part.flags else cents(part.cost),
                fee=cents(part.fee) or Decimal(0),
            )


def _day(time: datetime, year: TaxYear) -> date:
    return time.astimezone(year.plan.zone).date()
