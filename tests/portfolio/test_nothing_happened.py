"""Questions about the past where there is none: of an account that never had the asset, of records that lie ahead."""

from __future__ import annotations

from typing import Any

import pytest

from kit import Bars, Reply
from kit.render import render_text

ON_KRAKEN = "2024-01-10T08:00:00Z,kraken,deposit,BTC,1,,,,,,,,1,"
ON_SAVINGS = "2024-01-10T08:00:00Z,savings,deposit,USD,100,,,,,,,,2,"
AHEAD = "2024-01-20T08:00:00Z,savings,deposit,USD,100,,,,,,,,3,"
PRICES = "date,asset,close\n2024-01-10,BTC,42000\n"


@pytest.fixture
def prices(bench: Any) -> None:
    bench.run("prices import", files=(bench.file("prices.csv", PRICES),))


def imported(bench: Any, *rows: str) -> None:
    bench.run("import", files=(bench.ledger("ledger.csv", *rows),))


def words(reply: Reply) -> str:
    assert reply.data is None
    return render_text(reply).strip()


@pytest.mark.parametrize("command", ["performance", "portfolio history"])
def test_an_asset_that_an_account_never_had_has_no_history_there(bench: Any, prices: None, command: str) -> None:
    imported(bench, ON_KRAKEN, ON_SAVINGS)
    said = words(bench.run(command, exchange="savings", asset="BTC"))
    assert said == "There is no record of BTC on Savings up to today: there is no history."
    assert bench.run(command, exchange="kraken", asset="BTC").data is not None


@pytest.mark.parametrize("command", ["performance", "portfolio history", "portfolio analytics"])
def test_what_lies_ahead_is_no_history_yet(bench: Any, command: str) -> None:
    imported(bench, AHEAD)
    assert words(bench.run(command)) == "There is no record up to today: there is no history."


def test_the_day_of_the_first_record_is_one(bench: Any) -> None:
    imported(bench, AHEAD.replace("2024-01-20", "2024-01-16"))
    assert bench.run("performance").data.performance.came.amount == 100


def test_no_empty_list_stands_where_no_asset_brought_anything(bench: Any) -> None:
    imported(bench, ON_SAVINGS)
    reply = bench.run("performance")
    assert not any(isinstance(block, Bars) for block in reply.blocks)


def test_an_empty_portfolio_correlates_nothing(bench: Any) -> None:
    assert bench.run("portfolio correlation").data is None


def test_the_index_correlates_under_the_name_people_give_it(bench: Any, prices: None) -> None:
    imported(bench, ON_KRAKEN)
    assert bench.run("portfolio correlation", assets="btc,S&P").data.assets == ("BTC", "SP500")
