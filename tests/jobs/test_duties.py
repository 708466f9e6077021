"""Doing what is due, under a clock that the test moves."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit.host.duties import Duties
from kit.host.telling import Happening
from kit.problems import Severity
from kit.runs import Asked, Outcome, Run
from kit.storage import Ledger
from kit.testing import HostFactory, HostUnderTest

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


class Clockwork:
    """A host with some of the ticker's jobs. `look` does what is due, as a resident host would."""

    def __init__(self, host: HostUnderTest) -> None:
        self.host = host
        self.said: list[Happening] = []
        self.restart()

    def restart(self) -> None:
        """What a new `kit start` does."""
        self.duties = Duties(self.host.services, self.said.append, threading.Event())

    def look(self, step: timedelta = timedelta(0)) -> list[Run]:
        self.host.clock.advance(step)
        return [run for name in self.duties.jobs if (run := self.duties.do(name)) is not None]

    def tell(self, **files: str) -> None:
        for name, text in files.items():
            (self.host.home / name).write_text(text, encoding="utf-8")


@pytest.fixture
def clockwork(kit_host: HostFactory, ticker: Path) -> Callable[..., Clockwork]:
    def make(*jobs: str, now: datetime = NOON) -> Clockwork:
        host = kit_host(ticker, now=now, config={"timezone": "Europe/Berlin"}, beside=())
        (host.home / "jobs").write_text(" ".join(jobs), encoding="utf-8")
        return Clockwork(host)

    return make


