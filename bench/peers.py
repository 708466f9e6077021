"""Other tools that keep lots, beside ours: the same purchases and sales in each one's own format, file to report.

Each is installed from PyPI into a venv of its own and run as a whole process, at its cheapest report: rp2 its three
spreadsheets, BittyTax its text instead of a PDF, coinbasis, which has no program, a dozen lines that read its JSON and
write a row for each lot, as ours does. rp2 and coinbasis stand beside our FIFO, BittyTax beside our section 104.

Totals are compared before a row is shown. They agree to the digits that each keeps: coinbasis computes with 28, rp2
reads and writes binary floats, BittyTax rounds every disposal to pennies. What their rules differ in is left out of the
file (`deals`), and rp2 is told of sales net of their fee, because it takes off no fee paid in money.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

from .data import Bench
from .deals import deals
from .lots import OURS
from .measure import Cost, Row, TooLong, run
from .peer_files import bittytax_csv, coinbasis_json, kit_csv, rp2_files
from .totals import Totals, of_bittytax, of_lot_rows, of_rp2

_COINBASIS = """
import csv, sys
from pathlib import Path
from coinbasis import CostBasisMethod, Portfolio
from coinbasis.serialization import ledger_from_json

portfolio = Portfolio.from_transactions(ledger_from_json(Path(sys.argv[1]).read_text()))
with open(sys.argv[2], "w", newline="") as file:
    rows = csv.writer(file)
    for row in portfolio.realized_gains(CostBasisMethod.FIFO):
        times = row.acquired_at, row.disposed_at
        rows.writerow((row.asset, row.quantity, *times, row.proceeds, row.cost_basis, row.gain))
    for lot in portfolio.holdings(CostBasisMethod.FIFO):
        rows.writerow(("left", lot.asset, lot.quantity, lot.cost_basis))
"""
_BITTYTAX_SETTINGS = "local_currency: 'GBP'\ndata_source_fiat: []\ndata_source_crypto: []\n"
_CENT = Decimal("0.01")
_ALMOST_NO_UNITS = Decimal("1E-9")
_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool from PyPI: what ours is asked for beside it, how it is run, how its report is read.

    `given` writes so many deals as its files into a folder and gives the words that run it there, the first a program
    of its venv. `report` is what it leaves in the folder. `cents` is how far the gains may be apart for each deal; the
    aim is how often ours should fit into its time at 100,000.
    """

    package: str
    version: str
    method: str
    currency: str
    zone: str
    given: Callable[[Path, int], list[str]]
    report: str
    totals: Callable[[Path], Totals]
    cents: Decimal
    aim: float | None = None


def _coinbasis(folder: Path, size: int) -> list[str]:
    return ["python", "-c", _COINBASIS, str(coinbasis_json(folder / "ledger.json", deals(size))), "report.csv"]


def _rp2(folder: Path, size: int) -> list[str]:
    settings, sheet = rp2_files(folder, deals(size))
    return ["rp2_us", "-m", "fifo", "-o", "report", str(settings), str(sheet)]


def _bittytax(folder: Path, size: int) -> list[str]:
    settings = folder / ".bittytax" / "bittytax.conf"
    settings.parent.mkdir()
    settings.write_text(_BITTYTAX_SETTINGS, encoding="utf-8")
    return ["bittytax", "--nopdf", str(bittytax_csv(folder / "records.csv", deals(size)))]


def _ours(folder: Path, size: int, currency: str) -> Path:
    return kit_csv(folder / "kit.csv", deals(size), currency)


PEERS = (
    Peer("coinbasis", "0.1.0", "fifo", "USD", "UTC", _coinbasis, "report.csv", of_lot_rows, Decimal("1E-15"), 25),
    Peer("rp2", "1.7.2", "fifo", "USD", "UTC", _rp2, "report", of_rp2, Decimal("1E-10"), 300),
    Peer("BittyTax", "0.6.0", "s104", "GBP", "Europe/London", _bittytax, "said.txt", of_bittytax, _CENT),
)


def peers(bench: Bench) -> Iterator[Row]:
    """Every peer at growing sizes, until one run takes too long; the sizes after that are not run at all."""
    sizes = (300, 1_000) if bench.quick else (1_000, 10_000, 100_000)
    ready = [(peer, bench.installed(peer.package, peer.version)) for peer in PEERS]
    for peer, venv in ready:
        for size in sizes:
            row = _compared(bench, peer, venv, size)
            yield row
            if row.stopped:
                break


def _compared(bench: Bench, peer: Peer, venv: Path, size: int) -> Row:
    folder = bench.folder / f"{peer.package}-{size}"
    folder.mkdir()
    given, report = _aside(_ours, folder, size, peer.currency), folder / "kit-report.csv"
    mine = run(bench.python(OURS, str(given), peer.method, str(report), peer.currency, peer.zone), bench.env)
    program, *words = _aside(peer.given, folder, size)
    words = [str(venv / "bin" / program), *words]
    try:
        cost = run(words, _at_home(folder), folder=folder, output=folder / "said.txt", limit=bench.limit)
    except TooLong as stop:
        return _row(peer, size, mine, stop.cost, f"{peer.version}, {stop}", stopped=True)
    gain, units = _aside(of_lot_rows, report).apart(_aside(peer.totals, folder / peer.report))
    if gain > size * peer.cents or units > _ALMOST_NO_UNITS:
        raise SystemExit(f"{peer.package}, {size:,}: gains are {gain} apart, units {units}. Is it {peer.version}?")
    said = f"{peer.version} in {cost.peak_mib:,.0f} MiB, ours in {mine.peak_mib:,.0f}; gains {_rounded(gain)} apart"
    return _row(peer, size, mine, cost, said)


def _row(peer: Peer, size: int, mine: Cost, theirs: Cost, said: str, *, stopped: bool = False) -> Row:
    what = f"{peer.package} beside {peer.method}, {size:,} deals"
    return Row(
        what,
        said,
        mine.cpu_seconds * 1000,
        theirs.cpu_seconds * 1000,
        "ms CPU",
        peer.aim if size == 100_000 else None,
        times_quicker=True,
        stopped=stopped,
    )


def _aside(work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Done in a process of its own: the peak memory of a child is no less than that of the process it comes from."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


def _rounded(gain: Decimal) -> str:
    return f"{gain:.2f}" if gain >= _CENT else f"{gain:.0E}"


def _at_home(folder: Path) -> Mapping[str, str]:
    """An environment whose home is that folder: BittyTax keeps its settings there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KIT_", "PYTHON"))}
    return {**kept, "HOME": str(folder)}
