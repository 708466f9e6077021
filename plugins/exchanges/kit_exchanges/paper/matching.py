"""What an order costs, locks and moves: the rules of the simulated venue, without any state.

Every figure is exact. A venue has a smallest step; here it is 18 decimals for quantities and limits, and
prices carry 12 significant digits, so that no product exceeds the 100 digits of `exact_math`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Literal

from kit import ExchangeError, Kind, OrderRequest, Pair, Quantity, Side, exact_math, plain

_PRICE = Context(prec=12, rounding=ROUND_HALF_EVEN)
_MOST = Decimal(10) ** 18
_SMALLEST_EXPONENT = -18
STEP = Decimal(1).scaleb(_SMALLEST_EXPONENT)

FeeAsset = Literal["received", "quote"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a fill costs: `rate` of what is traded, paid in the asset received or in the quote."""

    rate: Decimal
    fee_asset: FeeAsset


@dataclass(frozen=True, slots=True)
class Fill:
    """What one execution moves. `fee` goes out besides `sent`; it may be in the received asset."""

    kind: Kind
    price: Decimal
    received: Quantity
    sent: Quantity
    fee: Quantity


def cross_price(base: Decimal, quote: Decimal) -> Decimal:
    """The price of one unit of base in the quote, from the prices of both in one currency."""
    return _PRICE.divide(base, quote)


def check_request(request: OrderRequest) -> None:
    """Raises ExchangeError for an order no venue would take."""
    if request.pair.base == request.pair.quote:
        raise ExchangeError(f"{request.pair} trades an asset against itself.", next_step="Name two assets.")
    _check_figure("quantity", request.quantity)
    if request.limit is not None:
        _check_figure("limit", request.limit)


def _check_figure(name: str, value: Decimal) -> None:
    if not isinstance(value, Decimal):
        raise TypeError(f"the {name} of an order is a Decimal, not {type(value).__name__}")
    if not value.is_finite() or value <= 0:
        raise ExchangeError(f"The {name} of an order is more than zero, not {value}.")
    exponent = value.normalize(Context(prec=100)).as_tuple().exponent
    if value >= _MOST or not isinstance(exponent, int) or exponent < _SMALLEST_EXPONENT:
        raise ExchangeError(
            f"The {name} {value} is beyond this venue's limits.",
            next_step=f"Use at most 18 decimals, below {plain(_MOST)}.",
        )


@exact_math()
def needed(request: OrderRequest, price: Decimal, terms: Terms) -> Quantity:
    """What an order takes from the free balance at `price`: to spend at once, or to lock."""
    if request.side is Side.SELL:
        return Quantity(request.quantity, request.pair.base)
    cost = request.quantity * price
    fee = cost * terms.rate if terms.fee_asset == "quote" else Decimal(0)
    return Quantity(cost + fee, request.pair.quote)


@exact_math()
def execute(pair: Pair, side: Side, quantity: Decimal, price: Decimal, terms: Terms) -> Fill:
    """The whole order, filled at `price`."""
    base, quote = Quantity(quantity, pair.base), Quantity(quantity * price, pair.quote)
    received, sent = (base, quote) if side is Side.BUY else (quote, base)
    charged = received if terms.fee_asset == "received" else quote
    fee = Quantity(charged.amount * terms.rate, charged.asset)
    return Fill(Kind.BUY if side is Side.BUY else Kind.SELL, price, received, sent, fee)


def crosses(side: Side, limit: Decimal, price: Decimal) -> bool:
    """Whether a limit order can be filled while the market stands at `price`."""
    return price <= limit if side is Side.BUY else price >= limit
