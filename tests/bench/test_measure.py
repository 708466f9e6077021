"""What the benchmarks say of a child process."""

from __future__ import annotations

import os
import sys

import pytest

from bench.measure import Row, TooLong, run


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="the cost of a child is told by wait4")
def test_a_child_that_takes_too_long_is_stopped_and_one_that_does_not_is_measured() -> None:
    with pytest.raises(TooLong) as stop:
        run([sys.executable, "-c", "while True: pass"], os.environ, limit=0.5)
    assert 0 < stop.value.cost.cpu_seconds < 5
    assert run([sys.executable, "-c", "sum(range(10**6))"], os.environ, limit=60).cpu_seconds > 0


def test_a_peer_that_was_stopped_proves_an_aim_or_leaves_it_open_but_never_misses_it() -> None:
    def verdict(theirs: float, *, stopped: bool) -> str:
        return Row("lots", "peer", 1, theirs, "ms", 300, times_quicker=True, stopped=stopped).verdict

    assert verdict(400, stopped=False) == "met (≥ 300×)"
    assert verdict(200, stopped=False) == "MISSED (≥ 300×)"
    assert verdict(400, stopped=True) == "met (≥ 300×)"
    assert verdict(200, stopped=True) == "undecided (≥ 300×)"
