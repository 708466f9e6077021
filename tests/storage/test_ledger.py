"""The ledger of runs, in both kinds of database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from kit import FixedClock, Migrations, Store
from kit.runs import Asked, Outcome
from kit.storage import Ledger, StreamStates

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ledger(store: Store, clock: FixedClock) -> Ledger:
    return Ledger(store, clock)


def test_a_run_is_claimed_once_among_many(ledger: Ledger, clock: FixedClock) -> None:
    with ThreadPoolExecutor(8) as threads:
        claims = list(threads.map(lambda _: ledger.claim("sync", clock.now(), Asked.BY_CLOCK), range(8)))
    assert len([number for number in claims if number is not None]) == 1
    assert ledger.claim("prices", clock.now(), Asked.BY_CLOCK) is not None


def test_a_run_from_its_claim_to_its_end(ledger: Ledger, clock: FixedClock) -> None:
    due = clock.now()
    clock.advance(MINUTE)
    number = ledger.claim("sync", due, Asked.BY_HAND)
    assert number is not None
    (running,) = ledger.history()
    assert (running.scheduled_at, running.started, running.finished) == (due, due + MINUTE, None)
    assert (running.outcome, running.asked) == (Outcome.RUNNING, Asked.BY_HAND)
    clock.advance(MINUTE)
    run = ledger.finish(number, Outcome.DONE, "3 new records.")
    assert (run.finished, run.outcome, run.sentence) == (due + 2 * MINUTE, Outcome.DONE, "3 new records.")
    assert ledger.finish(number, Outcome.FAILED, "Too late to say.") == run


def test_standing_counts_failures_since_the_last_success(ledger: Ledger, clock: FixedClock) -> None:
    ledger.greet(["sync"])
    since = clock.now()
    for outcome in (Outcome.FAILED, Outcome.DONE, Outcome.FAILED, Outcome.SKIPPED, Outcome.DIED):
        clock.advance(MINUTE)
        number = ledger.claim("sync", clock.now(), Asked.BY_CLOCK)
        assert number is not None
        ledger.finish(number, outcome, outcome.value)
    standing = ledger.standings(["sync"])["sync"]
    assert (standing.since, standing.paused, standing.failures) == (since, False, 2)
    assert standing.last is not None
    assert standing.last.outcome is Outcome.DIED
    assert (standing.last_done, standing.latest) == (since + 2 * MINUTE, since + 5 * MINUTE)


def test_what_lies_in_the_future_of_a_clock_put_back_is_known_but_not_the_latest(
    ledger: Ledger, clock: FixedClock
) -> None:
    ledger.claim("sync", clock.now() + 60 * MINUTE, Asked.BY_CLOCK)
    assert ledger.standings(["sync"])["sync"].latest is None
    assert ledger.claim("sync", clock.now() + 60 * MINUTE, Asked.BY_CLOCK) is None


def test_runs_of_a_dead_process_are_buried_and_those_of_others_are_not(ledger: Ledger, clock: FixedClock) -> None:
    dead = ledger.claim("sync", clock.now(), Asked.BY_CLOCK)
    ledger.claim("prices", clock.now(), Asked.BY_CLOCK)
    mine = ledger.claim("sync", clock.now() + MINUTE, Asked.BY_CLOCK)
    assert dead is not None
    assert mine is not None
    assert ledger.is_running("sync", but=mine)
    assert [run.outcome for run in ledger.bury("sync", but=mine)] == [Outcome.DIED]
    assert not ledger.is_running("sync", but=mine)
    assert [run.outcome for run in ledger.history(["prices"])] == [Outcome.RUNNING]


def test_pausing_outlives_a_greeting_and_resuming_starts_afresh(ledger: Ledger, clock: FixedClock) -> None:
    ledger.pause("sync", paused=True)
    clock.advance(MINUTE)
    ledger.greet(["sync", "prices"])
    assert ledger.standings(["sync"])["sync"].paused
    ledger.pause("sync", paused=False)
    standing = ledger.standings(["sync"])["sync"]
    assert (standing.paused, standing.since) == (False, clock.now())


@pytest.mark.slow
def test_it_does_not_grow_for_ever_and_keeps_the_last_success(ledger: Ledger, clock: FixedClock) -> None:
    for turn in range(520):
        clock.advance(MINUTE if turn != 300 else -90 * MINUTE)
        number = ledger.claim("sync", clock.now() + timedelta(seconds=turn), Asked.BY_CLOCK)
        assert number is not None
        ledger.finish(number, Outcome.FAILED if turn else Outcome.DONE, f"run {turn}")
    kept = ledger.history(limit=1000)
    assert [run.sentence for run in kept] == [*(f"run {turn}" for turn in reversed(range(20, 520))), "run 0"]
    assert ledger.standings(["sync"])["sync"].last_done is not None


def test_looking_at_nothing_makes_no_database(
    sqlite_url: str, clock: FixedClock, open_store: Callable[[str, Sequence[Migrations]], Store]
) -> None:
    empty = open_store(sqlite_url, [])
    assert Ledger(empty, clock).standings(["sync"])["sync"].since == clock.now()
    assert Ledger(empty, clock).history() == []
    assert StreamStates(empty).all() == []
    assert not empty.exists


def test_streams_are_written_down_one_by_one(store: Store, clock: FixedClock) -> None:
    states, now = StreamStates(store), clock.now()
    states.replace([("a", now, None, 0, ""), ("b", now, now, 0, "")])
    states.put([("a", now, now + MINUTE, 2, "It ended by itself.")])
    assert [(each.stream, each.beat, each.failures) for each in states.all()] == [("a", now + MINUTE, 2), ("b", now, 0)]
    states.replace([])
    assert states.all() == []
