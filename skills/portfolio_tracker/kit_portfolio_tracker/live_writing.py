"""What streams tell, on its way into the store: the newest word on each thing, at most about once a second."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kit import Balance, Pair, PricePoint, Services, Ticker, exact_math

from .core.symbols import asset_of


class LiveWriter:
    """Takes as fast as things come; of what is not written yet only the newest stays, so a burst costs one write."""

    def __init__(
        self, services: Services, account: str, *, names: Mapping[str, str], every_seconds: float = 1.0
    ) -> None:
        self._services = services
        self._venue = services.venue(account)
        self._names = names
        self._every_seconds = every_seconds
        self._tickers: dict[Pair, Ticker] = {}
        self._balances: Sequence[Balance] = ()
        self._writing = asyncio.Lock()

    def take(self, said: Ticker | Sequence[Balance]) -> None:
        if isinstance(said, Ticker):
            self._tickers[said.pair] = said
        else:
            self._balances = said

    async def keep_writing(self) -> None:
        """For ever. Raises StoreError."""
        while True:
            await asyncio.sleep(self._every_seconds)
            await self.write()

    async def write(self) -> None:
        """Write what came since the last time."""
        async with self._writing:
            tickers, self._tickers = self._tickers, {}
            balances, self._balances = self._balances, ()
            if tickers or balances:
                points = [self._point(ticker) for ticker in tickers.values() if ticker.last > 0]
                await asyncio.to_thread(_keep, self._services, self._of_assets(balances), points)

    def _point(self, ticker: Ticker) -> PricePoint:
        base, quote = (asset_of(name, self._venue, names=self._names) for name in (ticker.pair.base, ticker.pair.quote))
        return PricePoint(ticker.time.date(), base, ticker.last, quote, self._venue, ticker.time)

    @exact_math()
    def _of_assets(self, balances: Sequence[Balance]) -> list[Balance]:
        """By asset; what a venue keeps under several names (XBT, XBT.F) is one."""
        found: dict[str, Balance] = {}
        for each in balances:
            asset = asset_of(each.asset, self._venue, names=self._names)
            before = found.get(asset)
            found[asset] = (
                replace(each, asset=asset)
                if before is None
                else replace(
                    before,
                    total=before.total + each.total,
                    locked=before.locked + each.locked,
                    staked=before.staked + each.staked,
                )
            )
        return list(found.values())


def _keep(services: Services, balances: list[Balance], points: list[PricePoint]) -> None:
    from .store.live import keep_live

    keep_live(services.store, balances, points)
