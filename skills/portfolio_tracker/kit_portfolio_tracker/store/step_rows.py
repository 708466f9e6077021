"""What the daily history reads of the store: the quantities of records and the closes of assets, as plain numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, tzinfo
from decimal import Decimal

from sqlalchemy import Connection, String, func, select, type_coerce

from ..core.closes import Closes
from ..core.steps import Legs
from .records import unremoved
from .tables import positions, price_series, prices, records

_BLOCK = 900
"""Seconds in which no zone changes its day twice: every offset is a multiple of a quarter of an hour."""


def all_legs(connection: Connection, zone: tzinfo) -> Iterator[tuple[int, Legs[float]]]:
    """The local ordinal day and the legs of every record that counts, in no particular order."""
    r = records.c
    wanted = select(
        r.time,
        r.account,
        r.id,
        r.kind,
        r.received_asset,
        type_coerce(r.received_quantity, String),
        r.sent_asset,
        type_coerce(r.sent_quantity, String),
        r.fee_asset,
        type_coerce(r.fee_quantity, String),
        r.to_account,
    ).where(unremoved)
    day = ordinal_days(zone)
    for time, account, own_id, kind, got, received, gave, sent, paid, fee, to in connection.execute(wanted):
        yield (
            day(time),
            Legs(
                account,
                own_id,
                kind,
                got,
                None if received is None else float(received),
                gave,
                None if sent is None else float(sent),
                paid,
                None if fee is None else float(fee),
                to,
            ),
        )


def count_records(connection: Connection) -> int:
    """How many records count."""
    return connection.scalar(select(func.count()).select_from(records).where(unremoved)) or 0


def ordinal_days(zone: tzinfo) -> Callable[[datetime], int]:
    """The ordinal of the local day of an instant; quick for many."""
    known: dict[int, int] = {}

    def of(time: datetime) -> int:
        block = int(time.timestamp()) // _BLOCK
        if block not in known:
            known[block] = datetime.fromtimestamp(block * _BLOCK, zone).toordinal()
        return known[block]

    return of


def quantities_now(connection: Connection, accounts: frozenset[str] | None) -> dict[str, Decimal]:
    """What every record together makes of each asset, in these accounts or in all. The caller is in exact_math."""
    wanted = select(positions.c.asset, positions.c.quantity)
    if accounts is not None:
        wanted = wanted.where(positions.c.account.in_(sorted(accounts)))
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for asset, quantity in connection.execute(wanted):
        found[asset] += quantity
    return found


def closes_of(connection: Connection, asset: str, since: date) -> list[Closes]:
    """Every stored close of an asset from that day on, and the last one before, by series."""
    named = select(price_series.c.id, price_series.c.currency, price_series.c.source)
    found = []
    for row in connection.execute(named.where(price_series.c.asset == asset)).all():
        own = prices.c.series == row.id
        before = select(func.max(prices.c.day)).where(own, prices.c.day <= since).scalar_subquery()
        wanted = (
            select(prices.c.day, type_coerce(prices.c.close, String))
            .where(own, prices.c.day >= func.coalesce(before, since))
            .order_by(prices.c.day)
        )
        known = connection.execute(wanted).all()
        days = [day.toordinal() for day, _ in known]
        found.append(Closes(row.currency, row.source, days, [float(close) for _, close in known]))
    return [closes for closes in found if closes.days]
