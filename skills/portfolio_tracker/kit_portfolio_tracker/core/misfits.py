"""What is wrong with a record, as far as it tells by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Context, Decimal
from typing import NamedTuple

from kit import SHAPES, Kind, Record, plain

# Atoms of the finest coins are 1e-18, 1e15 is more than was ever made of most.
LEAST, MOST = Decimal("1e-18"), Decimal("1e18")
EARLIEST, LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""No currency floated before. A clock that was never set says 1970, one that overflowed says 9999."""
_PLACES = 40
"""So many before the point and after it: sums and shares of such numbers are exact in 100 digits."""

_FEW_DIGITS = Context(prec=4)


class Misfit(NamedTuple):
    """What is wrong, and with which part of the record: received, sent, fee, value, to_account or time."""

    what: str
    part: str


def misfits(record: Record) -> Iterator[Misfit]:
    """What a record of this kind cannot be: the wrong legs, quantities that are not above zero, an unlikely time."""
    kind, shape = record.kind.value.replace("_", " "), SHAPES[record.kind]
    article = "An" if kind[0] in "aeiou" else "A"
    legs = (("received", shape.received, record.received), ("sent", shape.sent, record.sent))
    for part, wanted, leg in legs:
        if wanted and leg is None:
            yield Misfit(f"{article} {kind} needs something {part}.", part)
    for part, wanted, leg in legs:
        if wanted is False and leg is not None:
            yield Misfit(f"{article} {kind} has nothing {part}.", part)
    if record.kind is Kind.FEE and record.fee is None:
        yield Misfit("A fee needs its quantity.", "fee")
    for part, leg in (("received", record.received), ("sent", record.sent), ("fee", record.fee)):
        if leg is not None and leg.amount <= 0:
            yield Misfit(f"What is {_VERBS[part]} is not above zero: {plain(leg.amount)} {leg.asset}.", part)
    if record.value is not None and record.value.amount < 0:
        yield Misfit("The value is below zero.", "value")
    if record.kind is Kind.TRANSFER and not record.to_account:
        yield Misfit("A transfer needs the account it goes to.", "to_account")
    if record.kind is not Kind.TRANSFER and record.to_account:
        yield Misfit(f"{article} {kind} goes to no other account; a transfer does.", "to_account")
    if record.to_account == record.account:
        yield Misfit(f"{record.account} cannot send to itself.", "to_account")
    yield from out_of_bounds(record)


def out_of_bounds(record: Record) -> Iterator[Misfit]:
    """What no figure could be computed with: days beside which there is no calendar, numbers beyond all digits."""
    if not EARLIEST <= record.time < LATEST:
        yield Misfit(f"Nothing was recorded on {record.time:%Y-%m-%d}.", "time")
    for part, leg in (
        ("received", record.received),
        ("sent", record.sent),
        ("fee", record.fee),
        ("value", record.value),
    ):
        if leg is not None and not -_PLACES <= leg.amount.adjusted() < _PLACES:
            yield Misfit(f"No figure can be computed with {leg.amount:.3e}.", part)


def oddities(record: Record) -> Iterator[Misfit]:
    """What is possible, and hardly ever meant."""
    for part, leg in (("received", record.received), ("sent", record.sent), ("fee", record.fee)):
        if leg is not None and leg.amount > 0 and not LEAST <= leg.amount < MOST:
            size = "tiny" if leg.amount < LEAST else "huge"
            what = (
                f"{_VERBS[part].capitalize()} is a {size} quantity: {leg.amount.normalize(_FEW_DIGITS):e} {leg.asset}."
            )
            yield Misfit(what, part)


_VERBS = {"received": "received", "sent": "sent", "fee": "paid as a fee"}
