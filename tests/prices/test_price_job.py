"""The job that fetches past closes by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kit.testing import HostFactory, HostUnderTest

if TYPE_CHECKING:
    from .conftest import Fault, PriceServer

NOW = datetime(2024, 3, 25, 12, tzinfo=UTC)
HEADER = "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity\n"


@pytest.fixture
def host(kit_host: HostFactory, server: PriceServer) -> HostUnderTest:
    """Bitcoins since the twentieth, in a world of one price server."""
    config = {
        "prices": {
            "coingecko": {"baseUrl": f"{server.url}/api/v3", "callsPerMinute": 10_000},
            "ecb": {"baseUrl": server.url},
        }
    }
    server.daily["bitcoin", "usd"] = {date(2024, 3, 20) + timedelta(days=day): "60000" for day in range(30)}
    made = kit_host("kit_prices.plugin", config=config, now=NOW, beside=("portfolio-tracker", "importers"))
    bring(made, "2024-03-20 10:00,wallet,deposit,BTC,1,,")
    return made


@pytest.fixture
def charts(server: PriceServer) -> Callable[[], int]:
    """How often a chart was asked for."""
    return lambda: sum("market_chart" in path for path in server.paths())


def bring(host: HostUnderTest, *rows: str) -> None:
    ledger = host.home / "ledger.csv"
    ledger.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    assert host.cli("import", str(ledger)).code == 0


def said(host: HostUnderTest) -> tuple[str, str]:
    run = host.run_job("prices")
    return str(run.outcome), run.sentence


def test_it_fetches_what_is_missing_once_and_goes_on_the_next_day(
    host: HostUnderTest, charts: Callable[[], int]
) -> None:
    assert said(host) == ("done", "5 closes of 1 asset.")
    assert said(host) == ("done", "Nothing new to fetch.")
    assert charts() == 1
    host.clock.advance(timedelta(days=1))
    assert said(host) == ("done", "1 close of 1 asset.")
    assert host.cli("prices missing --json").json["data"] == []


def test_new_records_are_looked_at_at_the_next_turn(host: HostUnderTest, server: PriceServer) -> None:
    said(host)
    server.daily["ethereum", "usd"] = {date(2024, 3, 24): "3000"}
    bring(host, "2024-03-24 10:00,wallet,deposit,ETH,1,,")
    assert said(host) == ("done", "1 close of 1 asset.")


def test_what_nobody_could_tell_is_left_alone_for_a_week(
    host: HostUnderTest, server: PriceServer, charts: Callable[[], int]
) -> None:
    server.daily["dead-coin", "usd"] = {}
    server.coins.append(("dead-coin", "dead"))
    bring(host, "2024-03-20 10:00,wallet,deposit,DEAD,1,,", "2024-03-21 10:00,wallet,withdrawal,,,DEAD,1")
    assert said(host) == ("done", "5 closes of 1 asset; still missing: DEAD.")
    asked = charts()
    for _ in range(3):
        host.clock.advance(timedelta(days=1))
        assert said(host)[1] == "1 close of 1 asset."
    assert charts() == asked + 3
    host.clock.advance(timedelta(days=4))
    assert said(host)[1] == "4 closes of 1 asset; still missing: DEAD."
    assert charts() == asked + 5


def test_it_has_failed_where_nobody_can_be_asked_and_tries_again(
    host: HostUnderTest, server: PriceServer, fault: type[Fault]
) -> None:
    server.faults.append(fault("market_chart", 401, "{}", times=1))
    outcome, sentence = said(host)
    assert outcome == "failed"
    assert "CoinGecko was not asked to the end" in sentence
    assert said(host) == ("done", "5 closes of 1 asset.")


def test_a_spoilt_memory_is_no_memory(host: HostUnderTest) -> None:
    said(host)
    memory = next(host.services.cache.rglob("closes.json"))
    memory.write_text('{"seen": 7, "vain": [1]}', encoding="utf-8")
    assert said(host) == ("done", "No price is missing.")


def test_the_index_goes_on_once_it_was_fetched(host: HostUnderTest, server: PriceServer) -> None:
    said(host)
    config = host.home / "config.json"
    words = json.loads(config.read_text(encoding="utf-8"))
    words["prices"]["sp500"] = {"baseUrl": f"{server.url}/fredgraph.csv", "secondsKept": 0}
    config.write_text(json.dumps(words), encoding="utf-8")
    assert host.cli("prices fetch SP500 --from 2024-03-20").code == 0
    server.fred += "2024-03-26,5203.58\n2024-03-27,5248.49\n2024-03-28,5254.35\n"
    host.clock.advance(timedelta(days=9))
    host.cli("jobs run prices")
    (line,) = host.cli("prices list --asset SP500 --json").json["data"]
    assert (line["last"], line["closes"]) == ("2024-03-28", 6)
