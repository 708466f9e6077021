"""A real `kit start` with the bot: pairing, asking for the portfolio, the report of the day, dying and coming back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.channels.conftest import BotApi

OWNER = 4_294_967_297  # beyond 32 bits, as Telegram's newer ids are
RECORDS = """\
time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,value,value_currency,to_account,id,note
2024-01-04T08:00:00Z,savings,deposit,USD,6000,,,,,,,,0,
2024-01-05T08:00:00Z,savings,buy,BTC,0.15,USD,6000,,,,,,1,
2024-01-06T08:00:00Z,savings,deposit,USDT,1902.50,,,,,,,,2,
"""
PRICES = "date,asset,close\n2024-03-01,BTC,67000\n2024-03-01,USDT,1\n"


@dataclass
class Home:
    """An installation of its own, with a portfolio and the bot on."""

    env: dict[str, str]
    folder: Path
    api: BotApi

    def kit(self, *words: str) -> Any:
        """The data of a command's answer."""
        command = [sys.executable, "-m", "kit", *words, "--json"]
        done = subprocess.run(
            command, env=self.env, cwd=self.folder, capture_output=True, encoding="utf-8", timeout=60, check=False
        )
        assert done.returncode in (0, 3), done.stderr
        return json.loads(done.stdout)["data"]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """`kit start`, listening."""
        self.api.asked.clear()
        command = [sys.executable, "-m", "kit", "start"]
        log = self.folder / "log.txt"
        with (
            log.open("a") as out,
            subprocess.Popen(
                command, env=self.env, cwd=self.folder, stdout=out, stderr=subprocess.STDOUT, encoding="utf-8"
            ) as process,
        ):
            try:
                self.until(lambda: "getUpdates" in [method for _, method in self.api.asked])
                yield process
            finally:
                process.terminate()
                process.wait(timeout=20)

    def until(self, so: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not so():
            assert time.monotonic() < deadline, (self.folder / "log.txt").read_text()
            time.sleep(0.02)

    def ask(self, text: str) -> str:
        before = len(self.api.said)
        self.api.write(OWNER, text)
        self.until(lambda: len(self.api.said) > before)
        return self.api.said[before].text


@pytest.fixture
def home(tmp_path: Path, bot_api: BotApi) -> Home:
    folder = tmp_path / "folder"
    (tmp_path / "home").mkdir()
    folder.mkdir()
    config = {
        "timezone": "UTC",
        "channels": {"telegram": {"token": {"env": "BOT_TOKEN"}, "apiUrl": bot_api.url}},
        "portfolio": {"baseCurrency": "USD", "dailyReport": {"enabled": True, "time": "09:00"}},
    }
    (tmp_path / "home" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "records.csv").write_text(RECORDS, encoding="utf-8")
    (folder / "prices.csv").write_text(PRICES, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    env |= {"KIT_HOME": str(tmp_path / "home"), "KIT_CACHE": str(tmp_path / "cache"), "BOT_TOKEN": bot_api.secret}
    env |= {"KIT_LOAD_PLUGINS": "telegram,portfolio-tracker,importers", "PYTHONUTF8": "1"}
    made = Home(env, folder, bot_api)
    made.kit("import", "records.csv")
    made.kit("prices", "import", "prices.csv")
    return made


@pytest.mark.slow
def test_the_owner_pairs_asks_for_the_portfolio_and_gets_the_report_of_the_day(home: Home) -> None:
    with home.running():
        code = home.kit("telegram", "pair")["code"]
        assert home.ask(f"/start {code}").startswith("🔓 You may use this bot now")
        portfolio = home.ask("Show my portfolio")
        assert "$11,952.50" in portfolio
        assert max(map(len, home.api.said[-1].html.partition("<pre>")[2].partition("</pre>")[0].splitlines())) <= 36
        before = len(home.api.said)
        home.kit("jobs", "run", "daily-report")
        home.until(lambda: len(home.api.said) > before)
        assert home.api.said[-1].text.startswith("📊 Daily Portfolio Report")
        assert "$11,952.50" in home.api.said[-1].text
        home.until(lambda: any("Telegram" in each["label"] for each in home.kit("status")["lines"]))
        (line,) = [each["text"] for each in home.kit("status")["lines"] if each["label"] == "Telegram"]
        assert line.startswith("1 person, last answered ")
        (stream,) = home.kit("status")["streams"]
        assert (stream["stream"], stream["silent"], stream["failures"]) == ("channel telegram", False, 0)
    assert home.api.secret not in (home.folder / "log.txt").read_text()


@pytest.mark.slow
def test_a_bot_that_was_killed_goes_on_where_it_was(home: Home) -> None:
    with home.running() as process:
        home.ask(home.kit("telegram", "pair")["code"])
        process.kill()
        process.wait(timeout=20)
    home.api.write(OWNER, "How much do I have on savings?")
    count = len(home.api.said)
    with home.running():
        home.until(lambda: len(home.api.said) > count)
        assert "$11,952.50" in home.api.said[-1].text
        assert "$11,952.50" in home.ask("How much do I have on savings?")
    assert len(home.api.said) == count + 2


@pytest.mark.slow
def test_the_network_may_be_gone_for_a_while(home: Home) -> None:
    with home.running():
        home.ask(home.kit("telegram", "pair")["code"])
        home.api.server.stop()
        time.sleep(3)
        home.api.server.start()
        assert "Portfolio Overview" in home.ask("show my portfolio")
    log = (home.folder / "log.txt").read_text()
    assert "Telegram cannot be reached. Check the connection" in log
    pauses = [float(line.rpartition("Again in ")[2].split()[0]) for line in log.splitlines() if "Again in" in line]
    assert pauses == sorted(pauses)
