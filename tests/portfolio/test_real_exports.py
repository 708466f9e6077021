"""The main job on real exports and prices, totals checked against sums made here from the files themselves."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kit import FixedClock, exact_math

DATA = Path(__file__).parents[3] / "shared" / "data"
BINANCE = DATA / "exports/agpl3_rotki/binance_history.csv"
KRAKEN = DATA / "exports/agpl3_perfi/kraken_ledgers.csv"
COINBASE = DATA / "exports/apache2_export-to-ghostfolio/coinbase-export.csv"
PRICES = DATA / "prices/open/daily_close_usd.csv"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real exports (../shared/data) are not on this machine")


@pytest.fixture
def real(bench: Any) -> Any:
    bench.clock = FixedClock(datetime(2025, 1, 2, tzinfo=UTC))
    imported = bench.run("import", files=[BINANCE, KRAKEN, COINBASE])
    assert [file.format for file in imported.data.files] == ["binance-history", "kraken-ledgers", "coinbase"]
    assert imported.data.failed == []
    assert bench.run("prices import", files=[PRICES]).exit_code == 0
    return bench


@exact_math()
def test_kraken_balances_are_the_ledgers_sum(real: Any) -> None:
    """amount − fee of every line of the ledger; XXBT and its like are the assets people know."""
    names = {"XXBT": "BTC", "XETH": "ETH", "XZEC": "ZEC", "ETH2": "ETH"}
    expected: dict[str, Decimal] = defaultdict(Decimal)
    with KRAKEN.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["txid"]:
                expected[names.get(row["asset"], row["asset"])] += Decimal(row["amount"]) - Decimal(row["fee"])
    found = {each.asset: each.calculated for each in _holdings(real, "kraken")}
    assert {asset: total for asset, total in expected.items() if total} == {a: t for a, t in found.items() if t}


@exact_math()
def test_the_total_is_the_sum_of_quantity_times_the_files_own_last_close(real: Any) -> None:
    closes: dict[str, dict[str, Decimal]] = defaultdict(dict)
    with PRICES.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["date"] <= "2025-01-02":
                name = {"MATIC": "POL"}.get(row["asset"], row["asset"])
                closes[name][row["date"]] = Decimal(row["close"])
    reply = real.run("portfolio")
    for asset in reply.data.assets:
        if asset.asset in closes:
            newest = max(closes[asset.asset])
            assert asset.price.day.isoformat() == newest
            assert asset.value.amount == asset.quantity * closes[asset.asset][newest], asset.asset
        else:
            assert asset.asset in {"USD", "EUR"} or asset.value is None
    assert reply.data.total.amount == sum(each.value.amount for each in reply.data.assets if each.value)


def test_rows_of_the_real_export_that_cannot_be_used_are_shown(real: Any) -> None:
    reasons = [row.reason for row in real.run("import", rejected=True).data]
    assert any("ABC" in reason for reason in reasons)


def test_importing_the_real_exports_twice_changes_nothing(real: Any) -> None:
    before = real.run("portfolio", detailed=True)
    again = real.run("import", files=[COINBASE, KRAKEN, BINANCE])
    assert [file.added for file in again.data.files] == [0, 0, 0]
    assert real.run("portfolio", detailed=True) == before


def _holdings(bench: Any, account: str) -> list[Any]:
    return [each for each in bench.run("portfolio").data.holdings if each.account == account]
