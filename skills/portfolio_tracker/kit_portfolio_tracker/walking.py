"""Walking through an account's history, with what is long kept on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Collection, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import TypeVar

from kit import (
    Exchange,
    Historical,
    HistoryBatch,
    KitError,
    NetworkFailure,
    PluginError,
    Record,
    Services,
    StoreError,
    Task,
)

from .naming import named_record
from .store.landing import Known, newest_fetched, stage

_Answer = TypeVar("_Answer")
_STAGED_AT = 2_000
# A venue may make its caller wait between pages, and a page be asked for again; this is longer than all of that.
_SILENCE_SECONDS = 300.0


class Walk:
    """One walk, to its end or to where it was given up.

    `records` and `cursors` are what came and is not staged yet, `came` counts all that came. `ended` says that
    the venue has no more; a `fault` ends the walk, too. What came before it stays. `full` is from the beginning.
    """

    def __init__(
        self,
        services: Services,
        account: str,
        exchange: Exchange,
        known: Known,
        *,
        full: bool,
        names: Mapping[str, str],
        progress: Task,
    ) -> None:
        self.records: list[Record] = []
        self.cursors: dict[str, str] = {}
        self.came = 0
        self.first: datetime | None = None
        self.sent: set[str] = set()
        self.ended = False
        self.fault: KitError | None = None
        self._services = services
        self._account = account
        self._venue = services.venue(account)
        self._exchange = exchange
        self._full = full
        self._names = names
        self._progress = progress
        self._at = dict(known.cursors)

    async def go(self, assets: Collection[str], *, until: float | None = None) -> None:
        """To the end, or till the loop's time `until`; a second time goes on where the first ended. Raises StoreError.

        `assets` are those the account is known to have held.
        """
        self.fault, self.ended = None, False
        try:
            async with asyncio.timeout_at(until) as patience:
                await self._to_the_end(assets)
            self.ended = True
        except TimeoutError:
            if not patience.expired():
                self.fault = NetworkFailure(f"The history of {self._account} stopped coming.")
        except StoreError:
            raise
        except KitError as error:
            self.fault = error
        except Exception as error:  # noqa: BLE001 - a plugin's own mistake costs its history, not the balances
            self.fault = plugin_mistake(self._account, error)

    async def keep(self) -> None:
        """Stage what is not staged yet: for a walk that another will go on with."""
        records, self.records = self.records, []
        cursors, self.cursors = self.cursors, {}
        if records or cursors:
            await finished(asyncio.to_thread(stage, self._services.store, self._account, records, cursors))

    async def _to_the_end(self, assets: Collection[str]) -> None:
        async with aclosing(self._batches(assets)) as batches:
            while True:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    batch = await anext(batches, None)
                if batch is None:
                    return
                self._take(batch)
                if len(self.records) >= _STAGED_AT:
                    await self.keep()

    def _take(self, batch: HistoryBatch) -> None:
        records = [named_record(record, self._venue, self._names) for record in batch.records]
        self.records += records
        self.came += len(records)
        self._progress.advance(len(records))
        self.sent |= {asset for record in records for _, asset, quantity in record.legs() if quantity < 0}
        if records:
            first = min(record.time for record in records)
            self.first = first if self.first is None else min(first, self.first)
        if batch.cursor:
            self.cursors[batch.stream] = self._at[batch.stream] = batch.cursor

    async def _batches(self, assets: Collection[str]) -> AsyncGenerator[HistoryBatch, None]:
        if isinstance(self._exchange, Historical):
            async for batch in self._exchange.history(dict(self._at), assets=sorted(assets)):
                yield batch
        else:
            since = None if self._full else await asyncio.to_thread(self._newest)
            found = tuple([record async for record in self._exchange.records(since)])
            yield HistoryBatch("", found, "")

    def _newest(self) -> datetime | None:
        with self._services.store.read() as connection:
            return newest_fetched(connection, self._account)


def plugin_mistake(account: str, error: Exception) -> PluginError:
    """What a plugin let through, as this account's trouble."""
    what = f"The exchange plugin of {account} failed with {type(error).__name__}: {error}."
    return PluginError(what, next_step="Report it to the plugin's author.")


async def finished(work: Awaitable[_Answer]) -> _Answer:
    """What `work` answers. Whoever is cancelled meanwhile waits for its end first: a thread cannot be stopped."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
