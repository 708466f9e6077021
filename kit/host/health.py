"""How the clockwork is: the age of the last success of every job, of the last beat of every stream.

That a thread exists proves nothing; that something came of it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..runs import Outcome, Standing, is_overdue, next_time
from ..schedules import in_words
from ..storage import Ledger, StreamState, StreamStates
from .duties import declared
from .residing import SCHEDULER

if TYPE_CHECKING:
    from .composition import Host


@dataclass(frozen=True, slots=True)
class JobHealth:
    """`next` is None while paused; `age` is that of the last success, None where there was none yet."""

    job: str
    summary: str
    schedule: str
    next: datetime | None
    last: datetime | None
    outcome: Outcome | None
    sentence: str
    age: timedelta | None
    failures: int
    paused: bool
    overdue: bool

    @property
    def state(self) -> str:
        """In words: “paused”, “running”, “3 failures”, “overdue”, “well”, or “new”."""
        if self.paused:
            return "paused"
        if self.outcome is Outcome.RUNNING:
            return "running"
        if self.failures:
            return f"{self.failures} {'failure' if self.failures == 1 else 'failures in a row'}"
        if self.overdue:
            return "overdue"
        return "well" if self.age is not None else "new"


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """`age` is that of the last beat, None where there was none; `silent` whether it is too old."""

    stream: str
    age: timedelta | None
    silent: bool
    failures: int
    sentence: str


def job_health(host: Host) -> list[JobHealth]:
    """Every declared job, by name."""
    jobs, now = declared(host), host.clock.now()
    standings = Ledger(host.store, host.clock).standings(jobs)
    found = []
    for name, job in sorted(jobs.items()):
        standing: Standing = standings[name]
        last = standing.last
        found.append(
            JobHealth(
                job=name,
                summary=job.summary,
                schedule=in_words(job.schedule),
                next=None if standing.paused else max(next_time(job, standing, now), now),
                last=last.started if last else None,
                outcome=last.outcome if last else None,
                sentence=last.sentence if last else "",
                age=_age(standing.last_done, now),
                failures=standing.failures,
                paused=standing.paused,
                overdue=is_overdue(job, standing, now),
            )
        )
    return found


def stream_health(host: Host) -> list[StreamHealth]:
    """Every stream that the resident host runs, or ran last."""
    now = host.clock.now()
    silences = {stream.name: stream.silence for _, stream in host.streams()}
    return [_stream(state, silences.get(state.stream, timedelta(0)), now) for state in StreamStates(host.store).all()]


def is_resident(host: Host) -> bool:
    """Whether some “kit start” has the schedule right now."""
    if not host.store.exists:
        return False
    with host.store.lock(SCHEDULER) as free:
        return not free


def _stream(state: StreamState, silence: timedelta, now: datetime) -> StreamHealth:
    age = _age(state.beat, now)
    since = age if age is not None else now - state.started
    return StreamHealth(state.stream, age, since > silence, state.failures, state.sentence)


def _age(instant: datetime | None, now: datetime) -> timedelta | None:
    return None if instant is None else max(now - instant, timedelta(0))
