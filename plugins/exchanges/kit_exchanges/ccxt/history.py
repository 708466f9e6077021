"""An account's history at a venue: all its walks at once, each resumable, each record once.

A cursor is JSON that only this module reads: `done`, up to where everything is known (milliseconds), `ended`, when
the last walk came to its end; and for a walk under way where it ends (`until`), how far it has come (`at`) and
what the next one begins with (`held`). A cursor that cannot be read begins anew.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kit import Clock, ExchangeError, HistoryBatch, MissingPermission, NetworkFailure, OddAnswer, Record, Refused

from .asking import Asker
from .errors import NotThere, TooVague
from .figures import milliseconds
from .history_paging import Step
from .history_records import reason
from .history_streams import RULES, USUAL, Stream, markets_to_ask, pending_since, streams_of

# A part that the key may not read, or that the venue refuses to tell, is left out and said: asking again is no cure.
_CLOSED = (MissingPermission, Refused, NotThere)
_AT_ONCE = 8
_SEEN_ANYHOW = timedelta(days=90)
_FIELDS = ("done", "ended", "until", "at", "held")
# A transfer that hangs for longer than this holds no cursor back any more.
_LONGEST_PENDING = int(timedelta(days=30) / timedelta(milliseconds=1))


@dataclass(slots=True)
class _Cursor:
    """Where a stream stands. `until` and `at` are of a walk that has begun and not ended."""

    done: int | None = None
    ended: int | None = None
    until: int | None = None
    at: int | None = None
    held: int | None = None

    @classmethod
    def read(cls, text: str | None) -> _Cursor:
        try:
            told = json.loads(text) if text else {}
            found = {key: told.get(key) for key in _FIELDS}
        except (ValueError, AttributeError):
            return cls()
        return cls(**found) if all(value is None or type(value) is int for value in found.values()) else cls()

    def text(self) -> str:
        told = {key: getattr(self, key) for key in _FIELDS}
        return json.dumps({key: value for key, value in told.items() if value is not None})


class History:
    """What a venue tells of an account. `since` is the first day asked for, `symbols` markets besides those found."""

    def __init__(
        self, asker: Asker, account: str, clock: Clock, *, since: date | None = None, symbols: Collection[str] = ()
    ) -> None:
        self._asker = asker
        self._account = account
        self._clock = clock
        self._since = since
        self._symbols = tuple(symbols)
        self._left_out: dict[str, str] = {}
        self._earliest: datetime | None = None

    def left_out(self) -> tuple[str, ...]:
        """What the last walk left out, and why."""
        return tuple(self._left_out.values())

    async def walk(self, cursors: Mapping[str, str], assets: Collection[str] = ()) -> AsyncIterator[HistoryBatch]:
        """Everything after `cursors`. A stream that fails stops none of the others; its error comes last."""
        known = RULES.get(self._asker.venue, USUAL).warnings
        self._left_out = {f"venue {number}": text for number, text in enumerate(known)}
        markets = await self._asker.markets()
        symbols = markets_to_ask(markets, assets, self._symbols)
        streams = streams_of(self._asker, self._account, symbols)
        batches: asyncio.Queue[HistoryBatch | None] = asyncio.Queue(maxsize=4)
        failures: list[ExchangeError] = []
        places = asyncio.Semaphore(_AT_ONCE)

        async def follow(stream: Stream) -> None:
            try:
                async with places:
                    async for batch in self._batches(stream, _Cursor.read(cursors.get(stream.name))):
                        await batches.put(batch)
            except TooVague as failure:
                if not stream.finer:
                    self._left_out[stream.name] = f"{self._asker.label}: {stream.name} are not told: {failure.message}"
                await asyncio.gather(*map(follow, stream.finer))
            except _CLOSED as failure:
                self._left_out[stream.name] = f"{self._asker.label}: {stream.name} are not told: {failure.message}"
            except ExchangeError as failure:
                failures.append(failure)

        async def follow_all() -> None:
            try:
                for last in (False, True):
                    await asyncio.gather(*(follow(stream) for stream in streams if stream.last is last))
            finally:
                if listening:  # else nothing may wait for a place
                    await batches.put(None)

        listening = True
        work = asyncio.create_task(follow_all())
        try:
            while (batch := await batches.get()) is not None:
                yield batch
            await asyncio.wait({work})
            if work.cancelled():  # by nobody here: what it awaited was
                raise NetworkFailure(f"The history of {self._asker.label} stopped coming.")
            work.result()
        finally:
            listening = False
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        if failures:
            raise failures[0]

    async def _batches(self, stream: Stream, cursor: _Cursor) -> AsyncIterator[HistoryBatch]:
        """The stream's batches, the last one with the cursor of the next walk."""
        now = milliseconds(self._clock.now())
        if cursor.until is None and cursor.ended is not None and 0 <= now - cursor.ended < stream.every:
            return
        until = cursor.until if cursor.until is not None else now
        since = cursor.done if cursor.done is not None else self._first(after_others=stream.last)
        held_back = until - stream.overlap if cursor.held is None else min(cursor.held, until - stream.overlap)
        if stream.last and cursor.done is None and cursor.at is None:
            # Where it begins depends on this walk's other records; should it fail, that must not be forgotten.
            cursor.at = since
            yield HistoryBatch(stream.name, (), _Cursor(until=until, at=since).text())
        async for step in stream.pages(since, until, cursor.at):
            records = [record for record in self._records(stream, step) if self._counts(record)]
            times = [record.time for record in records] + ([self._earliest] if self._earliest else [])
            self._earliest = min(times, default=None)
            if step.doubt:
                self._left_out[f"{stream.name}:doubt"] = (
                    f"{self._asker.label}: {stream.name} may not be whole: {step.doubt}."
                )
            pending = pending_since(step.rows)
            if pending is not None and now - pending < _LONGEST_PENDING:
                held_back = min(held_back, pending - 1)
            under_way = _Cursor(cursor.done, cursor.ended, until, step.position, held_back)
            yield HistoryBatch(stream.name, tuple(records), under_way.text())
            cursor.at = step.position
        rest = tuple(record for record in stream.rest() if self._counts(record))
        at_end = _Cursor(max(held_back, since), now, at=cursor.at if stream.numbered else None)
        yield HistoryBatch(stream.name, rest, at_end.text())

    def _records(self, stream: Stream, step: Step) -> list[Record]:
        """What the rows mean; one that cannot be understood is counted and left out."""
        found: list[Record] = []
        bad: list[str] = []
        for row in step.rows:
            try:
                found += stream.read(row)
            except (ValueError, OddAnswer) as error:
                bad.append(reason(error))
        if bad:
            entries = "1 entry" if len(bad) == 1 else f"{len(bad)} entries"
            self._left_out[f"{stream.name}:rows"] = (
                f"{self._asker.label}: {entries} of {stream.name} could not be used, the first because: {bad[0]}."
            )
        return found

    def _counts(self, record: Record) -> bool:
        return self._since is None or record.time.astimezone(UTC).date() >= self._since

    def _first(self, *, after_others: bool) -> int:
        """Where a history begins: the configured day, else the venue's first year, or what other walks have shown."""
        if self._since is not None:
            return milliseconds(datetime(self._since.year, self._since.month, self._since.day, tzinfo=UTC))
        if after_others:
            return milliseconds((self._earliest or self._clock.now() - _SEEN_ANYHOW) - timedelta(days=1))
        return milliseconds(datetime(RULES.get(self._asker.venue, USUAL).first_year, 1, 1, tzinfo=UTC))
