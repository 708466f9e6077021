"""Defaults < file < environment < command line, and where each value comes from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kit.config import Config
from kit.config.layers import shouted

Look = Callable[..., Config]


def test_later_layers_win_key_by_key(look: Look) -> None:
    config = look(
        '{"skills": {"depot": {"low": 1, "high": 2, "interval": 30}}}',
        overrides={"skills.depot.high": 9},
        KIT_SKILLS__DEPOT__HIGH="8",
        KIT_SKILLS__DEPOT__INTERVAL="20",
    )
    depot = config.section("skills.depot")
    assert (depot.low, depot.high, depot.interval, depot.mode) == (1, 9, 20, "daily")


def test_every_value_says_where_it_comes_from(look: Look) -> None:
    config = look(
        '{\n  "skills": {"depot": {"low": 1, "high": 2}}}',
        overrides={"skills.depot.high": 9},
        KIT_SKILLS__DEPOT__INTERVAL="20",
    )
    assert config.origin("skills.depot.low") == "config.json:2:31"
    assert config.origin("skills.depot.interval") == "environment KIT_SKILLS__DEPOT__INTERVAL"
    assert config.origin("skills.depot.high") == "command line"
    assert config.origin("skills.depot.mode") == "default"


def test_origins_are_the_same_when_the_look_was_kept(look: Look) -> None:
    text = '{"skills": {"depot": {"low": 1}}}'
    assert look(text).origin("skills.depot.low") == look(text).origin("skills.depot.low") == "config.json:1:30"


def test_the_environment_may_speak_of_an_alias(look: Look) -> None:
    assert look(KIT_DEPOT__LOW="3").section("skills.depot").low == 3


@pytest.mark.parametrize("name", ["baseCurrency", "base-currency", "base_currency", "BaseCurrency"])
def test_one_spelling_in_capitals(name: str) -> None:
    assert shouted(name) == "BASE_CURRENCY"


def test_a_text_stays_a_text_and_json_is_read(look: Look) -> None:
    config = look(KIT_SKILLS__DEPOT__BASE="EUR", KIT_SKILLS__DEPOT__TAGS='["1", "2"]', KIT_SKILLS__DEPOT__LIVE="true")
    depot = config.section("skills.depot")
    assert (depot.base, depot.tags, depot.live) == ("EUR", ["1", "2"], True)


def test_a_bad_value_from_the_environment_is_told_by_its_name(look: Look) -> None:
    config = look(KIT_SKILLS__DEPOT__INTERVAL="5")
    assert str(config.errors[0]).startswith(
        "environment KIT_SKILLS__DEPOT__INTERVAL skills.depot.interval: 5 is below the minimum of 10 seconds."
    )


def test_a_name_nobody_reads_is_a_warning(look: Look) -> None:
    config = look(KIT_SKILLS__DEPOT__INTERVALL="5", KIT_HOME="/x", KIT_LOAD_PLUGINS="")
    assert [(finding.severity.value, finding.where) for finding in config.findings] == [
        ("warning", "KIT_SKILLS__DEPOT__INTERVALL")
    ]
    assert config.findings[0].next_step == "Did you mean “KIT_SKILLS__DEPOT__INTERVAL”?"


def test_an_account_can_come_from_the_environment(look: Look) -> None:
    config = look(KIT_EXCHANGES__MAIN__TYPE="practice")
    assert config.exchange_settings("main").fee == 0.001


def test_a_kept_look_is_forgotten_when_the_file_changes(look: Look) -> None:
    assert look('{"skills": {"depot": {"low": 1}}}').section("skills.depot").low == 1
    assert look('{"skills": {"depot": {"low": 2}}}').section("skills.depot").low == 2


def test_a_kept_look_that_is_damaged_counts_as_none(look: Look, tmp_path: Path) -> None:
    text = '{"skills": {"depot": {"low": 1}}}'
    look(text)
    kept = list((tmp_path / "cache" / "config").iterdir())
    assert len(kept) == 1
    kept[0].write_text("[", encoding="utf-8")
    assert look(text).section("skills.depot").low == 1
