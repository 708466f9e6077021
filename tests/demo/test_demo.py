"""`kit demo` as a person runs it, with a cache of its own, and figures reckoned independently."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kit_portfolio_tracker.sample import DEMO

if TYPE_CHECKING:
    from tests.demo.conftest import SampleFiles

    ReadFiles = Callable[[Path], SampleFiles]

Answer = subprocess.CompletedProcess[str]
Demo = Callable[..., Answer]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home and cache of these tests, which the first `kit demo` fills."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(folder: Path, kit_here: Callable[..., Answer]) -> Demo:
    """`kit demo` with more words."""
    return lambda *words: kit_here(["demo", *words], environment(folder), folder)


@pytest.fixture(scope="module")
def tour(folder: Path) -> Answer:
    """What `kit demo` says, as a person runs it: a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "kit", "demo"],
        env=environment(folder),
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def environment(folder: Path) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    own = {"KIT_HOME": str(folder / "home"), "KIT_CACHE": str(folder / "cache")}
    return env | own | {"PYTHONUTF8": "1", "COLUMNS": "100"}


def data(demo: Demo, *words: str) -> Any:
    answer = demo(*words, "--json")
    assert answer.returncode in {0, 3}, answer.stderr
    document = json.loads(answer.stdout)
    assert document["sample_data"] is True
    return document["data"]


def test_the_tour_shows_three_accounts_and_says_it_is_sample_data(tour: Answer) -> None:
    assert tour.returncode == 0, tour.stderr
    assert "Traceback" not in tour.stdout + tour.stderr
    assert "sample data" in (tour.stdout + tour.stderr).lower()
    for name in ("Binance", "Kraken", "MetaTrader", "BTC", "N/A", "PAWS"):
        assert name in tour.stdout


def test_the_total_is_the_sum_of_the_files(tour: Answer, demo: Demo, folder: Path, read_files: ReadFiles) -> None:
    files = read_files(folder / "cache" / "demo")
    prices = files.prices()
    by_account: dict[str, Decimal] = {}
    for (account, asset), quantity in files.holdings().items():
        by_account[account] = by_account.get(account, Decimal(0)) + quantity * prices.get(asset, Decimal(0))
    shown = data(demo, "portfolio")
    assert shown["total"]["currency"] == "USD"
    assert Decimal(shown["total"]["amount"]) == sum(by_account.values())
    assert {each["account"]: Decimal(each["value"]["amount"]) for each in shown["accounts"]} == by_account
    assert shown["coverage"]["unpriced"] == ["PAWS"]


def test_the_total_on_screen_is_the_same(tour: Answer, demo: Demo) -> None:
    total = Decimal(data(demo, "portfolio")["total"]["amount"])
    assert f"${total:,.2f}" in tour.stdout


def test_every_holding_is_that_of_the_files(tour: Answer, demo: Demo, folder: Path, read_files: ReadFiles) -> None:
    held = {key: quantity for key, quantity in read_files(folder / "cache" / "demo").holdings().items() if quantity}
    shown = data(demo, "portfolio", "--detailed")["holdings"]
    assert {(each["account"], each["asset"]): Decimal(each["quantity"]) for each in shown} == held


def test_every_suggestion_works(tour: Answer, demo: Demo) -> None:
    for line in DEMO.tries:
        assert f"kit demo {line}" in tour.stdout
        answer = demo(*shlex.split(line))
        assert answer.returncode in {0, 3}, (line, answer.stderr)
        assert answer.stdout.strip()


def test_nothing_was_rejected_and_a_second_import_changes_nothing(tour: Answer, demo: Demo, folder: Path) -> None:
    sample = folder / "cache" / "demo"
    before = data(demo, "portfolio", "--detailed")
    for words in DEMO.lines:
        paths = [str(sample / word) if word.endswith(".csv") else word for word in words]
        assert demo(*paths).returncode == 0
    assert data(demo, "portfolio", "--detailed") == before
    assert "No rows are kept aside." in demo("import", "--rejected").stdout


def test_the_users_own_home_stays_untouched(tour: Answer, folder: Path) -> None:
    assert not (folder / "home" / "data").exists()
