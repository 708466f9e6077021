"""How the clockwork is: the age of the last success of every job, of the last beat of every stream.

That a thread exists proves nothing; that something came of it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..hookspecs import Finding
from ..render.figures import span
from ..replies import Metric
from ..runs import Outcome, Standing, is_overdue, next_time
from ..schedules import in_words
from ..storage import Ledger, StreamState, StreamStates
from .duties import declared
from .residing import SCHEDULER
from .streaming import WRITE_SECONDS

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


@dataclass(frozen=True, slots=True)
class Clockwork:
    """All of it, and whether some “kit start” has the schedule right now."""

    resident: bool
    jobs: list[JobHealth]
    streams: list[StreamHealth]

    def lines(self) -> Iterator[Metric]:
        """For a page that shows all of it at a glance."""
        yield Metric("Clock", "“kit start” is running" if self.resident else "“kit start” is not running")
        for job in self.jobs:
            when = "no success yet" if job.age is None else f"succeeded {span(job.age)} ago"
            yield Metric(f"Job {job.job}", when, note="" if job.state in ("well", "new") else job.state)
        for stream in self.streams:
            when = "nothing arrived yet" if stream.age is None else f"heard {span(stream.age)} ago"
            yield Metric(f"Stream {stream.stream}", when, note="silent" if stream.silent else "")

    def finding(self) -> Finding:
        """For the doctor: whether everything that should have succeeded or arrived by now has."""
        late = [job for job in self.jobs if job.overdue]
        if late:
            words = "; ".join(f"{job.job} ({_last(job)})" for job in late)
            cure = f"See “kit jobs history {late[0].job}”." if self.resident else "Run “kit start”, or pause the job."
            return Finding(False, f"Overdue: {words}.", cure)
        silent = [stream.stream for stream in self.streams if stream.silent] if self.resident else []
        if silent:
            return Finding(False, f"Silent: {', '.join(silent)}.", "See “kit status” and “kit problems”.")
        return Finding(True, f"{len(self.jobs)} known, none overdue" if self.jobs else "none")


def clockwork(host: Host) -> Clockwork:
    """As it is now. Raises StoreError."""
    return Clockwork(is_resident(host), job_health(host), stream_health(host))


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
    unwritten = timedelta(seconds=WRITE_SECONDS)  # beats that came since the last was written down
    return StreamHealth(state.stream, age, since > silence + unwritten, state.failures, state.sentence)


def _last(job: JobHealth) -> str:
    return "never succeeded" if job.age is None else f"last success {span(job.age)} ago"


def _age(instant: datetime | None, now: datetime) -> timedelta | None:
    return None if instant is None else max(now - instant, timedelta(0))
