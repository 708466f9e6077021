"""Which asset a ticker is: one name for one thing, and never one name for two."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.symbol_names import AT_VENUE, RENAMED, REUSED, SPELLINGS
from kit_portfolio_tracker.core.symbols import asset_of

KNOWN = sorted({*SPELLINGS, *RENAMED, *REUSED, *(ticker for _, ticker in AT_VENUE), "BTC", "USDC.E", "ABC"})
VENUES = ["", "binance", "kraken", "bitfinex", "poloniex"]


@pytest.mark.parametrize(
    ("ticker", "venue", "asset"),
    [
        ("XBT", "", "BTC"),
        ("xbt", "Kraken", "BTC"),
        ("XDG", "kraken", "DOGE"),
        ("MATIC", "binance", "POL"),
        ("MIOTA", "bitfinex", "IOTA"),
        ("BCHABC", "binance", "BCH"),
        ("UST", "binance", "USTC"),
        ("UST", "bitfinex", "USDT"),
        ("STR", "poloniex", "XLM"),
        ("STR", "binance", "STR"),
        ("DOT28.S", "kraken", "DOT"),
        ("ETH2.S", "kraken", "ETH"),
        ("XBT.M", "kraken", "BTC"),
        ("DOT.S", "binance", "DOT.S"),
        ("LUNA", "kraken", "LUNA"),
        ("LUNC", "binance", "LUNC"),
    ],
)
def test_a_ticker_is_its_asset(ticker: str, venue: str, asset: str) -> None:
    assert asset_of(ticker, venue) == asset


@pytest.mark.parametrize("twin", ["WBTC", "WETH", "STETH", "USDC.E", "CBBTC", "BETH", "BTCB", "LEND", "VEN"])
def test_twins_and_swaps_stay_apart(twin: str) -> None:
    assert asset_of(twin, "binance") == twin


@pytest.mark.parametrize(
    ("ticker", "day", "asset"),
    [
        ("LUNA", datetime(2022, 5, 27, tzinfo=UTC), "LUNC"),
        ("LUNA", datetime(2022, 5, 28, tzinfo=UTC), "LUNA"),
        ("DAI", datetime(2019, 6, 1, tzinfo=UTC), "SAI"),
        ("DAI", datetime(2020, 6, 1, tzinfo=UTC), "DAI"),
        ("MATIC", datetime(2021, 1, 1, tzinfo=UTC), "POL"),
        ("POL", datetime(2025, 1, 1, tzinfo=UTC), "POL"),
    ],
)
def test_a_ticker_used_again_is_told_apart_by_its_day(ticker: str, day: datetime, asset: str) -> None:
    assert asset_of(ticker, "binance", at=day) == asset


def test_a_day_is_one_of_utc() -> None:
    evening_in_new_york = datetime.fromisoformat("2022-05-27T21:00:00-04:00")
    assert asset_of("LUNA", at=evening_in_new_york) == "LUNA"


def test_the_users_word_goes_first_and_the_venues_before_the_general_one() -> None:
    names = {"binance:ABC": "ABC2", "ABC": "ABC1", "KRAKEN:XBT": "MYBTC"}
    assert asset_of("ABC", "binance", names=names) == "ABC2"
    assert asset_of("abc", "bybit", names=names) == "ABC1"
    assert asset_of("XBT", "kraken", names=names) == "MYBTC"
    assert asset_of("XBT", "bybit", names=names) == "BTC"


@given(st.sampled_from(KNOWN), st.sampled_from(VENUES), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_an_asset_is_its_own_name(ticker: str, venue: str, at: datetime | None) -> None:
    asset = asset_of(ticker, venue, at=at)
    assert asset_of(asset, venue, at=at) == asset


@given(st.text(max_size=12), st.sampled_from(VENUES))
def test_whatever_a_venue_writes_is_some_asset(ticker: str, venue: str) -> None:
    asset = asset_of(ticker, venue)
    assert asset == asset.upper()
    assert bool(asset) == bool(ticker.strip())
