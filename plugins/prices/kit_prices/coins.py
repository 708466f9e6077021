"""CoinGecko's list of all coins: which ones have a symbol. Asked once a day at most."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from kit import Clock, OddAnswer

from .kept import Shelf
from .web import Web

_SECONDS_KEPT = 24 * 3600
_NAMED = 5
_PATIENCE = 8.0


class CoinList:
    """The ids of the coins with a symbol, as far as they are certain: a symbol that several share names none."""

    def __init__(self, shelf: Shelf, clock: Clock, web: Web, url: str) -> None:
        self._shelf = shelf
        self._clock = clock
        self._web = web
        self._url = url
        self._asking = asyncio.Lock()

    async def look_up(self, assets: Collection[str]) -> dict[str, tuple[str, ...]]:
        """The ids of the coins with each asset's symbol: none, one, or several. Raises ExchangeError."""
        async with self._asking:
            coins = await asyncio.to_thread(self._kept)
            if coins is None:
                coins = _by_symbol(await self._web.json(self._url, patience=_PATIENCE), self._web.label)
                await asyncio.to_thread(self._keep, coins)
        return {asset: tuple(coins.get(asset.lower(), ())) for asset in assets}

    def doubt(self, asset: str, ids: Collection[str]) -> str:
        """Why the asset's coin is not certain, and what to write."""
        place = f"prices.{self._web.name}.ids of config.json"
        if not ids:
            return (
                f"{self._web.label} lists no coin with this symbol. If it has another there, name the coin in {place}."
            )
        shown = ", ".join(sorted(ids)[:_NAMED]) + (", …" if len(ids) > _NAMED else "")
        return f"{len(ids)} coins of {self._web.label} have this symbol: {shown}. Say which in {place}."

    def _kept(self) -> dict[str, list[str]] | None:
        kept = self._shelf.read()
        asked, coins = kept.get("asked"), kept.get("coins")
        if not isinstance(asked, int | float) or not isinstance(coins, dict):
            return None
        young = 0 <= self._clock.now().timestamp() - asked < _SECONDS_KEPT
        return {symbol: ids for symbol, ids in coins.items() if isinstance(ids, list)} if young else None

    def _keep(self, coins: dict[str, list[str]]) -> None:
        with self._shelf.change() as kept:
            kept.update(asked=self._clock.now().timestamp(), coins=coins)


def _by_symbol(said: Any, label: str) -> dict[str, list[str]]:
    """[{"id": "bitcoin", "symbol": "btc", "name": "Bitcoin"}, …] → ids by symbol."""
    coins: dict[str, list[str]] = defaultdict(list)
    for entry in said if isinstance(said, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("id"), str) and isinstance(entry.get("symbol"), str):
            coins[entry["symbol"].lower()].append(entry["id"])
    if not coins:
        raise OddAnswer(f"{label} answered without its list of coins.")
    return dict(coins)
