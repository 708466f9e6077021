"""Orders, between K.I.T.'s words and the terminal's: units and lots, client ids and magic numbers, states."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from kit import Order, OrderRequest, OrderStatus, Refused, Side, exact_math, plain

from .symbols import Symbol, figure, text, whole

DEAL, PENDING, REMOVE = 1, 5, 8
_LONGEST_COMMENT = 31
_DEVIATION = 20
_STATES = {2: OrderStatus.CANCELLED, 4: OrderStatus.FILLED, 5: OrderStatus.REJECTED, 6: OrderStatus.CANCELLED}
_FILL_OR_KILL, _IMMEDIATE_OR_CANCEL, _RETURN = 0, 1, 2


def lots(request: OrderRequest, symbol: Symbol) -> Decimal:
    """The quantity in lots. Raises Refused where it is none that the symbol is traded in."""
    if not request.quantity.is_finite() or request.quantity <= 0:
        raise Refused(f"A quantity is above zero, not {request.quantity}.")
    if request.limit is not None and (not request.limit.is_finite() or request.limit <= 0):
        raise Refused(f"A limit is above zero, not {request.limit}.")
    with exact_math():
        volume = request.quantity / symbol.lot
        if volume % symbol.step or not symbol.smallest <= volume <= symbol.largest:
            raise Refused(
                f"{plain(request.quantity)} {request.pair.base} cannot be traded as {symbol.name}: "
                f"it goes in steps of {plain(symbol.units(symbol.step))}, from {plain(symbol.units(symbol.smallest))} "
                f"to {plain(symbol.units(symbol.largest))}."
            )
        return volume


def client_id(request: OrderRequest) -> str:
    """The request's own id, else a new one. Raises Refused where no terminal could keep it."""
    wanted = request.client_id or f"kit-{uuid.uuid4().hex[:20]}"
    if len(wanted) > _LONGEST_COMMENT or not wanted.isascii() or not wanted.isprintable():
        raise Refused(f"MetaTrader keeps a client id of at most {_LONGEST_COMMENT} plain characters.")
    return wanted


def magic(own_id: str) -> int:
    """The number an order carries for its client id. The comment carries the id itself, but brokers change comments."""
    return int.from_bytes(hashlib.blake2b(own_id.encode(), digest_size=8).digest()) >> 1


def trade_request(
    request: OrderRequest, symbol: Symbol, volume: Decimal, own_id: str, price: Decimal
) -> dict[str, Any]:
    """What `order_send` takes; `price` is the market's, for an order without a limit."""
    is_sale = request.side is Side.SELL
    at_market = request.limit is None
    asked: dict[str, Any] = {
        "action": DEAL if at_market else PENDING,
        "symbol": symbol.name,
        "volume": volume,
        "type": int(is_sale) + (0 if at_market else 2),
        "price": price if request.limit is None else request.limit,
        "magic": magic(own_id),
        "comment": own_id,
        "type_time": 0,
        "type_filling": _filling(symbol) if at_market else _RETURN,
    }
    if at_market:
        asked["deviation"] = _DEVIATION
    return asked


def _filling(symbol: Symbol) -> int:
    """The symbol's flags say 1 for fill or kill, 2 for immediate or cancel."""
    if symbol.filling & 1:
        return _FILL_OR_KILL
    return _IMMEDIATE_OR_CANCEL if symbol.filling & 2 else _RETURN


def order(
    said: Mapping[str, Any],
    deals: Sequence[Mapping[str, Any]],
    symbol: Symbol,
    *,
    currency: str,
    time: datetime,
    own_id: str | None = None,
) -> Order:
    """An order from what the terminal says of it and of its deals. Raises OddAnswer."""
    kind, state = whole(said, "type"), whole(said, "state")
    with exact_math():
        filled = sum((figure(deal, "volume") for deal in deals), Decimal(0))
        costs = sum(
            (figure(deal, part) for deal in deals for part in ("commission", "fee") if part in deal), Decimal(0)
        )
        spent = sum((figure(deal, "volume") * figure(deal, "price") for deal in deals), Decimal(0))
        average = spent / filled if filled else None
    return Order(
        id=str(whole(said, "ticket")),
        client_id=own_id or _own_id(said),
        pair=symbol.pair,
        side=Side.SELL if kind % 2 else Side.BUY,
        quantity=symbol.units(figure(said, "volume_initial")),
        limit=figure(said, "price_open") if kind >= 2 else None,
        status=_STATES.get(state, OrderStatus.OPEN),
        filled=symbol.units(filled),
        average=average,
        fee=max(costs.copy_negate(), Decimal(0)),
        fee_asset=currency,
        time=time,
    )


def is_the_same(known: Order, request: OrderRequest) -> bool:
    """Whether a known order is what the request asks for."""
    wanted = (request.pair, request.side, request.quantity, request.limit)
    return (known.pair, known.side, known.quantity, known.limit) == wanted


def _own_id(said: Mapping[str, Any]) -> str:
    comment, number = text(said, "comment"), whole(said, "magic")
    return comment if comment and magic(comment) == number else f"magic:{number}"
