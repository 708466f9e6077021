"""`kit config …`, `kit init` and `kit diagnostics`, as a person meets them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit.cli.app import run
from kit.config.reference import page

ROOT = Path(__file__).parents[2]
Kit = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    env = {"KIT_HOME": str(tmp_path / "home"), "KIT_CACHE": str(tmp_path / "cache")}

    def kit(*words: str, **more: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        code = run(words, env={**env, **more}, out=out, err=err)
        return code, out.getvalue(), err.getvalue()

    return kit


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "config.json"


def answer(result: tuple[int, str, str]) -> Any:
    return json.loads(result[1])["data"]


def test_init_writes_a_file_that_is_in_order_and_explains_itself(kit: Kit, file: Path) -> None:
    assert kit("init", "--defaults")[0] == 0
    code, out, _ = kit("config", "check")
    assert (code, "is in order." in out) == (0, True)
    text = file.read_text(encoding="utf-8")
    assert text.count("//") > 8
    assert file.stat().st_mode & 0o777 == 0o600


def test_init_replaces_nothing_unasked_and_keeps_a_backup(kit: Kit, file: Path) -> None:
    kit("config", "set", "skills.portfolio-tracker.baseCurrency", "EUR")
    mine = file.read_text(encoding="utf-8")
    code, _, err = kit("init", "--defaults")
    assert (code, "exists already" in err) == (2, True)
    assert file.read_text(encoding="utf-8") == mine
    assert kit("init", "--defaults", "--force")[0] == 0
    assert file.with_name("config.json.bak").read_text(encoding="utf-8") == mine


def test_set_get_and_show_agree(kit: Kit) -> None:
    kit("init", "--defaults")
    assert kit("config", "set", "skills.portfolio-tracker.updateInterval", "30")[0] == 0
    assert answer(kit("config", "get", "skills.portfolio-tracker.updateInterval", "--json"))["value"] == 30
    shown = answer(kit("config", "show", "skills.portfolio-tracker", "--origin", "--json"))
    assert shown["skills.portfolio-tracker.updateInterval"]["value"] == 30
    assert shown["skills.portfolio-tracker.updateInterval"]["origin"].startswith("config.json:")
    assert shown["skills.portfolio-tracker.realtime"]["origin"] == "default"


def test_a_bad_value_is_refused_and_nothing_changes(kit: Kit, file: Path) -> None:
    kit("init", "--defaults")
    before = file.read_bytes()
    code, _, err = kit("config", "set", "skills.portfolio-tracker.updateInterval", "5")
    assert code == 1
    assert "5 is below the minimum of 10 seconds. Nothing was changed." in err
    code, _, err = kit("config", "set", "skills.portfolio-tracker.baseCurency", "EUR")
    assert (code, "baseCurrency" in err) == (1, True)
    assert file.read_bytes() == before


def test_the_root_portfolio_section_is_the_skills(kit: Kit, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('{"portfolio": {"dailyReport": {"enabled": true}}}', encoding="utf-8")
    key = "skills.portfolio-tracker.dailyReport.enabled"
    found = answer(kit("config", "get", key, "--json"))
    assert (found["value"], found["origin"]) == (True, "config.json:1:43")


def test_a_broken_file_is_told_and_the_host_still_answers(kit: Kit, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('{"skills": {"portfolio-tracker": {"updateInterval": 5 "x": 1}}}', encoding="utf-8")
    code, out, _ = kit("config", "check")
    assert code == 1
    assert "config.json:1:55 does not go on like this" in out
    code, _, err = kit("portfolio")
    assert (code, "config.json:1:55" in err, "Traceback" in err) == (1, True, False)
    for words in (["status"], ["plugins", "list"], ["config", "path"], ["--version"]):
        assert kit(*words)[0] in (0, 3), words


def test_secrets_are_shown_by_no_command(kit: Kit, file: Path, tmp_path: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(
        '{"storage": {"url": "sqlite:////x.db"}, "channels": {"telegram": {"token": "hunter2"}}}', encoding="utf-8"
    )
    bundle = tmp_path / "bundle.zip"
    for words in (
        ["config", "show"],
        ["config", "show", "--json"],
        ["diagnostics", "--output", str(bundle)],
        ["doctor"],
    ):
        _, out, err = kit(*words)
        assert "hunter2" not in out + err, words
    with zipfile.ZipFile(bundle) as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist())
    assert b"hunter2" not in everything
    assert b"***" in everything
    assert bundle.stat().st_mode & 0o777 == 0o600


def test_diagnostics_replaces_no_file(kit: Kit, tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_text("mine", encoding="utf-8")
    code, _, err = kit("diagnostics", "--output", str(tmp_path / "mine.zip"))
    assert (code, "cannot be written" in err) == (1, True)
    assert (tmp_path / "mine.zip").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["config", "portfolio-tracker", "alerts"])
def test_the_published_schemas_are_those_of_the_models(name: str, kit: Kit) -> None:
    file = ROOT / "schemas" / f"{name}.schema.json"
    words = ["config", "schema"] if name == "config" else ["config", "schema", name]
    hint = f"run: kit {' '.join(words)} > schemas/{file.name}"
    assert json.loads(file.read_text(encoding="utf-8")) == answer(kit(*words, "--json")), hint


def test_the_reference_is_that_of_the_schemas() -> None:
    schema = json.loads((ROOT / "schemas" / "config.schema.json").read_text(encoding="utf-8"))
    hint = "run: python -m kit.config.reference schemas > docs/configuration.md"
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == page(schema), hint


def test_a_key_written_under_the_alias_is_changed_there(kit: Kit, file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('{"portfolio": {"dailyReport": {"enabled": true}}}', encoding="utf-8")
    assert kit("config", "set", "portfolio.dailyReport.enabled", "false")[0] == 0
    assert file.read_text(encoding="utf-8") == '{"portfolio": {"dailyReport": {"enabled": false}}}'
    assert answer(kit("config", "get", "portfolio.dailyReport.enabled", "--json"))["value"] is False


def test_diagnostics_are_written_where_the_database_cannot_be_reached(kit: Kit, file: Path, tmp_path: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text('{"storage": {"url": "postgresql://me:hunter2@127.0.0.1:1/none"}}', encoding="utf-8")
    file.chmod(0o600)
    bundle = tmp_path / "bundle.zip"
    assert kit("diagnostics", "--output", str(bundle))[0] == 0
    with zipfile.ZipFile(bundle) as parts:
        assert b"error" in parts.read("tables.json")
        assert b"hunter2" not in b"".join(parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize(
    "storage",
    [
        '"postgresql://me:hunter2@127.0.0.1:1/mine"',
        '{"url": ["postgresql://me:hunter2@127.0.0.1:1/mine"]}',
        '{"url": "mysql://me:hunter2@127.0.0.1:1/mine"}',
        '{"uri": "postgresql://me:hunter2@127.0.0.1:1/mine"}',
    ],
)
def test_a_database_that_is_named_wrongly_is_not_taken_for_an_empty_one(kit: Kit, file: Path, storage: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(f'{{"storage": {storage}}}', encoding="utf-8")
    file.chmod(0o600)
    said = [kit("portfolio"), kit("holdings"), kit("config", "check"), kit("status"), kit("doctor")]
    assert [code for code, _, _ in said] == [1, 1, 1, 0, 3]
    assert all("config.json:1:" in out + err for _, out, err in said[:4])
    assert "hunter2" not in str(said)
    assert not (file.parent / "data").exists()


@pytest.mark.parametrize(
    ("network", "said"),
    [
        ('{"prxy": "http://127.0.0.1:1"}', "network.prxy: is not a setting. Did you mean “proxy”?"),
        ('{"proxy": "me:hunter2@127.0.0.1:1"}', "network.proxy: this is no HTTP proxy. Write it like http://proxy.ex"),
        ('{"proxy": "socks5://me:hunter2@127.0.0.1:1"}', "network.proxy: this is no HTTP proxy."),
    ],
)
def test_nobody_is_asked_past_a_proxy_that_is_named_wrongly(kit: Kit, file: Path, network: str, said: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(f'{{"network": {network}}}', encoding="utf-8")
    file.chmod(0o600)
    code, _, err = kit("sync")
    assert (code, said in err, "hunter2" in err) == (1, True, False)
    assert kit("portfolio", "--offline")[0] == 0


@pytest.mark.parametrize(
    ("key", "value", "step"),
    [
        ("prices.coingecko.baseUrl", "nonsense", "Write it like “https://prices.example.org”"),
        ("skills.portfolio-tracker.trading.pairs", '["BTCUSDT"]', "Write it like “BTC/USDT”"),
        ("notifications.quietHours", "late", "Write it like “22:00-07:00”"),
        ("exchanges.mine", '{"type": "kraken", "proxy": "127.0.0.1:3128"}', "Write it like http://127.0.0.1:3128"),
    ],
)
def test_what_is_written_otherwise_is_met_with_an_example(kit: Kit, key: str, value: str, step: str) -> None:
    code, _, err = kit("config", "set", key, value)
    assert (code, step.replace("“", '"').replace("”", '"') in err) == (1, True), err
