"""One order of a plan: thought through once more, given, followed to its end.

An order that was given and not answered is looked for by its client id, never given anew blindly; while nobody knows
of it, `Undecided` stops everything.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from kit import (
    Exchange,
    ExchangeError,
    KitError,
    Maintenance,
    NetworkFailure,
    OddAnswer,
    Order,
    OrderRequest,
    OrderStatus,
    RateLimited,
    Refused,
    Services,
    Side,
    Trading,
    TradingTerms,
    exact_math,
    plain,
)

from .core.rebalancing import NONE, Market
from .rebalance_plans import Entry, OrderState

_UNCERTAIN = (Maintenance, NetworkFailure, OddAnswer)
_LOOKS = 3
_PAUSE_SECONDS = 0.5
_ATTEMPTS = 3
_LIMITED_SECONDS = 3.0
_LONGEST_PAUSE_SECONDS = 15.0


class Undecided(ExchangeError):
    """Whether the venue has the order is not known."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the market offers an order now: the last price, the account's terms, and what it has free to pay with."""

    price: Decimal
    terms: TradingTerms
    free: Decimal


def look(services: Services, entry: Entry) -> Offer:
    """What the order would meet now. Raises ExchangeError, Refused where the pair is not traded any more."""

    async def it() -> Offer:
        exchange = services.exchange(entry.account)
        pays = entry.pair.base if entry.side is Side.SELL else entry.pair.quote
        ticker, terms, funds = await asyncio.gather(
            exchange.ticker(entry.pair), _trading(exchange).terms([entry.pair]), _trading(exchange).funds()
        )
        if not terms:
            raise Refused(f"{entry.pair} is not traded at {entry.account} now.")
        return Offer(ticker.last, terms[0], funds.get(pays, NONE))

    return services.network.run(it())


@exact_math()
def prepared(entry: Entry, offer: Offer, *, budget: Decimal, slippage: Decimal, limited: bool) -> Entry:
    """The order as it is to be given, or why it is not: SKIPPED with its reason.

    `budget` is what a buy may spend of the quote. A limit is `slippage` beyond the plan's price, or as far as the money
    goes, where that is less: venues lock what an order would cost at its limit.
    """
    if moved := drift(entry, offer.price, slippage):
        return replace(entry, state=OrderState.SKIPPED, reason=moved)
    with_fee = 1 + (offer.terms.taker or NONE)
    quantity = min(entry.quantity, offer.free)
    if entry.side is Side.BUY:
        quantity = min(entry.quantity, max(min(budget, offer.free), NONE) / (offer.price * with_fee))
    market = Market(
        entry.account,
        entry.pair.base,
        offer.price,
        step=offer.terms.quantity_step,
        least_quantity=offer.terms.least_quantity,
        least_value=offer.terms.least_value,
    )
    rounded = market.rounded(quantity)
    if why := market.why_not(rounded, entry.pair.quote):
        short = quantity < entry.quantity
        pays = entry.pair.quote if entry.side is Side.BUY else entry.pair.base
        return replace(entry, state=OrderState.SKIPPED, reason=f"there is too little {pays} for it" if short else why)
    limit = _limit(entry, offer.terms, slippage) if limited else None
    if limit is not None and entry.side is Side.BUY:
        limit = min(limit, _stepped(offer.free / (rounded * with_fee), offer.terms.price_step, ROUND_FLOOR))
    less = f"less than planned: only {plain(rounded)} was there" if rounded < entry.quantity else ""
    return replace(entry, state=OrderState.SENDING, sent_quantity=rounded, limit=limit, reason=less)


@exact_math()
def drift(entry: Entry, price: Decimal, slippage: Decimal) -> str:
    """Why the price is not the plan's any more; "" where it is within `slippage`."""
    off = abs(price - entry.price) / entry.price
    if off <= slippage:
        return ""
    return f"{entry.pair} went from {plain(entry.price)} to {plain(price)}, by {off * 100:.1f}%"


def give(services: Services, entry: Entry, *, patience: float) -> Entry:
    """Give an order that is SENDING, and follow it for so many seconds to its end.

    Raises Undecided where its fate is not known.
    """

    async def it() -> Entry:
        exchange = services.exchange(entry.account)
        try:
            order = await _placed(exchange, _request(entry))
        except RateLimited as error:
            raise Undecided(
                f"{_named(entry)} was not taken: {error.message}",
                next_step="Once the venue may be asked again: kit portfolio rebalance --resume",
            ) from None
        except KitError as error:
            found = await _looked_for(exchange, entry, error)
            if found is None:
                return replace(entry, state=OrderState.REJECTED, reason=error.message)
            order = found
        return await _followed(exchange, entry, order, patience)

    return services.network.run(it())


