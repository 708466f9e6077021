"""Past closes that venues tell: their daily candles over real HTTP, crossed where they quote no state money."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kit_exchanges.simulated import BinanceServer, KrakenServer
from kit_exchanges.simulated.metatrader import MetaTraderServer
from kit_exchanges.simulated.metatrader_terminal import Terminal
from kit_portfolio_tracker.store.reading import venues

from kit.testing import HostFactory, HostUnderTest

if TYPE_CHECKING:
    from .conftest import PriceServer

NOW = datetime(2024, 11, 25, 12, tzinfo=UTC)
HEADER = "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity\n"
TETHER = {"BTC/USDT": Decimal(60000), "ETH/BTC": Decimal("0.05")}


@pytest.fixture
def binance() -> Iterator[BinanceServer]:
    """A Binance that knows no dollars."""
    with BinanceServer(TETHER) as server:
        yield server


@pytest.fixture
def desk_of(kit_host: HostFactory, server: PriceServer) -> Callable[..., HostUnderTest]:
    """A host with these accounts, whose ledger has these rows, in a world without any other server."""

    def make(exchanges: dict[str, Any], *rows: str, now: datetime = NOW, **settings: Any) -> HostUnderTest:
        quick = {"callsPerMinute": 10_000}
        config = {
            "exchanges": exchanges,
            "prices": {
                "coingecko": {"baseUrl": f"{server.url}/api/v3", **quick},
                "ecb": {"baseUrl": server.url, **quick},
            },
            "skills": {"portfolio-tracker": settings},
        }
        beside = ("portfolio-tracker", "importers", "ccxt", "metatrader")
        host = kit_host("kit_prices.plugin", config=config, now=now, beside=beside)
        ledger = host.home / "ledger.csv"
        ledger.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        assert host.cli("import", str(ledger)).code == 0
        return host

    return make


def stored(host: HostUnderTest) -> dict[tuple[str, str], tuple[str, int]]:
    lines = host.cli("prices list --json").json["data"]
    return {(each["asset"], each["currency"]): (each["source"], each["closes"]) for each in lines}


def test_the_venue_that_held_it_is_asked_and_its_tether_crossed(
    desk_of: Callable[..., HostUnderTest], server: PriceServer, binance: BinanceServer
) -> None:
    server.daily["tether", "usd"] = {date(2024, 11, 1) + timedelta(days=day): "0.99" for day in range(24)}
    binance.market.move("BTC/USDT", Decimal(70000), time=datetime(2024, 11, 10, 13, tzinfo=UTC))
    host = desk_of({"mine": binance.settings}, "2024-11-01 10:00,mine,deposit,BTC,1,,")
    assert host.cli("prices fetch").code == 0
    assert stored(host) == {("BTC", "USDT"): ("binance", 24), ("USDT", "USD"): ("CoinGecko", 24)}
    assert host.cli("prices missing --json").json["data"] == []
    assert not [path for path in server.paths() if "bitcoin" in path], "the venue knew it"
    explained = host.cli("portfolio --detailed --offline --json").json["data"]
    (price,) = [each["price"] for each in explained["assets"] if each["asset"] == "BTC"]
    assert (Decimal(price["amount"]), price["source"]) == (Decimal("69300.00"), "binance × CoinGecko (via USDT)")


def test_the_configured_source_comes_before_the_venue(
    desk_of: Callable[..., HostUnderTest], server: PriceServer, binance: BinanceServer
) -> None:
    server.daily["bitcoin", "usd"] = {date(2024, 11, 1) + timedelta(days=day): "1" for day in range(20)}
    server.daily["tether", "usd"] = {date(2024, 11, 1) + timedelta(days=day): "1" for day in range(24)}
    rows = ("2024-11-01 10:00,mine,deposit,BTC,1,,",)
    host = desk_of({"mine": binance.settings}, *rows, priceSource="coingecko")
    assert host.cli("prices fetch").code == 0
    known = stored(host)
    assert known["BTC", "USD"] == ("CoinGecko", 20)
    assert known["BTC", "USDT"] == ("binance", 4), "the venue fills what the source left"


def test_two_steps_lead_through_bitcoin_and_tether(
    desk_of: Callable[..., HostUnderTest], server: PriceServer, binance: BinanceServer
) -> None:
    server.daily["tether", "usd"] = {date(2024, 11, 1) + timedelta(days=day): "1" for day in range(24)}
    del server.gecko["ethereum"]
    host = desk_of({"mine": binance.settings}, "2024-11-20 10:00,mine,deposit,ETH,1,,")
    assert host.cli("prices fetch").code == 0
    assert set(stored(host)) == {("ETH", "BTC"), ("BTC", "USDT"), ("USDT", "USD")}
    assert host.cli("prices missing --json").json["data"] == []


def test_the_close_of_today_is_never_kept(desk_of: Callable[..., HostUnderTest], binance: BinanceServer) -> None:
    host = desk_of({"mine": binance.settings}, "2024-11-20 10:00,mine,deposit,BTC,1,,")
    host.cli("prices fetch BTC --from 2024-11-20 --to 2024-12-31")
    (line,) = host.cli("prices list --asset BTC --json").json["data"]
    assert (line["last"], line["closes"]) == ("2024-11-24", 5)


def test_a_renamed_coin_is_asked_for_under_its_old_name_too(
    desk_of: Callable[..., HostUnderTest],
) -> None:
    with BinanceServer({"MATIC/USDT": Decimal("0.5"), "POL/USDT": Decimal("0.4"), "USDT/USD": Decimal(1)}) as venue:
        venue.market.delist("POL/USDT")
        venue.market.list("POL/USDT", Decimal("0.4"))
        host = desk_of({"mine": venue.settings}, "2024-06-01 10:00,mine,deposit,MATIC,100,,")
        assert host.cli("prices fetch").code == 0
        symbols = {each.params["symbol"] for each in venue.requests if each.path.endswith("klines")}
        assert {"MATICUSDT", "POLUSDT"} <= symbols
        assert host.cli("prices missing --json").json["data"] == []
        assert ("POL", "USDT") in stored(host)


def test_a_venue_whose_history_is_short_leaves_the_rest_to_others(
    desk_of: Callable[..., HostUnderTest], server: PriceServer, kraken_server: KrakenServer
) -> None:
    now = datetime.now(UTC)  # the venue tells the newest 720 days
    begun, last_year = (now - timedelta(days=1000)).date(), (now - timedelta(days=364)).date()
    host = desk_of({"mine": kraken_server.settings}, f"{begun} 10:00,mine,deposit,BTC,1,,", now=now)
    fetched = host.cli("prices fetch --json")
    assert fetched.code == 3
    (line,) = [each for each in fetched.json["data"]["assets"] if each["asset"] == "BTC"]
    assert line["sources"] == ["kraken"]
    assert line["closes"] in {718, 719, 720}
    assert line["missing"][0]["since"] == begun.isoformat()
    assert any(f"CoinGecko tells nothing before {last_year}" in reason for reason in line["reasons"])


def test_a_venue_that_is_down_is_named_and_others_stand_in(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    server.daily["bitcoin", "usd"] = {date(2024, 11, 20) + timedelta(days=day): "1" for day in range(5)}
    with BinanceServer(TETHER) as venue:
        settings = venue.settings
    host = desk_of({"mine": settings}, "2024-11-20 10:00,mine,deposit,BTC,1,,")
    fetched = host.cli("prices fetch")
    assert fetched.code == 3
    assert "Binance was not asked to the end" in fetched.out
    assert host.cli("prices missing --json").json["data"] == []


def test_a_broker_tells_the_price_of_gold_by_the_day_on_which_it_closed(
    desk_of: Callable[..., HostUnderTest], tmp_path: Path
) -> None:
    terminal = Terminal(now=lambda: NOW, ahead=timedelta(hours=2))
    terminal.set_price("XAUUSD", "2331.5", "2331.9")
    with MetaTraderServer(terminal) as broker:
        secret = tmp_path / "password"
        secret.write_text(broker.settings["password"], encoding="utf-8")
        secret.chmod(0o600)
        account = broker.settings | {"password": {"file": str(secret)}, "brokerTimezone": "+02:00"}
        host = desk_of({"forex": account}, "2024-11-20 10:00,vault,deposit,XAU,1,,")
        assert host.cli("prices fetch").code == 0
        (line,) = host.cli("prices list --asset XAU --json").json["data"]
    assert (line["source"], line["first"], line["last"]) == ("metatrader", "2024-11-13", "2024-11-24")


def test_an_export_names_the_venue_whatever_its_account_is_called(
    desk_of: Callable[..., HostUnderTest], server: PriceServer, binance: BinanceServer
) -> None:
    for coin in ("bitcoin", "tether"):
        server.daily[coin, "usd"] = {date(2024, 11, 1) + timedelta(days=day): "1" for day in range(24)}
    host = desk_of({"theirs": binance.settings}, "2024-11-01 10:00,mine,deposit,USD,1,,")
    export = host.home / "export.csv"
    export.write_text(
        "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark\n1,2024-11-20 08:00:00,Spot,Deposit,BTC,1.0,\n",
        encoding="utf-8",
    )
    assert host.cli("import", str(export), "--account", "savings").code == 0
    with host.services.store.read() as connection:
        assert venues(connection) == {"savings": "binance"}
    assert host.cli("prices fetch").code == 0
    assert set(stored(host)) == {("BTC", "USDT"), ("USDT", "USD")}


def test_a_market_the_other_way_round_leads_home_too(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    del server.gecko["tether"]
    with BinanceServer({"BTC/USDT": Decimal(50000), "EUR/USDT": Decimal("1.25")}) as venue:
        row = "2024-11-20 10:00,mine,deposit,BTC,1,,"
        host = desk_of({"mine": venue.settings}, row, baseCurrency="EUR")
        assert host.cli("prices fetch").code == 0
        assert stored(host) == {("BTC", "USDT"): ("binance", 5), ("EUR", "USDT"): ("binance", 5)}
        assert host.cli("prices missing --json").json["data"] == []
        found = host.cli("portfolio --detailed --offline --json").json["data"]
    (price,) = [each["price"] for each in found["assets"] if each["asset"] == "BTC"]
    assert Decimal(price["amount"]) == 40000


def test_a_coin_is_asked_for_again_where_others_need_its_rate_on_other_days(
    desk_of: Callable[..., HostUnderTest], server: PriceServer, binance: BinanceServer
) -> None:
    server.daily["tether", "usd"] = {date(2024, 11, 1) + timedelta(days=day): "1" for day in range(24)}
    del server.gecko["ethereum"]
    rows = "2024-11-01 10:00,mine,deposit,ETH,1,,", "2024-11-20 10:00,mine,deposit,BTC,1,,"
    host = desk_of({"mine": binance.settings}, *rows)
    assert host.cli("prices fetch").code == 0
    assert host.cli("prices missing --json").json["data"] == []
    assert stored(host)["BTC", "USDT"] == ("binance", 24)
