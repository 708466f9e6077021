"""A backup holds one instant of everything; restoring puts it back or changes nothing."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import stat
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, inspect, select

from kit import FixedClock, KitError, Migrations, Store, StoreError, UsageError
from kit.storage.backup import default_name, describe, write_backup
from kit.storage.restore import restore_backup

_Opener = Callable[..., Store]
_MOMENT = datetime(2023, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
_BITCOIN = {
    "id": 1,
    "name": "Bitcoin “₿”\n\t\\N",
    "held": Decimal("0.123456789012345678901234567890123456"),
    "since": _MOMENT,
    "staked": True,
    "day": date(2024, 2, 29),
    "noted": datetime(2024, 1, 1, 12),  # noqa: DTZ001 - the column is one without a zone
    "extra": {"tags": ["a", None, 1]},
    "raw": b"\x00\xff",
    "share": 0.1,
}
_NOTHING = {"id": 2}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "config.json").write_text("{} // as backed up")
    (folder / "plugins.json").write_text("[]")
    return folder


@pytest.fixture
def filled(store: Store, coins_table: Table, trades_table: Table) -> Store:
    with store.write() as connection:
        connection.execute(coins_table.insert().values(_BITCOIN))
        connection.execute(coins_table.insert().values(_NOTHING))
        connection.execute(trades_table.insert().values(coin=1))
    return store


def _rows(store: Store, table: Table) -> list[dict[str, Any]]:
    with store.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table).order_by(table.c.id))]


def _back_up(store: Store, home: Path, file: Path, clock: FixedClock) -> Path:
    return write_backup(store, home, file, clock=clock, kit_version="9.9").file


def test_a_backup_says_what_it_holds(filled: Store, home: Path, tmp_path: Path, clock: FixedClock) -> None:
    file = tmp_path / default_name(clock.now())
    assert file.name == "kit-backup-20240506-070809.kitbackup"
    said = write_backup(filled, home, file, clock=clock, kit_version="9.9")
    assert said == describe(file)
    assert said.holds == ("config.json", "kit.db", "plugins.json")
    assert (said.written, said.kit_version, said.database) == (clock.now(), "9.9", filled.dialect)
    assert said.size_bytes == file.stat().st_size
    assert sorted(each.name for each in tmp_path.glob(".kit-backup*")) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_backup_is_for_its_owner_alone(filled: Store, home: Path, tmp_path: Path, clock: FixedClock) -> None:
    assert stat.S_IMODE(_back_up(filled, home, tmp_path / "b", clock).stat().st_mode) == 0o600


def test_restoring_puts_back_what_was(
    filled: Store, coins_table: Table, home: Path, tmp_path: Path, clock: FixedClock
) -> None:
    before = _rows(filled, coins_table)
    assert before[0] == _BITCOIN
    file = _back_up(filled, home, tmp_path / "b", clock)
    with filled.write() as connection:
        connection.exec_driver_sql("DELETE FROM a_trades")
        connection.execute(coins_table.update().values(name="changed"))
    (home / "config.json").write_text("{} // changed")
    restored = restore_backup(filled, home, file, clock=clock)
    assert _rows(filled, coins_table) == before
    assert (home / "config.json").read_text() == "{} // as backed up"
    kept = {path.name: path for path in restored.kept}
    assert kept["config.json-before-restore-20240506-070809"].read_text() == "{} // changed"
    assert "kit.db-before-restore-20240506-070809" in kept


def test_what_a_restore_replaced_can_itself_be_opened(
    filled: Store,
    coins_table: Table,
    coins: Migrations,
    home: Path,
    tmp_path: Path,
    clock: FixedClock,
    open_store: _Opener,
) -> None:
    file = _back_up(filled, home, tmp_path / "b", clock)
    with filled.write() as connection:
        connection.execute(coins_table.update().values(name="later"))
    (kept,) = (path for path in restore_backup(filled, home, file, clock=clock).kept if path.name.startswith("kit.db"))
    old = open_store(f"sqlite:///{kept.as_posix()}", [coins])
    assert [row["name"] for row in _rows(old, coins_table)] == ["later", "later"]
    assert _rows(old, coins_table)[0]["held"] == _BITCOIN["held"]


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_of_either_database_goes_into_either(
    filled: Store,
    target: str,
    request: pytest.FixtureRequest,
    coins_table: Table,
    coins: Migrations,
    home: Path,
    tmp_path: Path,
    clock: FixedClock,
    open_store: _Opener,
) -> None:
    file = _back_up(filled, home, tmp_path / "b", clock)
    if target == "sqlite":
        url = f"sqlite:///{tmp_path.as_posix()}/elsewhere/kit.db"
    else:
        url = request.getfixturevalue("postgres_database")
    other = open_store(url, [coins])
    restore_backup(other, home, file, clock=clock)
    assert _rows(other, coins_table) == _rows(filled, coins_table)
    with other.write() as connection:
        connection.execute(coins_table.insert().values(name="one more"))
        assert connection.exec_driver_sql("SELECT coin FROM a_trades").scalars().all() == [1]
        assert set(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars()) == {
            "host_0003",
            "coins_1",
        }


def test_rows_of_a_plugin_that_is_gone_are_backed_up_and_put_back(
    filled: Store,
    store_url: str,
    coins_table: Table,
    home: Path,
    tmp_path: Path,
    clock: FixedClock,
    open_store: _Opener,
) -> None:
    before = _rows(filled, coins_table)
    without = open_store(store_url, [])
    file = _back_up(without, home, tmp_path / "b", clock)
    with filled.write() as connection:
        connection.exec_driver_sql("DELETE FROM a_trades")
        connection.exec_driver_sql("DELETE FROM coins")
    restore_backup(without, home, file, clock=clock)
    assert _rows(filled, coins_table) == before


def test_settings_alone_can_be_backed_up(
    open_store: _Opener, sqlite_url: str, home: Path, tmp_path: Path, clock: FixedClock
) -> None:
    store = open_store(sqlite_url)
    file = _back_up(store, home, tmp_path / "b", clock)
    assert describe(file).holds == ("config.json", "plugins.json")
    (home / "config.json").unlink()
    restore_backup(store, home, file, clock=clock)
    assert (home / "config.json").read_text() == "{} // as backed up"
    assert not store.exists


def test_an_empty_home_has_nothing_to_back_up(
    open_store: _Opener, sqlite_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    with pytest.raises(KitError, match="nothing to back up"):
        _back_up(open_store(sqlite_url), tmp_path / "home", tmp_path / "b", clock)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_never_overwritten(filled: Store, home: Path, tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "b").write_text("precious")
    with pytest.raises(UsageError, match="exists already"):
        _back_up(filled, home, tmp_path / "b", clock)
    assert (tmp_path / "b").read_text() == "precious"


def test_a_folder_that_is_not_there_is_a_sentence(filled: Store, home: Path, tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(StoreError, match="could not be written"):
        _back_up(filled, home, tmp_path / "nowhere" / "b", clock)


def _rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def _spoil_database(members: dict[str, bytes]) -> None:
    members["kit.db"] = members["kit.db"][:-1] + b"!"


def _from_the_future(members: dict[str, bytes]) -> None:
    members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), "formatVersion": 2}).encode()


def _not_ours(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def _incomplete(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b'{"format": "kit-backup", "formatVersion": 1}'


def _without_database(members: dict[str, bytes]) -> None:
    del members["kit.db"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (_spoil_database, "does not match its checksum"),
        (_from_the_future, "newer version of K.I.T."),
        (_not_ours, "not a K.I.T. backup"),
        (_incomplete, "incomplete"),
        (_without_database, "not a whole K.I.T. backup"),
    ],
)
def test_a_backup_that_cannot_be_trusted_changes_nothing(
    filled: Store,
    coins_table: Table,
    home: Path,
    tmp_path: Path,
    clock: FixedClock,
    change: Callable[[dict[str, bytes]], None],
    says: str,
) -> None:
    file = _back_up(filled, home, tmp_path / "b", clock)
    _rewritten(file, change)
    (home / "config.json").write_text("{} // mine")
    before = _rows(filled, coins_table)
    with pytest.raises(StoreError, match=says):
        restore_backup(filled, home, file, clock=clock)
    assert _rows(filled, coins_table) == before
    assert (home / "config.json").read_text() == "{} // mine"
    assert [path.name for path in tmp_path.rglob("*before-restore*")] == []
    assert [path.name for path in tmp_path.rglob(".restore*")] == []


@pytest.mark.parametrize("cut", [0, 1, 100, -30, -1])
def test_a_file_cut_short_is_refused(
    filled: Store, coins_table: Table, home: Path, tmp_path: Path, clock: FixedClock, cut: int
) -> None:
    file = _back_up(filled, home, tmp_path / "b", clock)
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(StoreError, match=r"not a whole K\.I\.T\. backup"):
        restore_backup(filled, home, file, clock=clock)
    assert len(_rows(filled, coins_table)) == 2


def test_a_file_that_is_not_there_is_a_sentence(filled: Store, home: Path, tmp_path: Path, clock: FixedClock) -> None:
    with pytest.raises(StoreError, match="could not be read"):
        restore_backup(filled, home, tmp_path / "nowhere", clock=clock)


def test_a_backup_of_a_newer_program_is_refused(
    filled: Store, store_url: str, coins: Migrations, coins_table: Table, home: Path, tmp_path: Path, clock: FixedClock
) -> None:
    text = (coins.directory / "coins_1.py").read_text()
    later = text.replace('"coins_1"', '"coins_2"').replace("down_revision = None", 'down_revision = "coins_1"')
    later = later.replace('branch_labels = ("coins",)', "branch_labels = None")
    (coins.directory / "coins_2.py").write_text(later.split("def upgrade")[0] + "def upgrade():\n    pass\n")
    newer = Migrations("coins", coins.directory, "coins_2")
    with Store.open(f"sqlite:///{tmp_path.as_posix()}/newer/kit.db", [newer], clock=clock) as store:
        with store.write():
            pass
        file = _back_up(store, home, tmp_path / "b", clock)
    (coins.directory / "coins_2.py").unlink()
    before = _rows(filled, coins_table)
    with pytest.raises(KitError, match="newer version of “coins”"):
        restore_backup(filled, home, file, clock=clock)
    assert _rows(filled, coins_table) == before


def test_a_damaged_database_is_replaced_and_kept(
    open_store: _Opener, sqlite_url: str, coins: Migrations, coins_table: Table, home: Path, clock: FixedClock
) -> None:
    store = open_store(sqlite_url, [coins])
    with store.write() as connection:
        connection.execute(coins_table.insert().values(id=1, name="BTC"))
    file = _back_up(store, home, home / "b", clock)
    store.close()
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    database.write_bytes(b"rubbish " * 1000)
    restored = restore_backup(store, home, file, clock=clock)
    assert [row["name"] for row in _rows(store, coins_table)] == ["BTC"]
    assert any(path.read_bytes().startswith(b"rubbish") for path in restored.kept)


_PAIRS = Table("coins", MetaData(), Column("id", Integer, primary_key=True), Column("name", Text))


def _write_pairs(url: str, coins: Migrations, begun: Event, enough: Event) -> None:
    from kit import SystemClock

    with Store.open(url, [coins], clock=SystemClock()) as store:
        number = 0
        while not enough.is_set():
            with store.write() as connection:
                connection.execute(_PAIRS.insert().values(id=number, name="x" * 300))
                connection.execute(_PAIRS.insert().values(id=number + 1, name="x"))
            number += 2
            if number > 40:
                begun.set()


def test_a_backup_taken_while_another_process_writes_holds_whole_transactions(
    store: Store, store_url: str, coins: Migrations, home: Path, tmp_path: Path, clock: FixedClock, open_store: _Opener
) -> None:
    context = multiprocessing.get_context("spawn")
    begun, enough = context.Event(), context.Event()
    writer = context.Process(target=_write_pairs, args=(store_url, coins, begun, enough))
    writer.start()
    try:
        assert begun.wait(30)
        sizes = []
        for turn in range(4):
            file = _back_up(store, home, tmp_path / f"b{turn}", clock)
            copy = open_store(f"sqlite:///{tmp_path.as_posix()}/copy{turn}/kit.db", [coins])
            restore_backup(copy, tmp_path / f"home{turn}", file, clock=clock)
            numbers = [row["id"] for row in _rows(copy, _PAIRS)]
            assert numbers == list(range(len(numbers)))
            assert len(numbers) % 2 == 0
            sizes.append(len(numbers))
            time.sleep(0.05)
        assert sizes[-1] > sizes[0] > 40
    finally:
        enough.set()
        writer.join(30)
    assert writer.exitcode == 0


def test_a_restore_is_seen_by_a_process_that_has_the_store_open(
    filled: Store, store_url: str, coins: Migrations, coins_table: Table, home: Path, clock: FixedClock, tmp_path: Path
) -> None:
    file = _back_up(filled, home, tmp_path / "b", clock)
    with Store.open(store_url, [coins], clock=clock) as elsewhere:
        with elsewhere.write() as connection:
            connection.execute(coins_table.insert().values(id=3, name="later"))
        assert len(_rows(elsewhere, coins_table)) == 3
        clock.advance(timedelta(seconds=1))
        restore_backup(filled, home, file, clock=clock)
        assert len(_rows(elsewhere, coins_table)) == 2
        with elsewhere.read() as connection:
            assert "coins" in inspect(connection).get_table_names()


def test_postgresql_takes_no_tables_of_a_plugin_it_does_not_have(
    sqlite_url: str,
    postgres_database: str,
    coins: Migrations,
    coins_table: Table,
    home: Path,
    clock: FixedClock,
    open_store: _Opener,
) -> None:
    with_coins = open_store(sqlite_url, [coins])
    with with_coins.write() as connection:
        connection.execute(coins_table.insert().values(id=1))
    file = _back_up(with_coins, home, home / "b", clock)
    bare = open_store(postgres_database, [])
    with bare.write() as connection:
        connection.exec_driver_sql("INSERT INTO meta VALUES ('mine', 'yes')")
    with pytest.raises(StoreError, match=r"not installed \(a_trades, coins\)"):
        restore_backup(bare, home, file, clock=clock)
    with bare.read() as connection:
        assert connection.exec_driver_sql("SELECT value FROM meta WHERE key = 'mine'").scalar() == "yes"


def test_what_the_backup_does_not_have_is_gone_afterwards_and_kept_beside(
    store_url: str,
    sqlite_url: str,
    coins: Migrations,
    coins_table: Table,
    home: Path,
    clock: FixedClock,
    open_store: _Opener,
) -> None:
    with open_store(sqlite_url, []).write():
        pass
    file = _back_up(open_store(sqlite_url, []), home, home / "b", clock)
    with_coins = open_store(store_url, [coins])
    with with_coins.write() as connection:
        connection.execute(coins_table.insert().values(id=1, name="BTC"))
    without = open_store(store_url, [])
    kept = [each for each in restore_backup(without, home, file, clock=clock).kept if each.name.startswith("kit.db")]
    with without.read() as connection:
        assert not {"coins", "a_trades"} & set(inspect(connection).get_table_names())
    assert [row["name"] for row in _rows(open_store(kept[0], [coins]), coins_table)] == ["BTC"]
    assert _rows(open_store(store_url, [coins]), coins_table) == []


def _rubbish_inside(members: dict[str, bytes]) -> None:
    members["kit.db"] = b"rubbish " * 1000
    manifest = json.loads(members["manifest.json"])
    manifest["files"]["kit.db"]["sha256"] = hashlib.sha256(members["kit.db"]).hexdigest()
    members["manifest.json"] = json.dumps(manifest).encode()


def test_a_backup_of_something_else_changes_nothing(
    filled: Store, coins_table: Table, home: Path, tmp_path: Path, clock: FixedClock
) -> None:
    file = _back_up(filled, home, tmp_path / "b", clock)
    _rewritten(file, _rubbish_inside)
    with pytest.raises(StoreError, match="in the backup"):
        restore_backup(filled, home, file, clock=clock)
    assert len(_rows(filled, coins_table)) == 2


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(
    open_store: _Opener, sqlite_url: str, coins: Migrations, coins_table: Table, home: Path, clock: FixedClock
) -> None:
    store = open_store(sqlite_url, [coins])
    with store.write() as connection:
        store.bulk_insert(connection, coins_table, ["id", "name"], [(number, "x" * 900) for number in range(200)])
    store.close()
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    content = bytearray(database.read_bytes())
    content[-20 * 4096 :] = b"\xee" * (20 * 4096)
    database.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        _back_up(store, home, home / "b", clock)
    assert sorted(path.name for path in home.iterdir()) == ["config.json", "plugins.json"]
