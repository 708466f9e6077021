"""Streams: kept running on the network's loop, started anew when they fail or fall silent.

A stream that fails is given a pause that doubles with each failure in a row, shortened by chance so
that many do not come back at one moment. It has recovered when something arrives from one that has
lasted a while.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from random import SystemRandom
from typing import TYPE_CHECKING

from ..errors import KitError, PluginError, StoreError
from ..jobs import Stream
from ..plugins.loading import one_line
from ..problems import Problem, Severity
from ..render.figures import span
from ..storage import StreamStates
from .pulse import BLOCKED, Pulse
from .telling import Happening, Say

if TYPE_CHECKING:
    from .composition import Host

WRITE_SECONDS = 5.0
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 60.0
_DOUBLINGS = 6
_STEADY_SECONDS = 5.0
_ENDING_SECONDS = 2.0
_FAILURES_TO_REPORT = 3
_PROBLEM = "stream:"


class Streams:
    """`start`, then `note` every second or so from one thread, which alone touches the store; then `stop`."""

    def __init__(self, host: Host, streams: Sequence[Stream], say: Say) -> None:
        self._host = host
        self._say = say
        self._pulse = Pulse(host.network)
        self._courses = [_Course(host, stream, say) for stream in streams]
        self._states = StreamStates(host.store)
        self._noted = time.monotonic()
        self._work: list[Future[None]] = []
        self._known = {problem.key for problem in host.problems.open() if problem.key.startswith("stream")}

    def __len__(self) -> int:
        return len(self._courses)

    def start(self) -> None:
        """All of them; what is known of others is forgotten."""
        declared = {f"{_PROBLEM}{course.stream.name}" for course in self._courses}
        self._host.problems.resolve(*(self._known - declared))
        self._known &= declared
        for course in self._courses:
            self._work.append(self._host.network.start(course.keep()))
        self._states.replace(course.state() for course in self._courses)

    def note(self) -> None:
        """Write down how the streams are, every few seconds at most, and what became a problem or ceased to be one."""
        for course in self._courses:
            key = f"{_PROBLEM}{course.stream.name}"
            if course.failures >= _FAILURES_TO_REPORT and key not in self._known:
                self._host.problems.report(_problem(course))
                self._known.add(key)
            elif course.failures == 0 and course.beat_at is not None and key in self._known:
                self._host.problems.resolve(key)
                self._known.discard(key)
        if self._courses and self._pulse.is_lost() != (BLOCKED.key in self._known):
            self._note_block()
        if time.monotonic() - self._noted >= WRITE_SECONDS:
            self._noted = time.monotonic()
            changed = [course.state() for course in self._courses if course.take_change()]
            if changed:
                self._states.put(changed)

    def _note_block(self) -> None:
        if BLOCKED.key in self._known:
            self._host.problems.resolve(BLOCKED.key)
            self._known.discard(BLOCKED.key)
            return
        self._host.problems.report(BLOCKED)
        self._known.add(BLOCKED.key)
        self._say(Happening(self._host.clock.now(), "stream.blocked", "", BLOCKED.what))

    def stop(self) -> None:
        """Cancel them all; what they still do is the loop's to end. Their last beats are written down."""
        for work in self._work:
            work.cancel()
        try:
            self._states.put([course.state() for course in self._courses])
        except StoreError:
            return


class _Course:
    """One stream, over all its beginnings."""

    def __init__(self, host: Host, stream: Stream, say: Say) -> None:
        self.stream = stream
        self.failures = 0
        self.sentence = ""
        self.beat_at: datetime | None = None
        self._host = host
        self._say = say
        self._began = self._beaten = time.monotonic()
        self._began_at = host.clock.now()
        self._changed = False

    def beat(self) -> None:
        """Something arrived."""
        self._beaten = time.monotonic()
        self.beat_at = self._host.clock.now()
        self._changed = True
        if self.failures and self._beaten - self._began >= _STEADY_SECONDS:
            self.failures, self.sentence = 0, ""
            self._tell("recovered", "It works again.")

    def state(self) -> tuple[str, datetime, datetime | None, int, str]:
        """As it is written down: name, begun, last beat, failures in a row, the last one's reason."""
        return self.stream.name, self._began_at, self.beat_at, self.failures, self.sentence

    def take_change(self) -> bool:
        changed, self._changed = self._changed, False
        return changed

    async def keep(self) -> None:
        """Run it for ever. Ends when cancelled."""
        while True:
            self._began = self._beaten = time.monotonic()
            reason = await self._until_broken()
            self.failures += 1
            self.sentence = reason
            self._changed = True
            doubled = _FIRST_PAUSE_SECONDS * 2 ** min(self.failures - 1, _DOUBLINGS)
            pause = min(doubled, _LONGEST_PAUSE_SECONDS) * SystemRandom().uniform(0.5, 1.0)
            self._tell("failed", f"{reason} Again in {pause:.1f} s.")
            await asyncio.sleep(pause)

    async def _until_broken(self) -> str:
        """Why it ended, in a sentence."""
        task = asyncio.create_task(self._run())
        silence = self.stream.silence.total_seconds()
        try:
            while True:
                left = silence - (time.monotonic() - self._beaten)
                if left <= 0:
                    return f"Nothing arrived for {span(self.stream.silence)}."
                await asyncio.wait({task}, timeout=left)
                if task.done():
                    return _reason(task)
        finally:
            while not task.done():  # never two of one stream at once, however it clings to its life
                task.cancel()
                await asyncio.wait({task}, timeout=_ENDING_SECONDS)

    async def _run(self) -> None:
        try:
            await self.stream.run(self._host, self.beat)
        except (SystemExit, KeyboardInterrupt) as error:  # asyncio would end the loop of all with it
            raise PluginError(f"It tried to end the program ({type(error).__name__}).") from error

    def _tell(self, event: str, sentence: str) -> None:
        self._say(Happening(self._host.clock.now(), f"stream.{event}", self.stream.name, sentence))


def _reason(task: asyncio.Task[None]) -> str:
    if task.cancelled():
        return "It was cancelled."
    error = task.exception()
    if error is None:
        return "It ended by itself."
    return str(error) if isinstance(error, KitError) else f"{one_line(error)}."


def _problem(course: _Course) -> Problem:
    return Problem(
        key=f"{_PROBLEM}{course.stream.name}",
        severity=Severity.WARNING,
        what=f"The stream {course.stream.name} keeps failing: {course.sentence}",
        where=f"streams, {course.stream.name}",
        next_step="It is started again by itself; see “kit status”.",
    )
