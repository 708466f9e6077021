"""What words may stand for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.periods import parse_period
from kit_portfolio_tracker.core.targets import parse_target

from kit import ValueType, parse_amount, plain
from kit.phrases.slots import KINDS, Known
from kit.phrases.wording import words_of

ACCOUNTS = {("binance",): "binance", ("my", "forex"): "my-forex", ("boerse", "eins"): "Börse-eins"}
KNOWN = Known(ACCOUNTS, today=date(2024, 3, 31))
PERIODS = (
    "30d", "ytd", "last week", "this year", "in March", "since 2024-01-31", "from november to january", "q4",
    "2023-W09", "2023-01-15..2023-02-15", "in the last two weeks", "letzte Woche", "dieses Jahr", "im März",
    "seit Januar", "in den letzten 30 Tagen", "vom 1. Januar bis zum 3. Februar 2024", "seit Jahresbeginn",
    "am 5.1.2024", "insgesamt", "on March 3", "seit einem Jahr", "mar 2020", "mai",
)  # fmt: skip


def meant(kind: str, text: str) -> list[str]:
    said = [word.said for word in words_of(text)]
    return [each.text for each in KINDS[kind].read(said, KNOWN)] if said else []


@pytest.mark.parametrize(
    ("said", "asset"),
    [
        ("BTC", "BTC"),
        ("bitcoin", "BTC"),
        ("Ether", "ETH"),
        ("ETHEREUM", "ETH"),
        ("Bitcoin Cash", "BCH"),
        ("bitcoin-cash", "BCH"),
        ("Shiba Inu", "SHIB"),
        ("Franken", "CHF"),
        ("house", "HOUSE"),
    ],
)
def test_an_asset_is_known_by_its_ticker_and_by_its_name(said: str, asset: str) -> None:
    assert meant("asset", said) == [asset]


@pytest.mark.parametrize(
    "said", ["it", "money", "GELD", "my portfolio", "<b>", "x" * 11, "bit coin", "📈", "ビットコイン"]
)
def test_a_common_word_is_no_asset(said: str) -> None:
    assert meant("asset", said) == []


def test_a_name_that_nobody_knows_is_not_sure() -> None:
    assert [each.sure for each in KINDS["asset"].read(["btc"], KNOWN)] == [True]
    assert [each.sure for each in KINDS["asset"].read(["house"], KNOWN)] == [False]
    assert [each.sure for each in KINDS["account"].read(["bitfinex"], KNOWN)] == [False]


@pytest.mark.parametrize(
    ("said", "account"),
    [("BINANCE", "binance"), ("my forex", "my-forex"), ("Börse Eins", "Börse-eins"), ("boerse-eins", "Börse-eins")],
)
def test_an_account_is_known_however_it_is_written(said: str, account: str) -> None:
    assert meant("account", said) == [account]


@pytest.mark.parametrize(
    ("said", "amounts"),
    [
        ("70k", ["70k"]),
        ("70 thousand", ["70k"]),
        ("1.5m", ["1.5m"]),
        ("1,5 Mio.", ["1.5m"]),
        ("1,5 Mio", ["1.5m"]),
        ("2 Milliarden", ["2b"]),
        ("70,000", ["70,000"]),
        ("70.000,50", ["70000.50"]),
        ("1.234.567", ["1234567"]),
        ("0,5", ["0.5"]),
        ("0.005", ["0.005"]),
        ("0.500", ["0.500"]),
        ("60.000", ["60000", "60"]),
        ("1.500", ["1500", "1.5"]),
        ("-1000", ["-1000"]),
        ("5%", []),
        ("five", []),
    ],
)
def test_amounts_are_read_as_people_write_them_and_a_doubtful_one_both_ways(said: str, amounts: list[str]) -> None:
    assert meant("amount", said) == amounts


@pytest.mark.parametrize(
    ("kind", "said", "values"),
    [
        ("money", "$20k", ["20k USD"]),
        ("money", "60.000 €", ["60000 EUR", "60 EUR"]),
        ("money", "20000 francs", ["20000 CHF"]),
        ("money", "20000 bananas", []),
        ("percent", "5 %", ["5%"]),
        ("percent", "5 Prozent", ["5%"]),
        ("percent", "2,5%", ["2.5%"]),
        ("percent", "0.05", []),
        ("percent", "-5%", []),
        ("ratio", "0.05", ["0.05"]),
        ("pair", "btc/usdt", ["BTC/USDT"]),
        ("pair", "bitcoin/euro", ["BTC/EUR"]),
        ("duration", "2 Stunden", ["2h"]),
        ("duration", "a day", ["1d"]),
        ("duration", "24h", ["24h"]),
        ("duration", "a while", []),
        ("date", "31.1.2024", ["2024-01-31"]),
        ("date", "2024-01-31", ["2024-01-31"]),
        ("date", "1. Januar 2024", ["2024-01-01"]),
        ("date", "March 5, 2024", ["2024-03-05"]),
        ("date", "5th of March", []),
        ("date", "31.2.2024", []),
        ("date", "yesterday", ["2024-03-30"]),
        ("date", "vorgestern", ["2024-03-29"]),
        ("date", "a month ago", ["2024-02-29"]),
        ("date", "vor drei Wochen", ["2024-03-10"]),
        ("date", "vor 10 Tagen", ["2024-03-21"]),
        ("date", "a year ago", ["2023-03-31"]),
        ("date", "9999 years ago", []),
        ("date", "some days ago", []),
        ("currency", "Dollar", ["USD"]),
        ("currency", "bananas", []),
        ("integer", "2024", ["2024"]),
    ],
)
def test_each_kind_reads_its_own(kind: str, said: str, values: list[str]) -> None:
    assert meant(kind, said) == values


@pytest.mark.parametrize("said", PERIODS)
def test_what_names_a_span_of_days_is_told_from_other_words_and_read_by_the_portfolio(said: str) -> None:
    (words,) = meant("period", said)
    assert parse_period(words, today=date(2024, 3, 14)).last <= date(2024, 3, 14)


@pytest.mark.parametrize("said", ["banana", "bitcoin", "last", "the", "in the", "on binance", "my portfolio"])
def test_other_words_are_no_span_of_days(said: str) -> None:
    assert meant("period", said) == []


@pytest.mark.parametrize(
    "said",
    [
        "50% BTC, 30% ETH, 20% USDT",
        "50% bitcoin,30% ether and 20 % tether",
        "50 Prozent Bitcoin, 30 Prozent Ether und 20 Prozent Tether",
        "BTC 50%, ETH 30% und USDT 20%",
        "50%BTC 30%ETH 20%USDT",
    ],
)
def test_a_target_is_read_whichever_way_it_is_said(said: str) -> None:
    assert meant("weights", said) == ["50% BTC, 30% ETH, 20% USDT"]


@pytest.mark.parametrize(
    "said", ["BTC", "50%", "50% 30%", "50% BTC 30%", "50% of it", "BTC 50% ETH", "half bitcoin", "1.500% BTC", ""]
)
def test_what_is_no_list_of_weights_is_none(said: str) -> None:
    assert meant("weights", said) == []


def test_a_target_of_names_of_several_words_sums_to_a_whole() -> None:
    (text,) = meant("weights", "60.5% Bitcoin Cash and 39,5 % solana")
    assert {asset: plain(weight) for asset, weight in parse_target(text).items()} == {"BCH": "0.605", "SOL": "0.395"}


@given(st.decimals(min_value="0.01", max_value=10**9, places=2))
def test_a_number_means_the_same_with_a_point_and_as_germans_write_it(number: object) -> None:
    english = f"{number:,}"
    german = english.translate(str.maketrans(",.", ".,"))
    (point,), (comma,) = meant("amount", english), meant("amount", german)
    assert parse_amount(point) == parse_amount(comma) == number


@given(st.sampled_from(sorted(map(str, KINDS))), st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=10))
def test_any_words_are_read_without_a_fault(kind: str, words: list[str]) -> None:
    assert all(each.text for each in KINDS[kind].read(words[: KINDS[kind].longest], KNOWN))


def test_a_day_that_is_told_from_today_is_none_where_nobody_knows_that() -> None:
    assert list(KINDS["date"].read(["yesterday"], Known())) == []


def test_every_type_of_a_parameter_can_be_a_slot() -> None:
    assert set(ValueType) <= set(KINDS)
