"""`kit jobs …`, `kit status` and `kit doctor`, on what the ledger knows."""

from __future__ import annotations

import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit import Invocation
from kit.cli.host_commands import HOST_COMMANDS
from kit.host.duties import Duties
from kit.phrases import Grammar
from kit.runs import Outcome
from kit.testing import HostFactory, HostUnderTest

NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def host(kit_host: HostFactory, ticker: Path) -> HostUnderTest:
    made = kit_host(ticker, now=NOON, config={"timezone": "Europe/Berlin"}, beside=())
    (made.home / "jobs").write_text("quick flaky nightly", encoding="utf-8")
    return made


def look(host: HostUnderTest) -> None:
    """What a resident host does at this moment."""
    duties = Duties(host.services, lambda _: None, threading.Event())
    for name in duties.jobs:
        duties.do(name)


def test_the_list_says_when_in_the_readers_zone_and_how_it_went(host: HostUnderTest) -> None:
    (host.home / "broken").write_text("yes", encoding="utf-8")
    look(host)
    host.clock.advance(timedelta(minutes=3))
    rows = {line.split(",")[0]: line.strip().split(",") for line in host.cli("jobs list --format csv").out.splitlines()}
    assert rows["job"] == ["job", "schedule", "next", "last", "outcome", "age", "state"]
    assert rows["quick"][4:] == ["done", "180", "well"]
    assert rows["flaky"][-1] == "1 failure"
    page = host.cli("jobs list").out
    assert "daily at 02:30 (Europe/Berlin)" in page
    assert "2024-06-02 02:30" in page
    assert "3 min" in page
    assert "No “kit start” is running" in page


def test_a_run_by_hand_is_recorded(host: HostUnderTest) -> None:
    answer = host.cli("jobs run nightly")
    assert (answer.code, answer.out) == (0, "nightly: Good night.\n")
    assert host.run_job("nightly").outcome is Outcome.DONE
    history = host.cli("jobs history nightly --json").json["data"]
    assert [(run["outcome"], run["asked"]) for run in history] == [("done", "hand"), ("done", "hand")]


def test_a_run_by_hand_that_fails_says_so_and_is_a_problem(host: HostUnderTest) -> None:
    (host.home / "broken").write_text("yes", encoding="utf-8")
    answer = host.cli("jobs run flaky")
    assert answer.code == 1
    assert "flaky failed: The venue is away. Wait for it." in answer.out
    assert [problem.key for problem in host.problems()] == ["job:flaky"]
    (host.home / "broken").unlink()
    assert host.run_job("flaky").outcome is Outcome.DONE
    assert host.problems() == []


def test_a_run_by_hand_beside_another_is_skipped(host: HostUnderTest) -> None:
    with host.services.store.lock("job:nightly"):
        answer = host.cli("jobs run nightly")
    assert (answer.code, "Another run of it has not ended" in answer.out) == (3, True)
    assert host.problems() == []


@pytest.mark.parametrize("line", ["run", "pause", "resume", "history"])
def test_an_unknown_job_names_the_nearest(host: HostUnderTest, line: str) -> None:
    answer = host.cli(f"jobs {line} nightley")
    assert answer.code == 2
    assert answer.err.splitlines() == ["Error: There is no job “nightley”.", "Did you mean “nightly”?"]


def test_the_history_of_all_jobs_as_csv_newest_first(host: HostUnderTest) -> None:
    look(host)
    host.run_job("nightly")
    lines = host.cli("jobs history --format csv").out.splitlines()
    assert lines[0].split(",") == ["job", "scheduled_at", "took", "outcome", "sentence", "asked"]
    assert [line.split(",")[0] for line in lines[1:]] == ["nightly", "flaky", "quick"]
    assert len(host.cli("jobs history --limit 1 --format csv").out.splitlines()) == 2
    assert host.cli("jobs history --limit 0").code == 2


def test_pausing_is_kept_and_said(host: HostUnderTest) -> None:
    assert host.cli("jobs pause quick").out == "The job quick is paused.\n"
    assert host.cli("jobs pause quick").out == "The job quick was paused already.\n"
    (row,) = [each for each in host.cli("jobs list --json").json["data"] if each["job"] == "quick"]
    assert (row["paused"], row["next"]) == (True, None)
    assert host.cli("jobs resume quick").out == "The job quick is resumed.\n"
    assert host.cli("jobs resume quick").out == "The job quick was not paused.\n"


def test_health_is_the_age_of_the_last_success(host: HostUnderTest) -> None:
    look(host)
    host.clock.advance(timedelta(minutes=5))
    page = host.cli("status").out
    assert "Clock: “kit start” is not running" in page
    assert "Job quick: succeeded 5 min ago" in page
    assert "Job nightly: no success yet" in page
    with host.services.store.lock("scheduler"):
        assert host.cli("status --json").json["data"]["resident"] is True


def test_the_doctor_notices_what_is_overdue(host: HostUnderTest) -> None:
    def jobs() -> tuple[str, str]:
        (row,) = [each for each in host.cli("doctor --json").json["data"] if each["check"] == "jobs"]
        return row["state"], row["what"]

    look(host)
    assert jobs() == ("ok", "3 known, none overdue")
    host.clock.advance(timedelta(hours=2))
    assert jobs() == ("wrong", "Overdue: flaky (last success 2 h ago); quick (last success 2 h ago).")
    for name in ("quick", "flaky"):
        host.cli(f"jobs pause {name}")
    assert jobs()[0] == "ok"


def test_looking_at_the_jobs_of_a_new_home_makes_no_store(host: HostUnderTest) -> None:
    shutil.rmtree(host.home / "data")
    assert host.cli("jobs list").code == host.cli("jobs history").code == host.cli("status").code == 0
    assert not (host.home / "data").exists()


@pytest.mark.parametrize(
    ("said", "command", "params"),
    [
        ("Which jobs are running?", "jobs list", {}),
        ("pause the sync job", "jobs pause", {"name": "sync"}),
        ("resume the job prices", "jobs resume", {"name": "prices"}),
        ("run the daily report job", "jobs run", {"name": "daily report"}),
    ],
)
def test_jobs_can_be_spoken_of(said: str, command: str, params: dict[str, str]) -> None:
    assert Grammar(HOST_COMMANDS).match(said) == Invocation(command, params)
