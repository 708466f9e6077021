"""What people write about a rule: both spellings, numbers as people write them, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from kit_alerts.core.grammar import find_subject, parse_conditions
from kit_alerts.core.windows import Window, in_words, parse_days, parse_hours

from kit import Reading, Signal, Unit, UsageError

if TYPE_CHECKING:
    from tests.alerts.conftest import Desk

    Make = Callable[..., Desk]


@pytest.mark.parametrize(
    "lines",
    [
        (
            "basket --total-above 20000",
            "basket total above 20k",
            "basket total over 20,000",
            "BASKET total is above €20k",
            "my basket total above 20 thousand",
        ),
        ("basket --total-below 1.5m", "basket total below 1500000", "basket total under 1.5m"),
        (
            "basket --change -5%",
            "basket change -5%",
            "basket change below -5%",
            "basket change -5% --period 24h",
            "basket change −5%",
            "basket --change '–5 %'",
        ),
        ("basket --change +5% --period 7d", "basket change above 5% over 7d", "basket change 5 % over 7 days"),
        (
            "basket --asset BTC --share-above 70%",
            "basket share of btc above 70%",
            "basket BTC share above 0.7",
            "basket share above 70% --asset btc",
        ),
        ("basket --asset USDT --share-below 5%", "basket asset USDT share below 5%", "basket share USDT below 5 %"),
        (
            "BTC/USDT price above 70000",
            "btc/usdt price exceeds 70k",
            "BTC/USDT --price-above 70,000",
            "btc/usdt price > 70k",
            "btc/usdt price above \\$70k",
        ),
        ("BTC/USDT rsi above 70", "btc/usdt --rsi-above 70 --period 1h"),
        ("BTC/USDT macd crossover", "btc/usdt macd CROSSOVER --period 1h"),
        (
            'BTC/USDT pattern "bullish engulfing"',
            "BTC/USDT pattern bullish engulfing",
            "'BTC/USDT pattern' 'bullish engulfing'",
            "BTC/USDT pattern Bullish_Engulfing",
        ),
        (
            "basket total above 200 and change -5%",
            "basket total above 200, change -5%",
            "basket total above 200, and change -5%",
        ),
        (
            "basket total above 200 EUR",
            "basket --total-above 200",
            "'basket total above 200'",
            "basket --total-above '200 EUR'",
            "basket --total-above '200 €'",
        ),
    ],
)
def test_both_spellings_are_the_same_rule(desk: Make, lines: tuple[str, ...]) -> None:
    at = desk()
    words = set()
    for line in lines:
        done = at.host.cli(f"alert {line} --json")
        assert done.code in {0, 3}, done.out
        words.add((done.json["data"]["number"], done.json["data"]["rule"]))
    assert len(words) == 1


def test_a_rule_in_words_is_the_same_rule_when_typed(desk: Make) -> None:
    at = desk()
    lines = [
        "basket total above 20000.5 and change below -0.5% over 7d",
        "basket share of BTC above 70%",
        "BTC/USDT price at 70000",
        "BTC/USDT pattern bullish engulfing over 4h and rsi below 30 over 1h",
    ]
    for line in lines:
        first = at.host.cli(f"alert {line} --json").json["data"]
        again = at.host.cli(f"alert {first['rule']} --json").json["data"]
        assert (again["number"], again["rule"]) == (first["number"], line)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("Tell me when BTC/USDT costs more than 70k", "BTC/USDT price above 70000"),
        ("alert me when BTC/USDT costs less than 50,000", "BTC/USDT price below 50000"),
    ],
)
def test_a_rule_can_be_made_in_plain_words(desk: Make, said: str, rule: str) -> None:
    at = desk()
    at.host.cli("ask", said)
    assert [each["rule"] for each in at.host.cli("alerts --json").json["data"]] == [rule]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("basket", "It is not said when to tell you. For example: kit alert basket total above 20k"),
        ("basket total", "“total” is to be beyond what?"),
        ("basket total above", "“total” is to be beyond what?"),
        ("basket total above 0", "total never goes below 0"),
        ("basket total above -5", "total never goes below 0"),
        ("basket total above NaN", "“NaN” is not an amount"),
        ("basket total above 🦄", "“🦄” is not an amount"),
        ("basket total above 1e999999", "is not an amount"),
        ("basket total above 2,00", "is ambiguous"),
        ("basket total 20000", "may mean above, below or at"),
        ("basket total above 20k USD", "measured in EUR, not in USD"),
        ("basket --total-above '$20k'", "measured in EUR, not in USD"),
        ("basket total above 20k £", "measured in EUR, not in GBP"),
        ("basket total above 70.000", "“70.000” may be two numbers. Write 70,000 or 70."),
        ("basket share above 70%", "“share” needs to know the asset. Add --asset ASSET."),
        ("basket share of BTC above 100%", "share never goes above 100%"),
        ("basket share of BTC above 70", "ambiguous"),
        ("basket share of 🦄 above 5%", "is not the name of an asset"),
        ("basket share of XYZ above 5%", "Nobody here knows the asset “XYZ”. You hold BTC."),
        ("basket change 0%", "A change of 0 is crossed all the time."),
        ("basket change -150%", "change never goes below -100%"),
        ("basket totl above 5", "There is no figure “totl above 5”"),
        ("basket total above 5 and", "“and” joins two conditions, and one is missing."),
        ("basket total above 5 and total above 6", "One thing is said twice."),
        ("basket total above 5 and total below 3", "total is never above 5 and below 3 at once. Make two rules."),
        ("basket change above 5% and change below 3%", "change is never above 5% and below 3% at once."),
        ("basket total above 5 or total below 3", "there is no “or”. Make a rule for each."),
        ("basket total above 5, and", "one is missing"),
        ("basket and total above 5", "one is missing"),
        ("basket total at 5 and change -5%", "nothing else can hold together with it"),
        ("basket --period 7d total above 5", "--period says nothing about total"),
        ("basket change -5% over soon", "not a percentage"),
        ("portfoli total above 5", "There is no thing to watch “portfoli”"),
        ("BTC/USDT macd sideways", "There is no macd “sideways”. Known: crossover, crossunder."),
        ("BTC/USDT rsi above 101", "rsi never goes above 100"),
        ("BTC/USDT/EUR price above 5", "There is no thing to watch"),
        ("basket total above 5 --cooldown 1h", "A rule that fires once needs no cooldown. Add --repeat."),
        ("basket total at 5 --for 10m", "cannot hold for a while"),
        ("basket total above 5 --hours 25-3", "are no hours of a day"),
        ("basket total above 5 --days yesterday", "are no days of the week"),
        ("basket total above 5 --expires 2020-01-01", "2020-01-01 is over"),
        ("btc price above 70k", "Did you mean “BTC/USD”?"),
        ("🚀/USD price above 1", "Did you mean “BTC/USDT”?"),
        ("BTC/BTC price above 1", "one asset twice"),
        ("basket total above 5 --expires 0d", "0d is over"),
        ("basket total above 5 --expires tomorrow", "“tomorrow” is no day"),
        ("basket total above 5 --expires 9999-12-31", "“9999-12-31” is no day"),
        ("basket total above 5 --expires 9999999d", "too long a duration"),
        ("basket total above 5 --channel pigeon", "There is no channel that is on “pigeon”. Known: log."),
        ("basket total above 5 --priority shouting", "“shouting” is not one of"),
        ("basket total above 5 --repeet", "--repeet"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason_and_nothing_is_kept(desk: Make, line: str, words: str) -> None:
    at = desk()
    assert words in at.kit(f"alert {line}", code=2).replace("\n", " ")
    assert at.host.cli("alerts --json").json["data"] == []


@given(st.text(max_size=60))
def test_any_words_are_a_rule_or_a_sentence(words: str) -> None:
    signals = [
        Signal(
            "basket", "total", "All", Unit.MONEY, lambda _s, asked: [Reading(None, datetime.now(UTC)) for _ in asked]
        )
    ]
    with suppress(UsageError):
        assert parse_conditions(find_subject("basket", signals), ["total", *words.split()], given={})
    with suppress(UsageError):
        assert find_subject(words, signals).signals


@pytest.mark.parametrize(
    ("text", "hours"), [("9-17", (540, 1020)), ("22:30-6", (1350, 360)), ("0-24", None), ("20-24", (1200, 1440))]
)
def test_hours_are_minutes_of_the_day(text: str, hours: tuple[int, int] | None) -> None:
    if hours is None:
        with pytest.raises(UsageError):
            parse_hours(text)
    else:
        assert parse_hours(text) == hours
        assert parse_hours(in_words(Window(hours))) == hours


@pytest.mark.parametrize(
    ("text", "days"),
    [("mon,tue", (0, 1)), ("Mon-Fri", (0, 1, 2, 3, 4)), ("sat-mon", (0, 5, 6)), ("friday, sunday", (4, 6))],
)
def test_days_are_names_and_spans(text: str, days: tuple[int, ...]) -> None:
    assert parse_days(text) == days


def test_a_night_belongs_to_the_day_that_it_begins_on() -> None:
    friday_night = Window((22 * 60, 6 * 60), (4,))
    assert friday_night.holds(datetime(2024, 6, 8, 3, tzinfo=UTC))  # Saturday, 3 in the morning
    assert not friday_night.holds(datetime(2024, 6, 7, 3, tzinfo=UTC))
    assert friday_night.holds(datetime(2024, 6, 7, 23, tzinfo=UTC))


def test_what_two_conditions_are_about_is_shown_once(desk: Make) -> None:
    at = desk()
    assert at.kit("alert basket total above 50 and total below 200").count("Total now") == 1
    assert at.kit("alerts test 1").count("Total now") == 1


def test_a_span_is_shown_as_it_was_said(desk: Make) -> None:
    at = desk()
    at.kit("alert basket total above 200 --repeat --cooldown 90m --for 36h")
    assert at.host.cli("alerts --json").json["data"][0]["options"] == "repeats, cooldown 90 min, for 36 h"
    assert "quiet for 90 s" in at.kit("alerts snooze 1 --for 90s")
