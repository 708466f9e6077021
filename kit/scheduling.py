"""The alarm clock: APScheduler, which nothing else knows.

It only wakes: `fire(name)` is called, in a thread of its own, when the name's instant has come. Whether
anything is to be run then is for the caller and the ledger of runs to say. Hence nothing is kept (the
memory store), nothing is dropped for being late (`misfire_grace_time=None`), several missed instants
are one call (`coalesce`), and a name's next call waits for the last to end (`max_instances=1`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import Any

from apscheduler.executors.base import BaseExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from .jobs import Schedule
from .schedules import next_due

Fire = Callable[[str], None]
# It would tell of every call; what happens is told by the host.
logging.getLogger("apscheduler").setLevel(logging.CRITICAL)


class Alarms:
    """Instants by name. `set` moves a name's next instant; without it the schedule's next one counts."""

    def __init__(self, fire: Fire) -> None:
        self._fire = fire
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": _Threads()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def add(self, name: str, schedule: Schedule, first: datetime) -> None:
        """Wake for `name` at `first`, and from then on by its schedule."""
        self._scheduler.add_job(self._fire, _Due(schedule), args=(name,), id=name, next_run_time=first)

    def set(self, name: str, at: datetime) -> None:
        """The next instant of `name`; one that is gone counts at once."""
        try:
            self._scheduler.modify_job(name, next_run_time=at)
        except JobLookupError:
            return  # stopped meanwhile

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """No more calls; those under way are not waited for."""
        self._scheduler.shutdown(wait=False)


class _Due(BaseTrigger):  # type: ignore[misc]
    """The schedule's own arithmetic: APScheduler's fires a 02:30 twice when the clocks go back."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return next_due(self._schedule, max(previous_fire_time or now, now).astimezone(UTC))


class _Threads(BaseExecutor):  # type: ignore[misc]
    """A daemon thread a call: one that hangs takes nobody's place and does not hold up the end."""

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        Thread(target=self._call, args=(job,), name=f"kit job {job.id}", daemon=True).start()

    def _call(self, job: Any) -> None:
        try:
            job.func(*job.args)
        finally:
            self._run_job_success(job.id, [])
