"""Couriers: what waits in the outbox, told on its channels by the host that leads.

One courier a channel, so that a slow one holds up no other. A delivery counts when its receipt is written; a process
that dies in between tells it again, with the same key. What fails for a passing reason holds up its channel for
a pause that doubles; what fails for another reason is put aside for an hour, and the next goes ahead.

Only `kit start` delivers (with `--once` too), and the commands that are about delivering. Any other command keeps
what is to be told and ends: nobody wants to wait for a chat service after asking for the holdings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from ..channels import Channel, Priority
from ..errors import ExchangeError, KitError, NetworkFailure, RateLimited
from ..outbox import Delivery, pause_after, quiet_hours
from ..plugins.loading import one_line
from ..problems import Problem, Severity
from ..storage import Outbox
from .batching import alone, batches, reply_of
from .channels import LOG, channels_on, open_channel
from .log_channel import LogChannel
from .telling import Happening, Say

if TYPE_CHECKING:
    from datetime import datetime

    from .composition import Host

_LOOK_SECONDS = 1.0
_AFTER_TROUBLE_SECONDS = 10.0
_PATIENCE_SECONDS = 60.0
_TRYING = timedelta(days=7)
_NOT_PASSING = timedelta(hours=1)
_FAILURES_TO_REPORT = 3
_PROBLEM = "channel:"


@dataclass(slots=True)
class _Course:
    """How a channel is doing: when it may be tried again, failures in a row, what is being delivered."""

    free_at: datetime | None = None
    failures: int = 0
    work: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def busy(self) -> bool:
        return self.work is not None and not self.work.done()

    def rests(self, now: datetime) -> bool:
        return self.free_at is not None and now < self.free_at


class Couriers:
    """`start` and `stop` from the host's thread; `once` delivers what is due now and waits for it."""

    def __init__(self, host: Host, say: Say) -> None:
        self._host = host
        self._say = say
        self._outbox = Outbox(host.store)
        self._quiet = quiet_hours(host.config.host.quiet_hours)
        self._log = LogChannel(host, say)
        self._courses: dict[str, _Course] = {}
        self._known = {each.key for each in host.problems.open() if each.key.startswith(_PROBLEM)}
        self._future: Future[None] | None = None

    def start(self) -> None:
        now = self._host.clock.now()
        self._outbox.forget(now)
        self._outbox.hasten(now)
        self._future = self._host.network.start(self._serve())

    def stop(self) -> None:
        if self._future is not None:
            self._future.cancel()

    def once(self) -> None:
        """Raises StoreError."""
        self._host.network.run(self._round(wait=True))

    async def _serve(self) -> None:
        try:
            while True:
                try:
                    await self._round()
                except KitError as error:
                    self._tell("trouble", str(error))
                    await asyncio.sleep(_AFTER_TROUBLE_SECONDS)
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            for course in self._courses.values():
                if course.work is not None:
                    course.work.cancel()

    async def _round(self, *, wait: bool = False) -> None:
        now = self._host.clock.now()
        resting = [name for name, course in self._courses.items() if course.busy or course.rests(now)]
        due = await asyncio.to_thread(self._outbox.due, now, but=resting)
        for channel, those in groupby(sorted(due, key=lambda each: each.channel), key=lambda each: each.channel):
            course = self._courses.setdefault(channel, _Course())
            course.work = asyncio.create_task(self._deliver_all(channel, course, list(those)))
        if wait:
            await asyncio.gather(*(each.work for each in self._courses.values() if each.work is not None))

    async def _deliver_all(self, channel: str, course: _Course, waiting: list[Delivery]) -> None:
        """What is due on one channel, until it is done or the channel has to rest."""
        try:
            for batch in await self._batches(channel, waiting):
                if course.rests(self._host.clock.now()):
                    return
                await self._deliver(channel, course, batch)
        except KitError as error:  # the store's: what is not written down is told again
            self._tell("trouble", str(error))

    async def _batches(self, channel: str, waiting: Sequence[Delivery]) -> list[list[Delivery]]:
        """What is told now, in which messages; in quiet hours the rest is put off until they end."""
        if self._disturbs_nobody(channel):
            return alone(waiting)
        local = self._host.clock.now().astimezone(self._host.timezone)
        if self._quiet is not None and self._quiet.holds(local):
            others = [each for each in waiting if each.priority is not Priority.CRITICAL]
            await asyncio.to_thread(self._outbox.postpone, others, self._quiet.ends(local))
            return alone([each for each in waiting if each.priority is Priority.CRITICAL])
        return batches(waiting, self._quiet, self._host.timezone)

    def _disturbs_nobody(self, channel: str) -> bool:
        on = channels_on(self._host)
        return channel == LOG or (channel in on and on[channel][1].quiet)

    async def _deliver(self, channel: str, course: _Course, batch: list[Delivery]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                silent = all(each.priority is Priority.NORMAL for each in batch)
                receipt = await self._opened(channel).deliver(reply_of(batch), silent=silent)
        except TimeoutError:
            await self._failed(channel, course, batch, NetworkFailure(f"{channel} did not answer in time."))
            return
        except Exception as error:  # noqa: BLE001 - a channel is a plugin's: it may fail in any way
            await self._failed(channel, course, batch, error)
            return
        await asyncio.to_thread(self._outbox.delivered, batch, str(receipt), self._host.clock.now())
        course.failures, course.free_at = 0, None
        if f"{_PROBLEM}{channel}" in self._known:
            await asyncio.to_thread(self._host.problems.resolve, f"{_PROBLEM}{channel}")
            self._known.discard(f"{_PROBLEM}{channel}")
            self._tell("recovered", "It works again.", channel)

    def _opened(self, channel: str) -> Channel:
        return self._log if channel == LOG else open_channel(self._host, channel)

    async def _failed(self, channel: str, course: _Course, batch: list[Delivery], error: Exception) -> None:
        if len(batch) > 1 and not _is_passing(error):
            for each in batch:  # one of them may be what the channel does not like
                await self._deliver(channel, course, [each])
            return
        now = self._host.clock.now()
        fault = str(error) if isinstance(error, KitError) else f"The plugin failed with {one_line(error)}."
        course.failures += 1
        passing = _is_passing(error)
        pause = pause_after(course.failures) if passing else _NOT_PASSING
        if isinstance(error, RateLimited) and error.retry_after:
            pause = timedelta(seconds=error.retry_after)
        if passing:
            course.free_at = now + pause
        gone = [each for each in batch if now - each.created > _TRYING]
        kept = [each for each in batch if each not in gone]
        await asyncio.to_thread(self._outbox.failed, kept, fault, now + pause)
        await asyncio.to_thread(self._outbox.give_up, gone, fault)
        self._tell("failed", f"{fault} Again in {pause.total_seconds():g} s.", channel)
        if not passing or course.failures >= _FAILURES_TO_REPORT or gone:
            await asyncio.to_thread(self._host.problems.report, _problem(channel, fault, error, len(gone)))
            self._known.add(f"{_PROBLEM}{channel}")

    def _tell(self, event: str, sentence: str, channel: str = "") -> None:
        with suppress(KitError):
            self._say(Happening(self._host.clock.now(), f"channel.{event}", channel, sentence))


def _is_passing(error: Exception) -> bool:
    """Whether trying again later may help."""
    return isinstance(error, ExchangeError) and error.transient


def _problem(channel: str, fault: str, error: Exception, gone: int) -> Problem:
    lost = f" {gone} of its notifications are given up." if gone else ""
    return Problem(
        key=f"{_PROBLEM}{channel}",
        severity=Severity.ERROR,
        what=f"The channel {channel} delivers nothing: {fault}{lost}",
        where=f"channels, {channel}",
        next_step=(error.next_step if isinstance(error, KitError) else None)
        or f"Nothing is lost: it is tried again. Try it yourself: kit notifications test --channel {channel}",
    )
