"""Reading is a snapshot, writing is one transaction of one writer."""

from __future__ import annotations

import multiprocessing
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from kit import FixedClock, Migrations, Store, StoreError
from kit.storage.engines import shown

_Opener = Callable[..., Store]


def _names(store: Store, table: Table) -> list[str]:
    with store.read() as connection:
        return list(connection.scalars(select(table.c.name).order_by(table.c.id)))


def test_a_written_row_is_read_back(store: Store, coins_table: Table) -> None:
    with store.write() as connection:
        connection.execute(coins_table.insert().values(id=1, name="BTC"))
    assert _names(store, coins_table) == ["BTC"]


def test_an_error_while_writing_keeps_nothing(store: Store, coins_table: Table) -> None:
    def fail_halfway() -> None:
        with store.write() as connection:
            connection.execute(coins_table.insert().values(id=1, name="BTC"))
            raise KeyError("halfway")

    with pytest.raises(KeyError):
        fail_halfway()
    assert _names(store, coins_table) == []


def test_a_reader_sees_one_state_while_another_writes(store: Store, coins_table: Table) -> None:
    with store.read() as reader:
        before = reader.scalar(select(func.count()).select_from(coins_table))
        with store.write() as writer:
            writer.execute(coins_table.insert().values(id=1, name="BTC"))
        assert reader.scalar(select(func.count()).select_from(coins_table)) == before == 0
    assert _names(store, coins_table) == ["BTC"]


def test_a_write_inside_a_write_is_refused_at_once(store: Store, coins_table: Table) -> None:
    with store.write() as connection:
        connection.execute(coins_table.insert().values(id=1, name="BTC"))
        with pytest.raises(RuntimeError, match="would wait for itself"), store.write():
            pass
    with store.write():
        pass
    assert _names(store, coins_table) == ["BTC"]


def test_threads_of_one_process_write_one_after_the_other(store: Store, coins_table: Table) -> None:
    def insert(number: int) -> None:
        with store.write() as connection:
            connection.execute(coins_table.insert().values(id=number, name="x"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(insert, range(40)))
    assert len(_names(store, coins_table)) == 40


def test_a_reader_cannot_write(store: Store, coins_table: Table) -> None:
    with pytest.raises(StoreError), store.read() as reader:
        reader.execute(coins_table.insert().values(id=1, name="BTC"))
    assert _names(store, coins_table) == []


def test_foreign_keys_are_kept(store: Store, trades_table: Table) -> None:
    with pytest.raises(StoreError, match="refused a statement"), store.write() as connection:
        connection.execute(trades_table.insert().values(coin=404))


def test_a_closed_store_can_be_used_again(store: Store, coins_table: Table) -> None:
    store.close()
    assert _names(store, coins_table) == []


def test_opening_and_looking_for_a_file_makes_none(open_store: _Opener, sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url)
    assert not store.exists
    assert not (tmp_path / "sqlite").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_database_is_for_its_owner_alone(open_store: _Opener, sqlite_url: str, tmp_path: Path) -> None:
    with open_store(sqlite_url).write():
        pass
    assert stat.S_IMODE((tmp_path / "sqlite").stat().st_mode) == 0o700
    for file in (tmp_path / "sqlite").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_sqlite_survives_a_power_cut_and_lets_readers_be(open_store: _Opener, sqlite_url: str) -> None:
    with open_store(sqlite_url).read() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def _write_many(url: str, coins: Migrations, first: int, failed: multiprocessing.Queue[str]) -> None:
    from sqlalchemy import Column, Integer, MetaData, Text

    from kit import SystemClock

    table = Table("coins", MetaData(), Column("id", Integer, primary_key=True), Column("name", Text))
    try:
        with Store.open(url, [coins], clock=SystemClock()) as store:
            for number in range(first, first + 60):
                with store.write() as connection:
                    connection.execute(table.insert().values(id=number, name="x"))
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        failed.put(repr(error))


def _run_together(targets: Sequence[tuple[Callable[..., None], tuple[object, ...]]]) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=target, args=arguments) for target, arguments in targets]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0


def _open_once(url: str, coins: Migrations, failed: multiprocessing.Queue[str]) -> None:
    from kit import SystemClock

    try:
        with Store.open(url, [coins], clock=SystemClock()) as store, store.read() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM coins").scalar()
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
        failed.put(repr(error))


def test_two_writers_lose_no_row_and_never_find_it_locked(
    store: Store, store_url: str, coins: Migrations, coins_table: Table
) -> None:
    failed = multiprocessing.get_context("spawn").Queue()
    _run_together([(_write_many, (store_url, coins, first, failed)) for first in (0, 1000)])
    assert failed.empty(), failed.get()
    assert len(_names(store, coins_table)) == 120


def test_four_processes_may_start_at_once_on_an_empty_home(store_url: str, coins: Migrations) -> None:
    failed = multiprocessing.get_context("spawn").Queue()
    _run_together([(_open_once, (store_url, coins, failed))] * 4)
    assert failed.empty(), failed.get()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "not a database URL"),
        ("mysql://me@host/db", "“mysql”"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///kit.db", "in which folder"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url: str, says: str, clock: FixedClock) -> None:
    with pytest.raises(StoreError, match=says) as refused:
        Store.open(url, [], clock=clock)
    assert "sqlite:////" in str(refused.value.next_step)


@pytest.mark.parametrize("name", ["a b", "100%", "q?a=b", "c#d", "ü🚀", "'quoted'"])
def test_a_folder_may_have_any_name(name: str, open_store: _Opener, tmp_path: Path) -> None:
    file = tmp_path / name / "kit.db"
    with open_store(file).write():
        pass
    assert file.exists()


def test_the_shown_url_hides_every_password(clock: FixedClock) -> None:
    from kit.storage.engines import parse_url

    text = shown(parse_url("postgresql://me:hush%3A1@host:5432/db?sslpassword=hush2&password=hush3"))
    assert "hush" not in text
    assert "me:***@host:5432/db" in text


def test_without_the_postgresql_driver_the_sentence_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from kit import Store, StoreError, SystemClock\n"
        "try: Store.open('postgresql://me:hush@host/db', [], clock=SystemClock())\n"
        "except StoreError as error: print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert 'pip install "kit-host[postgres]"' in said.stdout
    assert "hush" not in said.stdout


def test_importing_the_package_imports_no_sqlalchemy(tmp_path: Path) -> None:
    code = "import sys, kit.storage; print('sqlalchemy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert said.stdout.strip() == "False"


def test_an_everyday_opening_imports_no_alembic(store: Store, store_url: str, coins: Migrations) -> None:
    code = (
        "import sys; from pathlib import Path; from kit import Migrations, Store, SystemClock\n"
        f"Store.open({store_url!r}, [Migrations('coins', Path({str(coins.directory)!r}), 'coins_1')],"
        " clock=SystemClock()).close(); print('alembic' in sys.modules)"
    )
    with store.write():
        pass
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
