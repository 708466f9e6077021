"""What an account's books consist of: balances, orders, fills, transfers, lines of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

Permission = Literal["read", "trade", "withdraw"]
ZERO = Decimal(0)


class NotEnough(ValueError):
    """The account has less than that."""


@dataclass(slots=True)
class Amounts:
    """How much of an asset there is, and how much of it orders hold."""

    free: Decimal = ZERO
    locked: Decimal = ZERO


@dataclass(slots=True)
class SimulatedOrder:
    """An order; `status` is open, filled or cancelled, `cost` what its fills came to in the quote."""

    id: int
    client_id: str
    symbol: str
    side: str
    quantity: Decimal
    limit: Decimal | None
    time: datetime
    updated: datetime
    status: str = "open"
    filled: Decimal = ZERO
    cost: Decimal = ZERO
    fee: Decimal = ZERO
    fills: list[int] = field(default_factory=list)
    userref: int = 0

    @property
    def rest(self) -> Decimal:
        return self.quantity - self.filled


@dataclass(frozen=True, slots=True)
class Fill:
    """An execution. `maker` says that the order had been resting."""

    id: int
    order_id: int
    symbol: str
    side: str
    quantity: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: str
    maker: bool
    time: datetime


@dataclass(frozen=True, slots=True)
class Transfer:
    """A deposit or a withdrawal. `amount` is without the fee; `channel` is chain or fiat."""

    id: int
    kind: Literal["deposit", "withdrawal"]
    asset: str
    amount: Decimal
    fee: Decimal
    time: datetime
    channel: str = "chain"
    done: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: `amount` as it changed the balance, the fee still to be taken off it."""

    id: int
    ref: str
    kind: str
    asset: str
    amount: Decimal
    fee: Decimal
    balance: Decimal
    time: datetime


@dataclass(frozen=True, slots=True)
class Conversion:
    """One asset turned into another outside the order book: a conversion, or dust."""

    id: int
    kind: Literal["convert", "dust"]
    sold: str
    sold_amount: Decimal
    bought: str
    bought_amount: Decimal
    fee: Decimal
    time: datetime


@dataclass(frozen=True, slots=True)
class FuturesPosition:
    """A perpetual position: signed `quantity`, its worth is in the futures equity already."""

    symbol: str
    quantity: Decimal
    entry: Decimal
    mark: Decimal
    margin: Decimal

    @property
    def profit(self) -> Decimal:
        return (self.mark - self.entry) * self.quantity
