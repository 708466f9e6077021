"""Past closes through the whole program: a year of trades, the sources that know the days, and what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from kit_portfolio_tracker.plugin import kit_jobs

from kit.testing import HostFactory, HostUnderTest

if TYPE_CHECKING:
    from .conftest import Fault, PriceServer

NOW = datetime(2024, 3, 25, 12, tzinfo=UTC)
FIRST, LAST = date(2023, 4, 1), date(2024, 3, 24)
HEADER = "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity\n"
YEAR = (
    "2023-04-01 09:00,wallet,deposit,USD,30000,,",
    "2023-04-01 10:00,wallet,buy,BTC,1,USD,28000",
    "2023-06-01 10:00,wallet,trade,ETH,5,BTC,0.35",
    "2023-09-01 10:00,wallet,sell,USD,4500,ETH,2",
)


def days(since: date, until: date) -> Iterator[date]:
    return (since + timedelta(days=count) for count in range((until - since).days + 1))


def year_of(price: Decimal, since: date = FIRST, until: date = LAST) -> dict[date, str]:
    """A price that rises by one a day."""
    return {day: str(price + count) for count, day in enumerate(days(since, until))}


@pytest.fixture
def desk_of(kit_host: HostFactory, server: PriceServer) -> Callable[..., HostUnderTest]:
    """A host whose only network is the local server, with a year of trades in its store."""

    def make(*rows: str, beside: tuple[str, ...] = (), config: dict[str, Any] | None = None, **settings: Any) -> Any:
        quick = {"callsPerMinute": 10_000}
        whole = {
            "prices": {
                "coingecko": {"baseUrl": f"{server.url}/api/v3", **quick},
                "ecb": {"baseUrl": server.url, **quick},
                "sp500": {"baseUrl": f"{server.url}/fredgraph.csv", **quick},
            },
            "skills": {"portfolio-tracker": settings},
        } | (config or {})
        plugins = ("portfolio-tracker", "importers", *beside)
        host = kit_host("kit_prices.plugin", config=whole, now=NOW, beside=plugins)
        ledger = host.home / "ledger.csv"
        ledger.write_text(HEADER + "".join(f"{row}\n" for row in rows or YEAR), encoding="utf-8")
        assert host.cli("import", str(ledger)).code == 0
        return host

    return make


def missing(host: HostUnderTest) -> list[tuple[str, str, str]]:
    return [(each["asset"], each["since"], each["until"]) for each in host.cli("prices missing --json").json["data"]]


def test_a_year_of_trades_is_priced_whole_by_one_fetch(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    server.daily["bitcoin", "usd"] = year_of(Decimal("28000.5"))
    server.daily["ethereum", "usd"] = year_of(Decimal("1800.25"))
    host = desk_of()
    assert missing(host) == [("BTC", "2023-04-01", "2024-03-24"), ("ETH", "2023-06-01", "2024-03-24")]
    fetched = host.cli("prices fetch")
    assert fetched.code == 0
    assert missing(host) == []
    charts = [path for path in server.paths() if "market_chart" in path]
    assert len(charts) == 2
    said = host.cli("portfolio summary --offline")
    assert said.code == 0
    assert "N/A" not in said.out
    assert host.cli("prices fetch").code == 0
    assert [path for path in server.paths() if "market_chart" in path] == charts, "nothing is asked for twice"


def test_without_a_key_only_the_last_year_is_told_and_the_rest_is_reported(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    server.daily["bitcoin", "usd"] = year_of(Decimal(20000), date(2022, 1, 1))
    host = desk_of("2023-01-10 10:00,wallet,buy,BTC,1,USD,17000", "2023-01-09 10:00,wallet,deposit,USD,17000,,")
    fetched = host.cli("prices fetch")
    assert fetched.code == 3
    assert "tells nothing before 2023-03-27" in fetched.out
    assert "prices.coingecko.plan pro" in fetched.out
    assert missing(host) == [("BTC", "2023-01-10", "2023-03-26")]


def test_a_gap_stays_a_gap_and_nothing_is_put_into_it(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    server.daily["bitcoin", "usd"] = year_of(Decimal(28000))
    server.daily["ethereum", "usd"] = year_of(Decimal(1800))
    for day in days(date(2023, 8, 10), date(2023, 8, 12)):
        del server.daily["bitcoin", "usd"][day]
    server.daily["bitcoin", "usd"][date(2023, 10, 5)] = "null"
    server.daily["bitcoin", "usd"][date(2023, 10, 6)] = "0"
    host = desk_of()
    fetched = host.cli("prices fetch --json")
    assert fetched.code == 3
    (lacking,) = [each for each in fetched.json["data"]["assets"] if each["missing"]]
    assert lacking["asset"] == "BTC"
    gaps = [("BTC", "2023-08-10", "2023-08-12"), ("BTC", "2023-10-05", "2023-10-06")]
    assert missing(host) == gaps
    (stored,) = host.cli("prices list --asset BTC --json").json["data"]
    assert (stored["closes"], stored["gaps"], stored["age"], stored["source"]) == (354, 5, 0, "CoinGecko")
    server.daily["bitcoin", "usd"][date(2023, 8, 11)] = "1.5"
    assert host.cli("prices fetch").code == 3
    assert missing(host) == [("BTC", "2023-08-10", "2023-08-10"), ("BTC", "2023-08-12", "2023-08-12"), gaps[1]]


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (429, "{}", "429"),
        (503, "<html>", "503"),
        (200, "<html>", "no answer"),
        (200, '{"prices": 7}', "without the prices"),
        (200, "[]", "without the prices"),
        (401, '{"error": "bad key"}', "401"),
    ],
)
def test_a_source_that_fails_is_named_and_the_next_fetch_goes_on(
    desk_of: Callable[..., HostUnderTest],
    server: PriceServer,
    fault: type[Fault],
    status: int,
    text: str,
    said: str,
) -> None:
    server.daily["bitcoin", "usd"] = year_of(Decimal(28000))
    server.daily["ethereum", "usd"] = year_of(Decimal(1800))
    server.faults.append(fault("bitcoin/market_chart", status, text, {"Retry-After": "600"}, times=3))
    host = desk_of()
    fetched = host.cli("prices fetch")
    assert fetched.code == 3
    assert said in fetched.out + fetched.err
    assert ("BTC", "2023-04-01", "2024-03-24") in missing(host)
    server.faults.clear()
    host.clock.advance(timedelta(minutes=11))
    assert host.cli("prices fetch").code == 0
    assert missing(host) == []


def test_a_short_too_often_is_waited_for(
    desk_of: Callable[..., HostUnderTest], server: PriceServer, fault: type[Fault]
) -> None:
    server.daily["bitcoin", "usd"] = year_of(Decimal(28000))
    server.faults.append(fault("market_chart", 503, "", times=1))
    host = desk_of(*YEAR[:2])
    assert host.cli("prices fetch").code == 0
    assert len([path for path in server.paths() if "market_chart" in path]) == 2


def test_what_no_source_knows_is_said_and_can_be_set(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    host = desk_of("2024-02-01 10:00,wallet,deposit,HOUSE,1,,", "2024-03-04 10:00,wallet,withdrawal,,,HOUSE,1")
    fetched = host.cli("prices fetch")
    assert fetched.code == 3
    assert "lists no coin with this symbol" in fetched.out
    assert missing(host) == [("HOUSE", "2024-02-01", "2024-03-04")]
    assert host.cli("prices set HOUSE 2024-02-01 350000").code == 0
    assert missing(host) == [("HOUSE", "2024-03-03", "2024-03-04")], "a house is not priced every day"
    assert host.cli("prices set house 2024-03-01 350000.005").code == 0
    assert missing(host) == []
    (line,) = host.cli("prices list --json").json["data"]
    assert (line["asset"], line["source"], line["closes"]) == ("HOUSE", "manual", 2)


@pytest.mark.parametrize(
    "words",
    ["BTC 2024-04-01 1", "BTC 2024-03-01 0", "BTC 2024-03-01 -5", "USD 2024-03-01 1", "BTC yesterday 1", "BTC 1 2"],
)
def test_a_price_that_cannot_be_is_not_set(desk_of: Callable[..., HostUnderTest], words: str) -> None:
    host = desk_of()
    assert host.cli(f"prices set -- {words}").code == 2
    assert host.cli("prices list --json").json["data"] == []


def test_without_history_nothing_is_fetched_and_it_says_so(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    host = desk_of(historicalData=False)
    refused = host.cli("prices fetch")
    assert refused.code == 1
    assert "historicalData is off" in refused.err
    assert "historicalData is off" in host.cli("prices missing").out
    assert server.asked == []
    assert "prices" not in {job.name for job in kit_jobs(host.services)}


def test_days_that_are_named_are_fetched_though_nothing_was_held(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    server.daily["cardano", "usd"] = year_of(Decimal(1))
    host = desk_of()
    asked_without_day = host.cli("prices fetch ADA")
    assert asked_without_day.code == 2
    assert "--from" in asked_without_day.err
    assert host.cli("prices fetch ADA --from 2024-02-01 --to 2024-02-10").code == 0
    (line,) = host.cli("prices list --asset ADA --json").json["data"]
    assert (line["first"], line["last"], line["closes"]) == ("2024-02-01", "2024-02-10", 10)
    assert host.cli("prices fetch ADA --from 2024-03-20 --to 2025-01-01").code == 0
    (line,) = host.cli("prices list --asset ADA --json").json["data"]
    assert (line["last"], line["gaps"]) == ("2024-03-24", 38)
    assert host.cli("prices fetch ADA --from 2024-03-25").code == 2


def test_euros_come_from_the_central_bank_and_carry_over_weekends(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    host = desk_of("2023-04-07 10:00,wallet,deposit,EUR,100,,")
    assert host.cli("prices fetch").code == 0
    assert missing(host) == [], "Easter and weekends are no gaps"
    assert "/coins/list" not in server.paths(), "nobody takes euros for a coin"
    (line,) = host.cli("prices list --asset EUR --json").json["data"]
    assert (line["source"], line["currency"], line["gaps"]) == ("ECB", "USD", 0)


def test_money_that_no_source_knows_goes_through_bitcoin(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    server.daily["bitcoin", "ars"] = year_of(Decimal(10_000_000))
    server.daily["bitcoin", "usd"] = year_of(Decimal(28_000))
    host = desk_of("2024-03-01 10:00,wallet,deposit,ARS,1000000,,")
    assert host.cli("prices fetch").code == 0
    assert missing(host) == []


def test_the_index_is_fetched_in_dollars_and_fills_no_weekends(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    host = desk_of()
    assert host.cli("prices fetch SP500 --from 2024-03-20").code == 0
    (line,) = host.cli("prices list --asset SP500 --json").json["data"]
    assert (line["first"], line["last"], line["closes"], line["gaps"]) == ("2024-03-20", "2024-03-22", 3, 0)


@pytest.mark.parametrize("name", ["S&P", "^GSPC", "SPX", "SP500", "GSPC"])
def test_the_index_is_imported_by_any_of_its_names(desk_of: Callable[..., HostUnderTest], name: str) -> None:
    host = desk_of()
    path = host.home / "index.csv"
    path.write_text(f"date,asset,close\n2024-03-20,{name},5224.62\n2024-03-21,{name},5241.53\n", encoding="utf-8")
    assert host.cli("prices", "import", str(path)).code == 0
    (line,) = host.cli("prices list --json").json["data"]
    assert (line["asset"], line["closes"], line["source"]) == ("SP500", 2, "index.csv")


def test_whoever_holds_the_coin_spx_has_its_prices_imported(desk_of: Callable[..., HostUnderTest]) -> None:
    host = desk_of("2024-03-01 10:00,wallet,deposit,SPX,100,,")
    path = host.home / "coin.csv"
    path.write_text("date,asset,close\n2024-03-20,SPX,0.02\n", encoding="utf-8")
    assert host.cli("prices", "import", str(path)).code == 0
    (line,) = host.cli("prices list --json").json["data"]
    assert line["asset"] == "SPX"
