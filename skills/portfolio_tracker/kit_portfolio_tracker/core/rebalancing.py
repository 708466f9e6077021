"""A rebalancing plan: what it follows from, and what it is. FORMULAS §7."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kit import Side, exact, plain

NONE = Decimal(0)
FINEST_STEP = Decimal("1E-8")
SHARE_STEP = Decimal("1E-12")


@dataclass(frozen=True, slots=True)
class Stake:
    """What an account holds of an asset, and how much of it is free to be sold or spent."""

    account: str
    asset: str
    quantity: Decimal
    free: Decimal


@dataclass(frozen=True, slots=True)
class Market:
    """Where an account trades an asset: `price` and `least_value` are in the quote, `fee` is a ratio.

    `refusal` says why it is not to be used at all.
    """

    account: str
    asset: str
    price: Decimal
    fee: Decimal | None = None
    step: Decimal | None = None
    least_quantity: Decimal | None = None
    most_quantity: Decimal | None = None
    least_value: Decimal | None = None
    refusal: str = ""

    def rounded(self, quantity: Decimal) -> Decimal:
        """Down to a quantity that the venue takes."""
        step = max(self.step or NONE, FINEST_STEP)
        return _tidy(quantity // step * step)

    def why_not(self, quantity: Decimal, quote: str) -> str:
        """Why an order of so much is not taken; "" where it is."""
        if self.refusal:
            return self.refusal
        if quantity <= 0:
            return "it is less than the smallest step"
        if self.least_quantity is not None and quantity < self.least_quantity:
            return f"the venue takes orders from {plain(self.least_quantity)} {self.asset}"
        if self.least_value is not None and quantity * self.price < self.least_value:
            return f"the venue takes orders from {plain(self.least_value)} {quote}"
        return ""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a plan follows from.

    `prices` are those of one unit in the currency everything is valued in, `markets` are by (account, asset).
    `closed` says of accounts why they cannot trade. `most_order` and `turnover_left` are in that currency, None
    without a limit.
    """

    target: Mapping[str, Decimal]
    threshold: Decimal
    quote: str | None
    stakes: tuple[Stake, ...]
    prices: Mapping[str, Decimal]
    markets: Mapping[tuple[str, str], Market]
    closed: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    most_order: Decimal | None = None
    turnover_left: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An asset that takes part. `change` is what it should gain (or lose, below zero) in value; `after` its share then.

    `value` and `share` are None without a price. `trades` says that it is off by the threshold or more.
    """

    asset: str
    value: Decimal | None
    share: Decimal | None
    weight: Decimal
    change: Decimal
    trades: bool
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class PlannedOrder:
    """One order. `price` is in the quote, `rate` is what one unit of the quote is worth, `fee` a ratio or unknown."""

    account: str
    asset: str
    quote: str
    side: Side
    quantity: Decimal
    price: Decimal
    rate: Decimal
    fee: Decimal | None

    @property
    def cost(self) -> Decimal:
        """In the quote, without the fee."""
        return self.quantity * self.price

    @property
    def value(self) -> Decimal:
        return self.cost * self.rate


@dataclass(frozen=True, slots=True)
class Untraded:
    """So much of what an asset should change by is not in the plan, and why: at `account`, or (None) anywhere."""

    asset: str
    account: str | None
    value: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Rebalancing:
    """The plan. `left_alone` are held assets that take no part, with their value."""

    total: Decimal
    rows: tuple[Row, ...]
    orders: tuple[PlannedOrder, ...]
    untraded: tuple[Untraded, ...]
    left_alone: Mapping[str, Decimal | None]

    @property
    def sold(self) -> Decimal:
        return sum((each.value for each in self.orders if each.side is Side.SELL), NONE)

    @property
    def bought(self) -> Decimal:
        return sum((each.value for each in self.orders if each.side is Side.BUY), NONE)

    @property
    def fees(self) -> Decimal | None:
        """None where there is no order, or the fee of one is not known."""
        known = [each.value * each.fee for each in self.orders if each.fee is not None]
        return sum(known, NONE) if known and len(known) == len(self.orders) else None


def _tidy(quantity: Decimal) -> Decimal:
    """The same without trailing zeros."""
    return exact(plain(quantity))
