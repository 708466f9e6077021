"""A plugin whose jobs and streams do as the test says, and `kit` with it as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# What the jobs do stands in files of the home, so that a test steers them in whichever process they run.
PLUGIN = """
import asyncio
import os
import time
from datetime import time as at, timedelta

from kit import Daily, Every, Job, KitError, Missed, Stream, hookimpl

SECOND = timedelta(seconds=1)


def told(services, name):
    file = services.home / name
    return file.read_text() if file.exists() else ""


def quick(services):
    with (services.home / "quick.log").open("a") as log:
        log.write(f"{os.getpid()} {services.clock.now().isoformat()}\\n")
    return "It ticked."


def flaky(services):
    if told(services, "broken"):
        raise KitError("The venue is away.", next_step="Wait for it.")
    return "All is well."


def slow(services):
    (services.home / "slow.began").write_text("yes")
    time.sleep(float(told(services, "slow") or 60))
    return "At last."


def odd(services):
    if told(services, "odd") == "exit":
        raise SystemExit(7)
    return None


async def lively(services, beat):
    while not told(services, "lively.broken"):
        while told(services, "lively.blocks"):
            time.sleep(0.05)
        if not told(services, "lively.silent"):
            beat()
        await asyncio.sleep(0.05)
    raise RuntimeError("the socket went away")


@hookimpl
def kit_jobs(services):
    time.sleep(float(told(services, "kit_jobs.hangs") or 0))
    jobs = [
        Job("quick", "Ticks", Every(SECOND), quick),
        Job("flaky", "Fails when told to", Every(SECOND), flaky),
        Job("slow", "Takes its time", Daily(at(3), "Europe/Berlin"), slow, patience=2 * SECOND),
        Job("skipping", "Makes up for nothing", Every(300 * SECOND), lambda services: "Here.", Missed.SKIP),
        Job("nightly", "Once a night", Daily(at(2, 30), "Europe/Berlin"), lambda services: "Good night."),
        Job("odd", "Answers rubbish", Daily(at(4), "UTC"), odd),
    ]
    wanted = told(services, "jobs").split()
    return [job for job in jobs if job.name in wanted] if wanted else jobs


@hookimpl
def kit_streams(services):
    return [Stream("lively", "Beats", lively, silence=2 * SECOND)] if told(services, "streams") else []
"""
MANIFEST = 'name = "ticker"\nversion = "1.0"\nsummary = "Ticks."\n'


def until(what: Callable[[], object], *, seconds: float = 15) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)


@dataclass
class Started:
    """A running `kit start`; its log goes into a file."""

    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def hears(self, words: str, *, times: int = 1) -> None:
        """Wait until its log has these words so often."""
        until(lambda: self.said().count(words) >= times or self.process.poll() is not None)
        assert self.said().count(words) >= times, self.said()

    def end(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Send the signal and wait: how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=20)
        return time.monotonic() - began


@dataclass
class Installation:
    """A home with the ticker, and nothing else."""

    home: Path
    env: dict[str, str]
    started: list[Started] = field(default_factory=list)

    def tell(self, **files: str) -> None:
        """What the jobs shall do, for as long as the file is there; empty takes it away."""
        for name, text in files.items():
            (self.home / name.replace("__", ".")).write_text(text, encoding="utf-8")

    def ticks(self) -> list[list[str]]:
        """(process, instant) of each tick so far."""
        log = self.home / "quick.log"
        return [line.split() for line in log.read_text().splitlines()] if log.exists() else []

    def start(self, *words: str) -> Started:
        log = self.home / f"start-{len(self.started)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "kit", "start", *words], env=self.env, stdout=out, stderr=subprocess.STDOUT
            )
        self.started.append(Started(process, log))
        return self.started[-1]

    def kit(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kit", *words],
            env=self.env,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )


@pytest.fixture
def ticker(tmp_path: Path) -> Path:
    """The plugin's folder, for `kit_host`."""
    package = tmp_path / "ticker" / "kit_ticker"
    package.mkdir(parents=True)
    (package.parent / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    return package.parent


@pytest.fixture
def installation(tmp_path: Path, ticker: Path) -> Iterator[Installation]:
    """An installation on SQLite whose processes are ended with the test."""
    home = tmp_path / "home"
    (home / "plugins").mkdir(parents=True)
    ticker.rename(home / "plugins" / "ticker")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    own = {"KIT_HOME": str(home), "KIT_CACHE": str(tmp_path / "cache"), "KIT_LOAD_PLUGINS": "ticker"}
    made = Installation(home, {**inherited, **own, "PYTHONUTF8": "1", "NO_COLOR": "1"})
    yield made
    for each in made.started:
        if each.process.poll() is None:
            each.process.kill()
        each.process.wait()


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, installation: Installation) -> Installation:
    """The installation, once in each kind of database."""
    if request.param == "postgresql":
        installation.env["KIT_STORAGE__URL"] = request.getfixturevalue("postgres_database")
    return installation
