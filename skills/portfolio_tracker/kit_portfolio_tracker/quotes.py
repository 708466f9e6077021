"""What assets cost now: the chain of FORMULAS §5.

The configured `priceSource` comes first, then the venue that holds the asset, then every other source
that is ready; what has a price only in another currency is crossed (`core.prices`), for which the
chain fetches the rates that are missing: USDT in dollars, euros from the ECB, what money no source knows
through BTC. A source that fails stops nothing: a problem says which, and what stood in for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kit import KitError, NetworkFailure, PricePoint, PriceSourceType, Problem, Services, Ticker

from .core.fiat import FIAT, MONEY
from .core.prices import ANY_SOURCE, CROSSES, PriceBook
from .core.symbols import asset_of
from .plugin import SECTION
from .quote_findings import findings
from .quote_sources import Sources, ask_now, look_around

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_BRIDGE = "BTC"
_WORLD_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Quotes:
    """`points` are all that was said, each with its source and instant; `missing` what has no price in spite of them.

    What is missing shows as N/A; `problems` say which source was down and what is not known of whom.
    """

    points: tuple[PricePoint, ...]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]


async def fetch_quotes(
    services: Services,
    assets: Collection[str],
    currency: str,
    *,
    preferred: str,
    tickers: Mapping[str, Sequence[Ticker]],
    patience: float | None = None,
) -> Quotes:
    """What one unit of each of `assets` costs in `currency` now.

    `preferred` is the configured source or venue, “auto” the venue that holds the asset. `tickers` are what the
    accounts said already, by account, in the venues' own names. After `patience` seconds what was said until then
    counts, and whoever was being asked has failed. Runs on the network's loop; never raises for a source.
    """
    settings: PortfolioSettings = services.settings(SECTION)
    preferred = services.venue(preferred)
    wanted = frozenset(assets) - {currency}
    told = _told(services, tickers, {*wanted, currency}, settings.asset_names)
    venues = {point.source.casefold() for point in told}
    sources = await asyncio.to_thread(look_around, services, venues)
    chain = _Chain(services, wanted, currency, preferred, told)
    first = None if preferred.casefold() in {ANY_SOURCE, *venues} else sources.named(preferred)
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            await chain.ask_all(sources, first)
    missing = chain.missing()
    problems = findings(sources, chain.failed, chain.asked, chain.points, preferred=preferred, missing=missing)
    return Quotes(tuple(chain.points), missing, tuple(problems))


@dataclass
class _Chain:
    """What was said so far, what was asked of whom, and who failed."""

    services: Services
    wanted: frozenset[str]
    currency: str
    preferred: str
    points: list[PricePoint]
    asked: dict[str, set[str]] = field(default_factory=dict)
    failed: dict[str, KitError] = field(default_factory=dict)

    def book(self) -> PriceBook:
        return PriceBook(self.points, preferred=self.preferred)

    def missing(self) -> tuple[str, ...]:
        """The assets without a price, by name."""
        book = self.book()
        return tuple(sorted(asset for asset in self.wanted if book.price(asset, self.currency) is None))

    def missing_assets(self) -> frozenset[str]:
        return frozenset(self.missing())

    def missing_rates(self) -> frozenset[str]:
        """What the unpriced assets are quoted in at last (ETH in BTC, BTC in USDT: USDT), else these themselves."""
        book = self.book()
        return frozenset(name for asset in self.missing() for name in _roots(book, asset))

    def missing_money(self) -> frozenset[str]:
        """The money without a rate, while something waits for one."""
        missing = self.missing()
        needed = {*missing, *self.missing_rates(), self.currency} if missing else set()
        book = self.book()
        return frozenset(
            name
            for name in needed & MONEY
            if book.price(name, _WORLD_CURRENCY if name == self.currency else self.currency) is None
        )

    async def ask_all(self, sources: Sources, first: PriceSourceType | None) -> None:
        """Those whose turn comes first together, the others one by one while something is missing."""
        await asyncio.gather(
            *(self.ask(source, self.missing_rates() & MONEY) for source in sources.ready if source.fiat),
            *(self.ask(source, self.wanted - MONEY) for source in (first,) if source is not None),
        )
        for gaps in (self.missing_rates, self.missing_assets):
            for source in sources.ready:
                await self.ask(source, gaps() if source.fiat else gaps() - MONEY)
        for source in (each for each in sources.ready if not each.fiat):
            if unknown := self.missing_money():
                await self.bridge(source, unknown)

    async def ask(self, source: PriceSourceType, assets: Iterable[str]) -> None:
        """Ask the source for those of `assets` that it was not asked for yet. One that failed is not asked again."""
        fresh = set(assets) - self.asked.setdefault(source.name, set()) - {self.currency}
        if not fresh or source.name in self.failed:
            return
        if source.fiat and self.currency not in FIAT:
            fresh.add(_WORLD_CURRENCY)  # gold and coins are crossed through it
        self.asked[source.name] |= fresh
        await self._add(source, fresh, self.currency)

    async def bridge(self, source: PriceSourceType, money: Iterable[str]) -> None:
        """Money that no source of money knows, through what a bitcoin costs in it."""
        for currency in sorted({*money, self.currency, _WORLD_CURRENCY}):
            if source.name not in self.failed:
                await self._add(source, {_BRIDGE}, currency)

    async def _add(self, source: PriceSourceType, assets: Collection[str], currency: str) -> None:
        try:
            answer = await ask_now(self.services, source, assets, currency)
        except asyncio.CancelledError:
            self.failed[source.name] = NetworkFailure(f"{source.label} did not answer in time.")
            raise
        self.points += answer.points
        if answer.fault is not None:
            self.failed[source.name] = answer.fault


def _roots(book: PriceBook, asset: str) -> frozenset[str]:
    """What is at the end of all that `asset` is quoted in; where that goes in a circle, all of the circle."""
    seen, waiting = {asset}, [asset]
    while waiting:
        quotes = book.currencies(waiting.pop()) - seen
        seen |= quotes
        waiting += quotes
    ends = frozenset(name for name in seen if not book.currencies(name))
    return ends or frozenset(seen)


def _told(
    services: Services, tickers: Mapping[str, Sequence[Ticker]], wanted: set[str], names: Mapping[str, str]
) -> list[PricePoint]:
    """The venues' tickers that price something wanted, or one cross in another."""
    useful = wanted.union(CROSSES)
    points = []
    for account, said in tickers.items():
        venue = services.venue(account)
        for ticker in said:
            base, quote = (asset_of(name, venue, names=names) for name in (ticker.pair.base, ticker.pair.quote))
            sound = ticker.last.is_finite() and ticker.last > 0 and base != quote
            if sound and (base in wanted or {base, quote} <= useful):
                points.append(PricePoint(ticker.time.date(), base, ticker.last, quote, venue, ticker.time))
    return points
