"""The Exchange of a paper account: `PaperAccount`, asked in a thread, so that no event loop waits for the store."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Collection
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from .account import PaperAccount

if TYPE_CHECKING:
    from kit import Balance, Order, OrderRequest, Pair, Record, Ticker, TradingTerms

_Answer = TypeVar("_Answer")


class PaperExchange:
    """One simulated account, as any venue's account is seen."""

    def __init__(self, account: PaperAccount) -> None:
        self._account = account
        self._one_at_a_time = threading.Lock()

    async def balances(self) -> list[Balance]:
        return await self._in_thread(self._account.balances)

    async def records(self, since: datetime | None = None) -> AsyncIterator[Record]:
        """Its starting balances and fills, oldest first; `since` is included."""
        for record in await self._in_thread(lambda: self._account.records(since)):
            yield record

    async def ticker(self, pair: Pair) -> Ticker:
        return await self._in_thread(lambda: self._account.ticker(pair))

    async def funds(self) -> dict[str, Decimal]:
        return await self._in_thread(self._account.funds)

    async def terms(self, pairs: Collection[Pair]) -> list[TradingTerms]:
        return await self._in_thread(lambda: self._account.terms(pairs))

    async def placed(self, pair: Pair, client_id: str) -> Order | None:
        return await self._in_thread(lambda: self._account.placed(pair, client_id))

    async def place_order(self, request: OrderRequest) -> Order:
        """A client id used before answers with its order as it stands now, and places nothing."""
        return await self._in_thread(lambda: self._account.place_order(request))

    async def fetch_order(self, order_id: str) -> Order:
        return await self._in_thread(lambda: self._account.fetch_order(order_id))

    async def open_orders(self) -> list[Order]:
        return await self._in_thread(self._account.open_orders)

    async def cancel_order(self, order_id: str) -> Order:
        """Give back what the order locked. One cancelled before stays so; a filled one is an error."""
        return await self._in_thread(lambda: self._account.cancel_order(order_id))

    async def close(self) -> None:
        """Nothing to give back: the store belongs to the host."""

    async def _in_thread(self, work: Callable[[], _Answer]) -> _Answer:
        def alone() -> _Answer:
            with self._one_at_a_time:
                return work()

        return await asyncio.to_thread(alone)
