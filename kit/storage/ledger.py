"""The ledger of runs: which run of a job was for which instant, who ran it, and how it ended.

A run is claimed by inserting its row before it begins; (job, scheduled_at) is unique, so two hosts
never run the same one. Rows are numbered as they come, because instants may go back with the clock.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, Select, delete, func, select, update

from ..clock import Clock
from ..runs import FAILURES, Asked, Outcome, Run, Standing
from .schema import job_states as states, runs as table
from .store import Store

_KEPT = 500


class Ledger:
    """Looking at it makes no database where there is none."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def claim(self, job: str, scheduled_at: datetime, asked: Asked) -> int | None:
        """The number of the new run, begun now; None where that run is somebody's already."""
        with self._store.write() as connection:
            same = (table.c.job == job) & (table.c.scheduled_at == scheduled_at)
            if connection.scalar(select(table.c.number).where(same)) is not None:
                return None
            number: int = (connection.scalar(select(func.max(table.c.number))) or 0) + 1
            connection.execute(
                table.insert().values(
                    number=number,
                    job=job,
                    scheduled_at=scheduled_at,
                    started=self._clock.now(),
                    outcome=Outcome.RUNNING.value,
                    sentence="",
                    asked=asked.value,
                    process=f"{socket.gethostname()}:{os.getpid()}",
                )
            )
        return number

    def finish(self, number: int, outcome: Outcome, sentence: str) -> Run:
        """How the run ended; what an earlier word on it said stays. Old runs of the job are forgotten."""
        with self._store.write() as connection:
            self._end(connection, [number], outcome, sentence)
            run = _run(connection.execute(select(table).where(table.c.number == number)).one())
            self._forget(connection, run.job)
        return run

    def bury(self, job: str, *, but: int | None = None) -> list[Run]:
        """End the runs of a job that nobody runs any more; for the holder of the job's lock. Which ones."""
        running = (table.c.job == job) & (table.c.outcome == Outcome.RUNNING.value) & (table.c.number != (but or 0))
        with self._store.read() as connection:
            numbers = list(connection.scalars(select(table.c.number).where(running)))
        if not numbers:
            return []
        with self._store.write() as connection:
            self._end(connection, numbers, Outcome.DIED, "Its process ended before it did.")
            rows = connection.execute(select(table).where(table.c.number.in_(numbers)))
            return [_run(row) for row in rows]

    def is_running(self, job: str, *, but: int) -> bool:
        """Whether some other run of the job has not ended, by the ledger."""
        running = (table.c.job == job) & (table.c.outcome == Outcome.RUNNING.value) & (table.c.number != but)
        with self._store.read() as connection:
            return connection.scalar(select(table.c.number).where(running)) is not None

    def standings(self, jobs: Iterable[str]) -> dict[str, Standing]:
        """How each of the jobs stands now; one that was never seen stands at its beginning."""
        now = self._clock.now()
        if not self._store.exists:
            return {job: Standing(now) for job in jobs}
        with self._store.read() as connection:
            return {job: _standing(connection, job, now) for job in jobs}

    def greet(self, jobs: Iterable[str]) -> None:
        """Remember since when these jobs are there."""
        rows = [(job, self._clock.now(), False) for job in jobs]
        with self._store.write() as connection:
            self._store.insert_ignore(connection, states, ("job", "since", "paused"), ("job",), rows)

    def pause(self, job: str, *, paused: bool) -> None:
        """Set a job aside, or take it up again; what it missed meanwhile is not made up for."""
        with self._store.write() as connection:
            connection.execute(delete(states).where(states.c.job == job))
            connection.execute(states.insert().values(job=job, since=self._clock.now(), paused=paused))

    def history(self, jobs: Sequence[str] = (), *, limit: int = 50) -> list[Run]:
        """The newest runs first, of all jobs or of these."""
        if not self._store.exists:
            return []
        wanted: Select[tuple[object, ...]] = select(table).order_by(table.c.number.desc()).limit(limit)
        if jobs:
            wanted = wanted.where(table.c.job.in_(jobs))
        with self._store.read() as connection:
            return [_run(row) for row in connection.execute(wanted)]

    def _end(self, connection: Connection, numbers: Sequence[int], outcome: Outcome, sentence: str) -> None:
        connection.execute(
            update(table)
            .where(table.c.number.in_(numbers), table.c.outcome == Outcome.RUNNING.value)
            .values(outcome=outcome.value, sentence=sentence, finished=self._clock.now())
        )

    @staticmethod
    def _forget(connection: Connection, job: str) -> None:
        """All but the newest runs; the last success stays however old it is."""
        of_job = select(table.c.number).where(table.c.job == job).order_by(table.c.number.desc())
        oldest = connection.scalar(of_job.offset(_KEPT - 1).limit(1))
        if oldest is None:
            return
        done = connection.scalar(of_job.where(table.c.outcome == Outcome.DONE.value).limit(1))
        old = (table.c.job == job) & (table.c.number < oldest) & (table.c.number != (done or 0))
        connection.execute(delete(table).where(old))


def _standing(connection: Connection, job: str, now: datetime) -> Standing:
    of_job = select(table).where(table.c.job == job).order_by(table.c.number.desc()).limit(1)
    last = connection.execute(of_job).one_or_none()
    done = connection.execute(of_job.where(table.c.outcome == Outcome.DONE.value)).one_or_none()
    failed = select(func.count()).where(table.c.job == job, table.c.outcome.in_([each.value for each in FAILURES]))
    latest = select(func.max(table.c.scheduled_at)).where(table.c.job == job, table.c.scheduled_at <= now)
    state = connection.execute(select(states).where(states.c.job == job)).one_or_none()
    return Standing(
        since=state.since if state else now,
        paused=bool(state.paused) if state else False,
        last=_run(last) if last else None,
        last_done=done.finished if done else None,
        failures=connection.scalar(failed.where(table.c.number > (done.number if done else 0))) or 0,
        latest=connection.scalar(latest),
    )


def _run(row: Row[tuple[object, ...]]) -> Run:
    return Run(
        job=row.job,
        scheduled_at=row.scheduled_at,
        started=row.started,
        finished=row.finished,
        outcome=Outcome(row.outcome),
        sentence=row.sentence,
        asked=Asked(row.asked),
        process=row.process,
    )
