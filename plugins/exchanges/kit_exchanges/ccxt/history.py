"""An account's history at a venue: all its walks at once, each resumable, each record once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, date, datetime, timedelta

from kit import Clock, ExchangeError, HistoryBatch, MissingPermission, NetworkFailure, OddAnswer, Record, Refused

from .asking import Asker
from .errors import NotThere, TooVague
from .figures import milliseconds
from .history_cursor import Cursor
from .history_paging import Step, place_of
from .history_records import reason
from .history_streams import RULES, USUAL, Stream, markets_to_ask, pending_since, streams_of

# A part that the key may not read, or that the venue refuses to tell, is left out and said: asking again is no cure.
_CLOSED = (MissingPermission, Refused, NotThere)
_AT_ONCE = 8
_SEEN_ANYHOW = timedelta(days=90)
# A transfer that hangs for longer than this holds no cursor back any more.
_LONGEST_PENDING = int(timedelta(days=30) / timedelta(milliseconds=1))


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
                    async for batch in self._batches(stream, Cursor.read(cursors.get(stream.name))):
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

    async def _batches(self, stream: Stream, cursor: Cursor) -> AsyncIterator[HistoryBatch]:
        """The stream's batches, the last one with the cursor of the next walk."""
        now = milliseconds(self._clock.now())
        since, until = cursor.since, cursor.until
        if since is None or until is None:
            if cursor.ended is not None and 0 <= now - cursor.ended < stream.every:
                return
            since, until = self._begin(stream, cursor, now)
            if stream.last and cursor.done is None:
                # Where it begins depends on this walk's other records; should it fail, that must not be forgotten.
                yield HistoryBatch(stream.name, (), cursor.text())
        async for step in stream.pages(since, until, cursor.at):
            records, unread = self._records(stream, step, since)
            times = [record.time for record in records] + ([self._earliest] if self._earliest else [])
            self._earliest = min(times, default=None)
            if step.doubt:
                self._left_out[f"{stream.name}:doubt"] = (
                    f"{self._asker.label}: {stream.name} may not be whole: {step.doubt}."
                )
            for place in (*unread, *step.again):
                cursor.doubt(place, now)
            pending = pending_since(step.rows)
            if pending is not None and now - pending < _LONGEST_PENDING:
                cursor.held = min(cursor.held or until, pending - 1)
            cursor.at = step.position
            yield HistoryBatch(stream.name, tuple(records), cursor.text())
        rest = () if cursor.patient else tuple(record for record in stream.rest() if self._counts(record))
        held_back = min(cursor.held or until, until - stream.overlap)
        if cursor.again is not None and not {f"{stream.name}:rows", f"{stream.name}:doubt"} & self._left_out.keys():
            told = f"{self._asker.label}: an entry of {stream.name} could not be used; it is asked for again."
            self._left_out[f"{stream.name}:rows"] = told
        cursor.end(max(held_back, since), now, numbered=stream.numbered)
        yield HistoryBatch(stream.name, rest, cursor.text())

    def _begin(self, stream: Stream, cursor: Cursor, now: int) -> tuple[int, int]:
        """The bounds of a new walk, which the cursor keeps."""
        since = cursor.done if cursor.done is not None else self._first(after_others=stream.last)
        if stream.numbered:
            cursor.at = cursor.begin(cursor.at or 0, now)
        else:
            cursor.at, since = None, cursor.begin(since, now)
        cursor.since, cursor.until = since, now
        return since, now

    def _records(self, stream: Stream, step: Step, since: int) -> tuple[list[Record], list[int]]:
        """What the rows mean; those that cannot be understood are said and left out: where they stand."""
        found: list[Record] = []
        unread: list[int] = []
        bad = ""
        for row in step.rows:
            try:
                found += (record for record in stream.read(row) if self._counts(record))
            except (ValueError, OddAnswer) as error:
                bad = bad or reason(error)
                unread.append(place_of(row, numbered=stream.numbered, otherwise=since))
        if unread:
            entries = "1 entry" if len(unread) == 1 else f"{len(unread)} entries"
            self._left_out[f"{stream.name}:rows"] = (
                f"{self._asker.label}: {entries} of {stream.name} could not be used, the first because: {bad}."
            )
        return found, unread

    def _counts(self, record: Record) -> bool:
        return self._since is None or record.time.astimezone(UTC).date() >= self._since

    def _first(self, *, after_others: bool) -> int:
        """Where a history begins: the configured day, else the venue's first year, or what other walks have shown."""
        if self._since is not None:
            return milliseconds(datetime(self._since.year, self._since.month, self._since.day, tzinfo=UTC))
        if after_others:
            return milliseconds((self._earliest or self._clock.now() - _SEEN_ANYHOW) - timedelta(days=1))
        return milliseconds(datetime(RULES.get(self._asker.venue, USUAL).first_year, 1, 1, tzinfo=UTC))
