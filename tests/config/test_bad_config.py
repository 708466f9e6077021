"""The many ways a config.json can be bad: each is told with its place, and nothing falls over."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kit import ConfigError
from kit.config import Config

Look = Callable[..., Config]

SECTION = '{\n  "skills": {\n    "depot": {\n      %s\n    }\n  }\n}\n'

BAD = {
    "wrong type": (
        SECTION % '"interval": "60"',
        "config.json:4:19",
        '"60" is not a whole number.',
        "Write a whole number.",
    ),
    "a text for a switch": (SECTION % '"live": "yes"', "config.json:4:15", '"yes" is not true or false.', "Write true"),
    "a number for a text": (SECTION % '"base": 5', "config.json:4:15", "5 is not a text in quotes.", "Write a text"),
    "null": (SECTION % '"base": null', "config.json:4:15", "null is not a text in quotes.", "Write a text"),
    "a fraction": (SECTION % '"interval": 10.5', "config.json:4:19", "10.5 is not a whole number.", "Write a whole"),
    "below the range": (
        SECTION % '"interval": 5',
        "config.json:4:19",
        "5 is below the minimum of 10 seconds.",
        "10 or more",
    ),
    "above the range": (
        SECTION % '"interval": 9999',
        "config.json:4:19",
        "above the maximum of 3600 seconds",
        "3600 or less",
    ),
    "on the open end": (SECTION % '"ratio": 1', "config.json:4:16", "1 is not below 1.", "Set it below 1."),
    "at the open start": (SECTION % '"ratio": 0', "config.json:4:16", "0 is not above 0.", "Set it above 0."),
    "unknown choice": (
        SECTION % '"mode": "dayly"',
        "config.json:4:15",
        "not one of hourly, daily",
        "Did you mean “daily”?",
    ),
    "not as written": (SECTION % '"base": "usd"', "config.json:4:15", '"usd" is not written as expected', 'like "USD"'),
    "too many": (SECTION % '"tags": ["a","b","c","d"]', "config.json:4:15", "too few or too many", "Add or remove"),
    "wrong type inside": (SECTION % '"tags": ["a", 5]', "config.json:4:21", "5 is not a text", "Write a text"),
    "unknown key": (SECTION % '"intervall": 60', "config.json:4:7", "is not a setting.", "Did you mean “interval”?"),
    "a rule of its own": (SECTION % '"low": 9, "high": 1', "config.json:3:14", "low is above high.", "Swap them."),
    "duplicate key": (SECTION % '"low": 1,\n"low": 2', "config.json:5:1", "stands twice, first on line 4.", "Keep one"),
    "infinity": (SECTION % '"ratio": Infinity', "config.json:4:16", "is not a finite number.", "0.5"),
    "too many digits": (SECTION % '"ratio": 0.12345678901234567890', "config.json:4:16", "more digits", "quotes"),
    "a number beyond sense": (SECTION % '"ratio": 1e500', "config.json:4:16", "sensible number", "smaller"),
    "section of the wrong type": (
        '{"skills": {"depot": 5}}',
        "config.json:1:22",
        "5 is not an object",
        "Write an object",
    ),
    "unknown root key": ('{"skils": {}}', "config.json:1:2", "is not a setting.", "Did you mean “skills”?"),
    "no such zone": ('{"timezone": "Mars/North"}', "config.json:1:14", "no time zone “Mars/North”", "Europe/Berlin"),
    "account without type": ('{"exchanges": {"a": {}}}', "config.json:1:21", "says no type.", "bare, practice"),
    "account of no venue": ('{"exchanges": {"a": {"type": "x"}}}', "config.json:1:30", "no plugin brings", ""),
    "account with a bad value": (
        '{"exchanges": {"a": {"type": "practice", "fee": 2}}}',
        "config.json:1:49",
        "2 is not below 1",
        "below 1",
    ),
    "exchanges is a list": ('{"exchanges": []}', "config.json:1:15", "is not an object", "Write { }."),
    "trailing rubbish": ("{}\nrubbish", "config.json:2:1", "does not go on like this: “rubbish”", "comma"),
    "a comma missing": ('{"a": 1\n "b": 2}', "config.json:2:2", "does not go on", "comma"),
    "a bracket missing": ('{"a": [1, 2', "config.json:1:12", "ends too early.", "Close every bracket"),
    "a quote missing": ('{"a": "b}', "config.json:1:7", "does not go on", "quote"),
    "a word": ('{"a": yes}', "config.json:1:7", "does not go on like this: “yes”", ""),
    "empty file": ("", "config.json:1:1", "is empty.", "kit init --force"),
    "blank file": (" \n\t\n", "config.json:1:1", "is empty.", "kit init --force"),
    "only a comment": ("// nothing\n", "config.json:1:11", "ends too early", "Close"),
    "a list": ("[1]", "config.json:1:1", "is not an object.", "{ and }"),
    "NUL bytes": ("{}\x00\x00", "config.json:1:3", "holds a NUL byte.", "config.json.bak"),
    "not UTF-8": (b'{\n "a": "\xff"}', "config.json:2:8", "is not UTF-8 text here.", "UTF-8"),
    "10 MB": ("{" + " " * 10_000_000 + "}", "config.json:1:1", "is larger than 256 KiB.", "Is it really"),
    "deep nesting": ('{"a":' * 5000 + "1" + "}" * 5000, "config.json:1:321", "more than 64 levels deep", "remove"),
    "deep lists": ("[" * 100_000, "config.json:1:65", "more than 64 levels deep", "remove"),
    "a bad value behind a byte order mark": ("\ufeff" + SECTION % '"interval": 5', "config.json:4:19", "below", "10"),
    "a bad value in an alias": (
        '{"depot": {"interval": 5}}',
        "config.json:1:24",
        "5 is below the minimum",
        "10 or more",
    ),
    "alias and section differ": (
        '{"depot": {"low": 1}, "skills": {"depot": {"low": 2}}}',
        "config.json:1:51",
        "another value in “depot.low”",
        "Keep",
    ),
}


@pytest.mark.parametrize("way", BAD)
def test_each_way_is_told_with_its_place_and_the_next_step(way: str, look: Look) -> None:
    content, where, what, next_step = BAD[way]
    config = look(content)
    told = [str(finding) for finding in config.errors]
    assert len(told) == 1, told
    assert told[0].startswith(f"{where} ")
    assert what in told[0]
    assert next_step in told[0]
    assert config.host.timezone, "the host's own settings hold whatever the file says"


@pytest.mark.parametrize("way", ["trailing rubbish", "empty file", "10 MB", "wrong type", "duplicate key"])
def test_a_section_never_guesses_when_its_file_is_bad(way: str, look: Look) -> None:
    with pytest.raises(ConfigError, match=r"config\.json:"):
        look(BAD[way][0]).section("skills.depot")


def test_a_bad_section_leaves_the_others_usable(look: Look) -> None:
    config = look('{"skills": {"depot": {"interval": 5}, "vault": {"apiKey": {"env": "K"}}}}')
    assert config.section("skills.vault").api_key.reveal({"K": "open"}).get_secret_value() == "open"


def test_a_folder_in_its_place(look: Look, home: Path) -> None:
    (home / "config.json").mkdir()
    assert "is a folder, not a file." in str(look().errors[0])


def test_a_link_to_nowhere(look: Look, home: Path) -> None:
    (home / "config.json").symlink_to(home / "gone.json")
    assert "points to a file that does not exist." in str(look().errors[0])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read(look: Look, home: Path) -> None:
    (home / "config.json").touch(0o000)
    assert "cannot be read" in str(look().errors[0])


def test_no_file_is_no_fault(look: Look) -> None:
    config = look()
    assert config.findings == ()
    assert config.section("skills.depot").interval == 60


def test_a_plugin_that_is_not_loaded_is_a_warning(look: Look) -> None:
    config = look('{"skills": {"depott": {}}}')
    assert config.errors == ()
    assert (
        str(config.findings[0]) == "config.json:1:13 skills.depott: no loaded plugin reads this. Did you mean “depot”?"
    )
