"""The runs of a job, and when the next one is: what the ledger knows, without the ledger.

A run is due at an instant that follows from the schedule and from the runs so far alone, so every
host comes to the same instant, and the ledger lets one of them have it:

- a job that failed is tried again after a pause that doubles with each failure in a row;
- one that was interrupted, or whose process died, and runs that were missed, follow `Job.missed`;
- runs that are known already are never due again, whichever way the clock was moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .jobs import Every, Job, Missed, Schedule
from .schedules import latest_due, next_due

# Later than this a run counts as missed, not as late.
_LATE = timedelta(minutes=1)
_FIRST_PAUSE = timedelta(seconds=30)
_SHORTEST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(hours=1)
_DOUBLINGS = 12


class Outcome(StrEnum):
    """How a run ended. `died`: its process ended without a word. `skipped`: another run had not ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    DIED = "died"
    SKIPPED = "skipped"


FAILURES = (Outcome.FAILED, Outcome.DIED)


class Asked(StrEnum):
    """Who wanted a run: the clock, or a person."""

    BY_CLOCK = "clock"
    BY_HAND = "hand"


@dataclass(frozen=True, slots=True)
class Run:
    """One line of the ledger. `sentence` is what the job said, `process` the host and process that ran it."""

    job: str
    scheduled_at: datetime
    started: datetime
    finished: datetime | None
    outcome: Outcome
    sentence: str
    asked: Asked
    process: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands at an instant.

    `since` is when it was first seen or resumed, `last` its newest run, `last_done` the end of its last
    success, `failures` how many failed since, `latest` the latest instant up to now that a run was for.
    """

    since: datetime
    paused: bool = False
    last: Run | None = None
    last_done: datetime | None = None
    failures: int = 0
    latest: datetime | None = None


def next_time(job: Job, standing: Standing, now: datetime) -> datetime:
    """When the job is to run next; at or before `now` where it is due. Does not look at `paused`.

    A job at intervals that has never run is due at once.
    """
    last = standing.last
    if last is None:
        if isinstance(job.schedule, Every) and job.missed is Missed.ONCE:
            return _extra(job, min(standing.since, now), now)
    elif standing.failures and not (last.outcome is Outcome.DIED and job.missed is Missed.SKIP):
        ended = min(last.finished or last.started, now)
        return _extra(job, ended + back_off(job.schedule, standing.failures), now)
    elif last.outcome is Outcome.INTERRUPTED and job.missed is Missed.ONCE:
        return _extra(job, min(last.finished or last.started, now), now)
    return _next_regular(job, standing, now)


def back_off(schedule: Schedule, failures: int) -> timedelta:
    """The pause after so many failures in a row: 30 s (the interval where that is shorter), doubling up to an hour."""
    first = _FIRST_PAUSE
    if isinstance(schedule, Every):
        first = max(min(schedule.interval, _FIRST_PAUSE), _SHORTEST_PAUSE)
    doublings = min(failures - 1, _DOUBLINGS)
    return min(first * (1 << doublings), _LONGEST_PAUSE)


def is_overdue(job: Job, standing: Standing, now: datetime) -> bool:
    """Whether a success should have come by now: due after the last one, plus the job's patience."""
    if standing.paused:
        return False
    known = max(standing.last_done or standing.since, standing.since)
    return now > next_due(job.schedule, known) + job.patience + _LATE


def _extra(job: Job, at: datetime, now: datetime) -> datetime:
    """A run besides the schedule, wanted at `at`; where it is late it stands for what was due since, too."""
    return at if at > now else max(at, latest_due(job.schedule, now))


def _next_regular(job: Job, standing: Standing, now: datetime) -> datetime:
    known = min(max(standing.latest or standing.since, standing.since), now)
    due = next_due(job.schedule, known)
    if due > now:
        return due
    newest = latest_due(job.schedule, now)
    if job.missed is Missed.ONCE or now - newest <= _LATE:
        return newest
    return next_due(job.schedule, now)
