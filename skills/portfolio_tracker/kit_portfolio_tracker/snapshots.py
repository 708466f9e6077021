"""Snapshots: what venues said was held, kept by the clock and after each sync, beside the history from records."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Daily, Every, Job, Money, Schedule, Services, exact_math

from .asset_renames import names_of
from .core.periods import Period
from .core.thinning import superfluous
from .history import EVERYTHING, Part
from .plugin import SECTION
from .portfolio import load_portfolio

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_LATE = time(23, 55)
_SUNDAY = 6
_DAY = timedelta(days=1)


def jobs(services: Services) -> list[Job]:
    """The job that takes one each hour, day or week, if they are wanted."""
    settings: PortfolioSettings = services.settings(SECTION)
    if not _wanted(settings):
        return []
    zone = str(services.timezone)
    schedules: dict[str, Schedule] = {
        "hourly": Every(timedelta(hours=1)),
        "daily": Daily(_LATE, zone),
        "weekly": Daily(_LATE, zone, weekdays=(_SUNDAY,)),
    }
    schedule = schedules[settings.snapshots.interval]
    return [Job("snapshot", "Keep what every account holds, for the history", schedule, take_snapshot)]


def after_sync(services: Services) -> None:
    """The snapshot of the hour, day or week, as it is after a sync."""
    if _wanted(services.settings(SECTION)):
        take_snapshot(services)


def _wanted(settings: PortfolioSettings) -> bool:
    return settings.snapshots.enabled and settings.historical_data


def take_snapshot(services: Services) -> str:
    """Keep what venues say now, and let go what is too old; in a sentence what was done."""
    from .store.snapshot_rows import SnapshotRow, forget_snapshots, keep_snapshot, snapshot_times

    settings: PortfolioSettings = services.settings(SECTION)
    valuation = load_portfolio(services).valuation
    now = services.clock.now().replace(microsecond=0)
    prices = {each.asset: each.price for each in valuation.assets}
    rows = []
    for holding in valuation.holdings:
        if holding.basis == "reported":
            price = prices.get(holding.asset)
            rows.append(
                SnapshotRow(
                    now,
                    holding.account,
                    holding.asset,
                    holding.quantity,
                    price.amount if price else None,
                    valuation.currency,
                    price.source if price else "",
                )
            )
    with services.store.write() as connection:
        forget_snapshots(connection, [now])
        keep_snapshot(services.store, connection, rows)
        old = superfluous(
            snapshot_times(connection),
            interval=settings.snapshots.interval,
            retention=settings.snapshots.retention * _DAY,
            now=now,
            zone=services.timezone,
        )
        forget_snapshots(connection, old)
    if not rows:
        return "No account reports anything yet."
    balances = "balance" if len(rows) == 1 else "balances"
    return f"{len(rows)} {balances} kept, {len(old)} older {'snapshot' if len(old) == 1 else 'snapshots'} let go."


@exact_math()
def reported_totals(services: Services, period: Period, part: Part = EVERYTHING) -> dict[date, Money]:
    """What the part was worth by what venues said was held: at the last snapshot of each day, where all had a price."""
    from .store.snapshot_rows import read_snapshots

    settings: PortfolioSettings = services.settings(SECTION)
    since, until = (
        datetime.combine(day, time.min, services.timezone).astimezone(UTC) for day in (period.first, period.last + _DAY)
    )
    names, totals = names_of(settings), defaultdict[datetime, Decimal | None](Decimal)
    with services.store.read() as connection:
        for row in read_snapshots(connection, since, until):
            if part.accounts is not None and row.account not in part.accounts:
                continue
            if part.asset not in {None, names.latest(row.asset)}:
                continue
            total, price = totals[row.time], row.price if row.currency == settings.base_currency else None
            totals[row.time] = None if total is None or price is None else total + row.quantity * price
    last = {instant.astimezone(services.timezone).date(): total for instant, total in sorted(totals.items())}
    return {day: Money(total, settings.base_currency) for day, total in last.items() if total is not None}
