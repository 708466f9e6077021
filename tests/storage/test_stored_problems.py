"""Problems outlive the command that met them, until they are cured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kit import FixedClock, Problem, ProblemLog, Severity, Store
from kit.storage import StoredProblems


def _problem(key: str, severity: Severity = Severity.WARNING, what: str = "It is stale.") -> Problem:
    return Problem(key, severity, what, "exchanges.kraken", "Check the key.")


@pytest.fixture
def log(store: Store, clock: FixedClock) -> ProblemLog:
    return StoredProblems(store, clock)


def test_a_problem_keeps_when_it_was_first_seen(log: ProblemLog, clock: FixedClock) -> None:
    first = clock.now()
    log.report(_problem("sync:kraken"))
    clock.advance(timedelta(hours=1))
    log.report(_problem("sync:kraken", what="It is staler."))
    (found,) = log.open()
    assert (found.first_seen, found.last_seen, found.what) == (first, clock.now(), "It is staler.")
    assert (found.where, found.next_step) == ("exchanges.kraken", "Check the key.")


def test_the_worst_come_first_then_the_oldest(log: ProblemLog, clock: FixedClock) -> None:
    for key, severity in [
        ("a", Severity.INFO),
        ("z", Severity.WARNING),
        ("b", Severity.WARNING),
        ("c", Severity.ERROR),
    ]:
        log.report(_problem(key, severity))
        clock.advance(timedelta(seconds=1))
    assert [problem.key for problem in log.open()] == ["c", "z", "b", "a"]


def test_a_cured_problem_is_forgotten_and_an_unknown_one_is_fine(log: ProblemLog) -> None:
    log.report(_problem("a"), _problem("b"))
    log.resolve("a", "never seen")
    assert [problem.key for problem in log.open()] == ["b"]


def test_replacing_touches_only_its_prefix(log: ProblemLog) -> None:
    log.report(_problem("price:BTC"), _problem("price:ETH"), _problem("Price:X"), _problem("price_x"), _problem("sync"))
    log.replace("price:", [_problem("price:ETH"), _problem("price:LUNA")])
    assert {problem.key for problem in log.open()} == {"price:ETH", "price:LUNA", "Price:X", "price_x", "sync"}
    log.replace("price:", [])
    assert {problem.key for problem in log.open()} == {"Price:X", "price_x", "sync"}


def test_replacing_keeps_when_a_problem_was_first_seen(log: ProblemLog, clock: FixedClock) -> None:
    first = clock.now()
    log.replace("price:", [_problem("price:ETH")])
    clock.advance(timedelta(days=1))
    log.replace("price:", [_problem("price:ETH")])
    assert log.open()[0].first_seen == first


def test_a_replacement_outside_its_prefix_is_refused(log: ProblemLog) -> None:
    with pytest.raises(ValueError, match="does not start with"):
        log.replace("price:", [_problem("sync")])


def test_looking_at_the_problems_makes_no_database(
    open_store: Callable[[str], Store], sqlite_url: str, clock: FixedClock, tmp_path: Path
) -> None:
    log = StoredProblems(open_store(sqlite_url), clock)
    assert log.open() == []
    log.resolve("a")
    log.replace("a", [])
    assert not (tmp_path / "sqlite").exists()
