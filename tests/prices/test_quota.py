"""One quota for all processes: nobody overdraws it together."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from kit_prices.kept import Shelf
from kit_prices.quota import Allowance, Quota

from kit import FixedClock, RateLimited, StoreError, SystemClock

NOON = datetime(2024, 3, 25, 12, tzinfo=UTC)
GREEDY = """
import asyncio, sys
from pathlib import Path
from kit import RateLimited, SystemClock
from kit_prices.kept import Shelf
from kit_prices.quota import Allowance, Quota

quota = Quota(Shelf(Path(sys.argv[1]), "test"), "Test", Allowance(20, 1000), SystemClock())
admitted = 0
try:
    while True:
        asyncio.run(quota.admit(cost=3, patience=0))
        admitted += 1
except RateLimited:
    print(admitted)
"""


def admit(quota: Quota, cost: int = 1, patience: float = 0) -> float:
    return asyncio.run(quota.admit(cost=cost, patience=patience))


def test_two_processes_share_one_minute(tmp_path: Path) -> None:
    def greedy(_: int) -> int:
        done = subprocess.run(
            [sys.executable, "-c", GREEDY, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
        )
        return int(done.stdout)

    with ThreadPoolExecutor(2) as pool:
        admitted = sum(pool.map(greedy, range(2)))
    assert admitted == 20
    assert Quota(Shelf(tmp_path, "test"), "Test", Allowance(20, 1000), SystemClock()).left() == 1000 - 60


def test_a_turn_is_waited_for_as_long_as_patience_lasts(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    quota = Quota(Shelf(tmp_path, "test"), "Test", Allowance(1), clock)
    assert admit(quota, patience=5) == 5
    with pytest.raises(RateLimited, match="1 times a minute") as refusal:
        admit(quota, patience=5)
    assert refusal.value.retry_after == 60
    clock.advance(timedelta(seconds=60))
    admit(quota)


def test_a_real_wait_ends_with_a_turn(tmp_path: Path) -> None:
    quota = Quota(Shelf(tmp_path, "test"), "Test", Allowance(9), SystemClock())
    asyncio.run(quota.rest(0.3))
    assert admit(quota, patience=5) < 5


def test_a_clock_that_was_set_back_locks_nobody_out(tmp_path: Path) -> None:
    clock = FixedClock(NOON)
    quota = Quota(Shelf(tmp_path, "test"), "Test", Allowance(1), clock)
    admit(quota)
    clock.advance(timedelta(days=-3))
    admit(quota)


def test_a_damaged_count_begins_anew(tmp_path: Path) -> None:
    quota = Quota(Shelf(tmp_path, "test"), "Test", Allowance(2, 10), FixedClock(NOON))
    for damage in ("", "{", "[]", '{"calls": "x", "spent": null, "month": 7, "resting_until": "soon"}'):
        (tmp_path / "prices").mkdir(exist_ok=True)
        (tmp_path / "prices" / "test.json").write_text(damage)
        admit(quota)
    assert quota.left() == 9


def test_a_cache_that_cannot_be_written_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "prices").write_text("a file where the folder should be")
    quota = Quota(Shelf(tmp_path, "test"), "Test", Allowance(2), FixedClock(NOON))
    with pytest.raises(StoreError, match="KIT_CACHE"):
        admit(quota)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0.5, 50), min_size=1, max_size=15), st.integers(1, 4))
def test_no_minute_ever_sees_more_than_is_allowed(tmp_path: Path, steps: list[float], allowed: int) -> None:
    clock = FixedClock(NOON)
    shelf = Shelf(tmp_path, f"law-{allowed}-{len(steps)}-{hash(tuple(steps))}")
    quota = Quota(shelf, "Test", Allowance(allowed), clock)
    admitted: list[datetime] = []
    for step in steps:
        clock.advance(timedelta(seconds=step))
        try:
            admit(quota)
        except RateLimited:
            continue
        admitted.append(clock.now())
    for begin in admitted:
        within = [each for each in admitted if begin <= each < begin + timedelta(seconds=59.999)]
        assert len(within) <= allowed
