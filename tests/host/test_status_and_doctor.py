"""How the installation is doing: `kit`, `kit status`, `kit doctor`."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.cli.app import run

Kit = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    env = {"KIT_HOME": str(tmp_path / "home"), "KIT_CACHE": str(tmp_path / "cache")}

    def kit(*words: str, **more: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        code = run(words, env={**env, **more}, out=out, err=err)
        return code, out.getvalue(), err.getvalue()

    return kit


def test_a_newcomer_is_told_where_to_start_and_nothing_is_created(kit: Kit, tmp_path: Path) -> None:
    code, out, _ = kit()
    assert code == 0
    for line in ("kit demo", "kit init", "kit import FILE"):
        assert line in out
    assert not (tmp_path / "home" / "config.json").exists()


def test_status_counts_what_there_is(kit: Kit) -> None:
    code, out, _ = kit("status", "--json")
    data = json.loads(out)["data"]
    assert code == 0
    loaded, _, there_are, *_ = data["plugins"].split()
    assert loaded == there_are
    assert int(loaded) >= 4
    assert [line["label"] for line in data["lines"]] == ["Portfolio"]


def test_a_healthy_installation_passes_every_check(kit: Kit) -> None:
    code, out, _ = kit("doctor", "--json")
    assert code == 0
    assert all(row["state"] == "ok" for row in json.loads(out)["data"])


def test_the_doctor_finds_a_bad_config_and_goes_on(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "config.json").write_text("{", encoding="utf-8")
    code, out, _ = kit("doctor", "--json")
    rows = {row["check"]: row for row in json.loads(out)["data"]}
    assert code in (1, 3)
    assert rows["config"]["state"] == "wrong"
    assert rows["plugins"]["state"] == "ok"


def test_the_doctor_finds_a_damaged_store(kit: Kit, tmp_path: Path) -> None:
    data = tmp_path / "home" / "data"
    data.mkdir(parents=True)
    (data / "kit.db").write_bytes(b"not a database at all, " * 100)
    code, out, err = kit("doctor", "--json")
    rows = {row["check"]: row for row in json.loads(out)["data"]}
    assert code in (1, 3)
    assert rows["store"]["state"] == "wrong"
    assert "Traceback" not in out + err


def test_the_doctor_closes_a_file_that_others_can_read(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    file = tmp_path / "home" / "config.json"
    file.write_text('{"channels": {"x": {"token": "hunter2"}}}', encoding="utf-8")
    file.chmod(0o644)
    assert kit("doctor")[0] != 0
    kit("doctor", "--fix")
    assert file.stat().st_mode & 0o077 == 0


def test_a_bare_host_still_answers(kit: Kit) -> None:
    code, out, _ = kit("status", KIT_LOAD_PLUGINS="")
    assert (code, "Plugins: 0 of " in out) == (0, True)
    assert kit("portfolio", KIT_LOAD_PLUGINS="")[0] == 2


def test_a_plugin_is_shown_with_the_commands_that_help_lists(kit: Kit) -> None:
    _, page, _ = kit("--help")
    code, shown, _ = kit("plugins", "show", "alerts")
    assert (code, "kit alerts remove" in shown, "kit alert remove" in shown) == (0, True, False)
    listed = [line.split("│")[1].split()[1:] for line in shown.splitlines() if line.startswith("│ kit ")]
    assert all(f"  {' '.join(words)} " in page for words in listed)


def test_a_command_whose_plugin_is_set_aside_is_missing_for_a_reason(kit: Kit) -> None:
    assert "Not loaded" not in kit("frobnicate")[2]
    assert kit("plugins", "disable", "alerts")[0] == 0
    code, _, err = kit("alerts", "stats")
    assert (code, "There is no command “alerts”." in err) == (2, True)
    assert "Not loaded: alerts; see “kit plugins list”." in err
