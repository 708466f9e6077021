"""The portfolio skill under test: its real store, importers and price sources, a fixed clock, no host."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
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

from kit import Clock, Event, FixedClock, Importer, PriceSourceType, Reply, Services, Store
from kit.storage.problems import StoredProblems

NOW = datetime(2024, 1, 16, 12, tzinfo=UTC)
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

    def importers(self) -> list[Importer]:
        return kit_importers()

    def exchanges(self) -> list[str]:
        return []

    def venue(self, name: str) -> str:
        return name

    def price_sources(self) -> list[PriceSourceType]:
        return kit_price_sources(cast("Services", self))

    def run(self, name: str, **params: Any) -> Reply:
        """The command as the host calls it: every parameter given, defaults filled in, `watch` taken out."""
        command = next(command for command in COMMANDS if command.name == name)
        module, _, function = command.run.partition(":")
        given = [param for param in command.params if not (command.watchable and param.name == "watch")]
        defaults = {param.keyword: () if param.many else param.default for param in given}
        reply: Reply = getattr(importlib.import_module(module), function)(self, **(defaults | params))
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


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """The skill over SQLite."""
    found = Bench(tmp_path, f"sqlite:///{(tmp_path / 'data' / 'kit.db').as_posix()}")
    yield found
    found.store.close()


@pytest.fixture
def both(tmp_path: Path, store_url: str) -> Iterator[Bench]:
    """The skill over SQLite, and over PostgreSQL."""
    found = Bench(tmp_path, store_url)
    yield found
    found.store.close()


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Bench]]:
    """A maker of fresh skills over SQLite, for tests that need many."""
    made: list[Bench] = []

    def make() -> Bench:
        folder = tmp_path_factory.mktemp("bench")
        made.append(Bench(folder, f"sqlite:///{(folder / 'kit.db').as_posix()}"))
        return made[-1]

    yield make
    for bench in made:
        bench.store.close()
