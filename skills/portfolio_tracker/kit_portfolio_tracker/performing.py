"""The portfolio's performance over a period, from the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kit import KitError, Services, UsageError, exact_math

from .asset_renames import names_of, unknown_asset
from .core.daily import DailySeries
from .core.performance import Performance, performance
from .core.periods import Period, between, parse_period
from .history import EVERYTHING, Part, portfolio_days
from .plugin import SECTION

if TYPE_CHECKING:
    from .settings import PortfolioSettings


class NoHistory(KitError):
    """No history is kept, by the user's own wish."""

    def __init__(self) -> None:
        super().__init__(
            "There is no history: historicalData is off.",
            next_step="Keep one: kit config set skills.portfolio-tracker.historicalData true",
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A period and the days it is about; None where the ledger has nothing in it."""

    period: Period
    series: DailySeries
    performance: Performance | None


def keeps_history(services: Services) -> bool:
    """Whether the user wants a history."""
    settings: PortfolioSettings = services.settings(SECTION)
    return settings.historical_data


def part_of(services: Services, exchange: str | None, asset: str | None) -> Part:
    """What --exchange and --asset choose. Raises UnknownName."""
    from .portfolio import accounts_called

    accounts = accounts_called(services, exchange) if exchange is not None else None
    return Part(accounts, _asset_called(services, asset) if asset is not None else None)


def _asset_called(services: Services, asset: str) -> str:
    """What it is called now. Raises UnknownName where the ledger has other assets only."""
    from .store.reading import read_positions

    names = names_of(services.settings(SECTION))
    with services.store.read() as connection:
        known = {names.latest(each.asset) for each in read_positions(connection)}
    if known and names.latest(asset) not in known:
        raise unknown_asset(asset, known)
    return names.latest(asset)


def days_of(services: Services, part: Part = EVERYTHING) -> DailySeries:
    """Every day of the portfolio. Raises NoHistory."""
    if not keeps_history(services):
        raise NoHistory
    return portfolio_days(services, part)


def asked_period(
    services: Services, series: DailySeries, period: str | None, first: date | None, last: date | None, *, usual: str
) -> Period:
    """What --period, --from and --to mean. Raises UsageError."""
    today = services.clock.now().astimezone(services.timezone).date()
    beginning = series.first if len(series) else None
    if first is None and last is None:
        return parse_period(period or usual, today=today, beginning=beginning)
    if period is not None:
        raise UsageError("A period is named, and days as well.", next_step="Give --period, or --from and --to.")
    return between(first, last, today=today, beginning=beginning)


@exact_math()
def over(services: Services, series: DailySeries, period: Period, *, money: bool = False) -> Performance | None:
    """How the series did in that period, in the base currency."""
    settings: PortfolioSettings = services.settings(SECTION)
    return performance(series, period, settings.base_currency, money=money)
