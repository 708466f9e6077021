"""Runs the benchmarks and prints one table of ratios."""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from .data import Bench
from .ledger import holdings, importing
from .lots import lots
from .measure import Row
from .network import refreshing
from .startup import cold_help, warm_help, warm_portfolio

BENCHES = {
    "help": warm_help,
    "cold": cold_help,
    "portfolio": warm_portfolio,
    "holdings": holdings,
    "import": importing,
    "lots": lots,
    "refresh": refreshing,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="smaller files, fewer repetitions")
    wanted = parser.parse_args()
    if unknown := set(wanted.names) - set(BENCHES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}")
    print(f"{'what':<46} {'ours':>12} {'beside':>12}  {'ratio':>6}  aim / beside what")
    for name in wanted.names or BENCHES:
        with tempfile.TemporaryDirectory(prefix="kit-bench-") as folder:
            for row in BENCHES[name](Bench(Path(folder), quick=wanted.quick)):
                print(_line(row), flush=True)


def _line(row: Row) -> str:
    figures = f"{row.ours:>8,.0f} {row.unit[:3].strip():<3} {row.theirs:>8,.0f} {row.unit[:3].strip():<3}"
    return f"{row.what:<46} {figures}  {row.ratio:>5.2f}×  {row.verdict + '; ' if row.verdict else ''}{row.peer}"


if __name__ == "__main__":
    main()
