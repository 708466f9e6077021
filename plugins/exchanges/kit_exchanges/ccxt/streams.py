"""What a venue tells by itself, over ccxt's sockets: tickers, and that a balance has changed.

A burst never queues up: of each pair only the newest ticker waits to be taken. What a venue tells of a
balance is one wallet's part of it, so it is taken as a sign, and the whole account is asked again, once for
all signs that come together. A venue whose balances cannot be watched is asked for them every minute.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from kit import Balance, OddAnswer, Pair, Ticker

from .asking import Asker
from .errors import NotOffered
from .figures import amount, instant
from .streams_guard import guarded, let_go

AskBalances = Callable[[], Awaitable[list[Balance]]]
_TOGETHER_SECONDS = 0.25
_ASKED_EVERY_SECONDS = 60.0
_PARTING_SECONDS = 1.0


async def watch(asker: Asker, pairs: Collection[Pair], balances: AskBalances) -> AsyncIterator[Ticker | list[Balance]]:
    """Tickers of `pairs` as they come, all balances first and whenever one changed. Raises ExchangeError.

    Ends never by itself; the sockets are closed when it is.
    """
    client = guarded(asker.streaming_client())
    watched = _Watched(asker, client, balances)
    try:
        work = await watched.work(pairs)
        tasks = [asyncio.create_task(each) for each in work]
        try:
            while True:
                for said in watched.take():
                    yield said
                await _next(watched.news, tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    except Exception as error:  # noqa: BLE001 - whatever ccxt raises is translated here
        raise asker.told(error) from None
    finally:
        await _hang_up(client)


class _Watched:
    """What came since it was last taken: one ticker a pair, one word on the balances."""

    def __init__(self, asker: Asker, client: Any, balances: AskBalances) -> None:
        self.news = asyncio.Event()
        self._asker = asker
        self._client = client
        self._ask_balances = balances
        self._pairs: dict[str, Pair] = {}
        self._last: dict[str, Any] = {}
        self._tickers: dict[str, Ticker] = {}
        self._balances: list[Balance] | None = None

    async def work(self, pairs: Collection[Pair]) -> list[Coroutine[Any, Any, None]]:
        """What is to run beside each other: for the tickers and for the balances. Raises ExchangeError."""
        has = self._client.has
        if not (has.get("watchTickers") or has.get("watchTicker") or has.get("watchBalance")):
            raise NotOffered(f"{self._asker.label} does not stream.")
        await self._client.load_markets()
        self._pairs = {str(pair): pair for pair in pairs if str(pair) in self._client.markets}
        signs = self._signs() if has.get("watchBalance") else self._minutes()
        if not self._pairs:
            return [signs]
        if has.get("watchTickers"):
            return [signs, self._follow(partial(self._client.watch_tickers, sorted(self._pairs)))]
        if has.get("watchTicker"):
            return [signs, *(self._follow(partial(self._client.watch_ticker, symbol)) for symbol in self._pairs)]
        raise NotOffered(f"{self._asker.label} does not stream prices.")

    def take(self) -> list[Ticker | list[Balance]]:
        self.news.clear()
        tickers, self._tickers = self._tickers, {}
        balances, self._balances = self._balances, None
        return [*tickers.values(), *([balances] if balances is not None else [])]

    async def _follow(self, wait: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        """Look at the client's own list of tickers after each sign: it holds the newest of a burst."""
        while True:
            sign = asyncio.ensure_future(wait())
            try:
                # Waiting is set up before looking, so that nothing that comes in between is missed.
                await asyncio.sleep(0)
                self._look({})
                said = await sign
            finally:
                sign.cancel()
            self._look({str(said["symbol"]): said} if "symbol" in said else said)
            await asyncio.sleep(_TOGETHER_SECONDS)

    def _look(self, said: Mapping[str, Any]) -> None:
        for symbol, pair in self._pairs.items():
            newest = self._client.tickers.get(symbol) or said.get(symbol)
            if newest is not None and newest is not self._last.get(symbol):
                self._last[symbol] = newest
                ticker = _ticker(pair, newest, self._asker.surroundings.services.clock.now())
                if ticker is not None:
                    self._tickers[symbol] = ticker
                    self.news.set()

    async def _signs(self) -> None:
        """Ask after each sign, and while the next is waited for already: what changes meanwhile is not missed."""
        while True:
            sign = asyncio.ensure_future(self._client.watch_balance())
            try:
                await asyncio.sleep(_TOGETHER_SECONDS)
                await self._tell_balances()
                await sign
            finally:
                sign.cancel()

    async def _minutes(self) -> None:
        while True:
            await self._tell_balances()
            await asyncio.sleep(_ASKED_EVERY_SECONDS)

    async def _tell_balances(self) -> None:
        self._balances = await self._ask_balances()
        self.news.set()


def _ticker(pair: Pair, said: dict[str, Any], now: datetime) -> Ticker | None:
    """The last price; None where the venue told of something else of the market, or nothing that is a price."""
    try:
        last = amount(said.get("last"))
    except OddAnswer:
        return None
    if last is None or last <= 0:
        return None
    stamp = said.get("timestamp")
    return Ticker(pair, last, now if stamp is None else instant(stamp))


async def _next(news: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Until something came. Raises what ended a task."""
    waiting = asyncio.create_task(news.wait())
    try:
        done, _ = await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task in done:
                _raise(task)
    finally:
        waiting.cancel()


def _raise(task: asyncio.Task[None]) -> None:
    """What ended it. ccxt cancels what waits for a connection that it gives up; that is no wish of ours."""
    if task.cancelled():
        raise ConnectionError("the connection was given up")
    task.result()


async def _hang_up(client: Any) -> None:
    """Close the sockets, those that are being opened included; the session they were made with is not theirs."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_PARTING_SECONDS):  # a venue that fell silent says no good-bye
            await client.close_ws_clients()
    await let_go(client)
    client.session = None
