"""What exports of holdings and lots say."""

from __future__ import annotations

from collections.abc import Iterable

from kit import Column, Money, Table, Value

from ..core.disposals import OpenLot
from ..portfolio import Portfolio


def holdings_table(portfolio: Portfolio) -> Table:
    """Every account and asset under the account's own name; quantities reported and calculated, price and value."""
    prices = {each.asset: each.price for each in portfolio.valuation.assets}
    rows: list[tuple[Value, ...]] = []
    for each in portfolio.valuation.holdings:
        price = prices.get(each.asset)
        rows.append(
            (
                each.account,
                each.asset,
                each.quantity,
                each.basis,
                each.reported,
                each.calculated,
                each.discrepancy,
                Money(price.amount, price.currency) if price else None,
                price.source if price else None,
                price.day if price else None,
                each.value,
                each.share,
            )
        )
    titles = (
        *("Account", "Asset", "Quantity", "Basis", "Reported", "Calculated", "Discrepancy"),
        *("Price", "Source", "Day", "Value", "Share"),
    )
    return Table(tuple(Column(title, title.lower()) for title in titles), tuple(rows))


def lots_table(lots: Iterable[OpenLot], currency: str) -> Table:
    """Every open lot: where it is, what it cost, how, when and by which record it was acquired."""
    rows: list[tuple[Value, ...]] = []
    for each in lots:
        origin = each.origin
        rows.append(
            (
                each.asset,
                each.account,
                each.quantity,
                Money(each.cost, currency) if each.has_basis else None,
                origin.time,
                origin.kind.value,
                origin.account,
                origin.key.id,
                " → ".join(hop.to_account for hop in each.path),
                ", ".join(sorted(each.flags)),
            )
        )
    titles = ("asset", "account", "quantity", "cost", "acquired", "kind", "acquired_on", "record", "moved_to", "flags")
    return Table(tuple(Column(title, title) for title in titles), tuple(rows))
