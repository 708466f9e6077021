"""Markets: tickers, orders, fills, and the protocols an exchange and a price source fulfil."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

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
class HistoryBatch:
    """Records that arrived together on one walk through an account's history.

    `stream` names the walk ("trades BTC/USDT", "deposits"); `cursor` says where it goes on after these
    records. Whoever keeps the records keeps the cursor with them, and hands it back the next time.
    """

    stream: str
    records: tuple[Record, ...]
    cursor: str


@runtime_checkable
class Historical(Protocol):
    """An exchange whose history can be walked in steps, and gone on with where it was left."""

    def history(self, cursors: Mapping[str, str], *, assets: Collection[str] = ()) -> AsyncIterator[HistoryBatch]:
        """Everything after `cursors` (by stream; one that is not there starts at the beginning).

        `assets` are those the account is known to have held, for venues that must be asked one market
        at a time. A walk ends when the venue has no more, never at a page that came back short.
        """
        ...


@runtime_checkable
class Quoting(Protocol):
    """An exchange that gives many prices at once."""

    async def tickers(self, pairs: Collection[Pair] | None = None) -> list[Ticker]:
        """The tickers of `pairs`, those that the venue does not list left out; None is every pair it lists."""
        ...


@dataclass(frozen=True, slots=True)
class Candle:
    """A pair's prices in the interval that begins at `time`; `volume` is in the base."""

    time: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


@runtime_checkable
class Charting(Protocol):
    """An exchange that knows past prices."""

    async def candles(self, pair: Pair, interval: str, since: datetime, until: datetime) -> list[Candle]:
        """The candles ("1m", "1h", "1d") that begin in [since, until), oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a key may do; None where the venue does not say."""

    read: bool | None
    trade: bool | None
    withdraw: bool | None


@runtime_checkable
class Permitting(Protocol):
    """An exchange that says what its key may do."""

    async def permissions(self) -> Permissions: ...


@dataclass(frozen=True, slots=True)
class OpenPosition:
    """A leveraged position. Its worth is in the account's equity already; `profit` is unrealised, swap included."""

    account: str
    id: str
    symbol: str
    side: Side
    quantity: Decimal
    entry: Decimal
    mark: Decimal | None
    profit: Decimal | None
    margin: Decimal | None
    swap: Decimal | None
    currency: str
    time: datetime


@dataclass(frozen=True, slots=True)
class TradingTerms:
    """How an account trades a pair; None is a limit that the venue does not set, or does not tell.

    `taker` and `maker` are fees as ratios of what is traded: the account's own where `own_fees`, else those that the
    venue publishes. Quantities are in the base and come in steps; `least_value` is in the quote.
    """

    pair: Pair
    taker: Decimal | None = None
    maker: Decimal | None = None
    own_fees: bool = False
    quantity_step: Decimal | None = None
    least_quantity: Decimal | None = None
    most_quantity: Decimal | None = None
    price_step: Decimal | None = None
    least_value: Decimal | None = None


@runtime_checkable
class Trading(Protocol):
    """An exchange that says what it takes to trade there, so that an order is thought through before it is given."""

    async def funds(self) -> dict[str, Decimal]:
        """What is free to be traded at once, by asset: neither held by orders nor in another wallet."""
        ...

    async def terms(self, pairs: Collection[Pair]) -> list[TradingTerms]:
        """The terms of `pairs`, those that cannot be traded now left out."""
        ...

    async def placed(self, pair: Pair, client_id: str) -> Order | None:
        """The order that carries this client id, however far it has come; None where there is none. Places nothing."""
        ...


@runtime_checkable
class Leveraged(Protocol):
    """An exchange with leveraged positions."""

    async def positions(self) -> list[OpenPosition]: ...


@runtime_checkable
class Partial(Protocol):
    """An exchange whose answers may leave something out."""

    def left_out(self) -> tuple[str, ...]:
        """What the answers since it was opened leave out and why, in sentences; empty where they are whole."""
        ...


@runtime_checkable
class Streaming(Protocol):
    """An exchange that tells of changes by itself."""

    def watch(self, pairs: Collection[Pair]) -> AsyncIterator[Ticker | list[Balance]]:
        """Tickers of `pairs` as they come, and all balances of the account whenever one changed.

        Ends never by itself; raises ExchangeError where the connection is lost. Whoever watches
        connects anew.
        """
        ...


@dataclass(frozen=True, slots=True)
class AccountContext:
    """What an exchange gets to open one account: its name, its config section, the host's services."""

    name: str
    settings: Mapping[str, Any]
    services: Services


@dataclass(frozen=True, slots=True)
class Credential:
    """One thing an account is opened with: the settings' key ("apiKey"), what to call it, whether it is secret."""

    key: str
    label: str
    secret: bool = True
    required: bool = True


@dataclass(frozen=True, slots=True)
class ExchangeType:
    """A kind of venue that a plugin brings.

    `settings` is the "module:Model" of its `exchanges.<name>` section, `credentials` what “kit exchanges
    add” asks for, in that order. One that is not `networked` (paper) needs neither keys nor a connection.
    """

    name: str
    label: str
    open: Callable[[AccountContext], Exchange]
    settings: str | None = None
    credentials: tuple[Credential, ...] = ()
    networked: bool = True


@dataclass(frozen=True, slots=True)
class PriceSourceState:
    """How a price source is doing.

    `needs` says what it must be given before it can be asked (a key, and where to put it), "" where it
    is ready. `quota_left` is how many more questions this month allows, None where nobody counts.
    `doubts` say, by asset, why it had no price when it was last asked. `past_from` is the oldest day that it
    tells closes of, None where it sets no limit; `past_needs` says what it must be given for more.
    """

    needs: str = ""
    last_answer: datetime | None = None
    quota_left: int | None = None
    doubts: Mapping[str, str] = field(default_factory=dict)
    past_from: date | None = None
    past_needs: str = ""


class PastCloses(Protocol):
    """How a price source is asked for the past, one asset at a time, on the network's event loop."""

    async def __call__(self, asset: str, currency: str, since: date, until: date) -> list[PricePoint]:
        """The closes of UTC days that are over, both days included, in any order; none of what it does not know.

        In `currency`, or in one of the source's own where it has none in that. Raises ExchangeError.
        """
        ...


@dataclass(frozen=True, slots=True)
class PriceSourceType:
    """Where prices come from.

    `closes(assets, currency, since, until)` yields daily closes, both days included; an asset that
    the source does not know yields nothing. `offline` says that this needs no network; where it does,
    it is called from a thread that may wait. `quotes(assets, currency)`, where there is one, asks what
    they cost now, all at once; it runs on the network's event loop and raises ExchangeError. A quote is
    in `currency`, or in one of the source's own where it does not know that. `past`, where there is one,
    is asked for past closes in bulk.

    `fiat` says that it knows state money and metals; others are never asked for them, because there
    are coins of the same names. `state`, where there is one, is asked before `quotes`.
    """

    name: str
    label: str
    closes: Callable[[Iterable[str], str, date, date], Iterable[PricePoint]]
    offline: bool = False
    quotes: Callable[[Collection[str], str], Awaitable[list[PricePoint]]] | None = None
    fiat: bool = False
    state: Callable[[], PriceSourceState] | None = None
    past: PastCloses | None = None
