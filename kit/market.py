"""Markets: tickers, orders, fills, and the protocols an exchange and a price source fulfil."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from .records import Balance, PricePoint, Record

if TYPE_CHECKING:
    from .services import Services


class Side(StrEnum):
    """Which way an order goes, seen from its base asset."""

    BUY = "buy"
    SELL = "sell"


class OrderStatus(StrEnum):
    """How far an order has come. A cancelled one may have been filled in part."""

    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Pair:
    """What is traded against what: `BTC/USDT` has base BTC and quote USDT."""

    base: str
    quote: str

    def __str__(self) -> str:
        return f"{self.base}/{self.quote}"


@dataclass(frozen=True, slots=True)
class Ticker:
    """The last price of one unit of the base, in the quote, at `time`."""

    pair: Pair
    last: Decimal
    time: datetime


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What to trade. `limit` None is a market order; `client_id` makes a retry harmless."""

    pair: Pair
    side: Side
    quantity: Decimal
    limit: Decimal | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the venue knows it. `filled` and `fee` are exact; `average` is None before a fill."""

    id: str
    client_id: str
    pair: Pair
    side: Side
    quantity: Decimal
    limit: Decimal | None
    status: OrderStatus
    filled: Decimal
    average: Decimal | None
    fee: Decimal
    fee_asset: str
    time: datetime


class Exchange(Protocol):
    """An account at a venue. Every call may raise ExchangeError; none answers zero for “unknown”."""

    async def balances(self) -> list[Balance]: ...
    def records(self, since: datetime | None = None) -> AsyncIterator[Record]: ...
    async def ticker(self, pair: Pair) -> Ticker: ...
    async def place_order(self, request: OrderRequest) -> Order: ...
    async def fetch_order(self, order_id: str) -> Order: ...
    async def open_orders(self) -> list[Order]: ...
    async def cancel_order(self, order_id: str) -> Order: ...
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class AccountContext:
    """What an exchange gets to open one account: its name, its config section, the host's services."""

    name: str
    settings: Mapping[str, Any]
    services: Services


@dataclass(frozen=True, slots=True)
class ExchangeType:
    """A kind of venue that a plugin brings; `settings` is the "module:Model" of its `exchanges.<name>` section."""

    name: str
    label: str
    open: Callable[[AccountContext], Exchange]
    settings: str | None = None


@dataclass(frozen=True, slots=True)
class PriceSourceType:
    """Where prices come from.

    `closes(assets, currency, since, until)` yields daily closes, both days included; an asset that
    the source does not know yields nothing.
    """

    name: str
    label: str
    closes: Callable[[Iterable[str], str, date, date], Iterable[PricePoint]]
    offline: bool = False
