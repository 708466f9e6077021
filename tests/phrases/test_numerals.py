"""Numbers in words."""

from __future__ import annotations

import pytest

from kit.phrases.numerals import numeral
from kit.phrases.wording import words_of


@pytest.mark.parametrize(
    ("words", "digits"),
    [
        ("sixty thousand", "60000"),
        ("one hundred and fifty thousand", "150000"),
        ("seventy-five thousand five hundred", "75500"),
        ("a million", "1000000"),
        ("two million three hundred thousand and twelve", "2300012"),
        ("twenty", "20"),
        ("five percent", "5"),
        ("one percent", "1"),
        ("two hours", "2"),
        ("sechzigtausend", "60000"),
        ("hundertfuenfzigtausend", "150000"),
        ("fuenfundzwanzig prozent", "25"),
        ("zweitausenddreihundertvier", "2304"),
        ("fuenfzehnhundert", "1500"),
        ("hundertundfuenf", "105"),
        ("eine million", "1000000"),
        ("zwei millionen", "2000000"),
    ],
)
def test_a_number_in_words_is_its_digits(words: str, digits: str) -> None:
    found = numeral(words.split())
    assert found is not None
    assert found[0] == digits


@pytest.mark.parametrize(
    "words",
    ["one", "a month", "einer woche", "elf", "six", "btc", "pfund", "rund", "und", "tausende", "twenty-twenty", ""],
)
def test_what_may_be_another_word_is_no_number(words: str) -> None:
    assert numeral(words.split()) is None


def test_a_number_ends_where_the_next_begins() -> None:
    assert numeral(["sixty", "five", "six"]) == ("65", 2)
    assert numeral(["fifty", "percent", "and", "fifty", "percent"]) == ("50", 1)
    assert numeral(["hundred", "and", "more"]) == ("100", 1)


def test_digits_are_left_as_they_are() -> None:
    assert [word.said for word in words_of("alert 2 hundred, 70 thousand and sixty thousand")] == [
        "alert", "2", "hundred", "70k", "and", "60000",
    ]  # fmt: skip