def find(services: Services, entry: Entry, *, patience: float) -> Entry | None:
    """An order that was given and lost sight of, followed to its end; None where the venue never had it.

    Raises Undecided where the venue does not say.
    """

    async def it() -> Entry | None:
        exchange = services.exchange(entry.account)
        try:
            order = await _trading(exchange).placed(entry.pair, entry.client_id)
        except KitError as error:
            raise _undecided(entry, error) from None
        return None if order is None else await _followed(exchange, entry, order, patience)

    return services.network.run(it())


async def _placed(exchange: Exchange, request: OrderRequest) -> Order:
    """A venue that was asked too often has not taken the order: it is asked again, a few times, ever later.

    Raises RateLimited where it wants to be left alone for longer than anybody should wait.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return await exchange.place_order(request)
        except RateLimited as error:
            pause = error.retry_after or _LIMITED_SECONDS * 2**attempt
            if pause > _LONGEST_PAUSE_SECONDS:
                raise
            await asyncio.sleep(pause)
    return await exchange.place_order(request)


async def _followed(exchange: Exchange, entry: Entry, order: Order, patience: float) -> Entry:
    """Wait for it a while, then cancel what is left of it."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    try:
        while order.status is OrderStatus.OPEN and loop.time() < end:
            await asyncio.sleep(_PAUSE_SECONDS)
            order = await exchange.fetch_order(order.id)
        if order.status is OrderStatus.OPEN:
            order = await _cancelled(exchange, order)
    except KitError as error:
        raise _undecided(entry, error) from None
    return _noted(entry, order)


async def _cancelled(exchange: Exchange, order: Order) -> Order:
    """A venue that will not cancel may have filled it meanwhile."""
    try:
        return await exchange.cancel_order(order.id)
    except Refused:
        return await exchange.fetch_order(order.id)


def _noted(entry: Entry, order: Order) -> Entry:
    states = {OrderStatus.FILLED: OrderState.FILLED, OrderStatus.REJECTED: OrderState.REJECTED}
    usual = OrderState.PARTLY if order.filled else OrderState.CANCELLED
    state = states.get(order.status, usual)
    reasons = {
        OrderState.PARTLY: "the market took no more of it at its limit",
        OrderState.CANCELLED: "the market took nothing of it at its limit",
        OrderState.REJECTED: "the venue rejected it",
    }
    return replace(
        entry,
        state=state,
        order_id=order.id,
        filled=order.filled,
        average=order.average,
        fee=order.fee,
        fee_asset=order.fee_asset,
        reason=reasons.get(state, entry.reason),
    )


async def _looked_for(exchange: Exchange, entry: Entry, failure: KitError) -> Order | None:
    """The order, if the venue has it in spite of that failure; None where it said no and has none.

    Raises Undecided where it may still have it: a lost question can arrive late.
    """
    for each in range(_LOOKS):
        try:
            found = await _trading(exchange).placed(entry.pair, entry.client_id)
        except KitError:
            await asyncio.sleep(_PAUSE_SECONDS * (each + 1))
            continue
        if found is not None or not isinstance(failure, _UNCERTAIN):
            return found
        await asyncio.sleep(_PAUSE_SECONDS * (each + 1))
    raise _undecided(entry, failure)


def _request(entry: Entry) -> OrderRequest:
    quantity = entry.quantity if entry.sent_quantity is None else entry.sent_quantity
    return OrderRequest(entry.pair, entry.side, quantity, limit=entry.limit, client_id=entry.client_id)


def _limit(entry: Entry, terms: TradingTerms, slippage: Decimal) -> Decimal:
    """The worst price that is still taken, in the venue's steps and inside of them."""
    buys = entry.side is Side.BUY
    worst = entry.price * (1 + slippage if buys else 1 - slippage)
    return _stepped(worst, terms.price_step, ROUND_FLOOR if buys else ROUND_CEILING)


def _stepped(price: Decimal, step: Decimal | None, rounding: str) -> Decimal:
    """On the venue's step; where it names none, with twelve digits."""
    step = step or Decimal(1).scaleb(price.adjusted() - 11)
    return (price / step).to_integral_value(rounding=rounding) * step


def _trading(exchange: Exchange) -> Trading:
    if not isinstance(exchange, Trading):
        raise Refused("K.I.T. cannot trade at this account.")
    return exchange


def _undecided(entry: Entry, error: KitError) -> Undecided:
    return Undecided(
        f"{_named(entry)} was given, and what became of it is not known: {error.message}",
        next_step="Once the venue answers again: kit portfolio rebalance --resume",
    )


def _named(entry: Entry) -> str:
    return f"Order {entry.number} ({entry.side} {plain(entry.quantity)} {entry.pair} at {entry.account})"
