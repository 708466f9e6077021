"""`kit holdings`: every asset, or one asset account by account."""

from __future__ import annotations

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
    UnknownName,
)

from ..core.prices import Price
from ..core.valuation import AssetTotal, Holding
from ..portfolio import Portfolio, load_portfolio
from ..refreshing import refresh
from .findings import exit_code, findings
from .overview import nothing_held


@dataclass(frozen=True, slots=True)
class Holdings:
    """Every asset held, the most valuable first; `total` covers those with a price."""

    currency: str
    total: Money | None
    assets: tuple[AssetTotal, ...]


@dataclass(frozen=True, slots=True)
class AssetHoldings:
    """One asset: all of it, and account by account. A share is that of the asset, not of the portfolio."""

    asset: str
    quantity: Quantity
    price: Price | None
    value: Money | None
    accounts: tuple[Holding, ...]


def show(services: Services, *, asset: str | None, offline: bool) -> Reply:
    """The command."""
    refresh(services, offline=offline)
    portfolio = load_portfolio(services, asset=asset)
    if not portfolio.positions:
        return nothing_held(portfolio)
    return _all(portfolio) if asset is None else _one(portfolio, asset)


def _all(portfolio: Portfolio) -> Reply:
    valuation = portfolio.valuation
    if not valuation.assets:
        return nothing_held(portfolio)
    problems = findings(portfolio)
    return Reply(
        data=Holdings(valuation.currency, valuation.total, valuation.assets),
        blocks=(
            Heading("Holdings", "💼", rule=True),
            Table(
                columns=(
                    Column("Asset", "asset"),
                    Column("Quantity", "quantity", "right"),
                    Column("Price", "price", "right"),
                    Column("Value", "value", "right"),
                    Column("Share", "share", "right"),
                ),
                rows=tuple(
                    (each.asset, Quantity(each.quantity, each.asset), _money(each.price), each.value, each.share)
                    for each in valuation.assets
                ),
            ),
            Metrics((Metric("Total", valuation.total),)),
        ),
        problems=problems,
        exit_code=exit_code(problems),
    )


def _one(portfolio: Portfolio, asset: str) -> Reply:
    valuation = portfolio.valuation
    if not valuation.assets:
        return _held_no_more(portfolio, asset)
    total = valuation.assets[0]
    problems = findings(portfolio)
    return Reply(
        data=AssetHoldings(asset, Quantity(total.quantity, asset), total.price, total.value, valuation.holdings),
        blocks=(
            Heading(f"{asset} Holdings", "💼", rule=True),
            Metrics(
                (
                    Metric("Quantity", Quantity(total.quantity, asset)),
                    Metric("Price", _money(total.price), note=_origin(total.price)),
                    Metric("Value", total.value),
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
        raise UnknownName("asset", asset, {each.asset for each in portfolio.positions})
    return Reply(
        data=AssetHoldings(asset, Quantity(Decimal(0), asset), None, None, ()),
        blocks=(Text(f"You hold no {asset} now; there was some on {', '.join(accounts)}."),),
    )


def _money(price: Price | None) -> Money | None:
    return None if price is None else Money(price.amount, price.currency)


def _origin(price: Price | None) -> str:
    return f"{price.source}, {price.day}" if price and price.day else ""
