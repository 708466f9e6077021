"""A process killed at any moment leaves a store that opens and holds all or nothing of each batch."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
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
_RESTORES = 30


def _killed(work: Callable[[], None], after_seconds: float) -> bool:
    """Run `work` in a forked child and kill it; whether the kill came before its end."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - a forked child must not run its parent's tests
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    time.sleep(after_seconds)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert status in {0, signal.SIGKILL}
    return status == signal.SIGKILL


def test_a_killed_writer_leaves_all_or_nothing_of_a_batch(
    store: Store, store_url: str, coins: Migrations, coins_table: Table, clock: FixedClock
) -> None:
    with store.write():
        pass
    store.close()

    def write_batches(most: int = sys.maxsize) -> None:
        with Store.open(store_url, [coins], clock=clock) as mine:
            for batch in range(most):
                rows = ((batch * _BATCH + place, f"batch {batch}") for place in range(_BATCH))
                with mine.write() as connection:
                    mine.bulk_insert(connection, coins_table, ["id", "name"], rows)

    began = time.monotonic()
    write_batches(1)
    usual = time.monotonic() - began
    with store.write() as connection:
        connection.execute(coins_table.delete())
    store.close()
    kills = _KILLS[store.dialect]
    cut_short, batches, turns = 0, 0, 0
    while turns < kills or not batches:  # a busy machine may not come to its first batch in time
        cut_short += _killed(write_batches, usual * 5 * turns / kills)
        turns += 1
        with Store.open(store_url, [coins], clock=clock) as survivor, survivor.write() as connection:
            kept = Counter(connection.scalars(select(coins_table.c.name)))
            connection.execute(coins_table.delete())
        assert set(kept.values()) <= {_BATCH}
        assert set(kept) == {f"batch {number}" for number in range(len(kept))}
        batches += len(kept)
    assert cut_short == turns
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
    moments = [usual * 1.5 * turn / _RESTORES for turn in range(_RESTORES)]
    for moment in (*moments, usual * 4, usual * 16, usual * 64):
        if moment > moments[-1] and seen["new"]:
            break
        for leftover in tmp_path.rglob("*-before-restore-*"):
            leftover.unlink()
        fill("old")
        _killed(restore, moment)
        with Store.open(store_url, [coins], clock=clock) as survivor, survivor.write() as connection:
            kept = Counter(connection.scalars(select(coins_table.c.name)))
        (name,) = kept
        assert kept[name] == names[name]
        seen[name] += 1
    assert seen["old"] > 0
    assert seen["new"] > 0
