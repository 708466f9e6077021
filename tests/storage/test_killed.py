"""A process killed at any moment leaves a store that opens and holds all or nothing of each batch."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from kit import FixedClock, Migrations, Store
from kit.storage.backup import write_backup
from kit.storage.restore import restore_backup

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL"),
    # A child only writes to the store and is killed: what its parent's threads held does not matter to it.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning"),
]
_BATCH = 400
_KILLS = {"sqlite": 200, "postgresql": 40}
_EARLIEST, _LATEST = 0.001, 0.06
_RESTORES = 30


def _killed(work: Callable[[], None], after_seconds: float) -> bool:
    """Run `work` in a forked child and kill it; whether the kill came before its end."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(after_seconds)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == signal.SIGKILL


def test_a_killed_writer_leaves_all_or_nothing_of_a_batch(
    store: Store, store_url: str, coins: Migrations, coins_table: Table, clock: FixedClock
) -> None:
    with store.write():
        pass
    store.close()

    def write_batches() -> None:
        mine = Store.open(store_url, [coins], clock=clock)
        number = 0
        while True:
            rows = ((number + place, f"batch {number // _BATCH}") for place in range(_BATCH))
            with mine.write() as connection:
                mine.bulk_insert(connection, coins_table, ["id", "name"], rows)
            number += _BATCH

    kills = _KILLS[store.dialect]
    cut_short, batches = 0, 0
    for turn in range(kills):
        cut_short += _killed(write_batches, _EARLIEST + turn * (_LATEST - _EARLIEST) / kills)
        with Store.open(store_url, [coins], clock=clock) as survivor, survivor.write() as connection:
            kept = Counter(connection.scalars(select(coins_table.c.name)))
            connection.execute(coins_table.delete())
        assert set(kept.values()) <= {_BATCH}
        assert set(kept) == {f"batch {number}" for number in range(len(kept))}
        batches += len(kept)
    assert cut_short == kills
    assert batches > kills
    if store.dialect == "sqlite":
        with store.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_killed_restore_leaves_the_old_database_or_the_new(
    store: Store, store_url: str, coins: Migrations, coins_table: Table, clock: FixedClock, tmp_path: Path
) -> None:
    names = {"old": 3_000, "new": 5_000}

    def fill(name: str) -> None:
        with store.write() as connection:
            connection.execute(coins_table.delete())
            rows = ((number, name) for number in range(names[name]))
            store.bulk_insert(connection, coins_table, ["id", "name"], rows)
        store.close()

    def restore() -> None:
        with Store.open(store_url, [coins], clock=clock) as mine:
            restore_backup(mine, tmp_path / "home", file, clock=clock)

    fill("new")
    file = write_backup(store, tmp_path, tmp_path / "b", clock=clock, kit_version="1").file
    seen: Counter[str] = Counter()
    began = time.monotonic()
    restore()
    usual = time.monotonic() - began
    for turn in range(_RESTORES):
        for leftover in tmp_path.rglob("*-before-restore-*"):
            leftover.unlink()
        fill("old")
        _killed(restore, usual * 1.5 * turn / _RESTORES)
        with Store.open(store_url, [coins], clock=clock) as survivor, survivor.write() as connection:
            kept = Counter(connection.scalars(select(coins_table.c.name)))
        (name,) = kept
        assert kept[name] == names[name]
        seen[name] += 1
    assert seen["old"] > 0
    assert seen["new"] > 0
