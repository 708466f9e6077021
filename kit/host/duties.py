"""What the clock asks for: the jobs of all healthy plugins, and doing those that are due."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..errors import KitError
from ..jobs import Job
from ..plugins.loading import one_line
from ..problems import Problem, Severity
from ..runs import Asked, Outcome, Run, next_time
from .running import Runner
from .telling import Happening, Say

if TYPE_CHECKING:
    from ..scheduling import Alarms
    from .composition import Host

_SOON = timedelta(seconds=1)
_LATER = timedelta(seconds=30)
_DOUBLES = "job-name:"


class Duties:
    """The jobs of all healthy plugins, by name, and doing those that are due."""

    def __init__(self, host: Host, say: Say, stopping: threading.Event) -> None:
        self._host = host
        self._say = say
        self._stopping = stopping
        self._runner = Runner(host, say, stopping)
        self._busy: set[str] = set()
        self._changed = threading.Condition()
        self.jobs = declared(host)
        host.problems.replace(_DOUBLES, doubles(host))
        self._runner.ledger.greet(self.jobs)
        self._runner.forget_others(self.jobs)
        for name in self.jobs:
            self._runner.bury(name)

    def fire(self, name: str, alarms: Alarms) -> None:
        """The alarm of `name` went off: do it if it is due, and set the alarm anew."""
        with self._at_work(name):
            run = self.do(name)
        alarms.set(name, self.next_alarm(name, not_now=run is None))

    def do(self, name: str) -> Run | None:
        """Run the job if it is due and nobody else does; the run. Never raises."""
        job, now = self.jobs[name], self._host.clock.now()
        try:
            standing = self._runner.ledger.standings([name])[name]
            due = next_time(job, standing, now)
            if standing.paused or due > now or self._stopping.is_set():
                return None
            run = self._runner.run(job, due, Asked.BY_CLOCK)
        except Exception as error:  # noqa: BLE001 - the schedule goes on whatever happens
            self._trouble(name, error)
            return None
        return None if run is None or run.outcome is Outcome.SKIPPED else run

    def next_alarm(self, name: str, *, not_now: bool = False) -> datetime:
        """When to look at the job again."""
        now = self._host.clock.now()
        try:
            standing = self._runner.ledger.standings([name])[name]
        except KitError as error:
            self._trouble(name, error)
            return now + _LATER
        due = next_time(self.jobs[name], standing, now)
        return max(due, now + _SOON) if not_now else due

    def wait(self, seconds: float) -> None:
        """Until no job is at work any more, or so long."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, timeout=seconds)

    @contextmanager
    def _at_work(self, name: str) -> Iterator[None]:
        with self._changed:
            self._busy.add(name)
        try:
            yield
        finally:
            with self._changed:
                self._busy.discard(name)
                self._changed.notify_all()

    def _trouble(self, name: str, error: Exception) -> None:
        what = str(error) if isinstance(error, KitError) else one_line(error)
        self._say(Happening(self._host.clock.now(), "host.trouble", name, what))


def declared(host: Host) -> dict[str, Job]:
    """The jobs of all healthy plugins, by name; of two with one name the first."""
    jobs: dict[str, Job] = {}
    for _, job in host.jobs():
        jobs.setdefault(job.name, job)
    return jobs


def doubles(host: Host) -> list[Problem]:
    """The jobs that are not run because their name is taken."""
    owners: dict[str, str] = {}
    return [
        Problem(
            key=f"{_DOUBLES}{owner}:{job.name}",
            severity=Severity.ERROR,
            what=f"The job {job.name} of the plugin {owner} is not run: {owners[job.name]} has one of that name.",
            where=f"plugins, {owner}",
            next_step="Report it to the plugin's author.",
        )
        for owner, job in host.jobs()
        if owners.setdefault(job.name, owner) != owner
    ]
