"""What is remembered of the plugins, and when it is not believed any more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kit import KitError
from kit.plugins import fingerprint
from kit.plugins.choice import read_choice, set_disabled
from kit.plugins.stamps import table_file

from .conftest import Home

Kit = Callable[..., subprocess.CompletedProcess[str]]


def _count(home: Home) -> str:
    """Source of a plugin that writes down how often it is imported."""
    return f"import pathlib\nwith open({str(home.path / 'imports')!r}, 'a') as file: file.write('x')\n"


def _imports(home: Home) -> int:
    file = home.path / "imports"
    return len(file.read_text()) if file.exists() else 0


def test_a_warm_table_imports_no_plugin(home: Home) -> None:
    home.drop("counted", _count(home))
    first, second = home.table(), home.table()
    assert first == second
    assert _imports(home) == 1


def test_an_edited_plugin_is_noticed(home: Home) -> None:
    source = home.drop("edited")
    assert home.states() == {"edited": "loaded"}
    before = fingerprint(home.path, env=home.env)
    source.write_text("1 / 0  # edited")
    assert fingerprint(home.path, env=home.env) is None
    assert home.states()["edited"].startswith("broken")
    source.write_text("# cured")
    assert home.states() == {"edited": "loaded"}
    assert before is not None
    assert fingerprint(home.path, env=home.env) != before


def test_an_edited_plugin_leaves_the_others_alone(home: Home) -> None:
    home.drop("counted", _count(home))
    edited = home.drop("edited")
    home.table()
    edited.write_text("# other")
    home.table()
    assert _imports(home) == 1


def test_a_new_and_a_removed_plugin_are_noticed(home: Home) -> None:
    home.drop("first")
    assert home.states() == {"first": "loaded"}
    source = home.drop("second")
    assert home.states() == {"first": "loaded", "second": "loaded"}
    source.parents[1].rename(home.path / "elsewhere")
    assert home.states() == {"first": "loaded"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', "[" * 100_000, "\x00", '{"format": 99, "home": "/"}'])
def test_a_damaged_table_is_ignored(home: Home, text: str) -> None:
    home.drop("good")
    home.table()
    table_file(home.path, home.env).write_text(text)
    assert fingerprint(home.path, env=home.env) is None
    assert home.states() == {"good": "loaded"}


def test_a_table_with_strange_content_is_ignored(home: Home) -> None:
    home.drop("good")
    home.table()
    file = table_file(home.path, home.env)
    whole = json.loads(file.read_text())
    for key in ("found", "learnt", "places"):
        for strange in (7, None, [7], {"x": 7}):
            file.write_text(json.dumps({**whole, key: strange}))
            fingerprint(home.path, env=home.env)
            assert home.states() == {"good": "loaded"}, (key, strange)


def test_a_cache_that_cannot_be_written_is_fine(home: Home) -> None:
    home.drop("good")
    home.cache.write_text("a file in its place")
    assert home.states() == {"good": "loaded"}
    assert home.states() == {"good": "loaded"}


def test_each_home_has_a_table_of_its_own(home: Home, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Home(tmp_path / "other")
    other.env = home.env
    home.drop("good")
    other.drop("good", "1 / 0")
    assert home.states() == {"good": "loaded"}
    assert other.states()["good"].startswith("broken")
    assert home.states() == {"good": "loaded"}
    for plugins in other.open:
        plugins.close()


def test_a_warm_table_is_read_in_no_time(home: Home) -> None:
    for number in range(10):
        home.drop(f"plugin-{number}")
    home.table()
    spans = []
    for _ in range(20):
        start = time.thread_time()
        home.table()
        spans.append(time.thread_time() - start)
    assert min(spans) < 0.01


def test_disabling_loads_no_plugin(home: Home, kit: Kit) -> None:
    home.drop("counted", _count(home))
    said = kit("plugins", "disable", "counted")
    assert (said.returncode, said.stderr) == (0, "")
    listed = json.loads(kit("plugins", "list", "--json").stdout)["data"]
    assert next(row for row in listed if row["name"] == "counted")["state"] == "disabled"
    assert _imports(home) == 0
    assert kit("plugins", "enable", "counted").returncode == 0
    assert _imports(home) == 1
    kit("plugins", "disable", "counted")
    kit("plugins", "list")
    assert _imports(home) == 1, "nor when the table is warm"


def test_enabling_tries_a_broken_one_again(home: Home, kit: Kit) -> None:
    flag = home.path / "cured"
    home.drop("moody", f"import pathlib\nassert pathlib.Path({str(flag)!r}).exists()\n")
    assert kit("plugins", "enable", "moody").returncode == 3
    flag.write_text("")
    assert _state(kit, "moody") == "broken", "as long as nothing of it changed"
    assert kit("plugins", "enable", "moody").returncode == 0
    assert _state(kit, "moody") == "loaded"


def _state(kit: Kit, name: str) -> str:
    rows = json.loads(kit("plugins", "list", "--json").stdout)["data"]
    return str(next(row for row in rows if row["name"] == name)["state"])


def test_a_name_that_nobody_has_is_told(home: Home, kit: Kit) -> None:
    home.drop("counted")
    said = kit("plugins", "disable", "countd")
    assert (said.returncode, said.stdout) == (2, "")
    assert "Did you mean “counted”?" in said.stderr


def test_an_empty_wish_starts_a_bare_host(home: Home) -> None:
    home.drop("counted", _count(home))
    home.env["KIT_LOAD_PLUGINS"] = ""
    assert list(home.table().loaded()) == []
    assert home.states() == {"counted": "disabled: KIT_LOAD_PLUGINS leaves it out"}
    assert _imports(home) == 0


def test_the_wish_is_written_down_whole(home: Home) -> None:
    set_disabled(home.path, "b", disabled=True)
    set_disabled(home.path, "a", disabled=True)
    set_disabled(home.path, "b", disabled=False)
    assert json.loads((home.path / "plugins.json").read_text()) == {"disabled": ["a"]}
    assert list(home.path.glob(".plugins*")) == []


@pytest.mark.parametrize("text", ["", "7", '{"disabled": 7}', '{"disabled": [7]}'])
def test_a_wish_that_makes_no_sense_disables_nothing(home: Home, text: str) -> None:
    (home.path / "plugins.json").write_text(text)
    assert read_choice(home.path, {}).disabled == frozenset()


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KitError, match=r"cannot be written"):
        set_disabled(tmp_path / "file" / "home", "x", disabled=True)


@pytest.mark.usefixtures("unmeasured")
def test_the_fingerprint_needs_no_library(home: Home) -> None:
    home.drop("good")
    home.table()
    code = (
        "import sys, pathlib; from kit.plugins import fingerprint; import os\n"
        f"print(fingerprint(pathlib.Path({str(home.path)!r}), env=os.environ) is not None or 'cold')\n"
        "print(sorted({'pluggy', 'tomllib', 'importlib.metadata', 'packaging', 'dataclasses'} & set(sys.modules)))"
    )
    env = {**os.environ, **home.env}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[1] == "[]"


def test_many_starts_at_once_leave_a_whole_table(home: Home, kit: Kit) -> None:
    home.drop("good")
    inherited = {**os.environ, **home.env, "KIT_HOME": str(home.path)}
    starts = [
        subprocess.Popen([sys.executable, "-m", "kit", "plugins", "list"], env=inherited, stdout=subprocess.DEVNULL)
        for _ in range(4)
    ]
    assert [each.wait() for each in starts] == [0] * 4
    assert all(json.loads(file.read_text()) for file in (home.cache / "plugins").glob("*.json"))
    assert [file.name for file in (home.cache / "plugins").iterdir() if file.suffix != ".json"] == []
