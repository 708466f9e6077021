"""Locks by name: one holder among all processes and threads; free when the holder dies."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from kit import Migrations, Store
from kit.storage.locks import file_name, key_of

Open = Callable[[str, Sequence[Migrations]], Store]
_HOLDER = """
import sys, time
from kit import Store
from kit.clock import SystemClock
store = Store.closed(sys.argv[1], [], clock=SystemClock())
with store.lock(sys.argv[2]) as held:
    print(held, flush=True)
    time.sleep(60)
"""


def test_one_holds_it_and_another_name_is_another_lock(store_url: str, open_store: Open) -> None:
    one, other = open_store(store_url, []), open_store(store_url, [])
    with one.lock("sync: Binance") as first, other.lock("sync: Binance") as second, other.lock("sync: Kraken") as third:
        assert (first, second, third) == (True, False, True)
    with other.lock("sync: Binance") as again:
        assert again


def test_two_threads_of_one_store_exclude_each_other(store: Store) -> None:
    inside, most, entered = 0, 0, 0
    guard = threading.Lock()

    def work() -> None:
        nonlocal inside, most, entered
        with store.lock("job", wait=20) as held:
            assert held
            with guard:
                inside, entered = inside + 1, entered + 1
                most = max(most, inside)
            time.sleep(0.02)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, entered) == (1, 4)


def test_the_same_thread_does_not_get_it_twice(store: Store) -> None:
    with store.lock("job"), store.lock("job") as second:
        assert not second
    with store.lock("job") as later:
        assert later


def test_waiting_ends_when_the_holder_ends_or_the_patience(store: Store) -> None:
    held = store.hold("job")
    assert held is not None
    began = time.monotonic()
    with store.lock("job", wait=0.3) as mine:
        assert not mine
    assert 0.25 < time.monotonic() - began < 30
    threading.Timer(0.2, held.release).start()
    with store.lock("job", wait=10) as mine:
        assert mine


def test_it_lasts_until_the_server_ends_the_session(postgres_database: str, open_store: Open) -> None:
    import psycopg

    store = open_store(postgres_database, [])
    held = store.hold("job")
    assert held is not None
    assert held.lasts()
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    assert not held.lasts()
    held.release()
    with store.lock("job", wait=5) as again:
        assert again


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_killing_the_holder_frees_it(store: Store, store_url: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, store_url, "job"], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with store.lock("job") as mine:
            assert not mine
        holder.kill()
        with store.lock("job", wait=5) as mine:
            assert mine


def test_a_lock_opens_no_database_and_nobody_else_reads_its_folder(tmp_path: Path, open_store: Open) -> None:
    store = open_store(f"sqlite:///{tmp_path.as_posix()}/data/kit.db", [])
    with store.lock("../odd name") as held:
        assert held
        assert not store.exists
        (folder,) = (tmp_path / "data").iterdir()
        assert folder.name == "kit.db.locks"
        assert sys.platform == "win32" or folder.stat().st_mode & 0o077 == 0


@given(st.text(max_size=80), st.text(max_size=80))
def test_names_are_safe_and_stay_apart(one: str, other: str) -> None:
    for made in (file_name(one), file_name(other)):
        assert made.isascii()
        assert len(made) < 64
        assert not set(made) & set('/\\:*?"<>|\0')
    assert -(2**63) <= key_of(one) < 2**63
    assert (one == other) == (key_of(one) == key_of(other)) == (file_name(one) == file_name(other))
