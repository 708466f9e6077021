"""Alerts as a user meets them: `kit start` in a process of its own, killed and begun anew."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kit_alerts.plugin import kit_migrations
from kit_alerts.store.rules import Rules

from kit import Store, SystemClock

LEDGER = """\
time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,value,value_currency,to_account,id,note
2024-01-02T09:00:00Z,savings,deposit,BTC,1,,,,,,,,a,
"""


@dataclass
class Home:
    """An installation with one bitcoin; `kit start` writes its log into files."""

    env: dict[str, str]
    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kit(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "kit", *words],
            env=self.env,
            cwd=self.folder,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def price(self, amount: int) -> None:
        today = datetime.now(UTC).date()
        (self.folder / "prices.csv").write_text(f"date,asset,close\n{today},BTC,{amount}\n", encoding="utf-8")
        self.kit("prices", "import", "prices.csv")

    def start(self) -> subprocess.Popen[bytes]:
        log = self.folder / f"start-{len(self.started)}.log"
        with log.open("wb") as out:
            words = [sys.executable, "-m", "kit", "start"]
            self.started.append(subprocess.Popen(words, env=self.env, stdout=out, stderr=subprocess.STDOUT))
        return self.started[-1]

    def log(self) -> str:
        """What all of them said."""
        return "".join(
            (self.folder / f"start-{number}.log").read_text(encoding="utf-8") for number in range(len(self.started))
        )

    def looked(self) -> datetime | None:
        """When the rules were last looked at, as far as that is written down: a change of theirs is."""
        with Store.open(self.folder / "data" / "kit.db", kit_migrations(), clock=SystemClock()) as store:
            return Rules(store).looked_at()

    def until(self, so: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not so():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def hears(self, words: str) -> None:
        self.until(lambda: words in self.log())


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    (folder / "config.json").write_text(
        '{"timezone": "UTC", "skills": {"alerts": {"interval": 1}, "portfolio-tracker": {"updateInterval": 3600}}}',
        encoding="utf-8",
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    env |= {"KIT_HOME": str(folder), "KIT_CACHE": str(tmp_path / "cache"), "PYTHONUTF8": "1", "NO_COLOR": "1"}
    env |= {"KIT_LOAD_PLUGINS": "alerts,portfolio-tracker,importers"}
    made = Home(env, folder)
    made.kit("import", "ledger.csv")
    made.price(60_000)
    yield made
    for each in made.started:
        each.kill()
        each.wait()


@pytest.mark.slow
def test_a_crossing_appears_in_the_log_of_kit_start_also_when_it_was_killed_before(home: Home) -> None:
    home.kit("alert", "portfolio", "total", "above", "70k", "--repeat")
    home.kit("alert", "portfolio", "--total-below", "50000")
    first = home.start()
    home.until(home.looked)
    home.price(71_000)
    home.hears("alert:1:1 told: Portfolio total above $70,000.00")
    assert "Nobody looks at them now" not in home.kit("alerts")
    before = home.looked()
    home.price(60_000)
    home.until(lambda: home.looked() != before)
    first.kill()
    first.wait()
    home.price(49_000)
    second = home.start()
    home.hears("alert:2:1 told: Portfolio total below $50,000.00")
    second.kill()
    second.wait()
    home.price(80_000)
    home.start()
    home.hears("alert:1:2 told: Portfolio total above $70,000.00")
    # One that was killed between telling and noting it tells it again, by the same key.
    assert set(re.findall(r"(\S+) told: ", home.log())) == {"alert:1:1", "alert:2:1", "alert:1:2"}
    assert "Alerts: 1 of 2 active" in home.kit("status")
