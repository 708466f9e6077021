"""What a child process costs: CPU time (user + system) and peak memory, as the kernel counts them."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Timer


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds, and the most memory held at once in MiB."""

    cpu_seconds: float
    peak_mib: float


class TooLong(Exception):
    """A child was stopped because its time was up; `cost` is what it had cost by then."""

    def __init__(self, cost: Cost) -> None:
        super().__init__(f"stopped after {cost.cpu_seconds:.0f} s of CPU time")
        self.cost = cost


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: ours beside the peer's.

    With `times_quicker` the ratio says how often ours fits into theirs, and the aim is the least of it; with `stopped`
    the peer was not done by then, so that the ratio is a lower bound.
    """

    what: str
    peer: str
    ours: float
    theirs: float
    unit: str
    aim: float | None = None
    times_quicker: bool = False
    stopped: bool = False

    @property
    def ratio(self) -> float:
        return self.theirs / self.ours if self.times_quicker else self.ours / self.theirs

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        met = self.ratio >= self.aim if self.times_quicker else self.ratio <= self.aim
        if self.stopped and not met:
            return f"undecided (≥ {self.aim:g}×)"
        return f"{'met' if met else 'MISSED'} ({'≥' if self.times_quicker else '≤'} {self.aim:g}×)"


def run(
    words: Sequence[str],
    env: Mapping[str, str],
    *,
    folder: Path | None = None,
    output: Path | None = None,
    limit: float | None = None,
) -> Cost:
    """Run it once, in a folder, what it prints in a file. A child that fails ends the benchmark with what it said.

    Raises TooLong when it is not done after `limit` seconds.
    """
    with output.open("w+b") if output else tempfile.TemporaryFile() as said:
        child = subprocess.Popen(words, env=dict(env), cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        timer = Timer(limit or 0, child.kill)
        if limit is not None:
            timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        in_time = limit is None or timer.is_alive()
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        cost = Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
        if not in_time and child.returncode < 0:
            raise TooLong(cost)
        if child.returncode != 0:
            said.seek(0)
            raise SystemExit(f"{' '.join(words)} ended with {child.returncode}:\n{said.read().decode()[-2000:]}")
    return cost


def side_by_side(
    ours: Sequence[str], theirs: Sequence[str], env: Mapping[str, str], *, times: int
) -> tuple[float, float]:
    """The median CPU seconds of both, run in turn so that the machine's moods meet both alike; both warmed first."""
    run(ours, env)
    run(theirs, env)
    costs = [(run(ours, env).cpu_seconds, run(theirs, env).cpu_seconds) for _ in range(times)]
    return median(mine for mine, _ in costs), median(yours for _, yours in costs)


def milliseconds(what: str, peer: str, pair: tuple[float, float], aim: float | None = None) -> Row:
    """A row of two CPU times."""
    return Row(what, peer, pair[0] * 1000, pair[1] * 1000, "ms CPU", aim)
