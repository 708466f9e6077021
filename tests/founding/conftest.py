"""An installation with the portfolio tracker's own example: three venues, three assets, $15,432.50."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import sin
from pathlib import Path

import pytest

LEDGER = """\
time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,fee_asset,fee_quantity,value,value_currency,to_account,id,note
2024-01-02T09:00:00Z,binance,deposit,BTC,0.1000,,,,,,,,b1,
2024-01-02T09:05:00Z,binance,deposit,ETH,1.0000,,,,,,,,b2,
2024-01-02T09:10:00Z,binance,deposit,USDT,400.00,,,,,,,,b3,
2024-01-03T09:00:00Z,kraken,deposit,BTC,0.0500,,,,,,,,k1,
2024-01-03T09:05:00Z,kraken,deposit,ETH,0.0500,,,,,,,,k2,
2024-01-03T09:10:00Z,kraken,deposit,USDT,5.00,,,,,,,,k3,
2024-01-04T09:00:00Z,metatrader,deposit,USDT,1497.50,,,,,,,,m1,
2024-01-04T09:05:00Z,metatrader,deposit,ETH,0.1500,,,,,,,,m2,
"""
# It holds nothing of DeFi or gaming, so a part of its ETH counts there.
CONFIG = """\
{
  "portfolio": {"targetAllocation": {"BTC": 0.50, "ETH": 0.30, "USDT": 0.20}},
  "skills": {"portfolio-tracker": {"sectors": {"ETH": {"Layer 1": 0.6, "DeFi": 0.3, "Gaming": 0.1}}}}
}
"""
CLOSES = {"BTC": 67000, "ETH": 2900, "USDT": 1}
DAYS = 120


def prices() -> str:
    """Closes of the last months, which end today at those of the document; BTC and ETH swing together."""
    today = datetime.now(UTC).date()
    rows = ["date,asset,close", *(f"2024-01-15,{asset},{close}" for asset, close in CLOSES.items())]
    for ago in range(DAYS, -1, -1):
        for asset, close in CLOSES.items():
            swing = 0 if asset == "USDT" else round(close * sin(ago / 4) / 20, 2)
            rows.append(f"{today - timedelta(days=ago)},{asset},{close + swing}")
    return "\n".join(rows) + "\n"


Kit = Callable[[str], subprocess.CompletedProcess[str]]


KitHere = Callable[[Sequence[str], Mapping[str, str], Path], subprocess.CompletedProcess[str]]


def kit_in(home: Path, cache: Path, kit_here: KitHere) -> Kit:
    """A function that runs a `kit …` line in a home of its own, and asks the same thing once only."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")}
    env |= {"KIT_HOME": str(home), "KIT_CACHE": str(cache), "COLUMNS": "100", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    said: dict[str, subprocess.CompletedProcess[str]] = {}

    def run(line: str) -> subprocess.CompletedProcess[str]:
        if line not in said:
            words = shlex.split(line)
            assert words[0] == "kit"
            said[line] = kit_here(words[1:], env, home)
        return said[line]

    return run


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory, kit_here: KitHere) -> Kit:
    """`kit` in a home that holds the example, put there the way a user does."""
    home = tmp_path_factory.mktemp("example")
    (home / "config.json").write_text(CONFIG, encoding="utf-8")
    (home / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    (home / "prices.csv").write_text(prices(), encoding="utf-8")
    kit = kit_in(home, tmp_path_factory.mktemp("cache"), kit_here)
    for line in ("kit import ledger.csv", "kit prices import prices.csv"):
        said = kit(line)
        assert said.returncode == 0, said.stdout + said.stderr
    return kit


@pytest.fixture
def bare(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, kit_here: KitHere) -> tuple[Path, Kit]:
    """An empty home, and `kit` in it."""
    home = tmp_path / "home"
    home.mkdir()
    return home, kit_in(home, tmp_path_factory.mktemp("cache"), kit_here)
