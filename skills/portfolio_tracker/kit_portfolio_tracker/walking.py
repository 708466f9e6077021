"""Walking through an account's history, with what is long kept on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping

from kit import Exchange, Historical, HistoryBatch, KitError, Record, Services, Task

from .naming import named_record
from .store.landing import Known, stage

_STAGED_AT = 2_000


class Walk:
    """`records` and `cursors` are what came and is not staged yet. A fault ends the walk; what came before it stays."""

    def __init__(
        self,
        services: Services,
        account: str,
        exchange: Exchange,
        known: Known,
        *,
        names: Mapping[str, str],
        progress: Task,
    ) -> None:
        self.records: list[Record] = []
        self.cursors: dict[str, str] = {}
        self.fault: KitError | None = None
        self._services = services
        self._account = account
        self._venue = services.venue(account)
        self._exchange = exchange
        self._known = known
        self._names = names
        self._progress = progress

    async def go(self, assets: Collection[str]) -> None:
        """To the end, for these assets; a second time goes on where the first ended."""
        self.fault = None
        try:
            async for batch in self._batches(assets):
                self.records += [named_record(record, self._venue, self._names) for record in batch.records]
                self._progress.advance(len(batch.records))
                if batch.cursor:
                    self.cursors[batch.stream] = batch.cursor
                if len(self.records) >= _STAGED_AT:
                    await asyncio.to_thread(
                        stage, self._services.store, self._account, self.records, dict(self.cursors)
                    )
                    self.records = []
        except KitError as error:
            self.fault = error

    async def _batches(self, assets: Collection[str]) -> AsyncIterator[HistoryBatch]:
        if isinstance(self._exchange, Historical):
            cursors = {**self._known.cursors, **self.cursors}
            async for batch in self._exchange.history(cursors, assets=sorted(assets)):
                yield batch
        else:
            found = tuple([record async for record in self._exchange.records(self._known.newest)])
            yield HistoryBatch("", found, "")
