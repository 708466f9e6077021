"""The portfolio's daily values in the store. They hold until something changes that they follow from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from kit import Store

from ..core.daily import DailySeries
from .tables import days, days_basis

_COLUMNS = ("day", "value", "inflow", "outflow", "invested", "unpriced", "unmatched")
_BASIS = select(days_basis.c.plan, days_basis.c.revision, select(func.min(days.c.day)).scalar_subquery())
_IN_ORDER = select(*(days.c[name] for name in _COLUMNS[1:])).order_by(days.c.day)
_NOBODYS_ZONE = timedelta(days=1)
"""A local day begins less than this before the day of the same name in UTC."""


@dataclass(frozen=True, slots=True)
class KeptDays:
    """The days that are kept, without a gap; None where there are none. `revision` is that of their basis."""

    series: DailySeries | None
    revision: int


def read_days(connection: Connection, plan: str) -> KeptDays:
    """What is kept under that plan."""
    kept_under, revision, first = connection.execute(_BASIS).one()
    if kept_under != plan or first is None:
        return KeptDays(None, revision)
    rows = connection.execute(_IN_ORDER).all()
    return KeptDays(DailySeries(first, *map(list, zip(*rows, strict=True))), revision)


def keep_days(store: Store, connection: Connection, plan: str, series: DailySeries, revision: int) -> None:
    """Keep these days in the place of any from the first of them on, unless their basis changed after `revision`."""
    basis = connection.execute(select(days_basis)).one()
    if basis.revision != revision:
        return
    if basis.plan != plan:
        connection.execute(delete(days))
        connection.execute(update(days_basis).values(plan=plan))
    connection.execute(delete(days).where(days.c.day >= series.first))
    columns = series.value, series.inflow, series.outflow, series.invested, series.unpriced, series.unmatched
    dated = (series.first + timedelta(days=place) for place in range(len(series)))
    store.bulk_insert(connection, days, _COLUMNS, list(zip(dated, *columns, strict=True)))


def forget_days(connection: Connection, since: datetime) -> None:
    """Something that daily values follow from changed at that instant, or later."""
    first = since.date() - _NOBODYS_ZONE if since.date() > date.min else date.min
    connection.execute(delete(days).where(days.c.day >= first))
    connection.execute(update(days_basis).values(revision=days_basis.c.revision + 1))


def days_revision(connection: Connection) -> int:
    """How often something has changed that daily values follow from."""
    revision: int = connection.execute(select(days_basis.c.revision)).scalar_one()
    return revision
