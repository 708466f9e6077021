"""Landings of a round: those that are ready while one is written share the next transaction.

Making a commit last costs more than what it holds, and ten accounts asked at once answer at once.
"""

from __future__ import annotations

import asyncio

from kit import Store

from .store.landing import Landed, Landing, land_together


class Landings:
    """Lands what it is given, each landing whole or not at all. To be used on one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[Landing, asyncio.Future[Landed]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def land(self, landing: Landing) -> Landed:
        """What came of it. Raises StoreError."""
        landed = asyncio.get_running_loop().create_future()
        self._waiting.append((landing, landed))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        found: Landed = await landed
        return found

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            answers = await asyncio.to_thread(land_together, self._store, [landing for landing, _ in batch])
            for (_, landed), answer in zip(batch, answers, strict=True):
                if landed.done():
                    continue
                if isinstance(answer, Exception):
                    landed.set_exception(answer)
                else:
                    landed.set_result(answer)
