"""What streams tell, on its way into the store: the newest word on each thing, at most about once a second."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from kit import Balance, Pair, PricePoint, Services, Ticker

from .naming import named_balances, quote_of


class LiveWriter:
    """Takes as fast as things come; of what is not written yet only the newest stays, so a burst costs one write."""

    def __init__(
        self, services: Services, account: str, *, names: Mapping[str, str], every_seconds: float = 1.0
    ) -> None:
        self._services = services
        self._account = account
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
                said = named_balances(balances, self._venue, self._names)
                points = [quote_of(each, self._venue, self._names) for each in tickers.values() if each.last > 0]
                await asyncio.to_thread(self._keep, said, points)

    def _keep(self, balances: Sequence[Balance], points: Sequence[PricePoint]) -> None:
        from .store.live import keep_live

        keep_live(self._services.store, self._account, balances, points)