def test_a_job_is_run_once_for_each_due_time(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("quick")
    assert [run.outcome for run in work.look()] == [Outcome.DONE]
    assert work.look() == work.look(SECOND / 2) == []
    assert [run.scheduled_at for run in work.look(SECOND / 2)] == [NOON + SECOND]
    assert [run.scheduled_at for run in work.look(HOUR)] == [NOON + SECOND + HOUR]


def test_two_hosts_that_both_think_they_lead_run_a_job_once(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("quick")
    other = Duties(work.host.services, work.said.append, threading.Event())
    work.look()
    work.host.clock.advance(SECOND)
    threads = [threading.Thread(target=duties.do, args=("quick",)) for duties in (work.duties, other) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for_then = [run for run in Ledger(work.host.services.store, work.host.clock).history() if run.scheduled_at > NOON]
    assert len([run for run in for_then if run.outcome is Outcome.DONE]) == 1


@pytest.mark.parametrize("jump", [-HOUR, -30 * timedelta(days=1), HOUR, 400 * timedelta(days=1)])
def test_a_clock_that_jumps_there_and_back_fires_nothing_twice(
    clockwork: Callable[..., Clockwork], jump: timedelta
) -> None:
    work = clockwork("quick", "nightly", now=datetime(2024, 6, 1, 0, 29, tzinfo=UTC))
    for step in (timedelta(0), MINUTE, MINUTE, jump, SECOND, -jump, SECOND, SECOND):
        work.look(step)
    runs = Ledger(work.host.services.store, work.host.clock).history()
    assert len({(run.job, run.scheduled_at) for run in runs}) == len(runs)
    assert {run.outcome for run in runs} == {Outcome.DONE}
    assert ("nightly", datetime(2024, 6, 1, 0, 30, tzinfo=UTC)) in {(run.job, run.scheduled_at) for run in runs}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # Berlin 2024: the night of 31 March has no 02:30, that of 27 October has two.
        (datetime(2024, 3, 30, tzinfo=UTC), ["03-30 01:30", "03-31 01:00", "04-01 00:30"]),
        (datetime(2024, 10, 26, tzinfo=UTC), ["10-26 00:30", "10-27 00:30", "10-28 01:30"]),
    ],
)
def test_half_past_two_comes_once_a_night_on_change_days(
    clockwork: Callable[..., Clockwork], day: datetime, expected: list[str]
) -> None:
    work = clockwork("nightly", now=day)
    runs = [run for _ in range(3 * 24 * 2) for run in work.look(30 * MINUTE)]
    assert [f"{run.scheduled_at:%m-%d %H:%M}" for run in runs] == expected


def test_a_failing_job_backs_off_becomes_a_problem_and_recovers(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("flaky")
    work.tell(broken="yes")
    tried = []
    for _ in range(40):
        tried += [int((run.started - NOON).total_seconds()) for run in work.look(SECOND)]
    assert tried == [1, 2, 4, 8, 16, 32]  # a second's pause after the first, then twice as long each time
    (problem,) = work.host.problems()
    assert (problem.key, problem.severity) == ("job:flaky", Severity.ERROR)
    assert "The venue is away" in problem.what
    work.tell(broken="")
    assert [run.outcome for run in work.look(MINUTE)] == [Outcome.DONE]
    assert work.host.problems() == []
    assert [each.event for each in work.said][-2:] == ["job.done", "job.recovered"]
    assert len(work.look(SECOND)) == 1


def test_a_success_cures_what_a_run_by_hand_reported(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("flaky")
    work.look()
    work.tell(broken="yes")
    assert work.host.run_job("flaky").outcome is Outcome.FAILED
    assert [problem.key for problem in work.host.problems()] == ["job:flaky"]
    work.tell(broken="")
    work.look(MINUTE)
    assert work.host.problems() == []


def test_a_job_that_is_declared_no_more_is_no_problem_any_more(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("flaky", "quick")
    work.tell(broken="yes")
    work.look()
    work.tell(jobs="quick")
    work.restart()
    assert work.host.problems() == []


def test_what_is_no_answer_is_a_failure_and_takes_nobody_down(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("odd", "quick")
    (rubbish,) = [run for run in work.look(16 * HOUR) if run.job == "odd"]
    assert (rubbish.outcome, rubbish.sentence) == (
        Outcome.FAILED,
        "It answered rubbish: a value of type NoneType, not a sentence.",
    )
    work.tell(odd="exit")
    runs = {run.job: run for run in work.look(MINUTE)}
    assert (runs["odd"].outcome, runs["odd"].sentence) == (Outcome.FAILED, "SystemExit: 7")
    assert runs["quick"].outcome is Outcome.DONE


@pytest.mark.slow
def test_a_job_beyond_its_patience_has_failed_and_is_not_run_twice_at_once(
    clockwork: Callable[..., Clockwork],
) -> None:
    work = clockwork("slow")
    work.tell(slow="3.5")
    (late,) = work.look(14 * HOUR)
    assert (late.outcome, late.sentence) == (Outcome.FAILED, "It took longer than 2 s.")
    (again,) = work.look(MINUTE)
    assert (again.outcome, again.sentence) == (
        Outcome.FAILED,
        "Not started: a run that took too long has not ended yet.",
    )
    work.tell(slow="0")
    with work.host.services.store.lock("job:slow", wait=10) as ended:
        assert ended
    assert [run.sentence for run in work.look(HOUR)] == ["At last."]


def test_missed_runs_are_made_up_for_once_or_not_at_all(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("nightly", "skipping", now=datetime(2024, 6, 1, tzinfo=UTC))
    work.look(30 * MINUTE + SECOND)
    work.restart()
    asleep = work.look(timedelta(days=5, hours=3, minutes=2))
    assert [(run.job, f"{run.scheduled_at:%m-%d %H:%M}") for run in asleep] == [("nightly", "06-06 00:30")]
    assert [run.job for run in work.look(3 * MINUTE)] == ["skipping"]


def test_a_run_whose_process_died_is_recognised_and_made_up_for(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("quick", "skipping")
    ledger = Ledger(work.host.services.store, work.host.clock)
    for name in ("quick", "skipping"):
        ledger.claim(name, NOON, Asked.BY_CLOCK)
    work.restart()
    assert [run.outcome for run in ledger.history()] == [Outcome.DIED, Outcome.DIED]
    assert {problem.key for problem in work.host.problems()} == {"job:quick", "job:skipping"}
    assert [(run.job, run.outcome) for run in work.look(2 * SECOND)] == [("quick", Outcome.DONE)]


def test_a_run_of_another_living_process_is_left_alone(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("quick")
    store, ledger = work.host.services.store, Ledger(work.host.services.store, work.host.clock)
    with store.lock("job:quick"):
        ledger.claim("quick", NOON - SECOND, Asked.BY_HAND)
        work.restart()
        assert work.look(SECOND) == []
        assert [run.outcome for run in ledger.history()] == [Outcome.SKIPPED, Outcome.RUNNING]
    assert work.host.problems() == []


def test_a_paused_job_rests_and_a_resumed_one_makes_up_for_nothing(clockwork: Callable[..., Clockwork]) -> None:
    work = clockwork("nightly", now=datetime(2024, 6, 1, tzinfo=UTC))
    assert work.host.cli("jobs pause nightly").out == "The job nightly is paused.\n"
    assert work.look(timedelta(days=2)) == []
    assert work.host.cli("jobs resume nightly").out == "The job nightly is resumed.\n"
    assert work.look(HOUR / 2 - SECOND) == []
    assert [f"{run.scheduled_at:%m-%d %H:%M}" for run in work.look(SECOND)] == ["06-03 00:30"]


@pytest.mark.slow
def test_a_host_that_is_stopping_interrupts_and_the_next_one_runs_it_again(
    clockwork: Callable[..., Clockwork],
) -> None:
    work = clockwork("slow", now=datetime(2024, 6, 1, 0, 59, tzinfo=UTC))
    stopping = threading.Event()
    duties = Duties(work.host.services, work.said.append, stopping)
    work.tell(slow="1.9")
    work.host.clock.advance(MINUTE)
    threading.Timer(0.3, stopping.set).start()
    ended = duties.do("slow")
    assert ended is not None
    assert ended.outcome is Outcome.DONE  # it was given a moment
    work.tell(slow="30")
    work.host.clock.advance(timedelta(days=1))
    stopping.clear()
    threading.Timer(0.3, stopping.set).start()
    cut = duties.do("slow")
    assert cut is not None
    assert cut.outcome is Outcome.INTERRUPTED
    assert duties.next_alarm("slow") == work.host.clock.now()
    assert work.host.problems() == []


@pytest.mark.slow
def test_a_thousand_runs_leave_no_thread_no_file_and_no_memory_behind(clockwork: Callable[..., Clockwork]) -> None:
    tracing = threading.gettrace()
    threading.settrace(None)  # coverage keeps something of every thread for ever
    try:
        _run_a_thousand(clockwork("quick", "flaky"))
    finally:
        threading.settrace(tracing)


def _run_a_thousand(work: Clockwork) -> None:
    for _ in range(50):
        work.look(SECOND)
    threads, files = threading.active_count(), open_files()
    for _ in range(50):
        work.look(SECOND)
        work.said.clear()
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(450):
        work.look(SECOND)
        work.said.clear()
    gc.collect()
    grown = sys.getallocatedblocks() - before
    assert threading.active_count() <= threads
    assert open_files() <= files
    assert grown < 450, "a piece of memory for each look"
    assert len(Ledger(work.host.services.store, work.host.clock).history(limit=5000)) == 1000


def open_files() -> int:
    """How many files this process has open; 0 where that cannot be seen."""
    folder = Path("/proc/self/fd")
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0
