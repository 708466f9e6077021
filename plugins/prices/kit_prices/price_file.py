"""A price file that is a source: what it says is the price. Read anew when it changes.

The same format as for `kit prices import` (date, asset, close, currency); the newest row of an asset is its price.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from kit import ConfigError, Importer, ImportSource, KitError, PluginError, PricePoint, PriceSourceState, Services

SOURCE = "file"
_SECTION = "prices.file"
_FORMAT = "price-csv"
_NO_FILE = "Name a price file: kit config set prices.file.path FILE"


class PriceFile:
    """The source `file`. It knows whatever stands in the file, money and metals too."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def state(self) -> PriceSourceState:
        try:
            return PriceSourceState("" if self._services.settings(_SECTION).path else _NO_FILE)
        except KitError as fault:
            return PriceSourceState(str(fault))

    async def quotes(self, assets: Collection[str], currency: str) -> list[PricePoint]:
        """The newest row of each of `assets`, in `currency` where there is one, else in every currency it has."""
        now = self._services.clock.now()
        newest: dict[tuple[str, str], PricePoint] = {}
        for point in await asyncio.to_thread(self._points):
            key = point.asset, point.currency
            if point.day <= now.date() and (key not in newest or point.day >= newest[key].day):
                newest[key] = point
        found = []
        for asset in assets:
            own = [point for (name, _), point in newest.items() if name == asset]
            found += [point for point in own if point.currency == currency] or own
        return [replace(point, time=min(_end_of(point.day), now)) for point in found]

    def closes(self, assets: Iterable[str], currency: str, since: date, until: date) -> list[PricePoint]:
        """The file's rows of these days."""
        wanted = set(assets)
        return [
            point
            for point in self._points()
            if point.asset in wanted and point.currency == currency and since <= point.day <= until
        ]

    async def past(self, asset: str, currency: str, since: date, until: date) -> list[PricePoint]:
        """The file's rows of one asset, in `currency` where there are any, else in every currency it has."""
        points = await asyncio.to_thread(self._points)
        own = [point for point in points if point.asset == asset and since <= point.day <= until]
        return [point for point in own if point.currency == currency] or own

    def _points(self) -> tuple[PricePoint, ...]:
        written = self._services.settings(_SECTION).path
        if not written:
            return ()
        path = self._services.home / Path(written).expanduser()
        try:
            seen = path.stat()
        except OSError as error:
            raise ConfigError(
                f"prices.file.path: {path} cannot be read ({type(error).__name__}).", next_step=_NO_FILE
            ) from None
        importer = next((each for each in self._services.importers() if each.name == _FORMAT), None)
        if importer is None:
            raise PluginError(f"No plugin reads the format {_FORMAT}.", next_step="See “kit plugins list”.")
        return _read(importer, path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=2)
def _read(importer: Importer, path: Path, changed: int, size: int) -> tuple[PricePoint, ...]:
    """The rows of the file as it was then; bad ones are left out, as `kit prices import` shows."""
    rows = importer.read(ImportSource(path))
    return tuple(replace(row, source=SOURCE) for row in rows if isinstance(row, PricePoint))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
