"""The closes of the S&P 500 index: from a file, else from FRED (no key; the last ten years).

The asset is called SP500, in dollars: a price index without dividends. An “&” fits no asset's name, and SPX
is a coin. `prices.sp500.baseUrl` may name any address that answers alike: a CSV of date and close.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from kit import ConfigError, KitError, OddAnswer, PricePoint, PriceSourceState, Services, exact, plain

from .kept import Shelf
from .quota import Allowance, Quota
from .web import Web

if TYPE_CHECKING:
    from .settings import SP500Settings

ASSET = "SP500"
SOURCE = "SP500"
_SECTION = "prices.sp500"
_LABEL = "FRED"
_CURRENCY = "USD"
_NAME_ONE = "Name a file of dates and closes: kit config set prices.sp500.path FILE"
_URL = "https://fred.stlouisfed.org/graph/fredgraph.csv"
_ALLOWANCE = Allowance(10)
_PATIENCE = 8.0
_RECENT = timedelta(days=10)
_DATES = ("observation_date", "date", "time")
_CLOSES = ("close", "sp500", "value")


class SP500:
    """The source `sp500`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def state(self) -> PriceSourceState:
        try:
            return PriceSourceState(last_answer=self._shelf.instant("asked") if not self._settings.path else None)
        except KitError as fault:
            return PriceSourceState(str(fault))

    async def quotes(self, assets: Collection[str], currency: str) -> list[PricePoint]:
        """The index' newest close, in dollars. Raises ExchangeError."""
        if ASSET not in assets:
            return []
        now = self._services.clock.now()
        closes = await self._series()
        day = max((day for day in closes if now.date() - _RECENT <= day <= now.date()), default=None)
        if day is None:
            return []
        closed = datetime.combine(day, time(16), ZoneInfo("America/New_York")).astimezone(UTC)
        return [PricePoint(day, ASSET, closes[day], _CURRENCY, SOURCE, min(closed, now))]

    def closes(self, assets: Iterable[str], currency: str, since: date, until: date) -> Iterator[PricePoint]:
        """The index' closes on trading days, in dollars only."""
        if ASSET in set(assets) and currency == _CURRENCY:
            series = self._services.network.run(self._series())
            for day in sorted(series):
                if since <= day <= until:
                    yield PricePoint(day, ASSET, series[day], _CURRENCY, SOURCE)

    async def past(self, asset: str, currency: str, since: date, until: date) -> list[PricePoint]:
        """The index' closes on trading days, in dollars. Raises ExchangeError."""
        if asset != ASSET:
            return []
        series = await self._series()
        over = min(until, self._services.clock.now().date() - timedelta(days=1))
        return [PricePoint(day, ASSET, series[day], _CURRENCY, SOURCE) for day in series if since <= day <= over]

    async def _series(self) -> dict[date, Decimal]:
        if self._settings.path:
            return await asyncio.to_thread(self._from_file)
        now = self._services.clock.now()
        asked = await asyncio.to_thread(self._shelf.instant, "asked")
        if asked is not None and timedelta(0) <= now - asked < timedelta(seconds=self._settings.seconds_kept):
            return await asyncio.to_thread(self._kept)
        text = await self._web.text(self._settings.base_url or _URL, {"id": "SP500"}, patience=_PATIENCE)
        series = index_closes(text)
        if not series:
            raise OddAnswer(f"{_LABEL} answered without closes.")
        await asyncio.to_thread(self._keep, series, now)
        return series

    def _from_file(self) -> dict[date, Decimal]:
        path = self._services.home / Path(self._settings.path).expanduser()
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            what = f"prices.sp500.path: {path} cannot be read ({type(error).__name__})."
            raise ConfigError(what, next_step=_NAME_ONE) from None
        series = index_closes(text)
        if not series:
            raise ConfigError(f"prices.sp500.path: {path} has no columns date and close.", next_step=_NAME_ONE)
        return series

    def _keep(self, series: dict[date, Decimal], now: datetime) -> None:
        with self._shelf.change() as kept:
            kept["closes"] = {day.isoformat(): plain(close) for day, close in series.items()}
            kept["asked"] = now.isoformat()

    def _kept(self) -> dict[date, Decimal]:
        closes = self._shelf.read().get("closes")
        return {date.fromisoformat(day): exact(text) for day, text in closes.items()} if closes else {}

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf(self._services.cache, "sp500")

    @cached_property
    def _settings(self) -> SP500Settings:
        settings: SP500Settings = self._services.settings(_SECTION)
        return settings

    @cached_property
    def _web(self) -> Web:
        allowance = Allowance(self._settings.calls_per_minute or _ALLOWANCE.minute)
        quota = Quota(Shelf(self._services.cache, "sp500-quota"), _LABEL, allowance, self._services.clock)
        return Web(self._services, "sp500", _LABEL, quota)


def index_closes(text: str) -> dict[date, Decimal]:
    """The closes of a CSV by day; empty where it has no such columns. A day without a close (“.”) is left out."""
    rows = csv.reader(io.StringIO(text))
    header = [name.strip().casefold() for name in next(rows, [])]
    when = next((header.index(name) for name in _DATES if name in header), None)
    what = next((header.index(name) for name in _CLOSES if name in header), None)
    found: dict[date, Decimal] = {}
    if when is None or what is None:
        return found
    for row in rows:
        try:
            close = exact(row[what])
            if close > 0:
                found[date.fromisoformat(row[when].strip()[:10])] = close
        except (IndexError, ValueError):
            continue
    return found
