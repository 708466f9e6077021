"""Runs the benchmarks and prints one table of ratios."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from .alerts import alerts
from .appending import appending
from .data import VENVS, Bench
from .history import daily_values, kept_history
from .ledger import holdings, importing
from .lots import lots
from .measure import Row
from .network import refreshing
from .peers import peers
from .startup import cold_help, warm_help, warm_portfolio
from .statistics import many_series, one_series

BENCHES = {
    "help": warm_help,
    "cold": cold_help,
    "portfolio": warm_portfolio,
    "holdings": holdings,
    "import": importing,
    "lots": lots,
    "append": appending,
    "refresh": refreshing,
    "alerts": alerts,
    "series": one_series,
    "assets": many_series,
    "history": kept_history,
    "days": daily_values,
    "peers": peers,
}
ONLY_BY_NAME = frozenset({"series", "assets", "days", "peers"})
"""What downloads other programs, or takes long."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    named = ", ".join(sorted(ONLY_BY_NAME))
    names = f"which: {', '.join(BENCHES)} (default: all but {named}, which download or take long)"
    parser.add_argument("names", nargs="*", metavar="NAME", help=names)
    parser.add_argument("--quick", action="store_true", help="smaller files, fewer repetitions")
    parser.add_argument("--venvs", type=Path, metavar="DIR", help="where other tools are, or get installed (peers)")
    parser.add_argument("--limit", type=float, metavar="SECONDS", help="stop a peer after so long (peers)", default=120)
    wanted = parser.parse_args()
    if unknown := set(wanted.names) - set(BENCHES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    print(f"{'what':<46} {'ours':>12} {'beside':>12}  {'ratio':>6}  aim / beside what")
    for name in wanted.names or [name for name in BENCHES if name not in ONLY_BY_NAME]:
        with tempfile.TemporaryDirectory(prefix="kit-bench-") as folder:
            bench = Bench(Path(folder), quick=wanted.quick, venvs=wanted.venvs or VENVS, limit=wanted.limit)
            for row in BENCHES[name](bench):
                print(_line(row), flush=True)


def _line(row: Row) -> str:
    figures = f"{row.ours:>8,.0f} {row.unit[:3].strip():<3} {row.theirs:>8,.0f} {row.unit[:3].strip():<3}"
    ratio = f"{'>' if row.stopped else ''}{row.ratio:{',.0f' if row.ratio >= 10 else '.2f'}}×"
    return f"{row.what:<46} {figures}  {ratio:>6}  {row.verdict + '; ' if row.verdict else ''}{row.peer}"


if __name__ == "__main__":
    main()
