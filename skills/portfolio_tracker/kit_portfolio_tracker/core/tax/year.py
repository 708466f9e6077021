"""A tax year: what a report is made from. Reports read this and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..disposals import Disposal, Income, OpenLot
from ..events import RecordKey
from ..plan import Plan


@dataclass(frozen=True, slots=True)
class YearEnd:
    """What is held of an asset when the year ends: calculated units, their cost and value, and the lots.

    `cost` is that of the units whose cost is known, None without any; `unbased` are the others.
    """

    asset: str
    quantity: Decimal
    cost: Decimal | None
    unbased: Decimal
    price: Decimal | None
    value: Decimal | None
    lots: tuple[OpenLot, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A fee that was paid, or the result of a margin trade (signed); None where its price is missing."""

    time: datetime
    asset: str
    key: RecordKey
    figure: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class TaxYear:
    """Everything of the days from `first` to `last`, both included, in `plan.zone`.

    `disposals`, `income`, `gifts_received` and `amounts` come in order of time; money is in `plan.currency`.
    `held_on` is the day at whose end `holdings` are held: the last, or today where that is earlier.
    `unmatched` are the transfers of the year that have no other end. `labels` is what people call each account.
    """

    year: int
    first: date
    last: date
    held_on: date
    plan: Plan
    disposals: tuple[Disposal, ...]
    income: tuple[Income, ...]
    gifts_received: tuple[Income, ...]
    amounts: tuple[Amount, ...]
    holdings: tuple[YearEnd, ...]
    unmatched: tuple[RecordKey, ...]
    labels: Mapping[str, str]
