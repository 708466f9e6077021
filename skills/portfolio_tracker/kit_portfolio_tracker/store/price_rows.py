"""Stored prices: daily closes by series, and the newest quotes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from kit import PricePoint, Store

from .changes import EVERY_ASSET, mark_changed
from .quote_rows import keep_quotes, latest_quotes
from .tables import insert_numbered, price_series, prices

_SeriesKey = tuple[str, str, str]


class PriceWriter:
    """Prices on their way into the store, inside the caller's transaction. The last word on a day wins."""

    def __init__(self, store: Store, connection: Connection) -> None:
        self.added = 0
        self.changed = 0
        self.known = 0
        self._store = store
        self._connection = connection
        self._series: dict[_SeriesKey, int] = {}

    def add(self, points: Sequence[PricePoint]) -> None:
        """Keep these prices."""
        closes = {(self._series_of(point), point.day): point.close for point in points}
        self.known += len(points) - len(closes)
        changed = []
        new = []
        for series, group in groupby(sorted(closes), key=lambda key: key[0]):
            days = [day for _, day in group]
            before = self._closes(series, min(days), max(days))
            for day in days:
                close = closes[series, day]
                if day not in before:
                    new.append((series, day, close))
                elif before[day] != close:
                    changed.append({"of": series, "on": day, "close": close})
        self._store.bulk_insert(self._connection, prices, ("series", "day", "close"), new)
        if changed:
            key = (prices.c.series == bindparam("of")) & (prices.c.day == bindparam("on"))
            self._connection.execute(update(prices).where(key).values(close=bindparam("close")), changed)
        if days := [*(day for _, day, _ in new), *(each["on"] for each in changed)]:
            mark_changed(self._connection, EVERY_ASSET, datetime.combine(min(days), time.min, UTC))
        self.added += len(new)
        self.changed += len(changed)
        self.known += len(closes) - len(new) - len(changed)

    def _closes(self, series: int, first: date, last: date) -> dict[date, Any]:
        wanted = select(prices.c.day, prices.c.close).where(
            prices.c.series == series, prices.c.day.between(first, last)
        )
        return {row.day: row.close for row in self._connection.execute(wanted)}

    def _series_of(self, point: PricePoint) -> int:
        key = point.asset, point.currency, point.source
        if key not in self._series:
            names = dict(zip(("asset", "currency", "source"), key, strict=True))
            found = self._connection.scalar(select(price_series.c.id).filter_by(**names))
            if found is None:
                found = insert_numbered(self._connection, price_series, **names)
            self._series[key] = found
        return self._series[key]


def keep_prices(store: Store, points: Iterable[PricePoint]) -> None:
    """Keep these prices, in one transaction: the closes of days, and of quotes the newest."""
    known = list(points)
    with store.write() as connection:
        PriceWriter(store, connection).add([point for point in known if point.time is None])
        keep_quotes(connection, known)


def latest_prices(connection: Connection, assets: Collection[str], *, until: date) -> list[PricePoint]:
    """The newest close, not after the day `until`, of every series of these assets, and their newest quotes."""
    if not assets:
        return []
    newest = (
        select(func.max(prices.c.day))
        .where(prices.c.series == price_series.c.id, prices.c.day <= until)
        .scalar_subquery()
        .correlate(price_series)
    )
    # One seek per series: the primary key of prices is (series, day).
    wanted = (
        select(prices.c.day, price_series.c.asset, prices.c.close, price_series.c.currency, price_series.c.source)
        .join_from(price_series, prices, (prices.c.series == price_series.c.id) & (prices.c.day == newest))
        .where(price_series.c.asset.in_(sorted(assets)))
    )
    closes = [PricePoint(*row) for row in connection.execute(wanted)]
    return closes + latest_quotes(connection, assets, until=until)
