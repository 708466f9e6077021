"""Orders of one account.

An order's id is `SYMBOL:ID`, because many venues find an order only by its market. An order is placed at
most once: it carries a client id, and where the answer is lost it is looked for by that, never sent again.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kit import (
    ExchangeError,
    Maintenance,
    NetworkFailure,
    OddAnswer,
    Order,
    OrderRequest,
    OrderStatus,
    Pair,
    Refused,
    Side,
    exact_math,
    plain,
)

from .asking import Asker
from .errors import AlreadyThere
from .figures import amount, instant
from .tickers import listed, pair_of

_NONE = Decimal(0)
_LOOKS = 4
_PAUSE = 0.3
_MAY_HAVE_ARRIVED = (AlreadyThere, Maintenance, NetworkFailure, OddAnswer)
_STATES = {
    "open": OrderStatus.OPEN,
    "closed": OrderStatus.FILLED,
    "canceled": OrderStatus.CANCELLED,
    "cancelled": OrderStatus.CANCELLED,
    "canceling": OrderStatus.OPEN,
    "expired": OrderStatus.CANCELLED,
    "rejected": OrderStatus.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Orders:
    """What one account trades."""

    asker: Asker

    async def place(self, request: OrderRequest) -> Order:
        """A client id used before answers with its order, and places nothing. Raises Refused, naming the limit."""
        _check(request)
        symbol = await listed(self.asker, request.pair)
        async with self.asker.surroundings.key.turn("order"):
            if request.client_id is not None:
                known = await self._of_client(request.client_id, symbol)
                if known is not None:
                    return self._same(known, request)
            await self._check_limits(symbol, request)
            return await self._sent(symbol, request, request.client_id or uuid.uuid4().hex[:18])

    async def placed(self, pair: Pair, client_id: str) -> Order | None:
        return await self._of_client(client_id, await listed(self.asker, pair))

    async def fetch(self, order_id: str) -> Order:
        symbol, own_id = self._split(order_id)
        return await self._read(await self.asker("fetch_order", own_id, symbol))

    async def open(self) -> list[Order]:
        answers = await self.asker("fetch_open_orders")
        return list(await asyncio.gather(*(self._read(answer) for answer in answers)))

    async def cancel(self, order_id: str) -> Order:
        """One cancelled before stays so; a filled one is Refused."""
        symbol, own_id = self._split(order_id)
        try:
            await self.asker("cancel_order", own_id, symbol)
        except ExchangeError as failure:
            order = await self.fetch(order_id)
            if order.status is not OrderStatus.CANCELLED:
                raise failure from None
            return order
        for look in range(_LOOKS):
            order = await self.fetch(order_id)
            if order.status is not OrderStatus.OPEN:
                break
            await asyncio.sleep(_PAUSE * look)
        return order

    async def _sent(self, symbol: str, request: OrderRequest, client_id: str) -> Order:
        kind = "market" if request.limit is None else "limit"
        limit = None if request.limit is None else plain(request.limit)
        params = {"clientOrderId": client_id}
        try:
            placed = await self.asker(
                "create_order", symbol, kind, request.side.value, plain(request.quantity), limit, params
            )
            own_id = placed.get("id") if isinstance(placed, Mapping) else None
        except ExchangeError as failure:
            known = await self._looked_for(client_id, symbol) if isinstance(failure, _MAY_HAVE_ARRIVED) else None
            if known is None:
                raise _lost(failure, client_id) from None
            return self._same(known, request)
        order = await self.fetch(f"{symbol}:{own_id}") if own_id else None
        if order is None or (order.pair, order.side) != (request.pair, request.side):
            order = await self._looked_for(client_id, symbol)
        if order is None:
            odd = OddAnswer(f"{self.asker.label} answered an order without its id, or with that of another.")
            raise _lost(odd, client_id)
        return order

    async def _looked_for(self, client_id: str, symbol: str) -> Order | None:
        """An order that may have arrived although nothing came back. A look that fails has found nothing."""
        for look in range(_LOOKS):
            with suppress(ExchangeError):
                found = await self._of_client(client_id, symbol)
                if found is not None:
                    return found
            await asyncio.sleep(_PAUSE * (look + 1))
        return None

    async def _of_client(self, client_id: str, symbol: str) -> Order | None:
        """The order that carries this client id, newest of its market."""
        methods = [("fetchOpenOrders", "fetch_open_orders"), ("fetchClosedOrders", "fetch_closed_orders")]
        if self.asker.has("fetchOrders"):
            methods = [("fetchOrders", "fetch_orders")]
        asked = [self.asker(method, symbol) for has, method in methods if self.asker.has(has)]
        for answers in await asyncio.gather(*asked):
            for answer in answers:
                if answer.get("clientOrderId") == client_id:
                    return await self._read(answer)
        return None

    def _same(self, known: Order, request: OrderRequest) -> Order:
        asked = (request.pair, request.side, request.quantity, request.limit)
        if (known.pair, known.side, known.quantity, known.limit) != asked:
            raise Refused(
                f"The client id “{known.client_id}” belongs to another order already (order {known.id}).",
                next_step="Use a new client id for a new order.",
            )
        return known

    async def _check_limits(self, symbol: str, request: OrderRequest) -> None:
        market = (await self.asker.markets())[symbol]
        label = self.asker.label
        if market.get("active") is False:
            raise Refused(f"{label} does not trade {symbol} at present.")
        limits, precision = market.get("limits") or {}, market.get("precision") or {}
        _within(f"{label} takes orders of {symbol}", request.quantity, limits.get("amount"), request.pair.base)
        if request.limit is not None:
            _within(f"{label} takes limits of {symbol}", request.limit, limits.get("price"), request.pair.quote)
        if self.asker.client.precisionMode == _TICK_SIZE:
            _in_steps(f"{label} takes {symbol}", request.quantity, precision.get("amount"), request.pair.base)
            if request.limit is not None:
                _in_steps(
                    f"{label} takes limits of {symbol}", request.limit, precision.get("price"), request.pair.quote
                )
        cost = limits.get("cost") or {}
        if amount(cost.get("min")) or amount(cost.get("max")):
            price = request.limit
            if price is None:
                price = amount((await self.asker("fetch_ticker", symbol)).get("last"))
            if price is not None:
                _within(
                    f"{label} takes orders of {symbol} worth", _times(request.quantity, price), cost, request.pair.quote
                )

    async def _read(self, answer: Any) -> Order:
        """An order out of ccxt's answer; what it cost is asked for where the answer does not say."""
        label = self.asker.label
        pair = pair_of(str(answer.get("symbol") or ""))
        quantity, filled = amount(answer.get("amount")), amount(answer.get("filled"))
        status = _STATES.get(str(answer.get("status")))
        if (
            pair is None
            or quantity is None
            or status is None
            or not answer.get("id")
            or answer.get("timestamp") is None
        ):
            raise OddAnswer(f"{label} described an order incompletely.")
        if filled is None:
            filled = quantity if status is OrderStatus.FILLED else _NONE
        if quantity <= 0 or filled < 0 or (status is OrderStatus.FILLED and not filled):
            raise OddAnswer(f"{label} described an order that cannot be: {plain(filled)} of {plain(quantity)} filled.")
        limit = None if answer.get("type") == "market" else amount(answer.get("price"))
        fee, fee_asset = await self._fee(answer, pair, filled)
        return Order(
            id=f"{pair}:{answer['id']}",
            client_id=str(answer.get("clientOrderId") or answer["id"]),
            pair=pair,
            side=Side(answer["side"]),
            quantity=quantity,
            limit=limit,
            status=status,
            filled=filled,
            average=(amount(answer.get("average")) or amount(answer.get("price"))) if filled else None,
            fee=fee,
            fee_asset=fee_asset,
            time=instant(answer["timestamp"]),
        )

    async def _fee(self, answer: Any, pair: Pair, filled: Decimal) -> tuple[Decimal, str]:
        if not filled:
            return _NONE, pair.quote
        known = _fees([answer])
        if known is None and self.asker.has("fetchOrderTrades"):
            known = _fees(await self.asker("fetch_order_trades", answer["id"], str(pair)))
        return known or (_NONE, pair.quote)

    def _split(self, order_id: str) -> tuple[str, str]:
        """The market and the venue's own id. The id may hold colons, the symbol of a spot market none."""
        symbol, colon, own_id = order_id.partition(":")
        if not (colon and own_id and pair_of(symbol)):
            raise Refused(
                f"There is no order “{order_id}” at {self.asker.label}.",
                next_step="An order's id is like BTC/USDT:123.",
            )
        return symbol, own_id


