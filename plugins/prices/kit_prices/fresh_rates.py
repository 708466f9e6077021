"""The ECB's rates of these days, which are younger than the history that is installed.

Asked for when the network is; what came is kept in the cache folder, where `closes` finds it without the
network. One table a business day, published about 16:00 in Frankfurt.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kit import KitError, OddAnswer, PricePoint, PriceSourceState, Services

from .ecb import SOURCE, DayRates, closes, crossed, newest_day, published_rate
from .kept import Shelf
from .quota import Allowance, Quota
from .web import Web

if TYPE_CHECKING:
    from .settings import EcbSettings

_SECTION = "prices.ecb"
_LABEL = "The European Central Bank"
_URL = "https://www.ecb.europa.eu/stats/eurofxref"
_TODAY, _RECENT, _ALL = "eurofxref-daily.xml", "eurofxref-hist-90d.xml", "eurofxref-hist.xml"
_ALLOWANCE = Allowance(10)
_PATIENCE = 8.0
_GAP = timedelta(days=4)
_OLDEST = timedelta(days=10)
_KEPT = timedelta(days=120)
_EURO = "EUR"
_CODES = """
    AUD BGN BRL CAD CHF CNY CZK DKK EUR GBP HKD HRK HUF IDR ILS INR ISK JPY KRW MXN MYR NOK NZD PHP PLN RON RUB SEK
    SGD THB TRY USD ZAR
"""
PUBLISHED = frozenset(_CODES.split())
_DAY = re.compile(r"""<Cube\s+time=["'](\d{4}-\d\d-\d\d)["']\s*>(.*?)</Cube>\s*(?=<Cube\s+time|</Cube>)""", re.DOTALL)
_RATE = re.compile(r"""<Cube\s+currency=["']([A-Z]{3})["']\s+rate=["']([0-9.]+)["']\s*/>""")


class EcbRates:
    """The source `ecb`. Quotes ask the network, closes never do."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asking = asyncio.Lock()

    def state(self) -> PriceSourceState:
        try:
            _ = self._settings
        except KitError as fault:
            return PriceSourceState(str(fault))
        return PriceSourceState(last_answer=self._shelf.instant("asked"))

    async def quotes(self, assets: Collection[str], currency: str) -> list[PricePoint]:
        """The newest rates of the currencies among `assets`, in `currency` or else in euros. Raises ExchangeError."""
        wanted = {asset for asset in assets if asset in PUBLISHED}
        counted = currency if currency in PUBLISHED else _EURO
        wanted.discard(counted)
        if not wanted:
            return []
        days = await self._days()
        now = self._services.clock.now()
        newest: dict[str, PricePoint] = {}
        for day, rates in days:
            if now.date() - _OLDEST <= day <= now.date():
                for asset in wanted - newest.keys():
                    if (close := crossed(rates, asset, counted)) is not None:
                        newest[asset] = PricePoint(day, asset, close, counted, SOURCE, min(_published(day), now))
        return list(newest.values())

    def closes(self, assets: Iterable[str], currency: str, since: date, until: date) -> Iterator[PricePoint]:
        """The rates of these days from the installed history, and from what was asked for later."""
        return closes(assets, currency, since, until, newer=self._kept())

    async def past(self, asset: str, currency: str, since: date, until: date) -> list[PricePoint]:
        """The rates of one currency, in `currency` or else in euros; the newest are asked for. Raises ExchangeError."""
        counted = currency if currency in PUBLISHED else _EURO
        if asset not in PUBLISHED or asset == counted:
            return []
        found = await asyncio.to_thread(list, self.closes([asset], counted, since, until))
        if max((point.day for point in found), default=since) + _GAP < until:
            async with self._asking:
                await self._catch_up()
            found = await asyncio.to_thread(list, self.closes([asset], counted, since, until))
        return found

    async def _catch_up(self) -> None:
        """Have the days since the installed history ends: the recent ones, or all where that is long ago."""
        days = await self._days()
        ended = await asyncio.to_thread(newest_day)
        if not days or min(day for day, _ in days) - ended > _GAP:
            text = await self._web.text(f"{self._url}/{_ALL}", patience=_PATIENCE)
            await asyncio.to_thread(self._keep, _tables(text), self._services.clock.now())

    async def _days(self) -> list[DayRates]:
        """The tables of these days, newest first; asked for where they are not fresh."""
        now = self._services.clock.now()
        asked = await asyncio.to_thread(self._shelf.instant, "asked")
        kept = await asyncio.to_thread(self._kept)
        if asked is None or not timedelta(0) <= now - asked < timedelta(seconds=self._settings.seconds_kept):
            gap = not kept or now.date() - kept[0][0] > _GAP
            text = await self._web.text(f"{self._url}/{_RECENT if gap else _TODAY}", patience=_PATIENCE)
            await asyncio.to_thread(self._keep, _tables(text), now)
            kept = await asyncio.to_thread(self._kept)
        return kept

    def _keep(self, tables: dict[str, dict[str, str]], now: datetime) -> None:
        oldest = min(now.date() - _KEPT, newest_day()).isoformat()
        before = {day.isoformat(): {code: str(rate) for code, rate in rates.items()} for day, rates in self._kept()}
        days = {day: rates for day, rates in (before | tables).items() if day >= oldest}
        with self._shelf.change() as kept:
            kept.update(days=days, asked=now.isoformat())

    def _kept(self) -> list[DayRates]:
        days = self._shelf.read().get("days") or {}
        try:
            return [_day(day, days[day]) for day in sorted(days, reverse=True)]
        except (TypeError, ValueError, AttributeError):  # not as it was written: as good as none
            return []

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self._services.cache, "ecb")

    @cached_property
    def _settings(self) -> EcbSettings:
        settings: EcbSettings = self._services.settings(_SECTION)
        return settings

    @property
    def _url(self) -> str:
        return (self._settings.base_url or _URL).rstrip("/")

    @cached_property
    def _web(self) -> Web:
        allowance = Allowance(self._settings.calls_per_minute or _ALLOWANCE.minute)
        quota = Quota(Shelf(self._services.cache, "ecb-quota"), _LABEL, allowance, self._services.clock)
        return Web(self._services, "ecb", _LABEL, quota)


def _tables(text: str) -> dict[str, dict[str, str]]:
    """The rates by day and currency, as they are written."""
    tables = {
        day: {code: rate for code, rate in _RATE.findall(rates) if published_rate(rate) is not None}
        for day, rates in _DAY.findall(text)
    }
    if not any(tables.values()):
        raise OddAnswer(f"{_LABEL} answered without rates.")
    return {day: rates for day, rates in tables.items() if rates}


def _day(day: str, rates: dict[str, str]) -> DayRates:
    known = {code: rate for code, text in rates.items() if (rate := published_rate(text)) is not None}
    return date.fromisoformat(day), {_EURO: Decimal(1), **known}


def _published(day: date) -> datetime:
    return datetime.combine(day, time(16), ZoneInfo("Europe/Berlin")).astimezone(UTC)
