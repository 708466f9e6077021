"""An import that is killed leaves all of a file or nothing of it, and a store that opens."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from kit_portfolio_tracker.store.reading import extent
from kit_portfolio_tracker.store.records import kept_positions, summed_positions

ROWS = 1_500
KILLS = 200
A_MINUTE = 60.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, to start many imports quickly"),
]


def _fork(action: Callable[[], object]) -> int:
    """Run `action` in a child that leaves without a word; its process id."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            action()
            os._exit(0)
        os._exit(1)
    return child


def test_killed_200_times_the_store_holds_all_or_nothing(benches: Callable[[], Any]) -> None:
    bench = benches()
    rows = [f"2024-01-01,kraken,deposit,BTC,0.{number:04d}1,,,,,,,,r{number}," for number in range(ROWS)]
    file = bench.ledger("ledger.csv", *rows)
    with bench.store.read():
        pass
    bench.store.close()
    empty, used = Path(bench.store.url.database), bench.home / "used.db"
    whole = sum((Decimal(row.split(",")[4]) for row in rows), Decimal(0))

    def import_it() -> None:
        fresh = type(bench)(bench.home, f"sqlite:///{used.as_posix()}")
        fresh.run("import", files=[file])

    def lay_out() -> None:
        for leftover in (used, used.with_name("used.db-wal"), used.with_name("used.db-shm")):
            leftover.unlink(missing_ok=True)
        shutil.copy(empty, used)

    lay_out()
    began = time.perf_counter()
    assert os.waitpid(_fork(import_it), 0)[1] == 0
    needed = time.perf_counter() - began
    outcomes = {0: 0, ROWS: 0}
    for number in count():
        pause = needed * 1.3 * number / KILLS
        if number >= KILLS and (outcomes[ROWS] or pause > A_MINUTE):  # on a busy machine, until one has got through
            break
        lay_out()
        child = _fork(import_it)
        time.sleep(pause)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        after = type(bench)(bench.home, f"sqlite:///{used.as_posix()}")
        with after.store.read() as connection:
            outcomes[extent(connection).records] += 1
            kept = kept_positions(connection)
            assert kept == summed_positions(connection)
            assert kept in ({}, {("kraken", "BTC"): whole})
        after.store.close()
    assert outcomes[0] > 0
    assert outcomes[ROWS] > 0
