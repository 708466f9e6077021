"""pytest fixtures for plugin authors. Installed with K.I.T.: a test only asks for `kit_host`.

    def test_it_greets(kit_host):
        host = kit_host("kit_greeter.plugin")            # a module, or the folder of a plugin
        assert host.run("greet", name="Ada").data == {"greeting": "Hello, Ada!"}
        assert host.cli("greet Ada --json").code == 0

`ExchangeContract` is what every exchange must do, as tests to subclass: see `kit.contract`.

Each host has a home of its own, a clock that stands still, and the paper exchange beside the plugin
under test (`exchanges: {NAME: {type: "paper"}}`).
"""

from __future__ import annotations

import io
import json
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from types import ModuleType

    from .clock import FixedClock
    from .host import Host
    from .market import Exchange
    from .problems import Problem
    from .replies import Reply
    from .runs import Run


def __getattr__(name: str) -> object:
    """`ExchangeContract`, looked up when it is asked for, so that pytest explains its assertions."""
    if name == "ExchangeContract":
        from .contract import ExchangeContract

        return ExchangeContract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)
_NOT_COPIED = shutil.ignore_patterns("__pycache__", ".*", "tests")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command line left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer of a line with `--json`."""
        return json.loads(self.out)


@dataclass
class HostUnderTest:
    """A host with the plugin under test. `replies` are all that `run` was answered, in order."""

    home: Path
    clock: FixedClock
    services: Host
    env: Mapping[str, str]
    replies: list[Reply] = field(default_factory=list)

    def run(self, command: str, **params: Any) -> Reply:
        """The reply to a command; parameters that are not given take their defaults.

        Raises TypeError for a reply that `--json` could not tell.
        """
        from .commands import Invocation
        from .render import render_json

        reply = self.services.invoke(Invocation(command, params))
        render_json(reply)
        self.replies.append(reply)
        return reply

    def cli(self, *words: str) -> Answer:
        """A command line as in the terminal: `cli("holdings BTC --json")`, or word by word.

        What it says is printed too, so that pytest shows it where a test fails.
        """
        from .cli.app import run

        line = shlex.split(words[0]) if len(words) == 1 else list(words)
        out, err = io.StringIO(), io.StringIO()
        code = run(line, env=self.env, clock=self.clock, out=out, err=err)
        sys.stdout.write(out.getvalue())
        sys.stderr.write(err.getvalue())
        return Answer(code, out.getvalue(), err.getvalue())

    def open_exchange(self, name: str) -> Exchange:
        """The configured account `name`."""
        return self.services.open_exchange(name)

    def run_job(self, name: str) -> Run:
        """The run of a job the plugin declares, done now: its `outcome`, and the `sentence` it said."""
        from .host.duties import declared
        from .host.running import Runner

        return Runner(self.services, lambda _: None).run_by_hand(declared(self.services)[name])

    def problems(self) -> list[Problem]:
        """Every open problem."""
        return self.services.problems.open()


class HostFactory(Protocol):
    """`kit_host(plugin, …)`: a host with this plugin (a module, its dotted name, or a plugin's folder)."""

    def __call__(
        self,
        plugin: str | Path | ModuleType,
        *,
        config: Mapping[str, Any] | None = None,
        now: datetime = NOON,
        beside: Sequence[str] = ("paper",),
    ) -> HostUnderTest: ...


@pytest.fixture
def kit_host(tmp_path: Path) -> Iterator[HostFactory]:
    """Makes hosts; closes them when the test is over.

    `config` becomes config.json, `now` is where the clock stands, `beside` are the installed plugins
    that are loaded besides the one under test.
    """
    close: list[Callable[[], None]] = []

    def make(
        plugin: str | Path | ModuleType,
        *,
        config: Mapping[str, Any] | None = None,
        now: datetime = NOON,
        beside: Sequence[str] = ("paper",),
    ) -> HostUnderTest:
        from .clock import FixedClock
        from .host import Host

        root = tmp_path / f"kit-{len(close)}"
        home = root / "home"
        name = _put(plugin, home / "plugins")
        if config is not None:
            (home / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")
            (home / "config.json").chmod(0o600)
        env = {
            "KIT_HOME": str(home),
            "KIT_CACHE": str(root / "cache"),
            "KIT_LOAD_PLUGINS": ",".join((name, *beside)),
        }
        clock = FixedClock(now)
        services = Host(home, env=env, clock=clock)
        close.append(services.close)
        row = services.table.row(name)
        if row.state != "loaded":
            pytest.fail(f"The plugin {name} is {row.state.value}: {row.reason}", pytrace=False)
        return HostUnderTest(home, clock, services, env)

    yield make
    for each in close:
        each()


def _put(plugin: str | Path | ModuleType, folder: Path) -> str:
    """Drop the plugin into `folder`; its name."""
    from .plugins.discovery import from_folder

    folder.mkdir(parents=True)
    if isinstance(plugin, Path):
        name = from_folder(plugin).name
        shutil.copytree(plugin, folder / name, ignore=_NOT_COPIED)
        return name
    module = plugin if isinstance(plugin, str) else plugin.__name__
    name = module.removesuffix(".plugin").replace("_", "-").replace(".", "-")
    (folder / name).mkdir()
    manifest = f'name = "{name}"\nversion = "0"\nsummary = "Under test"\nmodule = "{module}"\n'
    (folder / name / "plugin.toml").write_text(manifest, encoding="utf-8")
    return name
