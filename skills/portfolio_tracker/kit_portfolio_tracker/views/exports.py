"""What exports of holdings and lots say: the same columns whatever is held, money as numbers beside its currency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kit import Column, Table, Value

from ..core.disposals import OpenLot
from ..portfolio import Portfolio

if TYPE_CHECKING:
    from ..store.snapshot_rows import SnapshotRow


def holdings_table(portfolio: Portfolio) -> Table:
    """Every account and asset under the account's own name; quantities reported and calculated, price and value."""
    valuation = portfolio.valuation
    prices = {each.asset: each.price for each in valuation.assets}
    rows: list[tuple[Value, ...]] = []
    for each in valuation.holdings:
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
                price.amount if price else None,
                each.value.amount if each.value else None,
                valuation.currency,
                each.share,
                price.source if price else None,
                price.day if price else None,
            )
        )
    titles = (
        *("account", "asset", "quantity", "basis", "reported", "calculated", "discrepancy"),
        *("price", "value", "currency", "share", "source", "day"),
    )
    return Table(tuple(Column(title, title) for title in titles), tuple(rows))


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
                each.cost if each.has_basis else None,
                currency,
                origin.time,
                origin.kind.value,
                origin.account,
                origin.key.id,
                " → ".join(hop.to_account for hop in each.path),
                ", ".join(sorted(each.flags)),
            )
        )
    titles = (
        *("asset", "account", "quantity", "cost", "currency"),
        *("acquired", "kind", "acquired_on", "record", "moved_to", "flags"),
    )
    return Table(tuple(Column(title, title) for title in titles), tuple(rows))


def snapshots_table(snapshots: Iterable[SnapshotRow]) -> Table:
    """What venues said was held, instant by instant, and what a unit was worth then."""
    titles = ("time", "account", "asset", "quantity", "price", "currency", "source")
    rows = tuple(
        (each.time, each.account, each.asset, each.quantity, each.price, each.currency, each.source)
        for each in snapshots
    )
    return Table(tuple(Column(title, title) for title in titles), rows)
