"""A sentence as words."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from kit.phrases.wording import without_fillers, words_of


def said(text: str) -> list[str]:
    return [word.said for word in words_of(text)]


def keys(text: str) -> list[str]:
    return [word.key for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Show my portfolio!!!", ["Show", "my", "portfolio"]),
        ("📈 show\u200b my 🚀 portfolio \ufe0f", ["show", "my", "portfolio"]),
        ("\u202eshow my portfolio\u202c", ["show", "my", "portfolio"]),
        ("ｓｈｏｗ ｍｙ portfolio", ["show", "my", "portfolio"]),
        ("„Zeig mein Portfolio“", ["Zeig", "mein", "Portfolio"]),
        ("what’s that", ["what", "is", "that"]),
        ("above $70,000.", ["above", "70,000", "USD"]),
        ("unter 60.000€", ["unter", "60.000", "EUR"]),
        ("by 5 %, or 5 percent", ["by", "5%", "or", "5%"]),
        ("50%BTC,30%ETH", ["50%", "BTC", "30%", "ETH"]),
        ("1,5 Mio. Euro", ["1,5m", "Euro"]),
        ("−5%", ["−5%"]),
        ("?!… 🙂", []),
    ],
)
def test_a_sentence_is_its_words(text: str, words: list[str]) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zeige mir meine Bestände", "zeig MEINE bestaende"),
        ("größte Position", "GROESSTE position"),
        ("show me the portfolio", "Show my portfolio"),
        ("give us my alerts", "list my alerts"),
        ("wieviel habe ich", "Wie viel hab ich"),
        ("drops under", "falls below"),
    ],
)
def test_the_same_said_otherwise_has_the_same_keys(one: str, other: str) -> None:
    assert keys(one) == keys(other)


def test_a_rise_and_a_fall_never_have_the_same_key() -> None:
    up, down = (
        {"rises", "climbs", "grows", "steigt", "klettert"},
        {"falls", "drops", "sinks", "loses", "fällt", "sinkt"},
    )
    assert {key for word in up for key in keys(word)}.isdisjoint(key for word in down for key in keys(word))
    assert set(keys("above over über")).isdisjoint(keys("below under unter"))


@pytest.mark.parametrize(
    "text",
    ["hey kit, show my portfolio please", "could you show my portfolio, thanks", "Show please my portfolio right now"],
)
def test_manners_are_no_words(text: str) -> None:
    assert [word.key for word in without_fillers(words_of(text))] == ["show", "my", "portfolio"]


@given(st.text(max_size=300))
def test_words_have_no_blanks_and_no_marks_of_direction(text: str) -> None:
    for word in words_of(text):
        assert word.said
        assert not any(sign.isspace() or "\u202a" <= sign <= "\u202e" for sign in word.said)
