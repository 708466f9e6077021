"""The portfolio skill under test: its real store, importers and price sources, a fixed clock, no host."""

from __future__ import annotations

import importlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from kit_importers.plugin import kit_importers
from kit_portfolio_tracker.commands import COMMANDS
from kit_portfolio_tracker.plugin import kit_migrations
from kit_portfolio_tracker.settings import PortfolioSettings
from kit_prices.plugin import kit_price_sources
from kit_prices.settings import FileSettings
from sqlalchemy import make_url

from kit import Clock, Event, FixedClock, Importer, Migrations, PriceSourceType, Reply, Services, Store
from kit.render import render_json
from kit.storage.problems import StoredProblems
from kit.testing import HostFactory, HostUnderTest

NOW = datetime(2024, 1, 16, 12, tzinfo=UTC)
SCRIPTED_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEADER = (
    "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,"
    "fee_asset,fee_quantity,value,value_currency,to_account,id,note\n"
)


class Steps:
    """A progress task that counts."""

    def __init__(self) -> None:
        self.units = 0

    def advance(self, units: int = 1) -> None:
        self.units += units


@dataclass
class CountedProgress:
    """Remembers how far each task went."""

    tasks: dict[str, Steps] = field(default_factory=dict)

    @contextmanager
    def task(self, label: str, total: int | None = None) -> Iterator[Steps]:
        self.tasks[label] = Steps()
        yield self.tasks[label]


class Bench:
    """What handlers get, as far as this skill uses it, and `run` to call a command."""

    def __init__(self, folder: Path, url: str) -> None:
        self.home = folder
        self.url = url
        self.cache = folder / "cache"
        self.clock: Clock = FixedClock(NOW)
        self.timezone = ZoneInfo("UTC")
        self.progress = CountedProgress()
        self.store = Store.open(url, kit_migrations(), clock=self.clock)
        self.problems = StoredProblems(self.store, self.clock)
        self.configured: dict[str, Any] = {}
        self.events: list[str] = []

    def settings(self, section: str) -> Any:
        if section == "prices.file":
            return FileSettings()
        assert section == "skills.portfolio-tracker"
        return PortfolioSettings.model_validate(self.configured)

    def announce(self, event: Event) -> None:
        self.events.append(event.name)

    def call(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """No other plugin brings lot methods or tax forms."""
        return []

    def importers(self) -> list[Importer]:
        return kit_importers()

    def exchanges(self) -> list[str]:
        return []

    def venue(self, name: str) -> str:
        return name

    def price_sources(self) -> list[PriceSourceType]:
        return kit_price_sources(cast("Services", self))

    def run(self, name: str, **params: Any) -> Reply:
        """The command as the host calls it: every parameter given, defaults filled in, `watch` taken out.

        Whatever it answers, a machine can read it.
        """
        command = next(command for command in COMMANDS if command.name == name)
        module, _, function = command.run.partition(":")
        given = [param for param in command.params if not (command.watchable and param.name == "watch")]
        defaults = {param.keyword: () if param.many else param.default for param in given}
        reply: Reply = getattr(importlib.import_module(module), function)(self, **(defaults | params))
        render_json(reply)
        return reply

    def file(self, name: str, text: str) -> Path:
        path = self.home / name
        path.write_text(text, encoding="utf-8")
        return path

    def ledger(self, name: str, *rows: str) -> Path:
        """A kit CSV file; each row is what follows the header."""
        return self.file(name, HEADER + "".join(f"{row}\n" for row in rows))

    def prices(self, name: str, *rows: str) -> Path:
        return self.file(name, "date,asset,close,currency\n" + "".join(f"{row}\n" for row in rows))


@pytest.fixture(scope="session")
def migrated(template: Callable[[Sequence[Migrations]], Path]) -> Callable[[str], str]:
    """Puts an empty database of the skill where a URL says, and returns the URL. PostgreSQL migrates."""

    def put(url: str) -> str:
        if (parsed := make_url(url)).drivername == "sqlite":
            file = Path(parsed.database or "")
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(template(kit_migrations()), file)
        return url

    return put


@pytest.fixture
def bench(tmp_path: Path, migrated: Callable[[str], str]) -> Iterator[Bench]:
    """The skill over SQLite."""
    found = Bench(tmp_path, migrated(f"sqlite:///{(tmp_path / 'data' / 'kit.db').as_posix()}"))
    yield found
    found.store.close()


@pytest.fixture
def both(tmp_path: Path, store_url: str, migrated: Callable[[str], str]) -> Iterator[Bench]:
    """The skill over SQLite, and over PostgreSQL."""
    found = Bench(tmp_path, migrated(store_url))
    yield found
    found.store.close()


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory, migrated: Callable[[str], str]) -> Iterator[Callable[[], Bench]]:
    """A maker of fresh skills over SQLite, for tests that need many."""
    made: list[Bench] = []

    def make() -> Bench:
        folder = tmp_path_factory.mktemp("bench")
        made.append(Bench(folder, migrated(f"sqlite:///{(folder / 'kit.db').as_posix()}")))
        return made[-1]

    yield make
    for bench in made:
        bench.store.close()


class Scripts:
    """A host whose accounts say what files say (`scripted/`): `say` writes them, `asked` reads what they were asked."""

    def __init__(self, host: HostUnderTest, folder: Path) -> None:
        self.host = host
        self.cli = host.cli
        self.clock = host.clock
        self._folder = folder
        self._said: dict[str, dict[str, Any]] = {}

    def say(self, account: str, **script: Any) -> None:
        """From now on, beside what it says already. A value None takes a word back."""
        said = self._said.setdefault(account, {})
        said.update(script)
        words = {key: value for key, value in said.items() if value is not None}
        (self._folder / f"{account}.json").write_text(json.dumps(words), encoding="utf-8")

    def asked(self, account: str, question: str = "balances") -> int:
        """How often it was asked that."""
        log = self._folder / f"{account}.log"
        words = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return sum(word.partition(" ")[0] == question for word in words)

    def synced(self, line: str = "sync") -> dict[str, Any]:
        """What came of each account."""
        return {each["account"]: each for each in self.cli(f"{line} --json").json["data"]["accounts"]}

    def held(self, account: str) -> dict[str, tuple[Any, Any]]:
        """(reported, calculated) of each asset of the account, without asking it."""
        data = self.cli("portfolio --offline --json").json["data"]
        holdings = [each for each in data["holdings"] if each["account"] == account]
        return {each["asset"]: (each["reported"], each["calculated"]) for each in holdings}


@pytest.fixture
def scripts(kit_host: HostFactory, tmp_path: Path) -> Callable[..., Scripts]:
    """`scripts("a", "b", updateInterval=60)`: a host with these accounts and these settings of the portfolio.

    Nothing is asked of the past: that closes of days gone by are missing is no concern of a sync.
    """

    def make(*accounts: str, store: str | None = None, **settings: Any) -> Scripts:
        folder = tmp_path / "scripts"
        folder.mkdir()
        exchanges = {name: {"type": "scripted", "script": str(folder / f"{name}.json")} for name in accounts}
        config: dict[str, Any] = {
            "exchanges": exchanges,
            "skills": {"portfolio-tracker": {"historicalData": False, **settings}},
        }
        if store is not None:
            config["storage"] = {"url": store}
        plugin = Path(__file__).with_name("scripted")
        host = kit_host(plugin, config=config, now=SCRIPTED_NOW, beside=("portfolio-tracker", "importers"))
        found = Scripts(host, folder)
        for name in accounts:
            found.say(name)
        return found

    return make
