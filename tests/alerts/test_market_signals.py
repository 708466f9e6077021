"""What rules can measure of any pair, at a venue simulated on this machine: real requests over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from kit_exchanges.simulated import BinanceServer

from kit import MARKET, Reading
from kit.testing import HostFactory, HostUnderTest

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass
class Trader:
    """A host with one account at the venue, which moves."""

    host: HostUnderTest
    venue: BinanceServer

    def measure(self, measure: str, pair: str = "BTC/USDT", **params: str) -> Reading:
        (signal,) = [each for each in self.host.services.signals() if (each.subject, each.measure) == (MARKET, measure)]
        (reading,) = signal.read(self.host.services, [{"pair": pair, **params}])
        return reading

    def candle_requests(self) -> int:
        return sum("klines" in each.path for each in self.venue.requests)


@pytest.fixture
def trader(kit_host: HostFactory) -> Iterator[Trader]:
    """For two days BTC has cost 60,000 and 60,100 in turn, an hour each."""
    with BinanceServer() as venue:
        now = datetime.now(UTC)
        for back in range(180, 0, -1):
            venue.set_price("BTC/USDT", Decimal(60_000 + 100 * (back % 2)), time=now - back * HOUR - 30 * MINUTE)
        config = {
            "exchanges": {"mine": venue.settings},
            "skills": {"portfolio-tracker": {"priceSource": "mine", "updateInterval": 10}},
        }
        host = kit_host("kit_alerts.plugin", config=config, now=now, beside=("ccxt", "portfolio-tracker"))
        yield Trader(host, venue)


def test_the_price_of_a_pair_that_nobody_holds_is_asked_for(trader: Trader) -> None:
    trader.venue.set_price("BTC/USDT", Decimal(65_000))
    reading = trader.measure("price")
    assert (reading.value, reading.currency, reading.doubt) == (Decimal(65_000), "USDT", "")


def test_it_is_asked_for_no_more_often_than_everything_else(trader: Trader) -> None:
    trader.measure("price")
    before = len(trader.venue.requests)
    for _ in range(5):
        trader.measure("price")
    assert len(trader.venue.requests) == before
    trader.venue.set_price("BTC/USDT", Decimal(61_000))
    trader.host.clock.advance(11 * timedelta(seconds=1))
    assert trader.measure("price").value == Decimal(61_000)


def test_a_pair_that_no_source_knows_is_a_doubt_and_not_asked_for_all_the_time(trader: Trader) -> None:
    assert trader.measure("price", "NOBODY/USDT").doubt == "No source has a price of NOBODY in USDT."
    before = len(trader.venue.requests)
    trader.measure("price", "NOBODY/USDT")
    assert len(trader.venue.requests) == before


def test_a_close_is_no_price_of_now(trader: Trader) -> None:
    day = trader.host.clock.now().date().isoformat()
    assert trader.host.cli("prices", "set", "NOBODY", day, "5").code == 0
    doubt = f"No source has a price of NOBODY/USD of now; the newest is the close of {day}."
    assert trader.measure("price", "NOBODY/USD").doubt == doubt


def test_a_change_is_from_the_price_of_then(trader: Trader) -> None:
    then = trader.venue.market.price_at("BTC/USDT", trader.host.clock.now() - 24 * HOUR)
    assert then is not None
    trader.venue.set_price("BTC/USDT", Decimal(66_000))
    change = trader.measure("change", period="24h").value
    assert change is not None
    assert change == round(Decimal(66_000) / then - 1, 12)


def test_indicators_are_of_whole_candles_and_asked_for_once(trader: Trader) -> None:
    rsi = trader.measure("rsi", period="1h").value
    assert rsi is not None
    assert 40 < rsi < 60
    assert trader.measure("volume", period="1h").value == 1
    assert trader.measure("macd", period="1h", event="crossover").value in {Decimal(0), Decimal(1)}
    assert trader.measure("pattern", period="1h", event="doji").value in {Decimal(0), Decimal(1)}
    assert trader.candle_requests() == 1


def test_a_price_beyond_the_band_touches_it(trader: Trader) -> None:
    assert trader.measure("bb-touch", period="1h", event="upper").value == 0
    trader.venue.set_price("BTC/USDT", Decimal(60_500))
    trader.host.clock.advance(2 * MINUTE)
    assert trader.measure("bb-touch", period="1h", event="upper").value == 1
    assert trader.measure("bb-touch", period="1h", event="lower").value == 0


def test_a_market_that_the_venue_does_not_have_is_a_doubt(trader: Trader) -> None:
    assert "NOBODY/USDT" in trader.measure("rsi", "NOBODY/USDT", period="1h").doubt


def test_candles_that_stopped_coming_are_a_doubt(trader: Trader) -> None:
    trader.measure("rsi", period="1h")
    trader.venue.stop()
    trader.host.clock.advance(4 * HOUR)
    assert trader.measure("rsi", period="1h").doubt


def test_without_an_account_it_is_said_what_to_connect(kit_host: HostFactory) -> None:
    host = kit_host("kit_alerts.plugin", config={}, beside=("portfolio-tracker",))
    answer = host.cli("alert BTC/USDT rsi above 70")
    assert answer.code == 3
    assert "No connected account has candles of BTC/USDT. Connect one that trades it" in answer.out.replace("\n", " ")


def test_an_interval_without_candles_is_refused(kit_host: HostFactory) -> None:
    host = kit_host("kit_alerts.plugin", config={}, beside=("portfolio-tracker",))
    answer = host.cli("alert BTC/USDT rsi above 70 --period 7m")
    assert (answer.code, "There are no candles of 7m." in answer.err) == (2, True)


def test_a_crossing_of_a_market_is_told(trader: Trader) -> None:
    assert trader.host.cli("alert BTC/USDT price above 70k").code == 0
    assert "none fired" in trader.host.cli("alerts check").out
    trader.venue.set_price("BTC/USDT", Decimal(70_001))
    trader.host.clock.advance(MINUTE)
    assert "alerts 1 fired" in trader.host.cli("alerts check").out
