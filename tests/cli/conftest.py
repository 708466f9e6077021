"""A home of its own for each test, a plugin installed for all, and the command line run within the process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kit import FixedClock
from kit.cli.app import run

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
MANIFEST = """
name = "greeter"
version = "1.0"
summary = "Greets."
"""
PLUGIN = """
from kit import Argument, Command, Demo, Effect, Flag, Option, ValueType, hookimpl


@hookimpl
def kit_commands():
    run = "kit_greeter.answers:"
    return [
        Command("greet", "Greet someone", run=run + "greet", table=True,
                params=(Argument("name", required=False), Flag("loud", "Shout"), Option("by", ValueType.ACCOUNT)),
                phrases=("greet the world", "greet the world loudly -> loud", "greet {by} warmly")),
        Command("greet all", "Greet all", run=run + "greet_all"),
        Command("fail", "Fail", run=run + "fail"),
        Command("bug", "Meet a fault", run=run + "bug"),
        Command("troubled", "Done, with problems", run=run + "troubled"),
        Command("slip", "A phrase that fits nothing", run=run + "now", phrases=("say {nothing}",)),
        Command("nothing", "Nothing", run=run + "nothing", table=True),
        Command("alike", "A matrix", run=run + "alike", table=True),
        Command("now", "The time", run=run + "now"),
        Command("flood", "A lot of text", run=run + "flood"),
        Command("write", "Write a name down", run=run + "write", params=(Argument("name"),), effect=Effect.WRITE),
        Command("read", "Read the name", run=run + "read", params=(Flag("fast"),)),
    ]


@hookimpl
def kit_demo():
    from .answers import prepare

    return [Demo("greeter", prepare, (("write", "Sam"),), ("read",), ("read --fast",))]
"""
ANSWERS = """
from decimal import Decimal

from kit import (
    Column, Heading, KitError, Matrix, Metric, Metrics, Money, Notice, Problem, Reply, Severity, Table, Text
)


def greet(services, *, name, loud, by):
    word = "HELLO" if loud else "Hello"
    table = Table((Column("Word", "word"), Column("Pay", "pay")), ((word, Money(Decimal("1902.50"), "USD")),))
    data = {"word": word, "name": name, "by": by, "pay": Money(Decimal("1902.50"), "USD")}
    return Reply(data, (Heading("Greeting", "💰", rule=True), Text(f"{word} {name or 'world'}"), table))


def greet_all(services):
    return Reply({"all": True}, (Text("Hello all"),))


def fail(services):
    raise KitError("It cannot be done.", next_step="Do something else.")


def bug(services):
    raise RuntimeError("wires crossed")


def troubled(services):
    gap = Problem("k", Severity.WARNING, "A gap.", "here", "Fill it.")
    return Reply({}, (Text("Partly done"),), (gap,), exit_code=3)


def nothing(services):
    return Reply([], (Text("Nothing is there."),))


def alike(services):
    return Reply([], (Matrix(("A", "B"), ((1.0, 0.5), (0.5, 1.0))),))


def now(services):
    return Reply({}, (Metrics((Metric("Now", services.clock.now()),)),))


def flood(services):
    return Reply({}, (Text("\\n".join(["line"] * 200_000), code=True),))


def prepare(folder, services):
    (folder / "sample.txt").write_text("sample")


def write(services, *, name):
    assert (services.home / "sample.txt").exists()
    (services.home / "name.txt").write_text(name)
    return Reply({})


def read(services, *, fast):
    return Reply({"name": (services.home / "name.txt").read_text(), "fast": fast}, (Text("A name"),))
"""


@dataclass(frozen=True)
class Answer:
    """What a command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Kit = Callable[..., Answer]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of installed packages that holds the greeter, an ordinary plugin with an entry point."""
    folder = tmp_path_factory.mktemp("site")
    package, metadata = folder / "kit_greeter", folder / "kit_greeter-1.0.dist-info"
    package.mkdir()
    metadata.mkdir()
    (package / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (package / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    (package / "answers.py").write_text(ANSWERS, encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: kit-greeter\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[kit]\ngreeter = kit_greeter.plugin\n", encoding="utf-8")
    return folder


@pytest.fixture
def env(tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a fresh installation whose only plugin is the greeter."""
    monkeypatch.syspath_prepend(site)
    return {"KIT_HOME": str(tmp_path / "home"), "KIT_CACHE": str(tmp_path / "cache"), "KIT_LOAD_PLUGINS": "greeter"}


@pytest.fixture
def kit(env: dict[str, str]) -> Kit:
    """Run a command line: `kit("greet", "--json")`, with more environment as keywords."""

    def call(*words: str, **more: str) -> Answer:
        out, err = io.StringIO(), io.StringIO()
        code = run(words, env={**env, **more}, clock=FixedClock(NOW), out=out, err=err)
        sys.stdout.write(out.getvalue())
        sys.stderr.write(err.getvalue())
        return Answer(code, out.getvalue(), err.getvalue())

    return call


@pytest.fixture
def kit_process(env: dict[str, str], site: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run `python -m kit` as a process of its own."""

    def call(*words: str, python: Sequence[str] = ("-m", "kit"), **more: str) -> subprocess.CompletedProcess[bytes]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("KIT_", "PYTHONIOENC"))}
        whole = {**inherited, **env, "PYTHONPATH": str(site), **more}
        return subprocess.run([sys.executable, *python, *words], env=whole, capture_output=True, check=False)

    return call
