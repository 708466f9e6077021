"""The words behind a command's name → its parameters, as a chat reads them: the reverse of a command line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kit import Argument, Command, Flag, Option, UsageError, ValueType, command_line, parse_words

RUN = "nowhere:nothing"
SEARCH = Command(
    "search",
    "Search",
    RUN,
    (
        Argument("what", ValueType.TEXT),
        Argument("more", ValueType.INTEGER, required=False, many=True),
        Flag("deep"),
        Option("since", ValueType.DATE),
        Option("tag", many=True),
        Option("from", ValueType.AMOUNT),
    ),
)
SHOW = Command("show", "Show", RUN, (Flag("deep"), Option("since", ValueType.DATE, required=True)))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("gold", {"what": "gold"}),
        ("gold 1 2 3", {"what": "gold", "more": (1, 2, 3)}),
        ("--deep gold", {"what": "gold", "deep": True}),
        ("gold --deep=no", {"what": "gold", "deep": False}),
        ("gold --since=2024-01-31", {"what": "gold", "since": date(2024, 1, 31)}),
        ("gold --tag a --tag b", {"what": "gold", "tag": ("a", "b")}),
        ("gold --from 1,000.50", {"what": "gold", "from_": Decimal("1000.50")}),
        ("gold -5 --tag --deep", {"what": "gold", "more": (-5,), "tag": ("--deep",)}),
        ("deep", {"what": "deep"}),
    ],
)
def test_words_are_read_as_in_the_terminal(words: str, said: dict[str, Any]) -> None:
    assert parse_words(SEARCH, words.split()) == said


def test_a_flag_needs_no_dashes_where_nothing_is_given_by_place() -> None:
    assert parse_words(SHOW, ["deep", "--since", "2024-01-31"]) == {"deep": True, "since": date(2024, 1, 31)}


@pytest.mark.parametrize(
    ("command", "words", "message"),
    [
        (SEARCH, "", "“search” needs WHAT. Say: search WHAT MORE [--deep] [--since] [--tag] [--from]"),
        (SEARCH, "gold --dep", "There is no option of “search” “--dep”. Did you mean “--deep”?"),
        (SEARCH, "gold --since", "“--since” has no value."),
        (SEARCH, "gold --since today", "“today” is not a date."),
        (SEARCH, "gold --since 2024-01-31 --since 2024-01-31", "“--since” is said twice."),
        (SEARCH, "gold silver", "“silver” is not a whole number."),
        (SEARCH, "gold --deep=maybe", "“maybe” is neither yes nor no."),
        (SHOW, "gold", "“show” does not take “gold”."),
        (SHOW, "deep", "“show” needs --since."),
    ],
)
def test_what_does_not_fit_is_refused(command: Command, words: str, message: str) -> None:
    with pytest.raises(UsageError) as failure:
        parse_words(command, words.split())
    assert message in str(failure.value)


def test_a_command_line_is_read_back() -> None:
    said = {"what": "two words", "more": (1, 2), "deep": True, "tag": ("a", "--b"), "from_": Decimal("0.10")}
    assert parse_words(SEARCH, command_line(SEARCH, said)[1:]) == said
