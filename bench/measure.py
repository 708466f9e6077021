"""What a child process costs: CPU time (user + system) and peak memory, as the kernel counts them."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds, and the most memory held at once in MiB."""

    cpu_seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: ours beside the peer's."""

    what: str
    peer: str
    ours: float
    theirs: float
    unit: str
    aim: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        return f"{'met' if self.ratio <= self.aim else 'MISSED'} (≤ {self.aim:g}×)"


def run(words: Sequence[str], env: Mapping[str, str]) -> Cost:
    """Run it once. A child that fails ends the benchmark with what it said."""
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(words, env=dict(env), stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            said.seek(0)
            raise SystemExit(f"{' '.join(words)} ended with {child.returncode}:\n{said.read().decode()[-2000:]}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


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