_TICK_SIZE = 4


def _check(request: OrderRequest) -> None:
    for name, value in (("quantity", request.quantity), ("limit", request.limit)):
        if value is not None and not (value.is_finite() and value > 0):
            raise Refused(f"An order's {name} is more than 0, not {value}.")


def _within(takes: str, value: Decimal, span: Mapping[str, Any] | None, unit: str) -> None:
    least, most = (amount((span or {}).get(name)) for name in ("min", "max"))
    if least is not None and value < least:
        raise Refused(f"{takes} from {plain(least)} {unit}; {plain(value)} is less.", next_step="Order more.")
    if most and value > most:
        raise Refused(f"{takes} up to {plain(most)} {unit}; {plain(value)} is more.", next_step="Order less.")


@exact_math()
def _in_steps(takes: str, value: Decimal, precision: Any, unit: str) -> None:
    step = amount(precision)
    if step and value % step:
        raise Refused(f"{takes} in steps of {plain(step)} {unit}; {plain(value)} is none.", next_step="Round it.")


@exact_math()
def _times(quantity: Decimal, price: Decimal) -> Decimal:
    return quantity * price


@exact_math()
def _fees(entries: Iterable[Any]) -> tuple[Decimal, str] | None:
    """The sum of the fees that are named, in the asset they were mostly paid in."""
    sums: dict[str, Decimal] = {}
    for entry in entries:
        for fee in entry.get("fees") or [entry.get("fee") or {}]:
            cost, asset = amount((fee or {}).get("cost")), (fee or {}).get("currency")
            if cost is not None and asset:
                sums[asset] = sums.get(asset, _NONE) + cost
    if not sums:
        return None
    asset = max(sums, key=lambda name: sums[name])
    return sums[asset], asset


def _lost(failure: ExchangeError, client_id: str) -> ExchangeError:
    """What a refusal says stands; of anything else nobody knows whether the order is there."""
    if not isinstance(failure, _MAY_HAVE_ARRIVED) or isinstance(failure, AlreadyThere):
        return failure
    return type(failure)(
        f"{failure.message} Whether the order was taken is not known; none with the client id {client_id} was found.",
        next_step="Look at the open orders before you order again.",
    )
