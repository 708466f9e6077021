"""`kit backup`, `kit restore` and `kit problems`, as their handlers answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from kit import FixedClock, Migrations, Problem, Severity, Store, StoreError, UsageError, replies
from kit.cli.handlers.backup import backup, restore
from kit.cli.handlers.problems import problems as problems_command
from kit.storage import StoredProblems
from kit.storage.backup import Backup


@dataclass
class _Host:
    """As much of the host as these handlers touch."""

    home: Path
    clock: FixedClock
    closed: Store

    @property
    def store(self) -> Store:
        with self.closed.read():
            return self.closed

    @property
    def problems(self) -> StoredProblems:
        return StoredProblems(self.closed, self.clock)

    def closed_store(self) -> Store:
        return self.closed


@pytest.fixture
def host(store: Store, coins_table: Table, clock: FixedClock, tmp_path: Path) -> Any:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "config.json").write_text("{}")
    with store.write() as connection:
        connection.execute(coins_table.insert().values(id=1, name="BTC"))
    return _Host(tmp_path / "home", clock, store)


@pytest.fixture
def backed_up(host: Any, coins_table: Table, tmp_path: Path) -> Path:
    """A backup of one coin; there are none any more."""
    data = backup(host, file=tmp_path / "b.kitbackup").data
    assert isinstance(data, Backup)
    with host.closed.write() as connection:
        connection.execute(coins_table.delete())
    return data.file


def _coins(host: Any, coins_table: Table) -> int:
    with host.closed.read() as connection:
        return connection.scalar(select(func.count()).select_from(coins_table)) or 0


def _shown(reply: replies.Reply) -> dict[str, object]:
    groups = (block.items for block in reply.blocks if isinstance(block, replies.Metrics))
    return {item.label: item.value for items in groups for item in items}


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A terminal in the place of stdin; what is typed there can be given."""
    pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminal")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)

        def type_(text: str) -> None:
            os.write(ours, text.encode())

        yield type_
    os.close(ours)


def test_a_backup_without_a_name_is_dated_and_lies_here(
    host: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    reply = backup(host)
    file = tmp_path / "kit-backup-20240506-070809.kitbackup"
    assert file.exists()
    assert _shown(reply)["File"] == str(file)
    assert _shown(reply)["Holds"] == "config.json, kit.db"


def test_restoring_without_a_terminal_wants_yes(host: Any, backed_up: Path, coins_table: Table) -> None:
    with pytest.raises(UsageError, match="no terminal") as refused:
        restore(host, file=backed_up)
    assert "--yes" in str(refused.value)
    assert _coins(host, coins_table) == 0


def test_yes_restores_and_says_what_is_kept(host: Any, backed_up: Path, coins_table: Table) -> None:
    reply = restore(host, file=backed_up, yes=True)
    assert _coins(host, coins_table) == 1
    assert reply.exit_code == 0
    assert "before-restore-20240506-070809" in str(_shown(reply)["Kept from before"])


def test_a_person_is_asked_and_may_agree(
    host: Any, backed_up: Path, coins_table: Table, terminal: Callable[[str], None], capfd: pytest.CaptureFixture[str]
) -> None:
    terminal("y\n")
    assert restore(host, file=backed_up).exit_code == 0
    assert _coins(host, coins_table) == 1
    said = capfd.readouterr()
    assert "backup of 2024-05-06 07:08 UTC" in said.err
    assert said.out == ""


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_a_person_is_asked_and_may_decline(
    host: Any, backed_up: Path, coins_table: Table, terminal: Callable[[str], None], answer: str
) -> None:
    terminal(answer)
    reply = restore(host, file=backed_up)
    assert (reply.exit_code, reply.data) == (1, {"restored": False})
    assert _coins(host, coins_table) == 0


def test_a_store_too_damaged_to_open_can_be_restored(
    backed_up: Path, coins: Migrations, coins_table: Table, clock: FixedClock, tmp_path: Path
) -> None:
    (tmp_path / "spoilt.db").write_bytes(b"rubbish " * 1000)
    with Store.closed(f"sqlite:///{tmp_path.as_posix()}/spoilt.db", [coins], clock=clock) as store:
        spoilt: Any = _Host(tmp_path / "home", clock, store)
        with pytest.raises(StoreError, match="kit restore"):
            spoilt.store  # noqa: B018 - looking is the test
        restore(spoilt, file=backed_up, yes=True)
        assert _coins(spoilt, coins_table) == 1


def test_problems_are_a_table_and_exit_code_three(host: Any, clock: FixedClock) -> None:
    host.problems.report(Problem("sync", Severity.ERROR, "The key is invalid.", "exchanges.kraken", "Renew it."))
    reply = problems_command(host)
    (table,) = reply.blocks
    assert isinstance(table, replies.Table)
    assert table.rows == (("error", "The key is invalid.", "exchanges.kraken", "Renew it.", clock.now()),)
    assert reply.exit_code == 3
    assert [problem.key for problem in reply.data] == ["sync"]


def test_no_problems_and_mere_hints_are_exit_code_zero(host: Any) -> None:
    assert problems_command(host).exit_code == 0
    host.problems.report(Problem("hint", Severity.INFO, "A new version is out.", "kit", "Update."))
    assert problems_command(host).exit_code == 0
