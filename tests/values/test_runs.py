"""When a job runs next, from its schedule and the runs so far."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, strategies as st

from kit import Daily, Every, Job, Missed, Schedule
from kit.runs import Asked, Outcome, Run, Standing, back_off, is_overdue, next_time

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIVE = Every(5 * MINUTE)
NINE = Daily(time(9), "UTC")


def job(schedule: Schedule = FIVE, missed: Missed = Missed.ONCE) -> Job:
    return Job("job", "…", schedule, lambda _: "", missed)


def ran(at: datetime, outcome: Outcome = Outcome.DONE, *, failures: int = 0) -> Standing:
    """A job whose newest run was for `at` and took a second."""
    end = at + timedelta(seconds=1)
    run = Run("job", at, at, end, outcome, "", Asked.BY_CLOCK, "here:1")
    done = end if outcome is Outcome.DONE else None
    return Standing(NOON - timedelta(days=30), last=run, last_done=done, failures=failures, latest=at)


def test_a_new_job_at_intervals_is_due_at_once_and_a_daily_one_waits_for_its_hour() -> None:
    assert next_time(job(), Standing(NOON), NOON) == NOON
    assert next_time(job(NINE), Standing(NOON), NOON) == NOON + timedelta(hours=21)
    assert next_time(job(missed=Missed.SKIP), Standing(NOON), NOON) == NOON + 5 * MINUTE


def test_after_a_success_comes_the_next_due_time() -> None:
    assert next_time(job(), ran(NOON), NOON + MINUTE) == NOON + 5 * MINUTE


@pytest.mark.parametrize(("missed", "expected"), [(Missed.ONCE, 60), (Missed.SKIP, 65)])
def test_missed_runs_are_made_up_for_once_or_not_at_all(missed: Missed, expected: int) -> None:
    asleep = NOON + 63 * MINUTE  # twelve runs were due, the last one three minutes ago
    assert next_time(job(missed=missed), ran(NOON), asleep) == NOON + expected * MINUTE


def test_a_run_that_is_a_little_late_is_not_missed() -> None:
    late = NOON + 5 * MINUTE + timedelta(seconds=50)
    assert next_time(job(missed=Missed.SKIP), ran(NOON), late) == NOON + 5 * MINUTE


def test_failures_are_tried_again_after_growing_pauses() -> None:
    pauses = [back_off(FIVE, failures).total_seconds() for failures in (1, 2, 3, 4, 8, 500)]
    assert pauses == [30, 60, 120, 240, 3600, 3600]
    assert back_off(Every(timedelta(seconds=2)), 1) == timedelta(seconds=2)
    failed = ran(NOON, Outcome.FAILED, failures=3)
    assert next_time(job(NINE), failed, NOON + MINUTE) == NOON + timedelta(seconds=121)
    assert next_time(job(), failed, NOON + MINUTE) == NOON + timedelta(seconds=121)


@pytest.mark.parametrize(
    ("outcome", "failures", "missed", "seconds"),
    [
        (Outcome.INTERRUPTED, 0, Missed.ONCE, 1),
        (Outcome.INTERRUPTED, 0, Missed.SKIP, 300),
        (Outcome.DIED, 1, Missed.ONCE, 31),
        (Outcome.DIED, 1, Missed.SKIP, 300),
        (Outcome.SKIPPED, 0, Missed.ONCE, 300),
    ],
)
def test_runs_that_did_not_end_follow_the_policy(outcome: Outcome, failures: int, missed: Missed, seconds: int) -> None:
    due = next_time(job(missed=missed), ran(NOON, outcome, failures=failures), NOON + timedelta(seconds=2))
    assert due == NOON + timedelta(seconds=seconds)


def test_a_clock_put_back_does_not_stretch_a_pause_or_the_wait() -> None:
    failed = ran(NOON, Outcome.FAILED, failures=1)
    assert next_time(job(), failed, NOON - timedelta(days=9)) == NOON - timedelta(days=9) + timedelta(seconds=30)
    earlier = NOON - timedelta(days=9) + MINUTE
    assert next_time(job(), Standing(NOON), earlier) == earlier
    assert next_time(job(), Standing(NOON, last=ran(NOON).last), earlier) == NOON - timedelta(days=9) + 5 * MINUTE


def test_overdue_is_what_should_have_succeeded_by_now() -> None:
    assert not is_overdue(job(), ran(NOON), NOON + 30 * MINUTE)
    assert is_overdue(job(), ran(NOON), NOON + 37 * MINUTE)
    assert is_overdue(job(), ran(NOON, Outcome.FAILED, failures=4), NOON)
    assert not is_overdue(job(), Standing(NOON, paused=True), NOON + timedelta(days=9))


@given(
    st.sampled_from([FIVE, NINE, Every(timedelta(seconds=7)), Daily(time(2, 30), "Europe/Berlin", (6,))]),
    st.sampled_from(Missed),
    st.lists(
        st.tuples(
            st.timedeltas(timedelta(days=-2), timedelta(days=5)),
            st.sampled_from([Outcome.DONE, Outcome.FAILED, Outcome.INTERRUPTED, Outcome.DIED, Outcome.SKIPPED]),
        ),
        max_size=30,
    ),
)
def test_whatever_the_clock_does_nothing_is_due_twice(
    schedule: Schedule, missed: Missed, moves: list[tuple[timedelta, Outcome]]
) -> None:
    """The ledger in small: each look runs the job if it is due, at a clock that jumps to and fro."""
    work, now, runs = job(schedule, missed), NOON, list[Run]()
    for move, outcome in moves:
        now += move
        standing = stand(runs, now)
        due = next_time(work, standing, now)
        if due > now:
            continue
        claimed = {run.scheduled_at for run in runs}
        if due not in claimed:
            runs.append(Run("job", due, now, now, outcome, "", Asked.BY_CLOCK, "here:1"))
            if outcome is Outcome.DONE:
                assert next_time(work, stand(runs, now), now) > now
        assert due in {run.scheduled_at for run in runs}
    times = [run.scheduled_at for run in runs]
    assert len(times) == len(set(times))


def stand(runs: list[Run], now: datetime) -> Standing:
    done = next((place for place in reversed(range(len(runs))) if runs[place].outcome is Outcome.DONE), -1)
    failed = [run for run in runs[done + 1 :] if run.outcome in (Outcome.FAILED, Outcome.DIED)]
    return Standing(
        NOON - timedelta(days=30),
        last=runs[-1] if runs else None,
        last_done=runs[done].finished if done >= 0 else None,
        failures=len(failed),
        latest=max((run.scheduled_at for run in runs if run.scheduled_at <= now), default=None),
    )
