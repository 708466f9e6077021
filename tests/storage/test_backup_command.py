"""`kit backup`, `kit restore` and `kit problems`, as their handlers answer."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit import FixedClock, Problem, Severity, StoreError, UsageError, replies
from kit.cli.handlers.backup import backup, restore
from kit.cli.handlers.problems import problems as problems_command
from kit.host import Host
from kit.storage.backup import Backup

_STALE = Problem("sync", Severity.ERROR, "The key is invalid.", "exchanges.kraken", "Renew it.")


def _open_host(home: Path, clock: FixedClock) -> Host:
    return Host(home, env={"KIT_LOAD_PLUGINS": "", "KIT_CACHE": str(home.with_name("cache"))}, clock=clock)


def _configure(home: Path, url: str) -> None:
    home.mkdir(exist_ok=True)
    file = home / "config.json"
    file.write_text(json.dumps({"storage": {"url": url}}))
    file.chmod(0o600)


@pytest.fixture
def host(store_url: str, clock: FixedClock, tmp_path: Path) -> Iterator[Host]:
    """An installation with one kept problem."""
    _configure(tmp_path / "home", store_url)
    opened = _open_host(tmp_path / "home", clock)
    opened.problems.report(_STALE)
    yield opened
    opened.close()


@pytest.fixture
def backed_up(host: Host, tmp_path: Path) -> Path:
    """A backup of that; the problem is cured since."""
    data = backup(host, file=tmp_path / "b.kitbackup").data
    assert isinstance(data, Backup)
    host.problems.resolve("sync")
    return data.file


def _kept(host: Host) -> list[str]:
    return [problem.key for problem in host.problems.open()]


def _shown(reply: replies.Reply) -> dict[str, list[str]]:
    shown: dict[str, list[str]] = {}
    for block in reply.blocks:
        if isinstance(block, replies.Metrics):
            for item in block.items:
                shown.setdefault(item.label, []).append(str(item.value))
    return shown


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A terminal in the place of stdin; what is typed there can be given."""
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminal")
    ours, theirs = pty.openpty()

    def type_(text: str) -> None:
        os.write(ours, text.encode())

    with os.fdopen(theirs) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield type_
    os.close(ours)


def test_a_backup_without_a_name_is_dated_and_lies_here(
    host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    reply = backup(host)
    file = tmp_path / "kit-backup-20240506-070809.kitbackup"
    assert file.exists()
    assert _shown(reply)["File"] == [str(file)]
    assert _shown(reply)["Holds"] == ["config.json, kit.db"]


def test_restoring_without_a_terminal_wants_yes(host: Host, backed_up: Path) -> None:
    with pytest.raises(UsageError, match="no terminal") as refused:
        restore(host, file=backed_up)
    assert "--yes" in str(refused.value)
    assert _kept(host) == []


def test_yes_restores_and_says_what_is_kept(host: Host, backed_up: Path) -> None:
    reply = restore(host, file=backed_up, yes=True)
    assert _kept(host) == ["sync"]
    assert reply.exit_code == 0
    assert [name.rpartition("/")[2] for name in _shown(reply)["Kept from before"]] == [
        "kit.db-before-restore-20240506-070809",
        "config.json-before-restore-20240506-070809",
    ]
    assert not [block for block in reply.blocks if isinstance(block, replies.Notice)]


def test_a_person_is_asked_and_may_agree(
    host: Host, backed_up: Path, terminal: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    terminal("y\n")
    assert restore(host, file=backed_up).exit_code == 0
    assert _kept(host) == ["sync"]
    said = capfd.readouterr()
    assert "backup of 2024-05-06 07:08 UTC" in said.err
    assert said.out == ""


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_a_person_is_asked_and_may_decline(
    host: Host, backed_up: Path, terminal: Callable[[str], None], answer: str
) -> None:
    terminal(answer)
    reply = restore(host, file=backed_up)
    assert (reply.exit_code, reply.data) == (1, {"restored": False})
    assert _kept(host) == []


def test_a_store_too_damaged_to_open_can_be_restored(backed_up: Path, clock: FixedClock, tmp_path: Path) -> None:
    home = tmp_path / "spoilt"
    _configure(home, f"sqlite:///{home.as_posix()}/kit.db")
    (home / "kit.db").write_bytes(b"rubbish " * 1000)
    spoilt = _open_host(home, clock)
    with pytest.raises(StoreError, match="kit restore"):
        spoilt.store  # noqa: B018 - looking is the test
    restore(spoilt, file=backed_up, yes=True)
    (home / "config.json").unlink()
    spoilt.close()
    _configure(home, f"sqlite:///{home.as_posix()}/kit.db")
    again = _open_host(home, clock)
    assert _kept(again) == ["sync"]
    again.close()


def test_a_restored_config_that_names_another_database_is_pointed_out(
    backed_up: Path, clock: FixedClock, tmp_path: Path
) -> None:
    home = tmp_path / "fresh"
    home.mkdir()
    fresh = _open_host(home, clock)
    reply = restore(fresh, file=backed_up, yes=True)
    fresh.close()
    (notice,) = (block for block in reply.blocks if isinstance(block, replies.Notice))
    assert "names another database" in notice.text
    assert str(home / "data" / "kit.db") in notice.text
    assert "hush" not in notice.text


def test_problems_are_a_table_and_exit_code_three(host: Host, clock: FixedClock) -> None:
    reply = problems_command(host)
    (table,) = reply.blocks
    assert isinstance(table, replies.Table)
    assert table.rows == (("error", "The key is invalid.", "exchanges.kraken", "Renew it.", clock.now()),)
    assert reply.exit_code == 3
    assert [problem.key for problem in reply.data] == ["sync"]


def test_no_problems_and_mere_hints_are_exit_code_zero(host: Host) -> None:
    host.problems.resolve("sync")
    assert problems_command(host).exit_code == 0
    host.problems.report(Problem("hint", Severity.INFO, "A new version is out.", "kit", "Update."))
    assert problems_command(host).exit_code == 0
