"""The public prices of a venue: its tickers and daily candles, for which no key is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from kit import KitError, Pair, PricePoint, PriceSourceType, Refused, Services

if TYPE_CHECKING:
    from .asking import Asker

_QUOTES = ("USDT", "USD", "USDC", "EUR", "BTC")
"""What assets are traded against, where not in the wanted currency; the nearer to every venue first."""


def price_source(venue: str, label: str, services: Services) -> PriceSourceType:
    """The prices of `venue`. A price is in what the market quotes: USDT is never taken for US dollars."""

    async def quotes(assets: Collection[str], currency: str) -> list[PricePoint]:
        return await _quotes(_asker(venue, services), assets, currency, services.clock.now())

    def closes(assets: Iterable[str], currency: str, since: date, until: date) -> Iterator[PricePoint]:
        wanted = sorted(set(assets))

        async def ask() -> list[PricePoint]:
            return await _closes(_asker(venue, services), wanted, currency, since, until)

        yield from services.network.run(ask())

    async def past(asset: str, currency: str, since: date, until: date) -> list[PricePoint]:
        return await _past(_asker(venue, services), asset, currency, since, min(until, _yesterday(services)))

    return PriceSourceType(venue, label, closes=closes, quotes=quotes, past=past)


async def _quotes(asker: Asker, assets: Collection[str], currency: str, now: datetime) -> list[PricePoint]:
    from .tickers import tickers

    pairs = [*_chosen(assets, currency, set(await asker.markets()))]
    return [
        PricePoint(each.time.date(), each.pair.base, each.last, each.pair.quote, asker.venue, time=each.time)
        for each in await tickers(asker, pairs, now)
    ]


async def _closes(asker: Asker, assets: list[str], currency: str, since: date, until: date) -> list[PricePoint]:
    from .tickers import candles

    async def of(pair: Pair) -> list[PricePoint]:
        begin, end = datetime.combine(since, time(), UTC), datetime.combine(until + timedelta(days=1), time(), UTC)
        found = await candles(asker, pair, "1d", begin, end)
        return [
            PricePoint(each.time.date(), pair.base, each.close, pair.quote, asker.venue)
            for each in found
            if each.close > 0
        ]

    pairs = _chosen(assets, currency, set(await asker.markets()))
    answers = await asyncio.gather(*map(of, pairs), return_exceptions=True)
    failures = [each for each in answers if isinstance(each, BaseException)]
    points = [point for each in answers if not isinstance(each, BaseException) for point in each]
    if failures and not points:
        raise failures[0]
    return points


async def _past(asker: Asker, asset: str, currency: str, since: date, until: date) -> list[PricePoint]:
    """The closes of one asset's markets, until they reach back to `since`: a market may be younger than the next."""
    from .tickers import candles

    points: list[PricePoint] = []
    markets = set(await asker.markets())
    for pair in _markets_of(asset, currency, markets):
        if since > until:
            break
        begin, end = datetime.combine(since, time(), UTC), datetime.combine(until + timedelta(days=1), time(), UTC)
        try:
            found = [each for each in await candles(asker, pair, "1d", begin, end) if each.close > 0]
        except Refused:  # a market that is listed no more
            continue
        points += [PricePoint(each.time.date(), pair.base, each.close, pair.quote, asker.venue) for each in found]
        if found:
            until = found[0].time.date() - timedelta(days=1)
    return points


def _markets_of(asset: str, currency: str, markets: set[str]) -> list[Pair]:
    """The markets that price an asset, the nearest to the currency first; EUR/USDT prices USDT in euros as well."""
    quotes = dict.fromkeys((currency, *_QUOTES))
    pairs = [Pair(asset, quote) for quote in quotes if f"{asset}/{quote}" in markets]
    if f"{currency}/{asset}" in markets:
        pairs.insert(0, Pair(currency, asset))
    return pairs


def _yesterday(services: Services) -> date:
    return services.clock.now().date() - timedelta(days=1)


def _chosen(assets: Collection[str], currency: str, markets: set[str]) -> list[Pair]:
    """A market for each asset that has one, and those that lead from what they quote to the currency."""
    pairs = []
    for asset in sorted(set(assets) - {currency}):
        quotes = dict.fromkeys((currency, *_QUOTES))
        pairs += [Pair(asset, quote) for quote in quotes if quote != asset and f"{asset}/{quote}" in markets][:1]
    for quote in sorted({pair.quote for pair in pairs} - {currency}):
        pairs += [Pair(*ends) for ends in ((quote, currency), (currency, quote)) if "/".join(ends) in markets][:1]
    return list(dict.fromkeys(pairs))


def _asker(venue: str, services: Services) -> Asker:
    """Of an account at the venue, where there is one: it knows its way there. Else one that knows no key."""
    from .asking import Asker
    from .exchange import CcxtExchange
    from .settings import CcxtSettings
    from .surroundings import Surroundings

    for name in services.exchanges():
        if services.venue(name) == venue:
            with suppress(KitError):
                account = services.exchange(name)
                if isinstance(account, CcxtExchange):
                    return account.asker

    def make() -> Asker:
        return Asker(Surroundings(venue, CcxtSettings(type=venue), services, credentials={}))

    return services.network.kept(f"ccxt public {venue}", make, lambda asker: asker.close())
