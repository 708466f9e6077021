"""CoinGecko: what coins cost now (250 in one call) and what they closed at. Free without a key.

Documented limits: without a key about ten calls a minute, a demo key 30 a minute and 10,000 a month, both with
365 days of history; the smallest pro plan 500 a minute and 500,000 a month.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kit import ExchangeError, KitError, OddAnswer, PricePoint, PriceSourceState, Refused, Services

from .answers import Answers, Quote, closes_of, usable_price
from .coingecko_ids import COINGECKO_IDS, COUNTED_IN
from .coins import CoinList
from .kept import Shelf
from .quota import Allowance, Quota
from .sp500 import ASSET as INDEX
from .web import Web

if TYPE_CHECKING:
    from .settings import CoinGeckoSettings

SOURCE = "CoinGecko"
_SECTION = "prices.coingecko"
_WORLD_CURRENCY = "USD"
_BATCH = 250
_PATIENCE = 8.0
_PATIENCE_FOR_HISTORY = 120.0
_FREE_HISTORY = timedelta(days=364)
_PLANS = {
    "": ("https://api.coingecko.com/api/v3", "", Allowance(10)),
    "demo": ("https://api.coingecko.com/api/v3", "x-cg-demo-api-key", Allowance(30, 10_000)),
    "pro": ("https://pro-api.coingecko.com/api/v3", "x-cg-pro-api-key", Allowance(500, 500_000)),
}
_NO_PRO_KEY = "A pro key tells more: prices.coingecko.apiKey, and prices.coingecko.plan pro."
_WELL_KNOWN = frozenset(COINGECKO_IDS.values())


class CoinGecko:
    """The source `coingecko`. Its settings are read when it is first asked."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def state(self) -> PriceSourceState:
        try:
            answers = self._answers
            oldest = self._oldest()
            return PriceSourceState(
                last_answer=answers.last(),
                quota_left=self._web.quota.left(),
                doubts=answers.doubts(),
                past_from=oldest,
                past_needs=_NO_PRO_KEY if oldest else "",
            )
        except KitError as fault:
            return PriceSourceState(str(fault))

    async def quotes(self, assets: Collection[str], currency: str) -> list[PricePoint]:
        """What each of `assets` costs now, in `currency` or else in dollars. Raises ExchangeError."""
        counted = currency if currency in COUNTED_IN else _WORLD_CURRENCY
        coins = await self._coins(assets)
        quotes = await asyncio.to_thread(self._answers.fresh, set(coins.values()), counted)
        unasked = sorted(set(coins.values()) - quotes.keys())
        for start in range(0, len(unasked), _BATCH):
            fresh = await self._ask(unasked[start : start + _BATCH], counted)
            await asyncio.to_thread(self._answers.keep, fresh, counted)
            quotes |= fresh
        unpriced = {asset for asset, coin in coins.items() if quotes.get(coin) is None}
        doubts = {asset: f"{SOURCE} has no price for its coin {coins[asset]}." for asset in unpriced}
        await asyncio.to_thread(self._answers.doubt, dict.fromkeys(coins, "") | doubts)
        return [
            PricePoint(answer.time.date(), asset, answer.price, counted, SOURCE, answer.time)
            for asset, coin in coins.items()
            if (answer := quotes.get(coin)) is not None
        ]

    def closes(self, assets: Iterable[str], currency: str, since: date, until: date) -> Iterator[PricePoint]:
        """Daily closes, asset by asset; without a pro key those of the last year."""
        run = self._services.network.run
        now = self._services.clock.now()
        first = max(since, self._oldest() or since)
        if currency not in COUNTED_IN or first > min(until, now.date()):
            return
        for asset, coin in run(self._coins(sorted(set(assets)))).items():
            quotes = run(self._history(coin, currency, first, until))
            for day, close in closes_of(quotes, first, until, now=now):
                yield PricePoint(day, asset, close, currency, SOURCE)

    async def past(self, asset: str, currency: str, since: date, until: date) -> list[PricePoint]:
        """The daily closes of one coin, in `currency` or else in dollars. Raises ExchangeError."""
        counted = currency if currency in COUNTED_IN else _WORLD_CURRENCY
        coin = (await self._coins({asset})).get(asset)
        first = max(since, self._oldest() or since)
        if coin is None or first > until:
            return []
        quotes = await self._history(coin, counted, first, until)
        closes = closes_of(quotes, first, until, now=self._services.clock.now())
        return [PricePoint(day, asset, close, counted, SOURCE) for day, close in closes]

    def _oldest(self) -> date | None:
        """The first day whose close the plan tells; None where it tells all."""
        return None if self._plan == "pro" else (self._services.clock.now() - _FREE_HISTORY).date()

    async def _ask(self, coins: Collection[str], currency: str) -> dict[str, Quote | None]:
        params = {"ids": ",".join(coins), "vs_currencies": currency.lower()}
        params |= {"include_last_updated_at": "true", "precision": "full"}
        said = await self._web.json(f"{self._url}/simple/price", params, patience=_PATIENCE)
        if not isinstance(said, dict) or (not said and not _WELL_KNOWN.isdisjoint(coins)):
            raise OddAnswer(f"{SOURCE} answered without prices.")
        now = self._services.clock.now()
        return {coin: _quote(said.get(coin), currency, now) for coin in coins}

    async def _history(self, coin: str, currency: str, since: date, until: date) -> list[Quote]:
        """The quotes from the beginning of `since` to shortly after the end of `until`; none for a coin it refuses."""
        begin, end = (datetime.combine(day, time(), UTC) for day in (since, until + timedelta(days=1)))
        params = {"vs_currency": currency.lower(), "precision": "full"}
        params |= {"from": str(int(begin.timestamp())), "to": str(int(end.timestamp()) + 300)}
        try:
            said = await self._web.json(
                f"{self._url}/coins/{quote(coin, safe='')}/market_chart/range", params, patience=_PATIENCE_FOR_HISTORY
            )
        except Refused:
            return []
        rows = said.get("prices") if isinstance(said, dict) else None
        if not isinstance(rows, list):
            raise OddAnswer(f"{SOURCE} answered without the prices of {coin}.")
        return [charted for row in rows if (charted := _charted(row)) is not None]

    async def _coins(self, assets: Collection[str]) -> dict[str, str]:
        """The coin of each asset whose coin is certain; why not is kept as a doubt."""
        known: Mapping[str, str] = COINGECKO_IDS | self._settings.ids
        coins = {asset: known[asset] for asset in assets if asset in known}
        strange = sorted(set(assets) - coins.keys() - {INDEX})  # a coin of that name is not the index
        if strange:
            try:
                found = await self._list.look_up(strange)
            except ExchangeError as fault:
                found = dict.fromkeys(strange, ())
                doubts = dict.fromkeys(strange, f"{SOURCE}'s list of coins could not be read: {fault.message}")
            else:
                doubts = {asset: self._list.doubt(asset, ids) for asset, ids in found.items() if len(ids) != 1}
            coins |= {asset: ids[0] for asset, ids in found.items() if len(ids) == 1}
            await asyncio.to_thread(self._answers.doubt, doubts)
        return coins

    @cached_property
    def _settings(self) -> CoinGeckoSettings:
        settings: CoinGeckoSettings = self._services.settings(_SECTION)
        return settings

    @property
    def _plan(self) -> str:
        return self._settings.plan if self._settings.api_key else ""

    @cached_property
    def _web(self) -> Web:
        settings = self._settings
        key = settings.api_key.reveal().get_secret_value() if settings.api_key else ""
        _, header, usual = _PLANS[self._plan]
        allowance = Allowance(settings.calls_per_minute or usual.minute, settings.calls_per_month or usual.month)
        quota = Quota(Shelf(self._services.cache, "coingecko-quota"), SOURCE, allowance, self._services.clock)
        return Web(self._services, "coingecko", SOURCE, quota, header, key)

    @cached_property
    def _url(self) -> str:
        usual, _, _ = _PLANS[self._plan]
        return (self._settings.base_url or usual).rstrip("/")

    @cached_property
    def _answers(self) -> Answers:
        shelf = Shelf(self._services.cache, "coingecko-answers")
        return Answers(shelf, self._services.clock, self._settings.seconds_kept)

    @cached_property
    def _list(self) -> CoinList:
        shelf = Shelf(self._services.cache, "coingecko-coins")
        return CoinList(shelf, self._services.clock, self._web, f"{self._url}/coins/list")


def _quote(entry: Any, currency: str, now: datetime) -> Quote | None:
    """{"usd": 67187.33, "last_updated_at": 1711356300}; None where either is missing: a price has its instant."""
    if not isinstance(entry, dict):
        return None
    price, stamp = usable_price(entry.get(currency.lower())), entry.get("last_updated_at")
    return None if price is None else _at(price, stamp, now)


def _charted(row: Any) -> Quote | None:
    """[1711843200000, 69702.30]: milliseconds and price."""
    if not isinstance(row, list) or len(row) != 2 or not isinstance(row[0], Decimal):
        return None
    price = usable_price(row[1])
    return None if price is None else _at(price, row[0] / 1000, None)


def _at(price: Decimal, stamp: object, now: datetime | None) -> Quote | None:
    if not isinstance(stamp, Decimal):
        return None
    try:
        instant = datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Quote(price, min(instant, now) if now else instant)
