"""The stored closes of a span of days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, select

from kit import PricePoint

from .tables import price_series, prices


def closes_between(
    connection: Connection, assets: Collection[str], currency: str, since: date, until: date
) -> list[PricePoint]:
    """Every close of these assets in this currency, both days included, oldest first."""
    wanted = (
        select(prices.c.day, price_series.c.asset, prices.c.close, price_series.c.currency, price_series.c.source)
        .join_from(price_series, prices, prices.c.series == price_series.c.id)
        .where(price_series.c.asset.in_(sorted(assets)), price_series.c.currency == currency)
        .where(prices.c.day.between(since, until))
        .order_by(prices.c.day)
    )
    return [PricePoint(*row) for row in connection.execute(wanted)]
