"""The price sources that can be asked what things cost now, and how each is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from kit import KitError, PluginError, PricePoint, PriceSourceState, PriceSourceType, Services

from .core.day_rates import CARRIED


@dataclass(frozen=True, slots=True)
class Sources:
    """`ready` are those to ask, what needs no network first; `every` is each with its state, by name."""

    ready: tuple[PriceSourceType, ...]
    every: dict[str, tuple[PriceSourceType, PriceSourceState]]

    def named(self, name: str) -> PriceSourceType | None:
        """The source of that name, where it can be asked."""
        source, state = self.every.get(name.casefold(), (None, PriceSourceState()))
        return None if state.needs else source


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said, and its fault, where it failed: one may stand beside the other."""

    points: tuple[PricePoint, ...]
    fault: KitError | None = None


def look_around(services: Services, venues: Collection[str]) -> Sources:
    """Every source of current prices. Of the venues only those of `venues` are asked unbidden."""
    every = {
        source.name.casefold(): (source, source.state() if source.state else PriceSourceState())
        for source in services.price_sources()
        if source.quotes is not None
    }
    strangers = {kind.name.casefold() for kind in services.exchange_types()} - set(venues)
    ready = [source for name, (source, state) in every.items() if not state.needs and name not in strangers]
    return Sources(tuple(sorted(ready, key=lambda source: not source.offline)), every)


async def ask_now(services: Services, source: PriceSourceType, assets: Collection[str], currency: str) -> Answer:
    """What the source says of `assets` now. Where it fails and has closes that need no network, these."""
    try:
        return Answer(_usable(await _quotes(source, sorted(assets), currency), services.clock.now()))
    except KitError as fault:
        if not source.offline:
            return Answer((), fault)
        try:
            closes = await asyncio.to_thread(_newest_closes, services, source, sorted(assets), currency)
        except KitError:
            return Answer((), fault)
        return Answer(_usable(closes, services.clock.now()), fault)


async def _quotes(source: PriceSourceType, assets: Collection[str], currency: str) -> list[PricePoint]:
    if source.quotes is None:
        return []
    try:
        return await source.quotes(assets, currency)
    except KitError:
        raise
    except Exception as error:
        raise PluginError(
            f"The price source {source.name} failed with {type(error).__name__}.",
            next_step="Report it to the plugin's author.",
        ) from error


def _newest_closes(
    services: Services, source: PriceSourceType, assets: Collection[str], currency: str
) -> list[PricePoint]:
    today = services.clock.now().date()
    newest: dict[tuple[str, str], PricePoint] = {}
    for point in source.closes(assets, currency, today - CARRIED, today):
        key = point.asset, point.currency
        if key not in newest or point.day > newest[key].day:
            newest[key] = point
    return list(newest.values())


def _usable(points: Iterable[PricePoint], now: datetime) -> tuple[PricePoint, ...]:
    """Those that are prices: above zero, each with its instant; a close's is the end of its day."""
    return tuple(
        point if point.time else replace(point, time=min(_end_of(point.day), now))
        for point in points
        if point.close.is_finite() and point.close > 0
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
