"""SIGKILL at any moment: what was kept once arrives, whoever dies."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kit.host import Host
from kit.outbox import State
from kit.storage import Outbox

SPEAKER = """\
import sys, time
from pathlib import Path
from kit import Heading, Notification, Reply
from kit.host import Host

host = Host(Path(sys.argv[1]))
for number in range(10_000):
    key = f"{sys.argv[2]}:{number}"
    host.notify(Notification(key, Reply({}, (Heading(key),)), channel="mailbox"))
    print(key, flush=True)
    time.sleep(0.02)
"""


@pytest.fixture
def env(tmp_path: Path, mailbox: Path) -> dict[str, str]:
    home = tmp_path / "home"
    (home / "plugins").mkdir(parents=True)
    shutil.move(mailbox, home / "plugins" / "mailbox")
    (home / "config.json").write_text('{"channels": {"mailbox": {}}, "timezone": "UTC"}', encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    own = {"KIT_HOME": str(home), "KIT_CACHE": str(tmp_path / "cache"), "KIT_LOAD_PLUGINS": "mailbox"}
    return {**inherited, **own, "PYTHONUTF8": "1"}


def letters(home: Path) -> list[str]:
    """The keys that have arrived; a line that its writer did not live to end is none."""
    file = home / "mailbox.jsonl"
    lines = file.read_text(encoding="utf-8").split("\n")[:-1] if file.exists() else []
    return [json.loads(line)["key"] for line in lines]


def size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def has_grown(file: Path, beyond: int) -> bool:
    return size(file) > beyond


def until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not so():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.05)


@pytest.mark.slow
def test_nothing_that_was_kept_is_lost_however_often_somebody_dies(env: dict[str, str]) -> None:
    home = Path(env["KIT_HOME"])
    start = [sys.executable, "-m", "kit", "start"]
    kept: list[str] = []
    for turn, moment in enumerate((0.02, 0.15, 0.3)):
        with subprocess.Popen(start, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as deliverer:
            said = home / f"said-{turn}.txt"
            with said.open("w") as out:
                words = [sys.executable, "-c", SPEAKER, str(home), str(turn)]
                with subprocess.Popen(words, env=env, stdout=out) as speaker:
                    until(partial(has_grown, said, 200))
                    before = size(home / "mailbox.jsonl")
                    until(partial(has_grown, home / "mailbox.jsonl", before + 400))
                    time.sleep(moment)
                    for victim in (deliverer, speaker) if turn % 2 else (speaker, deliverer):
                        victim.kill()
            kept += said.read_text(encoding="utf-8").split("\n")[:-1]
    assert len(kept) > 20
    once = [sys.executable, "-m", "kit", "start", "--once"]
    subprocess.run(once, env=env, check=True, capture_output=True)
    told = (home / "mailbox.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    arrived = {word for line in told for word in (json.loads(line)["key"], *json.loads(line)["text"].split())}
    assert set(kept) <= arrived
    host = Host(home, env=env)
    receipts = [Outbox(host.store).of(key) for key in kept]
    host.close()
    assert {len(each) for each in receipts} == {1}
    assert {each.state for (each,) in receipts} == {State.DELIVERED}


@pytest.mark.slow
def test_one_that_was_told_when_its_process_died_is_told_again_with_the_same_key(env: dict[str, str]) -> None:
    """Between the channel's answer and the receipt there is a moment; nothing is lost in it."""
    home = Path(env["KIT_HOME"])
    dies = (
        "import os, sys\n"
        "from kit.storage import Outbox\n"
        "Outbox.delivered = lambda *a: os.kill(os.getpid(), 9)\n"
        "from kit.cli.app import run\n"
        "run(['start', '--once'])\n"
    )
    speak = (
        "import sys; from pathlib import Path; from kit.host import Host\n"
        "from kit import Heading, Notification, Reply\n"
        "Host(Path(sys.argv[1])).notify(Notification('a', Reply({}, (Heading('a'),)), channel='mailbox'))\n"
    )
    subprocess.run([sys.executable, "-c", speak, str(home)], env=env, check=True)
    assert subprocess.run([sys.executable, "-c", dies], env=env, check=False, capture_output=True).returncode in {-9, 9}
    assert letters(home) == ["a"]
    subprocess.run([sys.executable, "-m", "kit", "start", "--once"], env=env, check=True, capture_output=True)
    assert letters(home) == ["a", "a"]


@pytest.mark.slow
def test_a_channel_that_listens_is_a_stream_of_kit_start(env: dict[str, str]) -> None:
    home = Path(env["KIT_HOME"])
    words = [sys.executable, "-m", "kit", "start", "--duration", "2s"]
    done = subprocess.run(words, env=env, check=True, capture_output=True, encoding="utf-8")
    assert "0 jobs, 1 stream." in done.stdout
    assert (home / "mailbox.listens").exists()
