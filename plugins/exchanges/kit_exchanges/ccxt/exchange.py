"""The Exchange of one account at a venue of ccxt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from kit import (
    Balance,
    Candle,
    OpenPosition,
    Order,
    OrderRequest,
    Pair,
    Permissions,
    Record,
    Services,
    Ticker,
    TradingTerms,
)

from .asking import Asker
from .balances import CLOSED, Wallets
from .orders import Orders
from .settings import CcxtSettings
from .surroundings import Surroundings

if TYPE_CHECKING:
    from kit import HistoryBatch

    from .history import History


class CcxtExchange:
    """Asks the venue for every answer; keeps connections, markets and limits, which accounts share."""

    def __init__(self, account: str, settings: CcxtSettings, services: Services) -> None:
        surroundings = Surroundings(account, settings, services, credentials=settings.credentials())
        self._account = account
        self._settings = settings
        self._clock = services.clock
        self._closed_parts: dict[str, str] = {}
        self.asker = Asker(surroundings)
        self._wallets = Wallets(self.asker, account, settings.wallets)
        self._orders = Orders(self.asker)

    async def balances(self) -> list[Balance]:
        """Every asset of all wallets that are open to the key; `left_out` says which are not."""
        return await self._wallets.balances(self._clock.now())

    async def records(self, since: datetime | None = None) -> AsyncIterator[Record]:
        """Everything that happened, oldest first; `since` is included."""
        held = {balance.asset for balance in await self.balances()}
        found = {record.id: record async for batch in self.history({}, assets=held) for record in batch.records}
        for record in sorted(found.values(), key=lambda each: (each.time, each.id)):
            if since is None or record.time >= since:
                yield record

    def history(self, cursors: Mapping[str, str], *, assets: Collection[str] = ()) -> AsyncIterator[HistoryBatch]:
        return self._history.walk(cursors, assets)

    async def ticker(self, pair: Pair) -> Ticker:
        from .tickers import ticker

        return await ticker(self.asker, pair, self._clock.now())

    async def tickers(self, pairs: Collection[Pair] | None = None) -> list[Ticker]:
        from .tickers import tickers

        return await tickers(self.asker, pairs, self._clock.now())

    async def candles(self, pair: Pair, interval: str, since: datetime, until: datetime) -> list[Candle]:
        from .tickers import candles

        return await candles(self.asker, pair, interval, since, until)

    async def permissions(self) -> Permissions:
        from .permissions import permissions

        return await permissions(self.asker)

    async def positions(self) -> list[OpenPosition]:
        """Open positions; none where the venue has none, or the key may not see them (`left_out`)."""
        from .positions import positions

        self._closed_parts.pop("positions", None)
        if self._settings.wallets is not None and "futures" not in self._settings.wallets:
            return []
        try:
            return await positions(self._contracts, self._account, self._clock.now())
        except CLOSED as failure:
            self._closed_parts["positions"] = failure.message
            return []

    async def funds(self) -> dict[str, Decimal]:
        return await self._wallets.free()

    async def terms(self, pairs: Collection[Pair]) -> list[TradingTerms]:
        from .trading import terms

        return await terms(self.asker, pairs)

    async def placed(self, pair: Pair, client_id: str) -> Order | None:
        return await self._orders.placed(pair, client_id)

    async def place_order(self, request: OrderRequest) -> Order:
        return await self._orders.place(request)

    async def fetch_order(self, order_id: str) -> Order:
        return await self._orders.fetch(order_id)

    async def open_orders(self) -> list[Order]:
        return await self._orders.open()

    async def cancel_order(self, order_id: str) -> Order:
        return await self._orders.cancel(order_id)

    async def watch(self, pairs: Collection[Pair]) -> AsyncIterator[Ticker | list[Balance]]:
        """Tickers of `pairs` and, whenever one changed, all balances, as the venue streams them."""
        from .streams import watch

        async for news in watch(self.asker, pairs, self.balances):
            yield news

    def left_out(self) -> tuple[str, ...]:
        label = self.asker.label
        closed = (f"{label}: {part} are not shown: {why}" for part, why in self._closed_parts.items())
        walked: tuple[str, ...] = self._history.left_out() if "_history" in self.__dict__ else ()
        return (*self._wallets.left_out(), *closed, *walked)

    async def close(self) -> None:
        askers = [self.asker, *([self._contracts] if "_contracts" in self.__dict__ else [])]
        await asyncio.gather(*(asker.close() for asker in askers))

    @cached_property
    def _history(self) -> History:
        from .history import History

        settings = self._settings
        return History(self.asker, self._account, self._clock, since=settings.history_from, symbols=settings.symbols)

    @cached_property
    def _contracts(self) -> Asker:
        """Asks for derivatives, whose markets are listed apart from those that prices come from."""
        return Asker(self.asker.surroundings.for_contracts())

    def __repr__(self) -> str:
        return f"CcxtExchange({self._account!r} at {self.asker.venue})"
