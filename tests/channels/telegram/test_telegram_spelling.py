"""Names that Telegram takes, words that people write, and buttons that mean what they meant."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from kit_channels.telegram.roles import is_offered
from kit_channels.telegram.spelling import from_text, menu, named, telegram_names, to_text

from kit import Command, Invocation, UnknownName, UsageError, command_line, parse_words
from kit.commands import Argument, Flag, Option, ValueType
from kit.host import Host

RUN = "nowhere:nothing"
THING = Command(
    "thing do",
    "Do a thing",
    RUN,
    (
        Argument("name", ValueType.TEXT, required=False),
        Flag("fast"),
        Option("amount", ValueType.AMOUNT),
        Option("share", ValueType.RATIO),
        Option("for", ValueType.DURATION),
        Option("on", ValueType.DATE),
        Option("asset", ValueType.ASSET, many=True),
        Option("size", choices=("small", "large")),
    ),
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.text(min_size=1).filter(lambda text: not text.startswith("--")),
    "fast": st.just(True),
    "amount": st.decimals(0, 10**12, places=8),
    "share": st.decimals(0, 1, places=6),
    "for_": st.integers(1, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
    "on": st.dates(),
    "asset": st.lists(st.from_regex(r"[A-Z][A-Z0-9]{1,9}", fullmatch=True), min_size=1, max_size=4).map(tuple),
    "size": st.sampled_from(["small", "large"]),
}
params = st.fixed_dictionaries({}, optional=VALUES)


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> list[Command]:
    """Everything that this installation can be asked."""
    home = tmp_path_factory.mktemp("home")
    env = {"KIT_HOME": str(home), "KIT_CACHE": str(home / "cache")}
    host = Host(home, env=env | {"KIT_LOAD_PLUGINS": "portfolio-tracker,alerts,telegram"})
    found = host.commands()
    host.close()
    return found


def test_every_command_has_a_name_that_telegram_takes(commands: list[Command]) -> None:
    names = telegram_names(commands)
    assert len(names) == len(commands)
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in names)
    assert all(1 <= len(summary) <= 256 for _, summary in menu(names))
    assert names["portfolio_history"].name == "portfolio history"


def test_names_that_would_be_one_are_told_apart() -> None:
    same = ["a b", "a-b", "a b-" + "c" * 40, "a b-" + "c" * 41, "ä-ß"]
    names = telegram_names(Command(each, "x", RUN) for each in same)
    assert [command.name for command in names.values()] == same
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in names)


def test_a_menu_has_a_hundred_entries_at_most_and_names_of_one_word_come_first() -> None:
    names = telegram_names(Command(f"{letter} c{at}", "x", RUN) for at in range(60) for letter in "ab")
    entries = menu(names | telegram_names([Command("zebra", "x" * 400, RUN)]))
    assert len(entries) == 100
    assert entries[0] == ("zebra", "x" * 256)


def test_what_administers_the_installation_is_not_offered(commands: list[Command]) -> None:
    """Everything that has no place in a chat, so that a new command of this kind is noticed."""
    kept_back = {each.name for each in commands if not is_offered(each)}
    assert {"config set", "restore", "import", "plugins disable", "exchanges add", "telegram pair"} <= kept_back
    assert not kept_back & {"portfolio", "holdings", "status", "portfolio rebalance", "alerts remove", "sync"}


@given(params)
def test_a_button_means_what_it_meant(said: dict[str, Any]) -> None:
    assert from_text(THING, to_text(THING, said)) == Invocation("thing do", said)


def test_a_button_of_an_older_version_is_refused() -> None:
    with pytest.raises(UnknownName):
        from_text(THING, '{"gone": ["1"]}')


@given(params)
def test_words_say_what_they_spell(said: dict[str, Any]) -> None:
    assert parse_words(THING, command_line(THING, said)[2:]) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("thing_do", {}),
        ("thing do", {}),
        ("THING Do --fast", {"fast": True}),
        ("thing_do —fast", {"fast": True}),
        ("thing_do –fast=no", {"fast": False}),
        ("thing_do 'two words' --size Large", {"name": "two words", "size": "large"}),
        ("thing_do „zwei Wörter“", {"name": "zwei Wörter"}),
        ("thing_do it's", {"name": "it's"}),
        ("thing_do --asset btc --asset eth", {"asset": ("BTC", "ETH")}),
        ("thing_do -5%", {"name": "-5%"}),
        ("thing_do fast", {"name": "fast"}),
    ],
)
def test_words_as_people_write_them(text: str, said: dict[str, Any]) -> None:
    assert named(text, telegram_names([THING])) == Invocation("thing do", said)


@given(st.text())
def test_whatever_is_written_is_understood_or_refused(text: str) -> None:
    with suppress(UsageError):
        assert named(f"thing_do {text}", telegram_names([THING])).command == "thing do"
    with suppress(UsageError):
        assert named(text, telegram_names([THING])).command == "thing do"


def test_a_word_too_many_is_refused_and_not_dropped() -> None:
    with pytest.raises(UsageError, match="does not take “more”"):
        named("thing_do one more", telegram_names([THING]))


def test_a_file_name_is_no_value_of_a_chat(tmp_path: Path) -> None:
    assert not is_offered(Command("x", "x", RUN, (Argument("file", ValueType.FILE),)))
    assert is_offered(Command("x", "x", RUN, (Option("file", ValueType.PATH),)))
