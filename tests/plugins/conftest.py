"""Plugins written for one test, dropped into a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit import Argument, Command, FixedClock
from kit.plugins import Plugins, PluginTable

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
HELLO = """
from kit import Command, hookimpl

@hookimpl
def kit_commands():
    return [Command("{command}", "Say hello", run="{package}.plugin:hello")]

def hello(services):
    from kit import Reply, Text
    return Reply({{"hello": "{name}"}}, (Text("hello"),))
"""
HOST_COMMANDS = (
    Command("status", "…", run="a:b"),
    Command("config show", "…", run="a:b"),
    Command("demo", "…", run="a:b", params=(Argument("words", many=True),)),
)


class Home:
    """A home folder, its plugins, and a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "home"
        self.cache = folder / "cache"
        self.path.mkdir()
        self.clock = FixedClock(NOW)
        self.env = {"KIT_CACHE": str(self.cache), "KIT_LOAD_PLUGINS": ""}
        self.open: list[Plugins] = []

    def drop(self, name: str, source: str | None = None, *, manifest: str = "", kind: str = "skills") -> Path:
        """A plugin `name`; without `source` it brings the command `name`."""
        package = f"kit_{name.replace('-', '_')}"
        folder = self.path / kind / name
        (folder / package).mkdir(parents=True)
        text = HELLO.format(command=name, package=package, name=name) if source is None else source
        (folder / package / "__init__.py").write_text("")
        (folder / package / "plugin.py").write_text(text, encoding="utf-8")
        head = f'name = "{name}"\nversion = "1.0"\nsummary = "{name}"\n'
        (folder / "plugin.toml").write_text(head + manifest, encoding="utf-8")
        names = [each for each in self.env["KIT_LOAD_PLUGINS"].split(",") if each]
        self.env["KIT_LOAD_PLUGINS"] = ",".join([*names, name])
        return folder / package / "plugin.py"

    def plugins(self) -> Plugins:
        """As a fresh start sees them."""
        plugins = Plugins(self.path, env=self.env, clock=self.clock, reserved=HOST_COMMANDS)
        self.open.append(plugins)
        return plugins

    def table(self) -> PluginTable:
        return self.plugins().table

    def states(self) -> dict[str, str]:
        """Name → "state: reason" of the dropped plugins."""
        dropped = [row for row in self.table().rows if row.origin == "folder"]
        return {row.name: f"{row.state}: {row.reason}" if row.reason else str(row.state) for row in dropped}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture(autouse=True)
def _clean_modules(home: Home, tmp_path: Path) -> object:
    before = set(sys.modules)
    yield
    for plugins in home.open:
        plugins.close()
    for name in set(sys.modules) - before:
        if str(tmp_path) in (getattr(sys.modules[name], "__file__", None) or ""):
            del sys.modules[name]


@pytest.fixture
def kit(home: Home) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `kit …` in that home as a process of its own."""

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
        env = {**inherited, **home.env, "KIT_HOME": str(home.path), **more}
        return subprocess.run(
            [sys.executable, "-m", "kit", *words],
            env=env,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )

    return run
