"""Secrets are found where they are kept, and shown nowhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kit import ConfigError
from kit.config import Config, Secret
from kit.config.secrets import redacted

Look = Callable[..., Config]
PLAIN = '{"skills": {"vault": {"apiKey": "hunter2"}}}'


def test_a_secret_in_the_environment(look: Look) -> None:
    key = look('{"skills": {"vault": {"apiKey": {"env": "MY_KEY"}}}}').section("skills.vault").api_key
    assert key.reveal({"MY_KEY": "hunter2"}).get_secret_value() == "hunter2"
    with pytest.raises(ConfigError, match="MY_KEY is not set"):
        key.reveal({})


def test_a_secret_in_a_file(look: Look, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("hunter2\n", encoding="utf-8")
    text = '{"skills": {"vault": {"apiKey": {"file": "%s"}}}}' % (tmp_path / "key").as_posix()  # noqa: UP031
    key = look(text).section("skills.vault").api_key
    assert key.reveal({}).get_secret_value() == "hunter2"
    (tmp_path / "key").unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        key.reveal({})


@pytest.mark.parametrize(
    "bad", ["{}", '{"env": "A", "file": "B"}', '{"envv": "A"}', '{"env": 5}', '""', "5", '{"env": ""}']
)
def test_a_reference_that_is_none_is_an_error(bad: str, look: Look) -> None:
    assert look(f'{{"skills": {{"vault": {{"apiKey": {bad}}}}}}}').errors


def test_a_secret_shows_nowhere(look: Look, tmp_path: Path) -> None:
    config = look(PLAIN)
    secret = config.section("skills.vault").api_key
    assert secret.reveal().get_secret_value() == "hunter2"
    shown = [repr(secret), str(config.data()), str(config.effective()), str(config.section("skills.vault"))]
    assert not [text for text in shown if "hunter2" in text]


def test_a_plain_secret_is_never_kept_in_the_cache(look: Look, tmp_path: Path) -> None:
    look(PLAIN)
    kept = [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
    assert not [file for file in kept if b"hunter2" in file.read_bytes()]


def test_a_secret_whose_name_does_not_say_so_is_hidden_and_never_kept(look: Look, tmp_path: Path) -> None:
    config = look('{"exchanges": {"main": {"type": "practice", "pin": "hunter2"}}}')
    assert config.errors == ()
    assert "hunter2" not in str(config.data())
    assert not [file for file in (tmp_path / "cache").rglob("*") if file.is_file() and b"hunter2" in file.read_bytes()]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_plain_secret_that_others_can_read_is_a_warning(look: Look, home: Path) -> None:
    assert look(PLAIN).findings == ()
    (home / "config.json").chmod(0o644)
    assert "others can read the file" in str(look().findings[0])


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"apiKey": "x"}, {"apiKey": "***"}),
        ({"api_secret": "x", "name": "n"}, {"api_secret": "***", "name": "n"}),
        ({"password": {"env": "PW"}}, {"password": {"env": "PW"}}),
        ({"storage": {"url": "postgresql://me:pw@host/db"}}, {"storage": {"url": "postgresql://me:***@host/db"}}),
        ({"url": "postgresql://host/db?password=pw&x=1"}, {"url": "postgresql://host/db?password=***&x=1"}),
        ({"list": [{"token": "t"}]}, {"list": [{"token": "***"}]}),
        ({"token": ""}, {"token": ""}),
    ],
)
def test_what_looks_like_a_secret_is_hidden(value: object, shown: object) -> None:
    assert redacted(value) == shown


def test_a_secret_given_in_place_reveals_itself() -> None:
    assert Secret("x").reveal().get_secret_value() == "x"
