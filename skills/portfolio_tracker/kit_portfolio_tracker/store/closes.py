"""Stored closes: those of a span of days, what there is of each series, and new ones on their way in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from itertools import groupby, pairwise

from sqlalchemy import Connection, func, join, select

from kit import PricePoint, Store, exact_math

from ..core.asset_changes import AssetNames
from ..core.day_rates import CARRIED
from ..core.price_days import Held, KnownDays
from ..core.prices import MANUAL
from .price_rows import PriceWriter
from .records import unremoved
from .tables import positions, price_series, prices, records

_MONTH = 31


@dataclass(frozen=True, slots=True)
class StoredSeries:
    """The closes of an asset in a currency that one source told: how many, from when to when."""

    id: int
    asset: str
    currency: str
    source: str
    first: date
    last: date
    closes: int


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


def stored_series(connection: Connection) -> list[StoredSeries]:
    """Every series with closes, by asset, currency and source."""
    names = price_series.c.id, price_series.c.asset, price_series.c.currency, price_series.c.source
    wanted = (
        select(*names, func.min(prices.c.day), func.max(prices.c.day), func.count())
        .join_from(price_series, prices, prices.c.series == price_series.c.id)
        .group_by(*names)
        .order_by(*names[1:])
    )
    return [StoredSeries(*row) for row in connection.execute(wanted)]


def days_of_series(connection: Connection, series: StoredSeries) -> list[date]:
    """The days of its closes, oldest first."""
    wanted = select(prices.c.day).where(prices.c.series == series.id).order_by(prices.c.day)
    return list(connection.scalars(wanted))


def longest_gaps(connection: Connection, assets: Collection[str], first: date, last: date) -> dict[str, int]:
    """The most days from a close that counts between `first` and `last` to the next one, or to `last`, by asset.

    Those of a month or less are left out. A close of any source and in any currency ends a gap.
    """
    joined = join(price_series, prices, prices.c.series == price_series.c.id)
    own = price_series.c.asset.in_(sorted(assets))
    within = prices.c.day.between(first, last)
    # A series that lacks few days, and not the first, has no gap: then its days need not be read.
    told = select(price_series.c.id, price_series.c.asset).select_from(joined).where(own, within)
    lacking = (last - first).days + 1 - func.count()
    full = told.group_by(price_series.c.id, price_series.c.asset).having(
        lacking < _MONTH, func.min(prices.c.day) == first
    )
    rest = sorted({*assets} - {row.asset for row in connection.execute(full)})
    own = price_series.c.asset.in_(rest)
    days: defaultdict[str, set[date]] = defaultdict(set)
    before = select(price_series.c.asset, func.max(prices.c.day)).select_from(joined).where(own, prices.c.day < first)
    later = select(price_series.c.asset, prices.c.day).select_from(joined).where(own, within)
    for wanted in (before.group_by(price_series.c.asset), later):
        for asset, day in connection.execute(wanted):
            days[asset].add(day)
    gaps = {
        asset: max((after - day).days for day, after in pairwise((*sorted(told), last)))
        for asset, told in sorted(days.items())
    }
    return {asset: gap for asset, gap in gaps.items() if gap > _MONTH}


def known_days(connection: Connection, currency: str) -> KnownDays:
    """The days that have prices in `currency`, by all stored closes.

    What people alone price they do not price every day: there a price counts for `CARRIED`.
    """
    known = KnownDays(currency)
    names = price_series.c.id, price_series.c.asset, price_series.c.currency
    told = set(connection.scalars(select(price_series.c.asset).where(price_series.c.source != MANUAL)))
    wanted = select(*names, prices.c.day).join_from(price_series, prices, prices.c.series == price_series.c.id)
    rows = connection.execute(wanted.order_by(price_series.c.id))
    for (_, asset, quoted), days in groupby(rows, key=lambda row: tuple(row[:3])):
        known.add(asset, quoted, (row.day for row in days), carried=None if asset in told else CARRIED.days)
    return known


def held_days(connection: Connection, names: AssetNames) -> Held:
    """When each asset was held or moved, by the records that count."""
    held = Held(names)
    columns = records.c
    wanted = select(
        columns.time,
        *(columns.received_asset, columns.received_quantity),
        *(columns.sent_asset, columns.sent_quantity),
        *(columns.fee_asset, columns.fee_quantity),
        columns.to_account,
    )
    rows = connection.execute(
        wanted.where(unremoved).order_by(columns.time).execution_options(stream_results=True, yield_per=5_000)
    )
    with exact_math():
        for time, received, much, sent, less, fee, paid, to_account in rows:
            day = time.astimezone(UTC).date()
            if received is not None:
                held.take(received, much, day)
            if sent is not None:
                held.take(sent, Decimal(0) if to_account else -less, day)
            if fee is not None:
                held.take(fee, -paid, day)
    return held


def accounts_with(connection: Connection) -> Iterator[tuple[str, str]]:
    """(asset, account) of every balance that records ever made."""
    for row in connection.execute(select(positions.c.asset, positions.c.account)):
        yield row.asset, row.account


def keep_closes(store: Store, points: Collection[PricePoint]) -> int:
    """Keep these closes, in one transaction; how many are new or say something else than before."""
    with store.write() as connection:
        writer = PriceWriter(store, connection)
        writer.add(list(points))
    return writer.added + writer.changed
