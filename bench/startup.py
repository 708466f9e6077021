"""Start-up: what a person waits for before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from .data import Bench
from .measure import Row, milliseconds, run, side_by_side

_IMPORTS = "import sqlalchemy, click, rich"


def warm_help(bench: Bench) -> Iterator[Row]:
    """`kit --help`, its caches warm, beside a bare click program; 150 distributions installed."""
    env = bench.crowded(150)
    pair = side_by_side(bench.kit("--help"), bench.bare_click(), env, times=15 if bench.quick else 41)
    yield milliseconds("kit --help (warm)", "bare click program --help", pair, aim=1.2)


def warm_portfolio(bench: Bench) -> Iterator[Row]:
    """`kit portfolio` of an ordinary user beside the mere import of the libraries it needs."""
    env = bench.filled("ordinary", 2_000)
    pair = side_by_side(bench.kit("portfolio"), bench.python(_IMPORTS), env, times=7 if bench.quick else 21)
    yield milliseconds("kit portfolio (3 accounts, 2,000 records)", _IMPORTS, pair, aim=1.5)


def cold_help(bench: Bench) -> Iterator[Row]:
    """The first `kit --help` after an installation: every plugin is read once."""
    env = bench.crowded(150)
    colds = [run(bench.kit("--help"), {**env, "KIT_CACHE": str(bench.folder / f"cold-{n}")}) for n in range(5)]
    bare = [run(bench.bare_click(), env) for _ in range(5)]
    pair = median(cost.cpu_seconds for cost in colds), median(cost.cpu_seconds for cost in bare)
    yield milliseconds("kit --help (first ever)", "bare click program --help", pair)
