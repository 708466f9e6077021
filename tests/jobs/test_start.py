"""`kit start` as a process of its own: it leads, stands by, takes over and ends."""

from __future__ import annotations

import json
import signal
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Installation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")


def status_of(installation: Installation) -> Any:
    return json.loads(installation.kit("status", "--json").stdout)["data"]


def outcomes(installation: Installation, job: str) -> list[str]:
    """How its runs ended, the newest first."""
    answer = installation.kit("jobs", "history", job, "--json", "--limit", "500")
    return [run["outcome"] for run in json.loads(answer.stdout)["data"]]


def test_once_does_what_is_due_and_ends(installation: Installation) -> None:
    installation.tell(jobs="quick flaky nightly", broken="yes")
    done = installation.kit("start", "--once", "--json")
    assert done.returncode == 3, done.stderr
    found = {run["job"]: run["outcome"] for run in json.loads(done.stdout)["data"]}
    assert found == {"quick": "done", "flaky": "failed"}
    (problem,) = json.loads(installation.kit("problems", "--json").stdout)["data"]
    assert problem["key"] == "job:flaky"


def test_once_without_anything_due_says_so(installation: Installation) -> None:
    installation.tell(jobs="nightly")
    done = installation.kit("start", "--once")
    assert (done.returncode, "Nothing is due." in done.stdout) == (0, True)


def test_of_two_jobs_with_one_name_the_first_runs_and_the_other_is_a_problem(installation: Installation) -> None:
    installation.tell(jobs="quick")
    plugins = installation.home / "plugins"
    source = (plugins / "ticker" / "kit_ticker" / "plugin.py").read_text(encoding="utf-8")
    (plugins / "twin" / "kit_twin").mkdir(parents=True)
    (plugins / "twin" / "plugin.toml").write_text('name = "twin"\nversion = "1"\nsummary = "…"\n', encoding="utf-8")
    (plugins / "twin" / "kit_twin" / "__init__.py").write_text("", encoding="utf-8")
    (plugins / "twin" / "kit_twin" / "plugin.py").write_text(source, encoding="utf-8")
    installation.env["KIT_LOAD_PLUGINS"] = "ticker,twin"
    assert installation.kit("start", "--once").returncode == 0
    assert len(installation.ticks()) == 1
    (problem,) = json.loads(installation.kit("problems", "--json").stdout)["data"]
    assert problem["key"] == "job-name:twin:quick"


@pytest.mark.slow
def test_it_ends_within_five_seconds_and_says_what_it_interrupted(shared: Installation) -> None:
    shared.tell(jobs="quick slow", slow="60")
    by_hand = shared.start()
    by_hand.hears("quick done", times=2)
    assert by_hand.end() < 5
    assert by_hand.process.returncode == 0
    assert "Everything is written down" in by_hand.said()
    assert "Traceback" not in by_hand.said()
    assert set(outcomes(shared, "quick")) == {"done"}


@pytest.mark.slow
def test_a_job_at_work_is_interrupted_and_run_again_by_the_next(installation: Installation) -> None:
    installation.tell(jobs="slow", slow="60")
    source = installation.home / "plugins" / "ticker" / "kit_ticker" / "plugin.py"
    text = source.read_text(encoding="utf-8").replace('Daily(at(3), "Europe/Berlin"), slow', "Every(60 * SECOND), slow")
    source.write_text(text.replace("patience=2 * SECOND", "patience=60 * SECOND"), encoding="utf-8")
    started = installation.start()
    until_begun(installation)
    assert started.end() < 5
    assert started.process.returncode == 0
    assert outcomes(installation, "slow") == ["interrupted"]
    installation.tell(slow="0")
    assert installation.kit("start", "--once").returncode == 0
    assert outcomes(installation, "slow") == ["done", "interrupted"]
    assert json.loads(installation.kit("problems", "--json").stdout)["data"] == []


