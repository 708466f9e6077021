"""A tax report: what it assumes, what is wrong, and sections of rows with their totals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from kit import Column, Metric, Money, Value

from ..fiat import FIAT

_CENT, _SATOSHI = Decimal("0.01"), Decimal("0.00000001")
NO_ADVICE = "This is a computation from your records and no tax advice."


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under columns, and what they sum to: every total is the sum of its column, as printed."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    totals: tuple[Metric, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaxReport:
    """`assumed`, `flagged` and `left_out` are sentences for the head of the report."""

    form: str
    title: str
    year: int
    first: date
    last: date
    currency: str
    assumed: tuple[str, ...]
    flagged: tuple[str, ...]
    left_out: tuple[str, ...]
    sections: tuple[Section, ...]


def cents(amount: Decimal | None, currency: str) -> Decimal | None:
    """Rounded as in `in_cents`."""
    return None if amount is None else in_cents(amount, currency)


def in_cents(amount: Decimal, currency: str) -> Decimal:
    """Rounded half up: to the cent, as tax forms want it; what is no state's money (BTC, XAU) to eight places."""
    return amount.quantize(_CENT if currency in FIAT else _SATOSHI, ROUND_HALF_UP)


def total(amounts: Iterable[Decimal | None], currency: str) -> Money | None:
    """What is known of these, summed; None where there are some and nothing is known of any."""
    found = list(amounts)
    known = [each for each in found if each is not None]
    return Money(sum(known, Decimal(0)), currency) if known or not found else None


def money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
