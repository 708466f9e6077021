"""CoinMarketCap: what coins cost now. With a key; a call costs a credit for every hundred coins.

Documented limits of the free plan: 30 calls a minute, 10,000 credits a month, no history. Where several active coins
share a symbol, none is taken: which one is meant must be said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kit import KitError, OddAnswer, PricePoint, PriceSourceState, Services

from .answers import Answers, Quote, closes_of, usable_price
from .coinmarketcap_ids import COINMARKETCAP_IDS
from .kept import Shelf
from .quota import Allowance, Quota
from .sp500 import ASSET as INDEX
from .web import Web

if TYPE_CHECKING:
    from .settings import CoinMarketCapSettings

SOURCE = "CoinMarketCap"
_SECTION = "prices.coinmarketcap"
_URL = "https://pro-api.coinmarketcap.com"
_HEADER = "X-CMC_PRO_API_KEY"
_FREE_PLAN = Allowance(30, 10_000)
_NO_KEY = (
    "CoinMarketCap needs a key: get one at its site, then write it by reference, "
    'as in prices.coinmarketcap.apiKey: {"env": "COINMARKETCAP_KEY"}.'
)
_NO_HISTORY = "Where the key's plan includes history: set prices.coinmarketcap.historical."
_WORLD_CURRENCY = "USD"
_BATCH = 100
_NAMED = 5
_PATIENCE = 8.0
_PATIENCE_FOR_HISTORY = 120.0
_CONVERTS = frozenset(
    [
        *("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON"),
        *("BRL", "MXN", "ARS", "CLP", "COP", "INR", "CNY", "HKD", "KRW", "SGD", "TWD", "THB", "IDR", "MYR", "PHP"),
        *("VND", "TRY", "UAH", "RUB", "ILS", "AED", "SAR", "ZAR", "NGN", "BTC", "ETH", "XAU", "XAG", "XPT", "XPD"),
    ]
)


class CoinMarketCap:
    """The source `coinmarketcap`. Its settings are read when it is first asked."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def state(self) -> PriceSourceState:
        try:
            if self._settings.api_key is None:
                return PriceSourceState(_NO_KEY)
            answers = self._answers
            historical = self._settings.historical
            return PriceSourceState(
                last_answer=answers.last(),
                quota_left=self._web.quota.left(),
                doubts=answers.doubts(),
                past_from=None if historical else self._services.clock.now().date(),
                past_needs="" if historical else _NO_HISTORY,
            )
        except KitError as fault:
            return PriceSourceState(str(fault))

    async def quotes(self, assets: Collection[str], currency: str) -> list[PricePoint]:
        """What each of `assets` costs now, in `currency` or else in dollars. Raises ExchangeError."""
        counted = currency if currency in _CONVERTS else _WORLD_CURRENCY
        quotes = await asyncio.to_thread(self._answers.fresh, set(assets), counted)
        numbers: Mapping[str, int] = COINMARKETCAP_IDS | self._settings.ids
        unasked = sorted(set(assets) - quotes.keys())
        numbered = [asset for asset in unasked if asset in numbers]
        for batch in _batches(numbered):
            answer = await self._by_number({asset: numbers[asset] for asset in batch}, counted)
            await asyncio.to_thread(self._answers.keep, answer, counted)
            quotes |= answer
        for batch in _batches([asset for asset in unasked if asset not in numbers and asset != INDEX]):
            answer = await self._by_symbol(batch, counted)
            await asyncio.to_thread(self._answers.keep, answer, counted)
            quotes |= answer
        return [
            PricePoint(quote.time.date(), asset, quote.price, counted, SOURCE, quote.time)
            for asset in assets
            if (quote := quotes.get(asset)) is not None
        ]

    def closes(self, assets: Iterable[str], currency: str, since: date, until: date) -> Iterator[PricePoint]:
        """Daily closes of the coins whose number is known, where the plan includes history."""
        numbers: Mapping[str, int] = COINMARKETCAP_IDS | self._settings.ids
        if not self._settings.historical or self._settings.api_key is None or currency not in _CONVERTS:
            return
        now = self._services.clock.now()
        for asset in sorted(set(assets) & numbers.keys()):
            quotes = self._services.network.run(self._history(numbers[asset], currency, since, until))
            for day, close in closes_of(quotes, since, until, now=now):
                yield PricePoint(day, asset, close, currency, SOURCE)

    async def past(self, asset: str, currency: str, since: date, until: date) -> list[PricePoint]:
        """The daily closes of a coin whose number is known, in `currency` or else in dollars. Raises ExchangeError."""
        numbers: Mapping[str, int] = COINMARKETCAP_IDS | self._settings.ids
        counted = currency if currency in _CONVERTS else _WORLD_CURRENCY
        if not self._settings.historical or asset not in numbers:
            return []
        quotes = await self._history(numbers[asset], counted, since, until)
        closes = closes_of(quotes, since, until, now=self._services.clock.now())
        return [PricePoint(day, asset, close, counted, SOURCE) for day, close in closes]

    async def _by_number(self, numbers: Mapping[str, int], currency: str) -> dict[str, Quote | None]:
        said = await self._ask({"id": ",".join(map(str, numbers.values()))}, currency, len(numbers))
        if not said:
            raise OddAnswer(f"{SOURCE} answered without prices.")
        quotes = {asset: _quote(said.get(str(number)), currency) for asset, number in numbers.items()}
        unpriced = f"{SOURCE} has no price for this coin."
        await asyncio.to_thread(
            self._answers.doubt, {asset: "" if quote else unpriced for asset, quote in quotes.items()}
        )
        return quotes

    async def _by_symbol(self, symbols: Collection[str], currency: str) -> dict[str, Quote | None]:
        """The quotes of the symbols that one active coin alone has; why not is kept as a doubt."""
        said = await self._ask({"symbol": ",".join(symbols)}, currency, len(symbols))
        quotes: dict[str, Quote | None] = {}
        doubts = {}
        for symbol in symbols:
            coins = [coin for coin in _listed(said.get(symbol)) if coin.get("is_active") != 0]
            quotes[symbol] = _quote(coins[0], currency) if len(coins) == 1 else None
            doubts[symbol] = "" if quotes[symbol] else _doubt(coins)
        await asyncio.to_thread(self._answers.doubt, doubts)
        return quotes

    async def _ask(self, which: Mapping[str, str], currency: str, coins: int) -> dict[str, Any]:
        cost = -(-coins // 100)
        said = await self._web.json(
            f"{self._url}/v2/cryptocurrency/quotes/latest",
            {**which, "convert": currency, "aux": "cmc_rank,is_active", "skip_invalid": "true"},
            patience=_PATIENCE,
            cost=cost,
        )
        data = said.get("data") if isinstance(said, dict) else None
        if not isinstance(data, dict):
            raise OddAnswer(f"{SOURCE} answered without prices.")
        charged = _charged(said)
        if charged is not None and charged != cost:
            await self._web.quota.correct(charged - cost)
        return data

    async def _history(self, number: int, currency: str, since: date, until: date) -> list[Quote]:
        begin, end = (datetime.combine(day, time(), UTC) for day in (since, until + timedelta(days=2)))
        said = await self._web.json(
            f"{self._url}/v2/cryptocurrency/quotes/historical",
            {
                "id": str(number),
                "convert": currency,
                "interval": "daily",
                "time_start": begin.isoformat(),
                "time_end": end.isoformat(),
            },
            patience=_PATIENCE_FOR_HISTORY,
            cost=1 + (until - since).days // 100,
        )
        data = said.get("data") if isinstance(said, dict) else None
        coin = data.get(str(number), data) if isinstance(data, dict) else None
        rows = coin.get("quotes") if isinstance(coin, dict) else None
        if not isinstance(rows, list):
            raise OddAnswer(f"{SOURCE} answered without the prices of coin {number}.")
        return [quote for row in rows if (quote := _quote(row, currency)) is not None]

    @cached_property
    def _settings(self) -> CoinMarketCapSettings:
        settings: CoinMarketCapSettings = self._services.settings(_SECTION)
        return settings

    @property
    def _url(self) -> str:
        return (self._settings.base_url or _URL).rstrip("/")

    @cached_property
    def _web(self) -> Web:
        settings = self._settings
        key = settings.api_key.reveal().get_secret_value() if settings.api_key else ""
        minute = settings.calls_per_minute or _FREE_PLAN.minute
        allowance = Allowance(minute, settings.credits_per_month or _FREE_PLAN.month)
        quota = Quota(Shelf(self._services.cache, "coinmarketcap-quota"), SOURCE, allowance, self._services.clock)
        return Web(self._services, "coinmarketcap", SOURCE, quota, _HEADER, key)

    @cached_property
    def _answers(self) -> Answers:
        shelf = Shelf(self._services.cache, "coinmarketcap-answers")
        return Answers(shelf, self._services.clock, self._settings.seconds_kept)


def _batches(assets: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(assets), _BATCH):
        yield assets[start : start + _BATCH]


def _listed(entry: Any) -> list[dict[str, Any]]:
    """The coins of a symbol: a list, in older answers the one coin itself."""
    return [coin for coin in (entry if isinstance(entry, list) else [entry]) if isinstance(coin, dict)]


def _quote(coin: Any, currency: str) -> Quote | None:
    """{"quote": {"USD": {"price": 67187.33, "last_updated": "2024-03-25T08:45:00.000Z"}}}; None where one lacks."""
    said = coin.get("quote") if isinstance(coin, dict) else None
    entry = said.get(currency) if isinstance(said, dict) else None
    if not isinstance(entry, dict):
        return None
    price = usable_price(entry.get("price"))
    stamp = entry.get("last_updated") or entry.get("timestamp")
    try:
        instant = datetime.fromisoformat(str(stamp))
    except ValueError:
        return None
    if price is None or instant.tzinfo is None:
        return None
    return Quote(price, instant.astimezone(UTC))


def _charged(said: dict[str, Any]) -> int | None:
    status = said.get("status")
    count = status.get("credit_count") if isinstance(status, dict) else None
    return int(count) if isinstance(count, Decimal) and count.is_finite() else None


def _doubt(coins: Collection[Mapping[str, Any]]) -> str:
    place = "prices.coinmarketcap.ids of config.json"
    if not coins:
        return f"{SOURCE} lists no active coin with this symbol. If it has another there, name the coin in {place}."
    if len(coins) == 1:
        return f"{SOURCE} has no price for this coin."
    shown = ", ".join(f"{coin.get('name')} ({coin.get('id')})" for coin in list(coins)[:_NAMED])
    return f"{len(coins)} coins of {SOURCE} have this symbol: {shown}. Say which in {place}."
