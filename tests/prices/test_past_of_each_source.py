"""How each source answers for the past, asked alone: whose closes, in which currency, and never today's."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

import pytest

from kit import PricePoint

if TYPE_CHECKING:
    from .conftest import Desk, PriceServer

Told = dict[tuple[str, str], str]


def past(desk: Desk, name: str, asset: str, currency: str, since: str, until: str) -> Told:
    """What the source tells, by day and currency."""
    ask = desk.source(name).past
    assert ask is not None

    async def asked() -> list[PricePoint]:
        return await ask(asset, currency, date.fromisoformat(since), date.fromisoformat(until))

    points = desk.network.run(asked())
    assert all(point.asset == asset and point.time is None for point in points)
    return {(point.day.isoformat(), point.currency): str(point.close) for point in points}


def test_coingecko_answers_in_dollars_what_it_does_not_count_in(desk: Desk, server: PriceServer) -> None:
    server.daily["bitcoin", "usd"] = {date(2024, 3, day): f"{day}.5" for day in range(20, 26)}
    server.daily["bitcoin", "eur"] = {date(2024, 3, 21): "1.25"}
    assert past(desk, "coingecko", "BTC", "ISK", "2024-03-21", "2024-03-22") == {
        ("2024-03-21", "USD"): "21.5",
        ("2024-03-22", "USD"): "22.5",
    }
    assert past(desk, "coingecko", "BTC", "EUR", "2024-03-01", "2024-03-25") == {("2024-03-21", "EUR"): "1.25"}
    assert max(past(desk, "coingecko", "BTC", "USD", "2024-03-01", "2024-03-31")) == ("2024-03-24", "USD")


@pytest.mark.parametrize("asset", ["SP500", "TWIN", "NOSUCH"])
def test_coingecko_tells_nothing_of_what_is_not_certain(desk: Desk, server: PriceServer, asset: str) -> None:
    assert past(desk, "coingecko", asset, "USD", "2024-03-01", "2024-03-20") == {}
    assert not [path for path in server.paths() if "market_chart" in path]


def test_many_strange_coins_asked_at_once_ask_for_the_list_once(desk: Desk, server: PriceServer) -> None:
    server.coins += [(f"coin-{number}", f"c{number}") for number in range(8)]
    source = desk.source("coingecko")
    assert source.past is not None
    ask = source.past

    async def together() -> None:
        day = date(2024, 3, 20)
        await asyncio.gather(*(ask(f"C{number}", "USD", day, day) for number in range(8)))

    desk.network.run(together())
    assert server.paths().count("/api/v3/coins/list") == 1


def test_coinmarketcap_tells_the_past_only_where_the_plan_includes_it(desk: Desk, server: PriceServer) -> None:
    server.cmc_daily = [("2024-03-21T23:59:00.000Z", "65000.5"), ("2024-03-22T23:59:00.000Z", "64000")]
    span = "2024-03-21", "2024-03-22"
    assert past(desk, "coinmarketcap", "BTC", "USD", *span) == {}
    state = desk.source("coinmarketcap").state
    assert state is not None
    assert "prices.coinmarketcap.historical" in state().past_needs
    desk.configured["prices.coinmarketcap"]["historical"] = True
    told = {("2024-03-21", "USD"): "65000.5", ("2024-03-22", "USD"): "64000"}
    assert past(desk, "coinmarketcap", "BTC", "USD", *span) == told
    assert past(desk, "coinmarketcap", "NOSUCH", "USD", *span) == {}


def test_a_price_file_tells_other_currencies_where_it_has_none_in_the_wanted_one(desk: Desk) -> None:
    rows = "2024-03-01,HOUSE,350000,EUR\n2024-03-01,CAR,9000,EUR\n2024-03-02,CAR,9900,USD\n"
    (desk.home / "mine.csv").write_text(f"date,asset,close,currency\n{rows}", encoding="utf-8")
    desk.configured["prices.file"] = {"path": "mine.csv"}
    assert past(desk, "file", "HOUSE", "USD", "2024-03-01", "2024-03-10") == {("2024-03-01", "EUR"): "350000"}
    assert past(desk, "file", "CAR", "USD", "2024-03-01", "2024-03-10") == {("2024-03-02", "USD"): "9900"}


def test_the_index_is_told_in_dollars_whatever_was_asked_for(desk: Desk, server: PriceServer) -> None:
    server.fred = "observation_date,SP500\n2024-03-21,5241.53\n2024-03-22,5234.18\n2024-03-25,5218.19\n"
    told = {("2024-03-21", "USD"): "5241.53", ("2024-03-22", "USD"): "5234.18"}
    assert past(desk, "sp500", "SP500", "EUR", "2024-03-21", "2024-03-25") == told
    assert past(desk, "sp500", "BTC", "USD", "2024-03-21", "2024-03-25") == {}
