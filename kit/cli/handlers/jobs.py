"""`kit jobs …`: what is done by the clock, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import UnknownName, UsageError
from ...host.duties import declared
from ...host.health import is_resident, job_health
from ...host.running import Runner
from ...problems import Severity
from ...replies import Column, Notice, Reply, Table, Text, Value
from ...runs import FAILURES, Outcome, Run
from ...storage import Ledger

if TYPE_CHECKING:
    from ...host import Host
    from ...jobs import Job

_LIST = (
    Column("Job", "job"),
    Column("Schedule", "schedule"),
    Column("Next", "next"),
    Column("Last", "last"),
    Column("Outcome", "outcome"),
    Column("Succeeded ago", "age"),
    Column("State", "state"),
)
_HISTORY = (
    Column("Job", "job"),
    Column("For", "scheduled_at", precise=True),
    Column("Took", "took"),
    Column("Outcome", "outcome"),
    Column("What it said", "sentence"),
    Column("Asked by", "asked"),
)
_MOST = 500


def list_(host: Host) -> Reply:
    """Times in the reader's zone; “Succeeded ago” is the age of the last success."""
    found = job_health(host)
    rows = tuple(
        (each.job, each.schedule, each.next, each.last, each.outcome and each.outcome.value, each.age, each.state)
        for each in found
    )
    blocks: list[Table | Notice] = [Table(_LIST, rows, title="Jobs", emoji="⏰", empty="No plugin brings a job.")]
    if found and not is_resident(host):
        blocks.append(Notice("No “kit start” is running: nothing is done by the clock.", next_step="Run: kit start"))
    return Reply(found, tuple(blocks))


def run(host: Host, *, name: str) -> Reply:
    """Exit code 1 where the job failed, 3 where another run of it has not ended."""
    done = Runner(host, lambda _: None).run_by_hand(_known(host, name))
    if done.outcome is Outcome.DONE:
        return Reply(done, (Text(f"{name}: {done.sentence}"),))
    severity = Severity.ERROR if done.outcome in FAILURES else Severity.WARNING
    notice = Notice(f"{name} {done.outcome}: {done.sentence}", severity, f"See “kit jobs history {name}”.")
    return Reply(done, (notice,), exit_code=1 if done.outcome in FAILURES else 3)


def history(host: Host, *, name: str | None = None, limit: int = 20) -> Reply:
    """A run without an end is under way, or its process died."""
    if not 1 <= limit <= _MOST:
        raise UsageError(f"--limit is from 1 to {_MOST}.", next_step="Older runs are forgotten.")
    ledger = Ledger(host.store, host.clock)
    known = [name] if name and ledger.history([name], limit=1) else []  # a plugin that is gone leaves its history
    runs = ledger.history(known or ([_known(host, name).name] if name else ()), limit=limit)
    table = Table(_HISTORY, tuple(_row(each) for each in runs), title="Runs", emoji="📜", empty="Nothing ran yet.")
    return Reply(runs, (table,))


def pause(host: Host, *, name: str) -> Reply:
    """A run under way goes on to its end."""
    return _set_aside(host, _known(host, name), paused=True)


def resume(host: Host, *, name: str) -> Reply:
    """From the next due time on."""
    return _set_aside(host, _known(host, name), paused=False)


def _set_aside(host: Host, job: Job, *, paused: bool) -> Reply:
    ledger = Ledger(host.store, host.clock)
    words = "is paused" if paused else "is resumed"
    if ledger.standings([job.name])[job.name].paused == paused:
        words = "was paused already" if paused else "was not paused"
    else:
        ledger.pause(job.name, paused=paused)
    return Reply({"job": job.name, "paused": paused}, (Text(f"The job {job.name} {words}."),))


def _known(host: Host, name: str) -> Job:
    jobs = declared(host)
    if name not in jobs:
        raise UnknownName("job", name, jobs, next_step="See them: kit jobs list")
    return jobs[name]


def _row(each: Run) -> tuple[Value, ...]:
    took = each.finished - each.started if each.finished else None
    return each.job, each.scheduled_at, took, each.outcome.value, each.sentence, each.asked.value
