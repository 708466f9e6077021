"""Quotes: the newest word of each source on what an asset costs, with its instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import Connection, bindparam, delete, insert, select

from kit import PricePoint

from .tables import quotes

_Key = tuple[str, str, str]
_ONE = (
    (quotes.c.asset == bindparam("of")) & (quotes.c.currency == bindparam("in")) & (quotes.c.source == bindparam("by"))
)


def keep_quotes(connection: Connection, points: Iterable[PricePoint]) -> None:
    """Keep those of `points` that have an instant, where nothing newer is there."""
    newest: dict[_Key, PricePoint] = {}
    for point in points:
        key = point.asset, point.currency, point.source
        if point.time is not None and (key not in newest or _at(point) > _at(newest[key])):
            newest[key] = point
    if not newest:
        return
    assets = sorted({asset for asset, _, _ in newest})
    known = {
        (row.asset, row.currency, row.source): row.time
        for row in connection.execute(select(quotes).where(quotes.c.asset.in_(assets)))
    }
    fresh = {key: point for key, point in newest.items() if key not in known or known[key].timestamp() < _at(point)}
    replaced = [{"of": asset, "in": currency, "by": source} for asset, currency, source in fresh.keys() & known.keys()]
    if replaced:
        connection.execute(delete(quotes).where(_ONE), replaced)
    if fresh:
        rows = [
            {"asset": asset, "currency": currency, "source": source, "price": point.close, "time": point.time}
            for (asset, currency, source), point in fresh.items()
        ]
        connection.execute(insert(quotes), rows)


def latest_quotes(connection: Connection, assets: Collection[str], *, until: date) -> list[PricePoint]:
    """The quotes of these assets, those of later days left out."""
    wanted = select(quotes).where(quotes.c.asset.in_(sorted(assets)))
    return [
        PricePoint(row.time.date(), row.asset, row.price, row.currency, row.source, row.time)
        for row in connection.execute(wanted)
        if row.time.date() <= until
    ]


def _at(point: PricePoint) -> float:
    return point.time.timestamp() if point.time else 0.0
