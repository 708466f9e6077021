"""The sources behind the portfolio's chain: real HTTP from the first question to the value."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from kit_portfolio_tracker.core.prices import PriceBook
from kit_portfolio_tracker.quotes import Quotes, fetch_quotes

from kit import Pair, Services, Ticker
from kit.testing import HostFactory

if TYPE_CHECKING:
    from .conftest import Desk, Fault, PriceServer

NOW = datetime(2024, 3, 25, 12, tzinfo=UTC)
SECRETS = ("CG-hush-hush", "cmc-secret-key")


def fetch(
    desk: Desk, assets: Collection[str], currency: str = "USD", preferred: str = "auto", **tickers: dict[str, str]
) -> Quotes:
    told = {
        account: [Ticker(Pair(*pair.split("/")), Decimal(last), NOW) for pair, last in said.items()]
        for account, said in tickers.items()
    }
    services = cast("Services", desk)
    return desk.network.run(fetch_quotes(services, assets, currency, preferred=preferred, tickers=told))


def value(quotes: Quotes, asset: str, currency: str = "USD") -> tuple[Decimal, str]:
    found = PriceBook(quotes.points).price(asset, currency)
    assert found is not None
    return found.amount, found.source


def test_a_portfolio_of_everything_is_priced(desk: Desk, server: PriceServer) -> None:
    (desk.home / "mine.csv").write_text("date,asset,close,currency\n2024-03-01,HOUSE,350000,EUR\n")
    desk.configured["prices.file"] = {"path": "mine.csv"}
    held = {"BTC", "ETH", "USDT", "EUR", "HOUSE", "SP500", "NOSUCH"}
    found = fetch(desk, held, binance={"BTC/USDT": "67100", "ETH/BTC": "0.0515"})
    assert value(found, "BTC") == (Decimal("67100") * Decimal("1.0005"), "binance × CoinGecko (via USDT)")
    assert value(found, "EUR") == (Decimal("1.0823"), "ECB")
    assert value(found, "HOUSE") == (Decimal("350000") * Decimal("1.0823"), "file × ECB (via EUR)")
    assert value(found, "SP500") == (Decimal("5234.18"), "SP500")
    assert found.missing == ("NOSUCH",)
    assert all(point.time is not None and point.time <= NOW for point in found.points)
    assert ["NOSUCH" in problem.what for problem in found.problems] == [True, True]


def test_a_coin_that_is_called_like_the_index_is_not_the_index(desk: Desk, server: PriceServer) -> None:
    server.coins.append(("meme-index", "sp500"))
    server.gecko["meme-index"] = {"usd": "0.0001"}
    for preferred in ("auto", "coingecko", "coinmarketcap"):
        assert value(fetch(desk, {"SP500"}, preferred=preferred), "SP500") == (Decimal("5234.18"), "SP500")


def test_pesos_and_gold_go_through_bitcoin(desk: Desk, server: PriceServer) -> None:
    server.gecko["bitcoin"] |= {"ars": "60000000", "xau": "30"}
    found = fetch(desk, {"ARS", "XAU"})
    pesos, _ = value(found, "ARS")
    gold, _ = value(found, "XAU")
    assert abs(pesos - Decimal("67187.3358936566") / 60_000_000) < Decimal("1e-15")
    assert abs(gold - Decimal("67187.3358936566") / 30) < Decimal("1e-10")
    assert found.missing == ()


@pytest.mark.parametrize(("status", "text"), [(429, "{}"), (503, ""), (200, "<html>"), (200, "{}"), (401, "{}")])
def test_whatever_ails_one_source_the_next_stands_in(
    desk: Desk, server: PriceServer, fault: type[Fault], status: int, text: str
) -> None:
    server.faults.append(fault("simple/price", status, text, times=99))
    found = fetch(desk, {"BTC"}, preferred="coingecko")
    assert value(found, "BTC") == (Decimal("67000.12"), "CoinMarketCap")
    (problem,) = found.problems
    assert "CoinGecko gave no fresh prices; CoinMarketCap stood in." in problem.what


def test_with_every_source_down_the_rates_that_are_here_stand_in(
    desk: Desk, server: PriceServer, fault: type[Fault]
) -> None:
    server.faults.append(fault("", 503, "<html>", times=999))
    found = fetch(desk, {"BTC", "EUR"})
    rate, source = value(found, "EUR")
    assert source == "ECB"
    assert Decimal("1.05") < rate < Decimal("1.12")
    assert found.missing == ("BTC",)
    assert {problem.where for problem in found.problems} == {"prices.ecb", "prices.coingecko", "prices.coinmarketcap"}


def test_no_key_is_shown_or_kept_whatever_happens(desk: Desk, server: PriceServer, fault: type[Fault]) -> None:
    desk.configured["prices.coingecko"]["apiKey"] = SECRETS[0]
    fetch(desk, {"BTC", "ETH", "EUR"}, preferred="coinmarketcap")
    server.faults.append(fault("", 401, f'{{"status":{{"error_message":"Bad key {" ".join(SECRETS)}"}}}}', times=999))
    desk.configured["prices.coingecko"]["secondsKept"] = desk.configured["prices.coinmarketcap"]["secondsKept"] = 0
    found = fetch(desk, {"BTC", "ADA"}, preferred="coinmarketcap")
    assert len(found.problems) == 2
    for secret in SECRETS:
        assert not any(secret in path.read_text() for path in desk.cache.rglob("*") if path.is_file())
        assert not any(secret in str(query) for _, query, _ in server.asked)
    own = {"coingecko": SECRETS[0], "coinmarketcap": SECRETS[1]}
    for problem in found.problems:
        assert own[problem.where.removeprefix("prices.")] not in str(problem)


def test_two_questions_at_once_do_not_disturb_each_other(desk: Desk, server: PriceServer) -> None:
    services = cast("Services", desk)

    async def both() -> list[Quotes]:
        asks = (fetch_quotes(services, {"BTC", "EUR"}, "USD", preferred="coingecko", tickers={}) for _ in range(4))
        return await asyncio.gather(*asks)

    assert [quotes.missing for quotes in desk.network.run(both())] == [()] * 4


@pytest.mark.usefixtures("unmeasured")
def test_to_have_the_sources_imports_no_client_and_no_settings(tmp_path: Path) -> None:
    code = (
        "import sys; from types import SimpleNamespace as S; from kit_prices.plugin import kit_price_sources as s;"
        "found = s(S(cache=None)); assert len(found) == 5;"
        "sys.exit(str(sorted({'aiohttp', 'filelock', 'pydantic', 'sqlalchemy'} & set(sys.modules)) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_the_command_says_how_each_source_is_doing(kit_host: HostFactory, server: PriceServer) -> None:
    config = {
        "prices": {
            "coingecko": {"baseUrl": f"{server.url}/api/v3", "apiKey": {"file": __file__}},
            "coinmarketcap": {"apiKey": {"env": "KIT_TEST_NO_SUCH_KEY"}},
        },
        "skills": {"portfolio-tracker": {"priceSource": "coingecko"}},
    }
    host = kit_host("kit_prices.plugin", config=config, now=NOW, beside=("portfolio-tracker", "importers"))
    lines = {line["source"]: line for line in host.cli("prices sources --json").json["data"]}
    assert list(lines) == ["ecb", "file", "sp500", "coingecko", "coinmarketcap"]
    assert lines["coingecko"]["configured"] is True
    assert (lines["coingecko"]["needs"], lines["coingecko"]["quota_left"]) == ("", 10_000)
    assert "KIT_TEST_NO_SUCH_KEY is not set" in lines["coinmarketcap"]["needs"]
    assert "prices.file.path" in lines["file"]["needs"]
    shown = host.cli("prices sources")
    assert shown.code == 0
    assert "ready, asked first" in shown.out
