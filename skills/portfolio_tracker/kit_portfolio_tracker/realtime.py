"""`realtime`: balances and prices as they change, while the host is resident. One stream an account.

A venue that streams is watched: the prices of what the account holds, and its balances. One that does not, or
whose stream is broken for now, is asked every `updateInterval` instead. So a stream fails only where the
account cannot be asked at all; then the host starts it anew.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from kit import (
    Balance,
    Exchange,
    ExchangeError,
    NetworkFailure,
    Pair,
    Problem,
    Quoting,
    Services,
    Severity,
    Stream,
    Streaming,
    Ticker,
)

from .live_pairs import HeldPairs
from .live_writing import LiveWriter
from .plugin import SECTION

if TYPE_CHECKING:
    from .settings import PortfolioSettings

Beat = Callable[[], None]
_SHORTEST_SILENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: until a connection without a word counts as dead, between looks at what is held, pauses, writes."""

    silence: float = 30.0
    look: float = 15.0
    first_pause: float = 1.0
    longest_pause: float = 120.0
    steady: float = 30.0
    """A connection that lasted so long was no failure."""
    write: float = 1.0


def streams(services: Services) -> list[Stream]:
    """One for each account at a venue of the network; none where `realtime` is off."""
    settings: PortfolioSettings = services.settings(SECTION)
    if not settings.realtime:
        return []
    networked = {kind.name for kind in services.exchange_types() if kind.networked}
    silence = max(_SHORTEST_SILENCE, 3 * timedelta(seconds=settings.update_interval))
    return [
        Stream(f"live {name}", f"Balances and prices of {name} as they change", LiveAccount(name).run, silence)
        for name in services.exchanges()
        if services.venue(name) in networked
    ]


class LiveAccount:
    """An account that is followed."""

    def __init__(self, name: str, patience: Patience | None = None) -> None:
        self._name = name
        self._patience = patience or Patience()

    async def run(self, services: Services, beat: Beat) -> None:
        """For ever. Raises ExchangeError where the account can neither be watched nor asked, StoreError."""
        settings: PortfolioSettings = services.settings(SECTION)
        writer = LiveWriter(services, self._name, names=settings.asset_names, every_seconds=self._patience.write)
        following = _Following(services, self._name, writer, beat, patience=self._patience, settings=settings)
        tasks = [asyncio.create_task(work) for work in (writer.keep_writing(), following.follow())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await writer.write()


class _Following:
    """The account, watched where that works, asked where it does not."""

    def __init__(
        self,
        services: Services,
        name: str,
        writer: LiveWriter,
        beat: Beat,
        *,
        patience: Patience,
        settings: PortfolioSettings,
    ) -> None:
        self._services = services
        self._name = name
        self._patience = patience
        self._writer = writer
        self._beat = beat
        self._settings = settings
        self._exchange: Exchange = services.exchange(name)
        self._held = HeldPairs(
            services, name, self._exchange, currency=settings.base_currency, names=settings.asset_names
        )
        self._problem: str | None = None

    async def follow(self) -> None:
        failures = 0
        while True:
            if not isinstance(self._exchange, Streaming):
                await self._ask_for(None)
            began = time.monotonic()
            try:
                await self._watch()
                failures = 0
            except ExchangeError as error:
                failures = 1 if time.monotonic() - began >= self._patience.steady else failures + 1
                await self._tell(error, failures)
                # What no waiting cures is tried again, too: keys are exchanged, venues add streams.
                await self._ask_for(self._pause(failures) if error.transient else self._patience.longest_pause)

    async def _watch(self) -> None:
        """Follow one connection until what is held has changed. Raises ExchangeError where it is lost or silent."""
        pairs = await self._pairs()
        watched = cast("Streaming", self._exchange).watch(pairs)
        look_at = time.monotonic() + self._patience.look
        try:
            while True:
                try:
                    said = await asyncio.wait_for(anext(watched), self._patience.silence)
                except TimeoutError:
                    if not pairs:
                        return  # nothing of it has a price here, and balances that stay are silent
                    raise NetworkFailure(f"The stream of {self._name} fell silent.") from None
                except StopAsyncIteration:
                    raise NetworkFailure(f"The stream of {self._name} has ended.") from None
                self._take(said)
                if self._problem is not None:
                    await self._cured()
                if time.monotonic() >= look_at or isinstance(said, list):
                    look_at = time.monotonic() + self._patience.look
                    if await self._pairs() != pairs:
                        return
        finally:
            await _close(watched)

    async def _ask_for(self, seconds: float | None) -> None:
        """Ask at once and every update interval, for so long (None is for ever). Raises ExchangeError."""
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            self._take(await self._exchange.balances())
            if isinstance(self._exchange, Quoting):
                for ticker in await self._exchange.tickers(await self._pairs()):
                    self._take(ticker)
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= self._settings.update_interval:
                await asyncio.sleep(max(left, 0))
                return
            await asyncio.sleep(self._settings.update_interval)

    def _take(self, said: Ticker | list[Balance]) -> None:
        self._beat()
        self._writer.take(said)

    async def _pairs(self) -> frozenset[Pair]:
        """Those of what the account holds. The writer is first, so that the newest balances count."""
        await self._writer.write()
        return await self._held.now()

    def _pause(self, failures: int) -> float:
        doubled: float = self._patience.first_pause * 2.0 ** min(failures - 1, 20)
        longest = min(doubled, self._patience.longest_pause)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads many accounts, keeps no secret

    async def _tell(self, error: ExchangeError, failures: int) -> None:
        """A stream that fails again and again is worth knowing: the account is asked instead, which is slower."""
        if failures >= 3 or not error.transient:
            self._problem = f"realtime:{self._name}"
            found = Problem(
                self._problem,
                Severity.INFO,
                f"{self._name} is asked every {self._settings.update_interval} seconds instead of streamed: "
                f"{error.message}",
                f"realtime, {self._name}",
                error.next_step or "Nothing to do: the stream is tried again by itself.",
            )
            await asyncio.to_thread(self._services.problems.report, found)

    async def _cured(self) -> None:
        if self._problem is not None:
            await asyncio.to_thread(self._services.problems.resolve, self._problem)
            self._problem = None


async def _close(watched: AsyncIterator[Ticker | list[Balance]]) -> None:
    """Let go of the connection now, not whenever the garbage is collected."""
    if isinstance(watched, AsyncGenerator):
        await watched.aclose()
