"""What the accounts hold and what it is worth. FORMULAS §1 and §5.

A holding counts with its reported quantity where the venue has said one, else with the calculated
one; `basis` says which. Value = quantity × price; an asset without a price has no value, leaves the
total, and the coverage says so. Sums and products are exact; only a share is rounded, to 12 places.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import groupby
from typing import Literal

from kit import Money, Ratio, exact_math

from .prices import Price, PriceBook

_SHARE_STEP = Decimal("1E-12")


@dataclass(frozen=True, slots=True)
class Position:
    """What is known of one asset in one account: said by the venue, summed from the records, or both."""

    account: str
    asset: str
    reported: Decimal | None = None
    reported_at: datetime | None = None
    calculated: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """One asset in one account. `discrepancy` is reported − calculated, None where nothing is reported."""

    account: str
    asset: str
    quantity: Decimal
    basis: Literal["reported", "calculated"]
    reported: Decimal | None
    reported_at: datetime | None
    calculated: Decimal
    discrepancy: Decimal | None
    price: Price | None
    value: Money | None
    share: Ratio | None


@dataclass(frozen=True, slots=True)
class AssetTotal:
    """One asset over all accounts."""

    asset: str
    quantity: Decimal
    price: Price | None
    value: Money | None
    share: Ratio | None


@dataclass(frozen=True, slots=True)
class AccountTotal:
    """One account over all assets. `value` covers `priced` of its `held` assets, None where none is priced."""

    account: str
    value: Money | None
    share: Ratio | None
    priced: int
    held: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the portfolio the total speaks for: `priced` of `held` assets.

    `oldest` is the oldest price's day, `oldest_at` its instant, where all are quotes.
    """

    priced: int
    held: int
    unpriced: tuple[str, ...]
    oldest: date | None
    oldest_assets: tuple[str, ...]
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Valuation:
    """The portfolio in one currency. `total` is None where nothing at all has a price.

    `assets` and `accounts` come by value, the largest first, those without one last.
    """

    currency: str
    total: Money | None
    holdings: tuple[Holding, ...]
    assets: tuple[AssetTotal, ...]
    accounts: tuple[AccountTotal, ...]
    coverage: Coverage


@exact_math()
def value_portfolio(positions: Iterable[Position], book: PriceBook, currency: str) -> Valuation:
    """The holdings of `positions` in `currency`, at the newest prices of `book`. Nothing held: everything empty.

    What is exactly zero is no holding; it is still listed among `holdings` where reported and calculated differ.
    """
    held = [position for position in positions if _quantity(position) or _discrepancy(position)]
    prices = {asset: book.price(asset, currency) for asset in {position.asset for position in held}}
    values = {(each.account, each.asset): _value(_quantity(each), prices[each.asset]) for each in held}
    total = _sum(values.values())
    holdings = tuple(_holding(each, prices[each.asset], values[each.account, each.asset], total) for each in held)
    assets = _asset_totals(holdings, total)
    return Valuation(
        currency=currency,
        total=total,
        holdings=tuple(sorted(holdings, key=lambda each: (each.account, *_largest_first(each.value, each.asset)))),
        assets=assets,
        accounts=_account_totals(holdings, total),
        coverage=_coverage(assets),
    )


def _quantity(position: Position) -> Decimal:
    if position.reported is not None:
        return position.reported
    return position.calculated or Decimal(0)


def _discrepancy(position: Position) -> Decimal | None:
    if position.reported is None:
        return None
    return (position.reported - (position.calculated or Decimal(0))) or Decimal(0)


def _value(quantity: Decimal, price: Price | None) -> Money | None:
    return None if price is None else Money(quantity * price.amount, price.currency)


def _holding(position: Position, price: Price | None, value: Money | None, total: Money | None) -> Holding:
    return Holding(
        account=position.account,
        asset=position.asset,
        quantity=_quantity(position),
        basis="calculated" if position.reported is None else "reported",
        reported=position.reported,
        reported_at=position.reported_at,
        calculated=position.calculated or Decimal(0),
        discrepancy=_discrepancy(position),
        price=price,
        value=value,
        share=share_of(value, total),
    )


def _asset_totals(holdings: Iterable[Holding], total: Money | None) -> tuple[AssetTotal, ...]:
    totals = []
    for asset, group in groupby(sorted(holdings, key=lambda each: each.asset), key=lambda each: each.asset):
        parts = [part for part in group if part.quantity]
        if not parts:
            continue
        value = _sum(part.value for part in parts)
        quantity = sum((part.quantity for part in parts), Decimal(0))
        totals.append(AssetTotal(asset, quantity, parts[0].price, value, share_of(value, total)))
    return tuple(sorted(totals, key=lambda each: _largest_first(each.value, each.asset)))


def _account_totals(holdings: Iterable[Holding], total: Money | None) -> tuple[AccountTotal, ...]:
    totals = []
    for account, group in groupby(sorted(holdings, key=lambda each: each.account), key=lambda each: each.account):
        values = [part.value for part in group if part.quantity]
        if not values:
            continue
        value = _sum(values)
        priced = sum(each is not None for each in values)
        totals.append(AccountTotal(account, value, share_of(value, total), priced, len(values)))
    return tuple(sorted(totals, key=lambda each: _largest_first(each.value, each.account)))


def _coverage(assets: Iterable[AssetTotal]) -> Coverage:
    known = [each for each in assets if each.price is not None]
    unpriced = tuple(each.asset for each in assets if each.price is None)
    days = {each.asset: each.price.day for each in known if each.price and each.price.day}
    oldest = min(days.values(), default=None)
    instants = [each.price.time for each in known if each.price and each.price.day]
    return Coverage(
        priced=len(known),
        held=len(known) + len(unpriced),
        unpriced=unpriced,
        oldest=oldest,
        oldest_assets=tuple(sorted(asset for asset, day in days.items() if day == oldest)),
        oldest_at=min(times) if (times := [each for each in instants if each]) and len(times) == len(days) else None,
    )


def share_of(value: Money | None, total: Money | None) -> Ratio | None:
    """The part of `total` that `value` is; None where either is missing, or the total is not positive."""
    if value is None or total is None or total.amount <= 0:
        return None
    return Ratio((value.amount / total.amount).quantize(_SHARE_STEP, rounding=ROUND_HALF_EVEN))


def _sum(values: Iterable[Money | None]) -> Money | None:
    total = None
    for value in values:
        if value is not None:
            total = value if total is None else total + value
    return total


def _largest_first(value: Money | None, name: str) -> tuple[bool, Decimal, str]:
    return value is None, Decimal(0) if value is None else value.amount.copy_negate(), name
