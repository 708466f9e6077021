"""What an export of holdings says: a row an account and asset."""

from __future__ import annotations

from kit import Column, Money, Table, Value

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
