"""A rebalancing plan as it is kept: what was wished, what was shown, its orders and how far each has come.

A plan is shown, then executed once, before it expires. An order's client id follows from plan and number, so that
whoever gives it again gives the same order.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from kit import Money, Pair, Side

from .core.rebalancing import Row, Untraded

VALID_FOR = {"asked": timedelta(minutes=15), "auto": timedelta(hours=6)}
"""By who made it: whoever is told of a plan without having asked may look later."""
LOCK = "portfolio-rebalance"
"""Held by whoever executes a plan."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_ID_LENGTH = 8


class PlanState(StrEnum):
    """A plan is OPEN until somebody executes it; what was begun ends DONE, or PARTLY where an order was not filled."""

    OPEN = "open"
    REPLACED = "replaced"
    EXECUTING = "executing"
    DONE = "done"
    PARTLY = "partly done"


class OrderState(StrEnum):
    """SENDING is written before an order is given: whether the venue has it is only known when it has been asked.

    UNKNOWN is one that was being sent at an account that is not connected any more, and cannot be asked.
    """

    PLANNED = "planned"
    SENDING = "sending"
    FILLED = "filled"
    PARTLY = "partly filled"
    CANCELLED = "not filled"
    REJECTED = "rejected"
    SKIPPED = "not sent"
    UNKNOWN = "not known"


ENDED = frozenset(OrderState) - {OrderState.PLANNED, OrderState.SENDING}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. `account` is as it was called, None for all; `whole` sells what is not in the target."""

    target: Mapping[str, Decimal]
    threshold: Decimal
    account: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class SaleTax:
    """What a sale of the plan would be taxed on: the gain by the ledger's lots, None where there is no telling.

    `unbased` is how much of it has no known cost, which counts as zero.
    """

    asset: str
    quantity: Decimal
    gain: Money | None
    short_term: Money
    long_term: Money
    method: str
    unbased: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """An order of a plan and how far it has come.

    `price` and `limit` are in the quote, `rate` is what one unit of the quote is worth in the base currency.
    `sent_quantity` may be less than `quantity`, where less was there to be sold or spent.
    """

    number: int
    account: str
    asset: str
    pair: Pair
    side: Side
    quantity: Decimal
    price: Decimal
    rate: Decimal
    fee_rate: Decimal | None
    client_id: str
    state: OrderState = OrderState.PLANNED
    sent: datetime | None = None
    sent_quantity: Decimal | None = None
    limit: Decimal | None = None
    order_id: str | None = None
    filled: Decimal = Decimal(0)
    average: Decimal | None = None
    fee: Decimal = Decimal(0)
    fee_asset: str | None = None
    reason: str = ""

    @property
    def value(self) -> Decimal:
        """In the base currency, at the plan's price."""
        return self.quantity * self.price * self.rate


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    `fees` are estimated, by the account's own tier where `own_fees`. `why_not` says why it cannot be executed as things
    are; `id` is "" where it is not kept.
    """

    id: str
    state: PlanState
    created: datetime
    expires: datetime
    wish: Wish
    currency: str
    total: Decimal
    quote: str | None
    rows: tuple[Row, ...]
    orders: tuple[Entry, ...]
    untraded: tuple[Untraded, ...]
    left_alone: Mapping[str, Decimal | None]
    sales: tuple[SaleTax, ...]
    fees: Money | None
    own_fees: bool
    labels: Mapping[str, str]
    why_not: str = ""
    shown: datetime | None = None
    begun: datetime | None = None
    ended: datetime | None = None
    origin: str = "asked"
    notes: tuple[str, ...] = field(default=())


def estimated_fees(orders: Collection[Entry], rows: Collection[Row], currency: str) -> Money | None:
    """What the orders would cost in fees; None where a fee is not known, or nothing of what should trade can."""
    known = [each.value * each.fee_rate for each in orders if each.fee_rate is not None]
    if len(known) < len(orders) or (not known and any(row.trades for row in rows)):
        return None
    return Money(sum(known, Decimal(0)), currency)


def new_id() -> str:
    """An id for a plan: eight letters and digits that nobody mistakes for each other."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))


def client_id(plan: str, number: int) -> str:
    """What the venue knows the order by: 14 letters and digits, which every venue takes."""
    return f"kit{plan}{number:03d}"
