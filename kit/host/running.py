"""One run of a job: claimed, locked, done within the job's patience, written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from concurrent.futures import CancelledError, Future
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

from ..errors import KitError
from ..jobs import Job
from ..plugins.loading import one_line
from ..problems import Problem, Severity
from ..render.figures import span
from ..runs import Asked, Outcome, Run
from ..storage import Ledger
from .telling import Happening, Say

if TYPE_CHECKING:
    from ..storage.locks import Held
    from .composition import Host

_GRACE_SECONDS = 2.0
_LOOK_SECONDS = 0.2
_STOPPED = "It was stopped before it ended."
_PROBLEM = "job:"
_Ending = tuple[Outcome, str]


class Runner:
    """Runs jobs, each in a thread of its own, never two runs of one at once among all processes.

    A thread cannot be ended from outside: a job that takes too long, or that is still at it when
    `stopping` is set, is left to itself, and its lock with it, until it ends or the process does.
    """

    def __init__(self, host: Host, say: Say, stopping: threading.Event | None = None) -> None:
        self._host = host
        self._say = say
        self._stopping = stopping or threading.Event()
        self.ledger = Ledger(host.store, host.clock)

    def run(self, job: Job, scheduled_at: datetime, asked: Asked) -> Run | None:
        """The run for `scheduled_at`, when it has ended; None where somebody else has that one.

        Raises StoreError.
        """
        number = self.ledger.claim(job.name, scheduled_at, asked)
        if number is None:
            return None
        run = self._run(job, number, asked)
        self._tell(run)
        return run

    def run_by_hand(self, job: Job) -> Run:
        """A run for this very moment. Raises StoreError."""
        now = self._host.clock.now()
        moments = (now + timedelta(microseconds=step) for step in count())
        return next(run for moment in moments if (run := self.run(job, moment, Asked.BY_HAND)) is not None)

    def bury(self, job: str) -> None:
        """Recognise runs whose process has died."""
        held = self._host.store.hold(_lock(job))
        if held is not None:
            try:
                for run in self.ledger.bury(job):
                    self._tell(run)
            finally:
                held.release()

    def forget_others(self, jobs: Collection[str]) -> None:
        """Jobs that are declared no more are no problem any more."""
        self._host.problems.resolve(*(self._problems() - {f"{_PROBLEM}{name}" for name in jobs}))

    def _run(self, job: Job, number: int, asked: Asked) -> Run:
        held = self._host.store.hold(_lock(job.name))
        if held is None:
            return self._not_started(job, number, asked)
        ending = self._begun(job, number, held)
        try:
            outcome, sentence = self._within_patience(job, ending)
        except KeyboardInterrupt:
            self.ledger.finish(number, Outcome.INTERRUPTED, _STOPPED)
            raise
        return self.ledger.finish(number, outcome, sentence)

    def _not_started(self, job: Job, number: int, asked: Asked) -> Run:
        if asked is Asked.BY_HAND or self.ledger.is_running(job.name, but=number):
            return self.ledger.finish(number, Outcome.SKIPPED, "Another run of it has not ended.")
        return self.ledger.finish(number, Outcome.FAILED, "Not started: a run that took too long has not ended yet.")

    def _begun(self, job: Job, number: int, held: Held) -> Future[_Ending]:
        """The job under way; the lock is given back when it has really ended."""
        try:
            self.ledger.bury(job.name, but=number)
        except BaseException:
            held.release()
            raise
        ending: Future[_Ending] = Future()

        def work() -> None:
            said = _attempted(job, self._host)
            try:
                held.release()
            finally:
                ending.set_result(said)

        threading.Thread(target=work, name=f"kit job {job.name} at work", daemon=True).start()
        return ending

    def _within_patience(self, job: Job, ending: Future[_Ending]) -> _Ending:
        deadline = time.monotonic() + job.patience.total_seconds()
        while not self._stopping.is_set():
            left = deadline - time.monotonic()
            if left <= 0 and not ending.done():
                return Outcome.FAILED, f"It took longer than {span(job.patience)}."
            try:
                return ending.result(timeout=min(max(left, 0.0), _LOOK_SECONDS))
            except TimeoutError:
                continue
        try:
            outcome, sentence = ending.result(timeout=_GRACE_SECONDS)
        except TimeoutError:
            return Outcome.INTERRUPTED, _STOPPED
        # What fails while everything is being closed has not failed by itself.
        return (outcome, sentence) if outcome is Outcome.DONE else (Outcome.INTERRUPTED, sentence)

    def _tell(self, run: Run) -> None:
        self._say(Happening(run.finished or run.started, f"job.{run.outcome}", run.job, run.sentence))
        if run.outcome in (Outcome.FAILED, Outcome.DIED):
            self._host.problems.report(_problem(run))
        elif run.outcome is Outcome.DONE and f"{_PROBLEM}{run.job}" in self._problems():
            self._host.problems.resolve(f"{_PROBLEM}{run.job}")
            self._say(Happening(run.finished or run.started, "job.recovered", run.job, "It works again."))

    def _problems(self) -> set[str]:
        """The keys of the jobs' problems: another process may have reported one."""
        return {problem.key for problem in self._host.problems.open() if problem.key.startswith(_PROBLEM)}


def _attempted(job: Job, host: Host) -> _Ending:
    try:
        said = job.run(host)
    except KitError as error:
        return Outcome.FAILED, str(error)
    except CancelledError:
        return Outcome.FAILED, "It was cancelled."
    except BaseException as error:  # noqa: BLE001 - a plugin's own way to end a program ends only its job
        return Outcome.FAILED, one_line(error)
    if not isinstance(said, str):
        return Outcome.FAILED, f"It answered rubbish: a value of type {type(said).__name__}, not a sentence."
    return Outcome.DONE, said


def _problem(run: Run) -> Problem:
    return Problem(
        key=f"{_PROBLEM}{run.job}",
        severity=Severity.ERROR,
        what=f"The job {run.job} failed: {run.sentence}",
        where=f"jobs, {run.job}",
        next_step=f"It is tried again by itself; see “kit jobs history {run.job}”.",
    )


def _lock(job: str) -> str:
    return f"job:{job}"
