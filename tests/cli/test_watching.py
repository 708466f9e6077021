"""`--watch`: on a real terminal, in a pipe, and as JSON, each in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit import Command, Effect, Flag, Option

PLUGIN = """
from kit import Command, Flag, KitError, Reply, Text, hookimpl


@hookimpl
def kit_commands():
    return [Command("tell", "Tell", run="kit_teller.plugin:tell", params=(Flag("watch", "Again"), Flag("loud")))]


def tell(services, *, loud):
    said = (services.home / "said.txt").read_text()
    if said == "fail":
        raise KitError("It cannot be told.")
    return Reply({"said": said, "text": "one\\ntwo\\u0085"}, (Text(f"It says {said}."),), exit_code=3 if loud else 0)
"""
MANIFEST = 'name = "teller"\nversion = "1"\nsummary = "Tells."\nmodule = "kit_teller.plugin"\n'
Start = Callable[..., "subprocess.Popen[str]"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="interrupts and terminals of POSIX")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    package = home / "plugins" / "teller" / "kit_teller"
    package.mkdir(parents=True)
    (package.parent / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    (home / "said.txt").write_text("first", encoding="utf-8")
    return home


@pytest.fixture
def start(home: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts `kit tell`; what is left over is ended with the test."""
    started: list[subprocess.Popen[str]] = []

    def begin(*words: str, out: int = subprocess.PIPE) -> subprocess.Popen[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
        env |= {"KIT_HOME": str(home), "KIT_CACHE": str(tmp_path / "cache"), "KIT_LOAD_PLUGINS": "teller"}
        env |= {"TERM": "xterm", "COLUMNS": "60", "PYTHONUTF8": "1"}
        line = [sys.executable, "-m", "kit", "tell", *words]
        process = subprocess.Popen(line, stdin=out, stdout=out, stderr=subprocess.PIPE, env=env, text=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def test_json_has_a_line_for_each_change_and_ends_with_0(start: Start, home: Path) -> None:
    process = start("--watch", "--json")
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["data"] == {"said": "first", "text": "one\ntwo\x85"}
    (home / "said.txt").write_text("second", encoding="utf-8")
    assert json.loads(process.stdout.readline())["data"]["said"] == "second"
    (home / "said.txt").write_text("fail", encoding="utf-8")
    assert json.loads(process.stdout.readline())["error"]["message"] == "It cannot be told."
    (home / "said.txt").write_text("third", encoding="utf-8")
    assert json.loads(process.stdout.readline())["data"]["said"] == "third"
    process.send_signal(signal.SIGINT)
    rest, complaints = process.communicate(timeout=20)
    assert (process.returncode, rest, complaints) == (0, "", "")


def test_a_pipe_gets_the_answer_once_and_its_own_exit_code(start: Start) -> None:
    process = start("--watch", "--loud")
    shown, complaints = process.communicate(timeout=30)
    assert (shown, process.returncode) == ("It says first.\n", 3)
    assert "With --json it writes a line for each change" in complaints


def test_a_first_answer_that_fails_ends_it(start: Start, home: Path) -> None:
    (home / "said.txt").write_text("fail", encoding="utf-8")
    process = start("--watch", "--json")
    shown, _ = process.communicate(timeout=30)
    assert (process.returncode, json.loads(shown)["error"]["message"]) == (1, "It cannot be told.")


def test_a_terminal_is_redrawn_until_it_is_interrupted(start: Start, home: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    try:
        process = start("--watch", out=theirs)
        os.close(theirs)
        seen = _read_until(ours, "It says first.")
        (home / "said.txt").write_text("fail", encoding="utf-8")
        seen += _read_until(ours, "Error: It cannot be told.")
        (home / "said.txt").write_text("second", encoding="utf-8")
        seen += _read_until(ours, "It says second.")
        process.send_signal(signal.SIGINT)
        left = _read_until(ours, "It says second.")
        assert process.wait(20) == 0
        assert "\x1b[?1049h" in seen, "it is drawn on a screen of its own"
        assert "\x1b[?1049l" in left, "and the reader's own is given back, with the last answer on it"
    finally:
        os.close(ours)


def _read_until(terminal: int, text: str) -> str:
    seen, deadline = "", time.monotonic() + 30
    while text not in seen:
        assert time.monotonic() < deadline, seen
        seen += os.read(terminal, 4096).decode("utf-8", "replace")
    return seen


def test_only_reading_commands_with_the_flag_are_watched() -> None:
    flag = (Flag("watch"),)
    assert Command("a", "A", run="a:b", params=flag).watchable
    assert not Command("a", "A", run="a:b").watchable
    assert not Command("a", "A", run="a:b", params=flag, effect=Effect.WRITE).watchable
    assert not Command("a", "A", run="a:b", params=(Option("watch"),)).watchable
