"""A new plugin works as it is written: its own tests pass, and it loads from the home."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Process = subprocess.CompletedProcess[str]
Kit = Callable[..., Process]


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    home = {"KIT_HOME": str(tmp_path / "home"), "KIT_CACHE": str(tmp_path / "cache")}
    env = {name: value for name, value in os.environ.items() if not name.startswith("KIT_")} | home

    def kit(*words: str, module: str = "kit") -> Process:
        line = [sys.executable, "-m", module, *words]
        return subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=120)

    return kit


@pytest.mark.parametrize("kind", ["skill", "exchange"])
def test_the_generated_tests_pass_as_generated(kind: str, kit: Kit, tmp_path: Path) -> None:
    assert kit("plugins", "new", kind, "weather").returncode == 0
    said = kit("-q", "-p", "no:cacheprovider", str(tmp_path / "weather"), module="pytest")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "3 passed" in said.stdout


@pytest.mark.parametrize("kind", ["skill", "exchange"])
def test_it_works_dropped_into_the_home_and_nothing_is_missing(kind: str, kit: Kit, tmp_path: Path) -> None:
    kit("plugins", "new", kind, "rain-radar", "--path", str(tmp_path / "home" / "skills"))
    listed = kit("plugins", "show", "rain-radar", "--json")
    assert (listed.returncode, '"state": "loaded"' in listed.stdout) == (0, True), listed.stdout + listed.stderr
    checked = kit("plugins", "check", "rain-radar")
    assert checked.returncode == 0, checked.stdout
    if kind == "skill":
        assert kit("rain-radar", "Ada").stdout.strip() == "Hello, Ada!"


@pytest.mark.parametrize("name", ["", "1st", "Weather!", "class", "portfolio", "paper", "a b", "../up"])
def test_a_name_that_cannot_be_one_is_refused_and_nothing_is_written(name: str, kit: Kit, tmp_path: Path) -> None:
    said = kit("plugins", "new", "skill", name)
    assert said.returncode == 2
    assert said.stderr.startswith("Error: ")
    assert {each.name for each in tmp_path.iterdir()} <= {"cache", "home"}


def test_a_folder_that_exists_is_left_alone(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "weather").mkdir()
    (tmp_path / "weather" / "mine.txt").write_text("mine", encoding="utf-8")
    assert kit("plugins", "new", "skill", "weather").returncode in (1, 2)
    assert [each.name for each in (tmp_path / "weather").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("kit_weather/plugin.py", "kit_commands", "kit_comands", "kit_comands"),
        ("kit_weather/plugin.py", "commands:greet", "commands:great", "great"),
        ("kit_weather/plugin.py", "settings:Settings", "settings:Setings", "Setings"),
        ("kit_weather/commands.py", "name: str | None", "nom: str | None", "name"),
        (
            "kit_weather/plugin.py",
            "say hello to {name}",
            "say hello to {nobody}",
            "names “nobody”, which is not declared",
        ),
        ("plugin.toml", 'version = "0.1.0"', "", "version"),
    ],
)
def test_the_check_says_what_is_wrong(file: str, old: str, new: str, told: str, kit: Kit, tmp_path: Path) -> None:
    kit("plugins", "new", "skill", "weather")
    source = tmp_path / "weather" / file
    text = source.read_text(encoding="utf-8")
    assert old in text
    source.write_text(text.replace(old, new, 1), encoding="utf-8")
    said = kit("plugins", "check", str(tmp_path / "weather"), "--json")
    assert said.returncode == 1, said.stdout
    assert told in said.stdout