@pytest.mark.slow
def test_a_second_interrupt_ends_it_at_once(installation: Installation) -> None:
    installation.tell(jobs="slow", slow="60")
    source = installation.home / "plugins" / "ticker" / "kit_ticker" / "plugin.py"
    text = source.read_text(encoding="utf-8").replace('Daily(at(3), "Europe/Berlin"), slow', "Every(60 * SECOND), slow")
    source.write_text(text.replace("patience=2 * SECOND", "patience=60 * SECOND"), encoding="utf-8")
    started = installation.start()
    until_begun(installation)
    started.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert started.process.poll() is None
    assert started.end(signal.SIGINT) < 5
    assert started.process.returncode == 130, "and not as one that was interrupted once ends"
    assert outcomes(installation, "slow") == ["running"]
    installation.tell(slow="0")
    installation.kit("start", "--once")
    assert outcomes(installation, "slow")[0] == "died"


@pytest.mark.slow
def test_a_standby_takes_over_from_a_killed_leader(shared: Installation) -> None:
    shared.tell(jobs="quick")
    leader = shared.start()
    leader.hears("quick done")
    standby = shared.start("--json")
    standby.hears("host.standby")
    leader.hears("quick done", times=3)
    assert "job.done" not in standby.said()
    leader.process.kill()
    killed = time.time()
    standby.hears("job.done", times=2)
    lines = [json.loads(line) for line in standby.said().splitlines()]
    led = next(line for line in lines if line["event"] == "host.started")
    assert datetime.fromisoformat(led["at"]).timestamp() - killed < 5
    standby.end()
    ticks = shared.ticks()
    assert {process for process, _ in ticks} == {str(leader.process.pid), str(standby.process.pid)}
    history = shared.kit("jobs", "history", "quick", "--json", "--limit", "500")
    done = [run["scheduled_at"] for run in json.loads(history.stdout)["data"] if run["outcome"] == "done"]
    assert len(done) == len(set(done))
    assert abs(len(done) - len(ticks)) <= 1  # the one that was killed at work


@pytest.mark.slow
def test_a_standby_ends_as_quickly(installation: Installation) -> None:
    installation.tell(jobs="quick")
    leader = installation.start()
    leader.hears("quick done")
    once = installation.kit("start", "--once")
    assert (once.returncode, "Another “kit start” is running" in once.stdout) == (0, True)
    standby = installation.start()
    standby.hears("kit standby")
    assert standby.end() < 5
    assert standby.process.returncode == 0
    assert leader.process.poll() is None
    ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # these tests run under nohup, and so does it
    assert leader.end(signal.SIGTERM if ignored else signal.SIGHUP) < 5
    assert leader.process.returncode == 0


def test_its_options_exclude_each_other(installation: Installation) -> None:
    done = installation.kit("start", "--once", "--duration", "2s")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "Error: --once and --duration exclude each other.")
    assert installation.kit("start", "--duration", "0s").returncode == 0


@pytest.mark.slow
def test_a_server_that_cuts_the_leader_off_is_led_again(
    installation: Installation, postgres_url: str, postgres_database: str
) -> None:
    import psycopg

    installation.env["KIT_STORAGE__URL"] = postgres_database
    installation.tell(jobs="quick")
    started = installation.start("--json")
    started.hears("job.done", times=2)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        name = postgres_database.partition("?")[0].rpartition("/")[2]
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
    started.hears("host.lost")
    started.hears("host.started", times=2)
    before = started.said().count("job.done")
    started.hears("job.done", times=before + 2)
    assert started.end() < 5
    assert "Traceback" not in started.said()


@pytest.mark.slow
def test_streams_beat_fall_silent_and_come_back(installation: Installation) -> None:
    installation.tell(jobs="nightly", streams="yes")
    started = installation.start()
    started.hears("kit started")
    time.sleep(4)  # beats are written down every five seconds, and one may be as old as that
    while (status := status_of(installation))["streams"][0]["age"] is None:
        assert started.process.poll() is None
    assert status["resident"] is True
    (stream,) = status["streams"]
    assert (stream["stream"], stream["silent"]) == ("lively", False)
    assert stream["age"] < 7
    installation.tell(lively__silent="yes")
    started.hears("Nothing arrived for 2 s", times=1)
    installation.tell(lively__silent="", lively__broken="yes")
    started.hears("RuntimeError: the socket went away", times=2)
    installation.tell(lively__broken="")
    started.hears("lively recovered")
    assert started.end() < 5
    assert "Traceback" not in started.said()


