"""Binance's spot exports, all three generations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kit_importers.trades import split_pair

from kit import Importer, ImportSource, Record, RejectedRow

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
UNITS = "Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n"
COINS = "Date(UTC),Market,Type,Price,Amount,Total,Fee,Fee Coin\n"
ORDERS = "Date(UTC);Pair;Type;Order Price;Order Amount;AvgTrading Price;Filled;Total;status\n"


@pytest.mark.parametrize(
    ("row", "event"),
    [
        ("BTCUSDT,BUY,6236.39,0.0416BTC,259.44USDT,0.016BNB", "trade +0.0416 BTC -259.44 USDT fee 0.016 BNB"),
        ('BTCEUR,SELL,1,1.5BTC,"30,000.5EUR",3EUR', "sell +30000.5 EUR -1.5 BTC fee 3 EUR"),
        ("1INCHUSDT,BUY,0.5,5.011INCH,2.5USDT,0.0051INCH", "trade +5.01 1INCH -2.5 USDT fee 0.005 1INCH"),
        ("ETHBTC,BUY,0.05,2ETH,0.1BTC,0ETH", "trade +2 ETH -0.1 BTC"),
        ("FOOBAR,BUY,1,2FOO,2BAR,0.1FOO", "trade +2 FOO -2 BAR fee 0.1 FOO"),
    ],
)
def test_the_units_tell_the_pair_apart(read: Read, told: Told, row: str, event: str) -> None:
    assert told(read("binance-trades", f"{UNITS}2024-01-01 12:00:00,{row}\n")) == [event]


def test_the_older_form_has_the_fee_coin_in_its_own_column(read: Read, told: Told) -> None:
    rows = read("binance-trades", COINS + "2020-02-04 16:19:07,LTCBTC,SELL,0.007,1.61,0.0119,0.0001,BNB\n")
    assert told(rows) == ["trade +0.0119 BTC -1.61 LTC fee 0.0001 BNB"]


def test_an_order_is_the_sum_of_its_fills(read: Read, told: Told) -> None:
    text = ORDERS + (
        "2020-03-19 16:07:38;BTCUSDT;SELL;0.0;0.3;5904.66;0.3;9;Filled\n"
        ";Date(UTC);Trading Price;Filled;Total;Fee;;;\n"
        ";2020-03-19 16:07:38;1;0.1;3.01;0.01BNB;;;\n"
        ";2020-03-19 16:07:38;1;0.2;6.02;0.02USDT;;;\n"
        "2020-03-20 16:07:38;BTCUSDT;BUY;0.0;1;1;0;0;Canceled\n"
        ";Date(UTC);Trading Price;Filled;Total;Fee;;;\n"
        "2020-03-21 16:07:38;BTCUSDT;BUY;0.0;1;1;1;9;Filled\n"
    )
    assert told(read("binance-trades", text)) == [
        "trade +9.03 USDT -0.3 BTC fee 0.01 BNB",
        "fee fee 0.02 USDT",
        "trade +1 BTC -9 USDT",
    ]


def test_real_files_of_both_older_generations(
    importers: dict[str, Importer], real: Callable[[str], Path], told: Told
) -> None:
    one = importers["binance-trades"].read(ImportSource(real("exports/gpl2_everytrade/binance_v001.csv")))
    two = importers["binance-trades"].read(ImportSource(real("exports/gpl2_everytrade/binance_v002.csv")))
    assert told(one) == [
        "trade +1.61 LTC -0.01190273 BTC fee 0.00161 LTC",
        "trade +0.00708864 BTC -0.96 LTC fee 0.00000709 BTC",
    ]
    assert told(two) == [
        "trade +0.0416 BTC -259.433824 USDT fee 0.01612653 BNB",
        "trade +831.96605599 USDT -0.1409 BTC fee 0.05517591 BNB",
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("BTCUSDT,HOLD,1,1BTC,1USDT,0BNB", "neither BUY nor SELL"),
        ("BTCUSDT,BUY,1,0BTC,1USDT,0BNB", "not above zero"),
        ("BTCUSDT,BUY,1,-1BTC,1USDT,0BNB", "not above zero"),
        ("BTCUSDT,BUY,1,BTC,1USDT,0BNB", "missing"),
        ("BTCUSDT,BUY,1,1BTC,1USDT,???", "not a quantity with its asset"),
        ("XXXYYY,BUY,1,1,1,", "not a pair with a known quote"),
    ],
)
def test_a_bad_fill_is_rejected(read: Read, row: str, reason: str) -> None:
    (rejected,) = read("binance-trades", f"{UNITS}2024-01-01 12:00:00,{row}\n")
    assert isinstance(rejected, RejectedRow)
    assert reason in rejected.reason


def test_a_fill_without_its_order_is_rejected(read: Read) -> None:
    (rejected,) = read("binance-trades", ORDERS + ";2020-03-19 16:07:38;1;0.1;3.01;0.01BNB;;;\n")
    assert isinstance(rejected, RejectedRow)
    assert rejected.reason == "a fill stands without its order"


def test_identical_fills_are_kept_apart(read: Read) -> None:
    rows = read("binance-trades", UNITS + "2024-01-01 12:00:00,BTCUSDT,BUY,1,1BTC,1USDT,0.1BNB\n" * 3)
    assert len({row.id for row in rows if isinstance(row, Record)}) == 3


@pytest.mark.parametrize(
    ("market", "pair"),
    [
        ("LTCBTC", ("LTC", "BTC")),
        ("BTCFDUSD", ("BTC", "FDUSD")),
        ("ethusdt", ("ETH", "USDT")),
        ("BNB/EUR", ("BNB", "EUR")),
        ("SOL-USDC", ("SOL", "USDC")),
        ("USDTTRY", ("USDT", "TRY")),
    ],
)
def test_pairs_split_at_the_longest_known_quote(market: str, pair: tuple[str, str]) -> None:
    assert split_pair(market) == pair


@pytest.mark.parametrize("market", ["", "BTC", "/", "BTC/", "A/B/C", "ABCDEF"])
def test_what_is_no_pair_is_refused(market: str) -> None:
    with pytest.raises(ValueError, match="pair"):
        split_pair(market)


def test_the_newest_form_stands_in_the_zone_that_its_name_tells(read: Read) -> None:
    text = "Time,Pair,Side,Price,Executed,Amount,Fee\n24-01-01 12:00:00,BTCUSDT,BUY,1,1BTC,1USDT,0.1BNB\n"
    (row,) = read("binance-trades", text, name="trades(UTC+1).csv")
    assert isinstance(row, Record)
    assert row.time == datetime(2024, 1, 1, 11, tzinfo=UTC)
