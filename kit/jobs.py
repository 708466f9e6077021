"""Work that is done by the clock: jobs on a schedule, streams that never end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from .services import Services


class Missed(StrEnum):
    """What becomes of runs that were due while nothing ran: none is made up for, or one for them all."""

    SKIP = "skip"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Every:
    """At a fixed distance in time, counted from the Unix epoch, so that every host means the same instants."""

    interval: timedelta

    def __post_init__(self) -> None:
        if self.interval < timedelta(seconds=1):
            raise ValueError("a job is run every second at most")


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a local day at `at`, on `weekdays` (0 is Monday; empty is every day).

    A time that a change of the clocks skips is taken at the end of the gap; one that comes twice
    counts the first time only.
    """

    at: time
    timezone: str
    weekdays: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        ZoneInfo(self.timezone)
        if not set(self.weekdays) <= set(range(7)):
            raise ValueError(f"weekdays are 0 (Monday) to 6 (Sunday), not {self.weekdays}")


Schedule = Every | Daily


@dataclass(frozen=True, slots=True)
class Job:
    """What to do and when. `run(services)` does it in a thread of its own and says in a sentence what it did.

    It raises KitError where it failed. It is never run twice at once; one that takes longer than
    `patience` counts as failed.
    """

    name: str
    summary: str
    schedule: Schedule
    run: Callable[[Services], str]
    missed: Missed = Missed.ONCE
    patience: timedelta = timedelta(minutes=30)

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.name.isprintable():
            raise ValueError(f"{self.name!r} is no name for a job")
        if self.patience <= timedelta(0):
            raise ValueError(f"the job {self.name} needs patience")


@dataclass(frozen=True, slots=True)
class Stream:
    """Something that runs as long as “kit start” does, on the network's event loop.

    `run(services, beat)` never ends by itself; where it raises, it is started anew with growing pauses.
    It calls `beat()` whenever something arrived: a stream is as healthy as its last beat is young, and
    one without a beat for longer than `silence` is started anew.
    """

    name: str
    summary: str
    run: Callable[[Services, Callable[[], None]], Awaitable[None]]
    silence: timedelta = timedelta(seconds=60)

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.name.isprintable():
            raise ValueError(f"{self.name!r} is no name for a stream")
        if self.silence <= timedelta(0):
            raise ValueError(f"the stream {self.name} needs a silence that it may keep")