@pytest.mark.slow
def test_a_stream_that_blocks_the_loop_is_told_of(installation: Installation) -> None:
    installation.tell(jobs="quick", streams="yes")
    started = installation.start()
    started.hears("quick done")
    installation.tell(lively__blocks="yes")
    started.hears("A plugin blocks the network's loop")
    keys = [each["key"] for each in json.loads(installation.kit("problems", "--json").stdout)["data"]]
    assert keys == ["streams:blocked"]
    installation.tell(lively__blocks="")
    ticks = len(installation.ticks())
    started.hears("quick done", times=ticks + 4)
    assert json.loads(installation.kit("problems", "--json").stdout)["data"] == []
    assert started.end() < 5


@pytest.mark.slow
def test_a_plugin_that_hangs_at_the_start_keeps_nobody_waiting(installation: Installation) -> None:
    installation.tell(jobs="quick")
    plugins = installation.home / "plugins"
    source = (plugins / "ticker" / "kit_ticker" / "plugin.py").read_text(encoding="utf-8")
    (plugins / "hanging" / "kit_hanging").mkdir(parents=True)
    (plugins / "hanging" / "plugin.toml").write_text(
        'name = "hanging"\nversion = "1"\nsummary = "…"\n', encoding="utf-8"
    )
    (plugins / "hanging" / "kit_hanging" / "__init__.py").write_text("", encoding="utf-8")
    hanging = source.replace("time.sleep(float(", "time.sleep(60 + float(")
    (plugins / "hanging" / "kit_hanging" / "plugin.py").write_text(hanging, encoding="utf-8")
    installation.env |= {"KIT_LOAD_PLUGINS": "hanging,ticker", "KIT_PLUGIN_TIMEOUT": "1,4"}
    started = installation.start()
    started.hears("quick done", times=2)
    assert started.end() < 5
    assert "hanging is retrying: did not answer within 4 seconds" in installation.kit("problems").stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc")
def test_nothing_leaks_while_jobs_come_and_go(installation: Installation) -> None:
    installation.tell(jobs="quick flaky", streams="yes", broken="yes")
    started = installation.start()
    started.hears("quick done", times=4)
    before = usage(started.process.pid)
    started.hears("quick done", times=12)
    after = usage(started.process.pid)
    assert abs(after["threads"] - before["threads"]) <= 4  # those at work right now
    assert abs(after["files"] - before["files"]) <= 4
    assert after["kilobytes"] - before["kilobytes"] < 4000
    started.end()


def usage(process: int) -> dict[str, int]:
    """Threads, open files and resident memory of a process."""
    about = Path(f"/proc/{process}")
    facts = dict(line.split(":", 1) for line in (about / "status").read_text(encoding="utf-8").splitlines())
    return {
        "threads": int(facts["Threads"]),
        "kilobytes": int(facts["VmRSS"].split()[0]),
        "files": sum(1 for _ in (about / "fd").iterdir()),
    }


def test_what_is_missing_from_the_schedule_is_said_at_the_start(installation: Installation) -> None:
    installation.tell(jobs="quick", config__json='{"timezone": "UTC", "surplus": 1}')
    done = installation.kit("start", "--duration", "1s")
    assert "⚠️ kit problem: " in done.stdout
    assert "surplus" in done.stdout


def test_it_ends_after_its_duration(installation: Installation) -> None:
    installation.tell(jobs="quick")
    done = installation.kit("start", "--duration", "2s", "--json")
    events = [json.loads(line)["event"] for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert (events[0], events[-1]) == ("host.started", "host.ended")
    assert "job.done" in events


def until_begun(installation: Installation) -> None:
    deadline = time.monotonic() + 15
    while not (installation.home / "slow.began").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
