"""What the holdings of a portfolio cost, by the ledger."""

from __future__ import annotations

from collections.abc import Mapping

from .core.basis import Basis, basis_of
from .ledger import AssetState
from .portfolio import Portfolio


def bases_of(portfolio: Portfolio, states: Mapping[str, AssetState]) -> dict[str, Basis]:
    """By asset, at the prices of the portfolio."""
    prices = {each.asset: each.price for each in portfolio.valuation.assets}
    currency = portfolio.valuation.currency
    return {asset: basis_of(state.held, prices.get(asset), currency) for asset, state in states.items()}
