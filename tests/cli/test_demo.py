import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Kit = Callable[..., Any]
NOTICE = "Sample data, made up by K.I.T.; not your portfolio."


@pytest.fixture
def folder(env: dict[str, str]) -> Path:
    return Path(env["KIT_CACHE"]) / "demo"


def test_the_demo_prepares_a_home_shows_it_and_says_what_to_try(kit: Kit, folder: Path) -> None:
    answer = kit("demo")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("A name\n")
    assert "kit demo read --fast" in answer.out
    assert NOTICE in answer.out
    assert (folder / "SAMPLE-DATA").exists()
    assert (folder / "name.txt").read_text() == "Sam"


def test_any_command_runs_in_the_demo_with_its_own_options(kit: Kit) -> None:
    answer = kit("demo", "read", "--fast", "--json")
    assert answer.json == {"data": {"name": "Sam", "fast": True}, "problems": [], "sample_data": True}
    assert kit("demo", "--json", "read", "--fast").out == answer.out
    assert NOTICE in kit("demo", "read").out


def test_csv_of_sample_data_says_so_beside_it(kit: Kit) -> None:
    answer = kit("demo", "greet", "--format", "csv")
    assert answer.out == "word,pay,pay_currency\nHello,1902.5,USD\n"
    assert NOTICE in answer.err


def test_the_demo_is_kept_for_the_day_and_made_afresh_when_asked(kit: Kit, folder: Path) -> None:
    kit("demo")
    kit("demo", "write", "Ada")
    assert kit("demo", "read", "--json").json["data"]["name"] == "Ada"
    kit("demo")
    assert kit("demo", "read", "--json").json["data"]["name"] == "Sam"


def test_half_a_demo_is_made_anew(kit: Kit, folder: Path) -> None:
    kit("demo")
    (folder / "SAMPLE-DATA").unlink()
    (folder / "name.txt").unlink()
    assert kit("demo", "read", "--json").json["data"]["name"] == "Sam"


def test_a_demo_of_another_version_is_made_anew(kit: Kit, folder: Path) -> None:
    kit("demo")
    (folder / "name.txt").write_text("old")
    (folder / "SAMPLE-DATA").write_text('{"version": "0.0.1", "day": "2024-06-01"}')
    assert kit("demo", "read", "--json").json["data"]["name"] == "Sam"


def test_a_demo_of_an_earlier_build_of_the_same_version_is_made_anew(kit: Kit, folder: Path) -> None:
    kit("demo")
    (folder / "name.txt").write_text("old")
    marker = json.loads((folder / "SAMPLE-DATA").read_text())
    del marker["tables"]
    (folder / "SAMPLE-DATA").write_text(json.dumps(marker))
    assert kit("demo", "read", "--json").json["data"]["name"] == "Sam"
    (folder / "name.txt").write_text("kept")
    assert kit("demo", "read", "--json").json["data"]["name"] == "kept"


def test_the_demo_leaves_the_users_home_alone(kit: Kit, env: dict[str, str]) -> None:
    home = Path(env["KIT_HOME"])
    kit("demo")
    kit("demo", "write", "Ada")
    assert not home.exists() or not any(home.iterdir())


def test_the_users_settings_do_not_reach_the_demo(kit: Kit, env: dict[str, str]) -> None:
    shown = kit("demo", "config", "path", KIT_HOST__TIMEZONE="Rubbish/Nowhere")
    assert env["KIT_CACHE"] in shown.out


def test_bad_words_are_answered_as_outside(kit: Kit) -> None:
    answer = kit("demo", "raed")
    assert (answer.code, answer.err) == (2, "Error: There is no command “raed”.\nDid you mean “read”?\n")
    assert kit("demo", "fail").err == kit("fail").err
    assert kit("demo", "fail").code == 1


def test_help_is_given_inside_too(kit: Kit) -> None:
    assert "--fast" in kit("demo", "read", "--help").out


def test_a_demo_in_the_demo_is_refused(kit: Kit) -> None:
    answer = kit("demo", "demo")
    assert answer.code == 2
    assert "running already" in answer.err


def test_without_a_plugin_that_brings_one_there_is_no_demo(kit: Kit) -> None:
    answer = kit("demo", KIT_LOAD_PLUGINS="")
    assert answer.code == 1
    assert "No plugin brings a demo." in answer.err


def test_a_cache_that_cannot_be_written_is_told(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = kit("demo", KIT_CACHE=str(tmp_path / "file"))
    assert answer.code == 1
    assert "The demo cannot be written to" in answer.err
    assert "Set KIT_CACHE" in answer.err
