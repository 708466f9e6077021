"""Asking price sources and venues for past closes, asset by asset, and keeping what comes. FORMULAS §5.

The order is that of `quotes`: the configured `priceSource`, the venues that held the asset, the other sources. A venue
often tells prices in USDT or euros alone: then the rates of these are asked for as well, and money that no source knows
goes through what a bitcoin costs in it. Crossed prices are computed where they are needed, never kept.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kit import KitError, OddAnswer, PluginError, PricePoint, Problem, Refused, Services, Severity, Task

from .core.fiat import MONEY
from .core.price_days import DaySpan, KnownDays, closes_at_times, days_of, spans_of
from .core.symbols import names_over
from .past_sources import PastSource, PastSources, past_sources
from .plugin import SECTION
from .price_history import FetchedAsset, FetchedCloses
from .walking import finished

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_AT_ONCE = 4
_NEAR = 60
"""Gaps that are no further apart (days) are asked for in one question."""
_BEFORE = timedelta(days=7)
_ODD_ANSWERS = 3
_BRIDGE = "BTC"
_WORLD_CURRENCY = "USD"
_LONGEST_CHAIN = 3


def walk_sources(services: Services, wanted: Mapping[str, Sequence[DaySpan]]) -> FetchedCloses:
    """Ask for the closes of these days, and keep them. Raises StoreError; a source that fails stops no other."""
    from .store.closes import accounts_with, known_days
    from .store.reading import venues

    settings: PortfolioSettings = services.settings(SECTION)
    with services.store.read() as connection:
        of_files = venues(connection)
        holders = [(asset, of_files.get(account, account)) for asset, account in accounts_with(connection)]
        known = known_days(connection, settings.base_currency)
    sources = past_sources(services, settings.price_source, holders)
    walk = _Walk(services, settings.base_currency, known, sources, wanted)
    if walk.wanted:
        with services.progress.task("Fetching past prices", len(walk.wanted)) as task:
            services.network.run(walk.go(task))
    return walk.report()


class _Walk:
    """What is wanted, what is known by now, who was asked for what, and who failed. To be used on one event loop."""

    def __init__(
        self,
        services: Services,
        currency: str,
        known: KnownDays,
        sources: PastSources,
        wanted: Mapping[str, Sequence[DaySpan]],
    ) -> None:
        self._services = services
        self._currency = currency
        self._known = known
        self._sources = sources
        self.wanted = {asset: days_of(known.gaps(asset, spans)) for asset, spans in wanted.items()}
        self._named = list(wanted)
        self._rates: dict[str, set[int]] = defaultdict(set)
        self._asked: dict[tuple[str, str, str], set[int]] = defaultdict(set)
        self._failed: dict[str, KitError] = {}
        self._odd: Counter[str] = Counter()
        self._reasons: dict[str, dict[str, None]] = defaultdict(dict)
        self._told: dict[str, dict[str, None]] = defaultdict(dict)
        self._kept: Counter[str] = Counter()
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_AT_ONCE))
        self._writing = asyncio.Lock()

    async def go(self, task: Task) -> None:
        """At first a close in whatever currency will do; then the rates are asked for, then whoever else may know."""
        await self._all(self.wanted, strictly=False, task=task)
        await self._ask_rates()
        await self._all(self.wanted, strictly=True)
        await self._ask_rates()

    def report(self) -> FetchedCloses:
        found = []
        for asset in [*self._named, *(name for name in self._rates if name not in self.wanted)]:
            days = self.wanted.get(asset, set()) | self._rates.get(asset, set())
            missing = spans_of(self._gaps(asset, days, strictly=True))
            reasons = tuple(self._why(asset, missing)) if missing else ()
            sources = tuple(self._told[asset])
            found.append(FetchedAsset(asset, len(days), self._kept[asset], sources, missing, reasons))
        return FetchedCloses(self._currency, tuple(found), tuple(self._problems()), self._sources.needs)

    async def _all(self, wanted: Mapping[str, set[int]], *, strictly: bool, task: Task | None = None) -> None:
        async def one(asset: str, days: set[int]) -> None:
            await self._one(asset, days, strictly=strictly)
            if task is not None:
                task.advance()

        await asyncio.gather(*(one(asset, days) for asset, days in sorted(wanted.items())))

    async def _ask_rates(self) -> None:
        """The rates that lead from what assets are quoted in to the currency."""
        for _ in range(_LONGEST_CHAIN):
            before = {name: len(days) for name, days in self._rates.items()}
            for asset, days in [*self.wanted.items(), *self._rates.items()]:
                gaps = self._gaps(asset, days, strictly=True)
                for name in self._known.quotes(asset, gaps) - {self._currency}:
                    self._rates[name] |= gaps
            if before == {name: len(days) for name, days in self._rates.items()}:
                return
            await self._all(self._rates, strictly=True)

    async def _one(self, asset: str, days: set[int], *, strictly: bool) -> None:
        for source in self._sources.chain(asset):
            gaps = self._gaps(asset, days, strictly=strictly)
            if not gaps:
                return
            await self._ask(source, asset, self._currency, gaps)
        if asset in MONEY and (gaps := self._gaps(asset, days, strictly=True)):
            await self._bridge(asset, gaps)

    async def _bridge(self, money: str, gaps: set[int]) -> None:
        """Money that no source of money knows, through what a bitcoin costs in it."""
        for source in self._sources.chain(_BRIDGE):
            for currency in dict.fromkeys((money, self._currency, _WORLD_CURRENCY)):
                await self._ask(source, _BRIDGE, currency, gaps)
            if not self._gaps(money, gaps, strictly=True):
                return

    def _gaps(self, asset: str, days: set[int], *, strictly: bool) -> set[int]:
        """Those of `days` without a price; if not strictly, without a close in whatever currency."""
        if asset == self._currency:
            return set()
        return days - self._known.priced(asset) - (set() if strictly else self._known.in_any(asset))

    async def _ask(self, source: PastSource, asset: str, currency: str, gaps: set[int]) -> None:
        """Ask the source for those of these days that it was not asked for yet, and keep what it tells."""
        if asset == currency:
            return
        asked = self._asked[source.name, asset, currency]
        fresh = gaps - asked
        asked |= fresh
        for span in spans_of(fresh, within=_NEAR):
            since = span.since - _BEFORE if closes_at_times(asset) else span.since
            since = max(since, source.first or since)
            if since > span.until:
                continue
            names = names_over(asset, since, span.until) if source.is_venue else [(asset, since, span.until)]
            for name, first, last in names:
                async with self._turns[source.name]:
                    if source.name in self._failed:
                        return
                    points = await self._answer(source, asset, name, currency, DaySpan(first, last))
                await self._keep(asset, points)

    async def _answer(
        self, source: PastSource, asset: str, name: str, currency: str, span: DaySpan
    ) -> list[PricePoint]:
        """What the source tells of the asset, which it calls `name`; nothing where it fails, and why is noted."""
        try:
            said = await source.ask(name, currency, span.since, span.until)
        except KitError as fault:
            self._note(source, asset, fault)
            return []
        except Exception as error:  # noqa: BLE001 - a plugin's own mistake costs its prices alone
            what = f"The price source {source.name} failed with {type(error).__name__}."
            self._note(source, asset, PluginError(what, next_step="Report it to the plugin's author."))
            return []
        return [replace(point, asset=asset) if point.asset == name else point for point in _sound(said, name, span)]

    def _note(self, source: PastSource, asset: str, fault: KitError) -> None:
        """A refusal is this asset's matter; who cannot be reached, or answers oddly time and again, is left alone."""
        self._odd[source.name] += isinstance(fault, OddAnswer)
        if not isinstance(fault, Refused | OddAnswer) or self._odd[source.name] >= _ODD_ANSWERS:
            self._failed.setdefault(source.name, fault)
        else:
            self._reasons[asset][fault.message] = None

    async def _keep(self, asset: str, points: Collection[PricePoint]) -> None:
        from .store.closes import keep_closes

        if not points:
            return
        async with self._writing:
            kept = await finished(asyncio.to_thread(keep_closes, self._services.store, points))
        self._kept[asset] += kept
        told: dict[tuple[str, str], list[date]] = defaultdict(list)
        for point in points:
            told[point.asset, point.currency].append(point.day)
            self._told[asset][point.source] = None
        for (name, currency), days in told.items():
            self._known.add(name, currency, days)

    def _why(self, asset: str, missing: Sequence[DaySpan]) -> Iterable[str]:
        """Why there is no price on these days, beside sources that failed altogether."""
        yield from self._reasons[asset]
        well = {source.name for source in self._sources.chain(asset)} - self._failed.keys()
        for source in self._sources.chain(asset):
            if source.name in well and source.first is not None and missing[0].since < source.first:
                yield f"{source.label} tells nothing before {source.first}. {source.needs}".strip()
        for each in self._services.price_sources():
            doubts = each.state().doubts if each.state and each.name in well else {}
            if asset in doubts:
                yield doubts[asset]

    def _problems(self) -> Iterable[Problem]:
        for source in self._sources.ready:
            if (fault := self._failed.get(source.name)) is not None:
                yield Problem(
                    f"closes:{source.name}",
                    Severity.WARNING,
                    f"{source.label} was not asked to the end. {fault.message}",
                    f"prices.{source.name}",
                    fault.next_step or "What came is kept. Go on later: kit prices fetch",
                )


def _sound(said: Iterable[PricePoint], name: str, span: DaySpan) -> list[PricePoint]:
    """The closes that were asked for; a pair may come the other way round."""
    return [
        point
        for point in said
        if span.since <= point.day <= span.until
        and point.close.is_finite()
        and point.close > 0
        and name in {point.asset, point.currency}
        and point.asset != point.currency
    ]
