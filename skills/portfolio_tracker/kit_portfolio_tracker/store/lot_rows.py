"""The computed lots in the store, and what they are computed from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, delete, func, insert, or_, select

from kit import Kind, Record

from ..core.day_rates import Series
from ..core.events import RecordKey
from ..core.fiat import FIAT
from .records import counted, stored_records, unremoved
from .tables import lots, positions, price_series, prices, records

_FEW = 20
_NEWEST = 8
_TRANSFERS = (Kind.DEPOSIT.value, Kind.WITHDRAWAL.value, Kind.TRANSFER.value)


@dataclass(frozen=True, slots=True)
class SavedLots:
    """The state of an asset's ledger (`saving`), everything before an instant taken in."""

    before: datetime
    state: str


def records_since(connection: Connection, since: datetime | None, assets: Collection[str] | None) -> Iterator[Record]:
    """The records that count from that instant on, by time; of `assets` only, where they are few."""
    wanted = select(*counted).where(unremoved)
    if since is not None:
        wanted = wanted.where(records.c.time >= since)
    if assets is not None and len(assets) <= _FEW:
        columns = records.c.received_asset, records.c.sent_asset, records.c.fee_asset
        wanted = wanted.where(or_(*(column.in_(sorted(assets)) for column in columns)))
    return stored_records(connection, wanted.order_by(records.c.time))


def records_until(connection: Connection, until: datetime) -> Iterator[Record]:
    """The records that count before that instant, in no particular order."""
    return stored_records(connection, select(*counted).where(unremoved, records.c.time < until))


def transfers_since(connection: Connection, since: datetime | None) -> Iterator[Record]:
    """The deposits, withdrawals and transfers that count from that instant on, by time."""
    wanted = select(*counted).where(unremoved, records.c.kind.in_(_TRANSFERS))
    if since is not None:
        wanted = wanted.where(records.c.time >= since)
    return stored_records(connection, wanted.order_by(records.c.time))


def record_of(connection: Connection, key: RecordKey) -> Record:
    """The record of that key, which is there."""
    wanted = select(*counted).where(records.c.account == key.account, records.c.id == key.id)
    return next(stored_records(connection, wanted))


def ledger_extent(connection: Connection) -> tuple[datetime, datetime] | None:
    """The instants of the first and the last record that counts.

    Asked for one by one, so that each is found in the index of times.
    """
    ends = (select(end(records.c.time)).where(unremoved).scalar_subquery() for end in (func.min, func.max))
    first, last = connection.execute(select(*ends)).one()
    return None if first is None else (first, last)


def fiat_without_rates(connection: Connection, currency: str, day: date) -> frozenset[str]:
    """The state money in the ledger, and the dollar, whose stored rates in `currency` do not reach back to that day.

    A rate the other way round serves as well.
    """
    held = set(connection.scalars(select(positions.c.asset).distinct())) & FIAT
    wanted = ({*held, "USD"} - {currency}) if currency in FIAT else held | {"USD"}
    pairs = select(price_series.c.asset, price_series.c.currency, func.min(prices.c.day)).join_from(
        price_series, prices, prices.c.series == price_series.c.id
    )
    either = (price_series.c.currency == currency) | (price_series.c.asset == currency)
    for asset, quoted, first in connection.execute(
        pairs.where(either).group_by(price_series.c.asset, price_series.c.currency)
    ):
        if first <= day:
            wanted -= {asset, quoted}
    return frozenset(wanted)


def series_of(connection: Connection, asset: str) -> list[Series]:
    """Every stored close of an asset."""
    found = []
    named = select(price_series.c.id, price_series.c.currency, price_series.c.source)
    for row in connection.execute(named.where(price_series.c.asset == asset)).all():
        closes = select(prices.c.day, prices.c.close).where(prices.c.series == row.id).order_by(prices.c.day)
        known = connection.execute(closes).all()
        found.append(Series(asset, row.currency, row.source, [day for day, _ in known], [close for _, close in known]))
    return found


def computed_until(connection: Connection, plan: str) -> dict[str, datetime]:
    """Before which instant everything is in the newest state of each asset under that plan."""
    newest = select(lots.c.asset, func.max(lots.c.before).label("before"))
    newest = newest.where(lots.c.plan == plan).group_by(lots.c.asset)
    return {row.asset: row.before for row in connection.execute(newest)}


def saved_lots(
    connection: Connection, plan: str, assets: Collection[str], *, until: datetime | None = None
) -> dict[str, SavedLots]:
    """The newest state of each of these assets under that plan, of those that do not go beyond an instant."""
    newest = select(lots.c.asset, func.max(lots.c.before).label("before"))
    newest = newest.where(lots.c.plan == plan, lots.c.asset.in_(sorted(assets)))
    if until is not None:
        newest = newest.where(lots.c.before <= until)
    last = newest.group_by(lots.c.asset).subquery()
    wanted = select(lots).join(last, (lots.c.asset == last.c.asset) & (lots.c.before == last.c.before))
    return {row.asset: SavedLots(row.before, row.state) for row in connection.execute(wanted)}


def keep_lots(connection: Connection, plan: str, states: Iterable[tuple[str, SavedLots]]) -> None:
    """Keep states of assets' ledgers."""
    rows = [{"asset": asset, "before": saved.before, "plan": plan, "state": saved.state} for asset, saved in states]
    for row in rows:
        connection.execute(delete(lots).where(lots.c.asset == row["asset"], lots.c.before == row["before"]))
    if rows:
        connection.execute(insert(lots), rows)


def forget_lots(connection: Connection, plan: str, since: Mapping[str, datetime]) -> None:
    """Forget what other plans computed, and of the assets in `since` whatever goes beyond that instant."""
    connection.execute(delete(lots).where(lots.c.plan != plan))
    for asset, instant in since.items():
        connection.execute(delete(lots).where(lots.c.asset == asset, lots.c.before > instant))


def thin_out(connection: Connection, assets: Iterable[str]) -> None:
    """Of each asset's states that stand at no start of a year, only the newest `_NEWEST` stay."""
    for asset in assets:
        kept = connection.scalars(select(lots.c.before).where(lots.c.asset == asset).order_by(lots.c.before.desc()))
        between = [before for before in kept if (before.month, before.day, before.time()) != (1, 1, time.min)]
        for before in between[_NEWEST:]:
            connection.execute(delete(lots).where(lots.c.asset == asset, lots.c.before == before))
