"""`kit holdings`: every asset, some of them, or one account by account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kit import (
    Column,
    Heading,
    Metric,
    Metrics,
    Money,
    Quantity,
    Reply,
    Services,
    Table,
    Text,
    plain,
)

from ..asset_renames import unknown_asset
from ..bases import bases_of
from ..core.basis import NO_BASIS, Basis, basis_of
from ..core.disposals import OpenLot
from ..core.lots import Held
from ..core.prices import Price
from ..core.valuation import AssetTotal, Holding
from ..ledger import AssetState, ledger_states
from ..portfolio import Portfolio, asset_now, load_portfolio
from ..refreshing import refresh
from .findings import exit_code, findings
from .gains import GAIN_COLUMNS, gain_cells
from .overview import nothing_held


@dataclass(frozen=True, slots=True)
class Holdings:
    """Every asset held that was asked for, the most valuable first; `total` covers those with a price.

    `bases` by asset. A share is that of the whole portfolio.
    """

    currency: str
    total: Money | None
    assets: tuple[AssetTotal, ...]
    bases: Mapping[str, Basis]


@dataclass(frozen=True, slots=True)
class AssetHoldings:
    """One asset: all of it, and account by account. A share is that of the asset, not of the portfolio.

    `basis` is what it cost, `lots` what is left of what was acquired, the oldest first.
    """

    asset: str
    quantity: Quantity
    price: Price | None
    value: Money | None
    accounts: tuple[Holding, ...]
    basis: Basis = NO_BASIS
    lots: tuple[OpenLot, ...] = ()


def show(services: Services, *, asset: str | None, others: tuple[str, ...], offline: bool) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    asked = dict.fromkeys(asset_now(services, each) for each in (asset, *others) if each is not None)
    alone = next(iter(asked)) if len(asked) == 1 else None
    portfolio = load_portfolio(services, asset=alone)
    if not portfolio.positions:
        return nothing_held(portfolio)
    states = ledger_states(services, set(asked) or None)
    if alone is not None:
        return _one(portfolio, alone, states.get(alone))
    return _several(portfolio, bases_of(portfolio, states), tuple(asked))


def _several(portfolio: Portfolio, bases: Mapping[str, Basis], asked: Sequence[str]) -> Reply:
    """Those that were asked for, every one where none was."""
    valuation = portfolio.valuation
    if not valuation.assets:
        return nothing_held(portfolio)
    held = {each.asset: each for each in valuation.assets if not asked or each.asset in asked}
    gone = [_held_no_more(portfolio, each).blocks[0] for each in asked if each not in held]
    total = valuation.total
    if asked:
        worth = [each.value for each in held.values() if each.value is not None]
        total = sum(worth[1:], start=worth[0]) if worth else None
    problems = findings(portfolio)
    return Reply(
        data=Holdings(valuation.currency, total, tuple(held.values()), bases),
        blocks=(
            Heading("Holdings", "💼", rule=True),
            Table(
                columns=(
                    Column("Asset", "asset"),
                    Column("Quantity", "quantity", "right"),
                    Column("Price", "price", "right"),
                    Column("Value", "value", "right"),
                    Column("Share", "share", "right"),
                    *GAIN_COLUMNS,
                ),
                rows=tuple(
                    (
                        each.asset,
                        Quantity(each.quantity, each.asset),
                        _money(each.price),
                        each.value,
                        each.share,
                        *gain_cells(bases.get(each.asset, NO_BASIS)),
                    )
                    for each in held.values()
                ),
            ),
            *gone,
            Metrics((Metric("Total", total),)),
        ),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _one(portfolio: Portfolio, asset: str, state: AssetState | None) -> Reply:
    valuation = portfolio.valuation
    if not valuation.assets:
        return _held_no_more(portfolio, asset)
    total = valuation.assets[0]
    problems = findings(portfolio)
    lots = tuple(sorted(state.lots, key=lambda lot: lot.origin.time)) if state else ()
    basis = basis_of(state.held if state else Held(), total.price, valuation.currency)
    return Reply(
        data=AssetHoldings(
            asset, Quantity(total.quantity, asset), total.price, total.value, valuation.holdings, basis, lots
        ),
        blocks=(
            Heading(f"{asset} Holdings", "💼", rule=True),
            Metrics(
                (
                    Metric("Quantity", Quantity(total.quantity, asset)),
                    Metric("Price", _money(total.price), note=_origin(total.price)),
                    Metric("Value", total.value),
                    Metric("Cost", basis.cost, note=_without(basis, asset)),
                    Metric("ROI", basis.roi, signed=True),
                    Metric("Unrealized Gain", basis.unrealized, signed=True),
                )
            ),
            Table(
                columns=(
                    Column("Account", "account"),
                    Column("Quantity", "quantity", "right", precise=True),
                    Column("Value", "value", "right"),
                    Column("Share", "share", "right"),
                    Column("Basis", "basis"),
                ),
                rows=tuple(
                    (
                        portfolio.label(each.account),
                        Quantity(each.quantity, asset),
                        each.value,
                        each.share,
                        each.basis,
                    )
                    for each in sorted(valuation.holdings, key=lambda each: (-each.quantity, each.account))
                ),
            ),
        ),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _held_no_more(portfolio: Portfolio, asset: str) -> Reply:
    accounts = sorted({portfolio.label(each.account) for each in portfolio.positions if each.asset == asset})
    if not accounts:
        raise unknown_asset(asset, {each.asset for each in portfolio.positions})
    return Reply(
        data=AssetHoldings(asset, Quantity(Decimal(0), asset), None, None, ()),
        blocks=(Text(f"You hold no {asset} now; there was some on {', '.join(accounts)}."),),
    )


def _without(basis: Basis, asset: str) -> str:
    return f"{plain(basis.without)} {asset} without a known cost" if basis.without else ""


def _money(price: Price | None) -> Money | None:
    return None if price is None else Money(price.amount, price.currency)


def _origin(price: Price | None) -> str:
    return f"{price.source}, {price.day}" if price and price.day else ""
