"""The report of the day: what it says, and the job that sends it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Daily, Invocation, Job, Missed, Money, Notification, Problem, Ratio, Services, exact_math

from .core.fiat import FIAT
from .core.movers import Mover, movers
from .core.periods import parse_period
from .core.stablecoins import is_stablecoin
from .history import History
from .performing import days_of, keeps_history, over
from .plugin import SECTION
from .portfolio import Portfolio, load_portfolio
from .views.findings import findings
from .views.history_findings import left_out_of_returns

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_A_DAY = timedelta(days=1)
_NEAR = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class DailyReport:
    """The portfolio on a day so far. `total` is the headline balance, `change` and `profit` are since local midnight.

    `best` and `worst` are by price over a day. `open_positions` counts leveraged positions, and holdings of anything
    but state money and stablecoins. What rests on a history is None without one.
    """

    day: date
    total: Money | None
    change: Ratio | None
    profit: Money | None
    best: Mover | None
    worst: Mover | None
    open_positions: int


def jobs(services: Services) -> list[Job]:
    """The job that sends the report, if it is wanted."""
    settings: PortfolioSettings = services.settings(SECTION)
    wanted = settings.daily_report
    if not wanted.enabled:
        return []
    hour, minute = map(int, wanted.time.split(":"))
    schedule = Daily(time(hour, minute), wanted.timezone)
    return [Job("daily-report", "Send the report of the day", schedule, _send, missed=Missed.ONCE)]


def _send(services: Services) -> str:
    """Each run tells one: it may make up for yesterday's, or be asked for by hand beside that of today."""
    reply = services.invoke(Invocation("portfolio report", {"offline": False}))
    now = services.clock.now().isoformat(timespec="seconds")
    services.notify(Notification(key=f"portfolio.daily-report:{now}", reply=reply))
    return "The report is on its way."


@exact_math()
def daily_report(services: Services) -> tuple[DailyReport, tuple[Problem, ...]]:
    """The report as of now, and what it rests on."""
    portfolio = load_portfolio(services)
    today = services.clock.now().astimezone(services.timezone).date()
    found = None
    if keeps_history(services):
        series = days_of(services)
        found = over(services, series, parse_period("today", today=today)) if len(series) else None
    ranked = movers(portfolio.valuation, _a_day_ago(services, portfolio).get, today=portfolio.today)
    report = DailyReport(
        day=today,
        total=portfolio.valuation.total,
        change=found.twr if found else None,
        profit=found.gain if found else None,
        best=ranked[0] if ranked else None,
        worst=ranked[-1] if len(ranked) > 1 else None,
        open_positions=_open(services, portfolio),
    )
    return report, (*findings(portfolio), *left_out_of_returns((found,), portfolio.valuation.coverage.unpriced))


def _a_day_ago(services: Services, portfolio: Portfolio) -> dict[str, Decimal]:
    """What each asset was worth then: in the snapshot nearest to it, else at the close of yesterday."""
    from .store.snapshot_rows import read_snapshots

    then, currency = portfolio.now - _A_DAY, portfolio.valuation.currency
    nearest: dict[str, tuple[timedelta, Decimal]] = {}
    with services.store.read() as connection:
        for row in read_snapshots(connection, then - _NEAR, then + _NEAR):
            away = abs(row.time - then)
            if row.price is not None and row.currency == currency and away < nearest.get(row.asset, (_A_DAY,))[0]:
                nearest[row.asset] = away, row.price
        history = History(services, connection)
        yesterday = history.prices(())(history.today - _A_DAY)
        closes = {each.asset: yesterday(each.asset) for each in portfolio.valuation.assets}
    known = {asset: close for asset, close in closes.items() if close is not None}
    return known | {asset: price for asset, (_, price) in nearest.items()}


def _open(services: Services, portfolio: Portfolio) -> int:
    from .store.open_rows import read_open_positions

    with services.store.read() as connection:
        leveraged = len(read_open_positions(connection))
    held = [each for each in portfolio.valuation.assets if each.asset not in FIAT and not is_stablecoin(each.asset)]
    return leveraged + len(held)
