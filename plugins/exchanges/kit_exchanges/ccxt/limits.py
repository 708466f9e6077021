"""How often a venue may be asked.

ccxt keeps one bucket for each client and lets nothing through in advance, so that two questions asked
together wait for each other even where the venue has been left alone for an hour. Venues count over
longer spans: a bucket here holds what `_BURST_SECONDS` allow, and is shared by whoever the venue counts
together: the accounts of one address, or the clients of one key.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_BURST_SECONDS = 10.0
_LEAST_BURST = 10.0
_MOST_BURST = 400.0


class Limit:
    """A bucket of `per_second` units of cost, that holds `burst` of them where the venue says how many."""

    def __init__(self, per_second: float, burst: float | None = None) -> None:
        self._per_second = per_second
        self._most = burst or min(max(_LEAST_BURST, per_second * _BURST_SECONDS), _MOST_BURST)
        self._left = self._most
        self._looked = time.monotonic()

    def take(self, cost: float) -> float:
        """In how many seconds a question of this cost may be asked; who came first goes first."""
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._looked) * self._per_second)
        self._looked = now
        self._left -= cost
        return max(0.0, -self._left / self._per_second)

    def give_back(self, cost: float) -> None:
        """A question that was not asked after all."""
        self._left = min(self._most, self._left + cost)


class Key:
    """What one key has used: its numbers, and whose turn it is where they must arrive in order."""

    def __init__(self) -> None:
        self._last = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._locks: dict[str, asyncio.Lock] = {}

    def number(self, wanted: int) -> int:
        """`wanted`, or the next that this key has not used yet."""
        self._last = max(wanted, self._last + 1)
        return self._last

    @asynccontextmanager
    async def turn(self, what: str = "question") -> AsyncIterator[None]:
        """Alone with this key for that, until left. Each loop has its own turns."""
        if self._loop is not (loop := asyncio.get_running_loop()):
            self._loop, self._locks = loop, {}
        async with self._locks.setdefault(what, asyncio.Lock()):
            yield
