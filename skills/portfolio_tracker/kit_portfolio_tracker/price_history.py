"""Past closes: what the ledger needs and has not, and fetching it. FORMULAS §5.

Each asset is asked for alone and kept as soon as it comes, so that what was fetched survives whatever happens next,
and only what is missing is asked for the next time. A day that nobody tells stays without a close.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kit import ConfigError, Problem, Services

from .core.price_days import DaySpan, KnownDays
from .core.prices import MANUAL
from .plugin import SECTION
from .tax_settings import portfolio_plan

if TYPE_CHECKING:
    from .settings import PortfolioSettings

NO_HISTORY = "historicalData is off, so no past prices are fetched."
TURN_ON = "Turn it on: kit config set skills.portfolio-tracker.historicalData true"


@dataclass(frozen=True, slots=True)
class FetchedAsset:
    """What came of one asset: how many days had no price, what was kept, what still is missing and why."""

    asset: str
    wanted: int
    closes: int
    sources: tuple[str, ...]
    missing: tuple[DaySpan, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FetchedCloses:
    """What a fetch did. `assets` are all that were asked for, what they are crossed through included.

    `needs` is what sources that were not asked must be given first.
    """

    currency: str
    assets: tuple[FetchedAsset, ...]
    problems: tuple[Problem, ...]
    needs: tuple[str, ...]

    @property
    def closes(self) -> int:
        return sum(each.closes for each in self.assets)


def gaps_within(asset: str, currency: str, days: Sequence[date]) -> int:
    """How many closes of a series are missing between its first and its last; `days` are those that it has."""
    if not days:
        return 0
    known = KnownDays(currency)
    known.add(asset, currency, days)
    return sum(span.days for span in known.gaps(asset, [DaySpan(min(days), max(days))]))


def last_day(services: Services) -> date:
    """The newest UTC day that is over: later ones have no close."""
    return services.clock.now().date() - timedelta(days=1)


def needed_days(services: Services) -> dict[str, tuple[DaySpan, ...]]:
    """The days, by asset, on which the ledger held or moved it: those that need a price."""
    from .store.closes import held_days

    names = portfolio_plan(services).names
    with services.store.read() as connection:
        return held_days(connection, names).until(last_day(services))


def missing_closes(services: Services, known: KnownDays | None = None) -> dict[str, tuple[DaySpan, ...]]:
    """Those of them on which it has no price; `known` is what `all_known` says, where that was asked already."""
    needed, known = needed_days(services), known or all_known(services)
    missing = {asset: known.gaps(asset, spans) for asset, spans in sorted(needed.items())}
    return {asset: spans for asset, spans in missing.items() if spans}


def all_known(services: Services) -> KnownDays:
    """The days that have prices in the base currency, by all stored closes."""
    from .store.closes import known_days

    with services.store.read() as connection:
        return known_days(connection, _settings(services).base_currency)


def outdated_closes(services: Services, assets: Collection[str]) -> dict[str, tuple[DaySpan, ...]]:
    """The days since the last close of each of these assets that has any."""
    from .store.closes import stored_series

    last = last_day(services)
    newest: dict[str, date] = {}
    with services.store.read() as connection:
        for series in stored_series(connection):
            if series.asset in assets and series.source != MANUAL:
                newest[series.asset] = max(series.last, newest.get(series.asset, series.last))
    known = all_known(services)
    gaps = {asset: known.gaps(asset, [DaySpan(day, last)]) for asset, day in newest.items() if day < last}
    return {asset: spans for asset, spans in gaps.items() if spans}


def fetch_closes(services: Services, assets: Collection[str], since: date, until: date) -> FetchedCloses:
    """Have the closes of these assets on these days, both included, as far as anybody tells them.

    What is there is not asked for again; today has no close yet. Raises ConfigError where `historicalData` is off.
    """
    last = min(until, last_day(services))
    spans = (DaySpan(since, last),) if since <= last else ()
    return fetch_days(services, dict.fromkeys(assets, spans))


def fetch_days(services: Services, wanted: Mapping[str, Sequence[DaySpan]]) -> FetchedCloses:
    """The same for the days of each asset."""
    if not _settings(services).historical_data:
        raise ConfigError(NO_HISTORY, next_step=TURN_ON)
    from .price_walk import walk_sources

    return walk_sources(services, wanted)


def _settings(services: Services) -> PortfolioSettings:
    settings: PortfolioSettings = services.settings(SECTION)
    return settings
