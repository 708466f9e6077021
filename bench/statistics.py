"""Statistics: one portfolio from a file of closes to its report, and hundreds of assets, beside three libraries.

Each library is installed from PyPI into a venv of its own. One series is measured as whole processes, since what a
person waits for is mostly imports. Of many assets the CPU time of the computing alone is measured, on one thread and
the numbers in memory: quantstats on the whole frame at once, which is its quicker way. Figures are compared, to nine
digits, before a row is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from .data import Bench
from .measure import Row, milliseconds, run, side_by_side

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAYS, ASSETS = 3_650, 500
_OURS = """
import sys
from kit_portfolio_tracker.core import risk
from kit_portfolio_tracker.core.returns import best_day, daily_returns, twr, worst_day

with open(sys.argv[1]) as file:
    next(file)
    closes = [float(line.rpartition(",")[2]) for line in file]
none = [0.0] * (len(closes) - 1)
r = daily_returns(closes[1:], none, none, before=closes[0])
print("return", twr(r))
print("volatility", risk.volatility(r))
print("sharpe", risk.sharpe(r))
print("sortino", risk.sortino(r))
print("drawdown", risk.max_drawdown(r))
print("calmar", risk.calmar(r))
print("var", risk.value_at_risk(r))
print("shortfall", risk.expected_shortfall(r))
print("best", r[best_day(r)])
print("worst", r[worst_day(r)])
"""
_READ = """
import sys
import numpy as np, pandas as pd
closes = pd.read_csv(sys.argv[1], index_col=0, parse_dates=True)["close"]
r = closes.pct_change().dropna()
"""
_EMPYRICAL = f"""
import empyrical as e
{_READ}
print("return", e.cum_returns_final(r))
print("volatility", e.annual_volatility(np.log1p(r), annualization=365))
print("sharpe", e.sharpe_ratio(r, annualization=365))
print("sortino", e.sortino_ratio(r, annualization=365))
print("drawdown", -e.max_drawdown(r))
print("calmar", e.calmar_ratio(r, annualization=365))
print("var", e.value_at_risk(r))
print("shortfall", e.conditional_value_at_risk(r))
print("best", r.max())
print("worst", r.min())
"""
_QUANTSTATS = f"""
import quantstats.stats as q
{_READ}
print("return", q.comp(r))
print("volatility", q.volatility(np.log1p(r), periods=365, prepare_returns=False))
print("sharpe", q.sharpe(r, periods=365))
print("sortino", q.sortino(r, periods=365))
print("drawdown", -q.max_drawdown(r))
print("calmar", q.calmar(r, periods=365))
print("parametric var", q.value_at_risk(r))
print("shortfall", q.conditional_value_at_risk(r, method="historical"))
print("best", q.best(r))
print("worst", q.worst(r))
"""
_FFN = f"""
import ffn
{_READ}
stats = ffn.PerformanceStats(closes, annualization_factor=365)
print("return", stats.total_return)
print("volatility of simple returns", stats.daily_vol)
print("sharpe", stats.daily_sharpe)
print("its own sortino", stats.daily_sortino)
print("drawdown", -stats.max_drawdown)
print("calmar by the calendar", stats.calmar)
print("best", stats.best_day)
print("worst", stats.worst_day)
"""
_PEERS = (("empyrical-reloaded", "0.7.1", _EMPYRICAL), ("quantstats", "0.0.86", _QUANTSTATS), ("ffn", "1.4.1", _FFN))

# Each program: the figures of every column into a file, the median CPU seconds of a few times into another.
_TIMED = """
import os, sys, time
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
given, found, times, took = sys.argv[1:]
returns = np.load(given)

def timed(work):
    took = []
    for _ in range(int(times)):
        start = time.process_time()
        answer = work()
        took.append(time.process_time() - start)
    return sorted(took)[len(took) // 2], answer

"""
_OUR_FIGURES = f"""{_TIMED}
from kit_portfolio_tracker.core.asset_figures import figures_of_each
series = np.ascontiguousarray(returns.T)
seconds, each = timed(lambda: figures_of_each(series))
names = "twr", "volatility", "sharpe", "sortino", "max_drawdown", "calmar", "expected_shortfall", "best", "worst"
np.save(found, np.array([[getattr(one, name) for name in names] for one in each]))
open(took, "w").write(str(seconds))
"""
_QUANTSTATS_FIGURES = f"""{_TIMED}
import pandas as pd, quantstats.stats as q
frame = pd.DataFrame(returns, index=pd.date_range("2015-01-01", periods=len(returns)))
year = dict(periods=365)
seconds, columns = timed(lambda: [
    q.comp(frame), q.volatility(np.log1p(frame), prepare_returns=False, **year), q.sharpe(frame, **year),
    q.sortino(frame, **year), -q.max_drawdown(frame), q.calmar(frame, **year),
    q.conditional_value_at_risk(frame, method="historical"), q.best(frame), q.worst(frame), q.value_at_risk(frame),
])
np.save(found, np.array(columns[:-1]).T)  # its value at risk is that of a normal distribution
open(took, "w").write(str(seconds))
"""
_OUR_CORRELATION = f"""{_TIMED}
from kit_portfolio_tracker.core.correlation import correlation_matrix
seconds, (matrix, days) = timed(lambda: correlation_matrix(returns))
np.save(found, matrix)
open(took, "w").write(str(seconds))
"""
_PANDAS_CORRELATION = f"""{_TIMED}
import pandas as pd
frame = pd.DataFrame(returns)
seconds, matrix = timed(lambda: frame.corr(min_periods=30))
np.save(found, matrix.to_numpy())
open(took, "w").write(str(seconds))
"""


def one_series(bench: Bench) -> Iterator[Row]:
    """Ten years of closes in a file to ten figures."""
    given, times = str(_closes(bench.folder / "closes.csv")), 7 if bench.quick else 21
    ours = bench.python(_OURS, given)
    what = f"statistics of {DAYS:,} closes, file to report"
    pair = side_by_side(ours, bench.python("pass"), bench.env, times=times)
    yield milliseconds(what, "bare interpreter", pair, aim=2.5)
    told = _told(ours, bench.env, bench.folder / "ours.txt")
    for package, version, program in _PEERS:
        theirs = [str(bench.installed(package, version) / "bin" / "python"), "-c", program, given]
        _agree(told, _told(theirs, bench.env, bench.folder / f"{package}.txt"), package)
        mine, yours = side_by_side(ours, theirs, bench.env, times=3 if bench.quick else 7)
        yield _quicker(what, f"{package} {version}", mine, yours, aim=75)


def many_series(bench: Bench) -> Iterator[Row]:
    """Ten figures of each series of daily returns in memory; the correlation of every pair, without gaps and with."""
    import numpy as np

    draw = np.random.default_rng(5)
    whole = np.clip(draw.normal(0.0005, 0.03, (DAYS, ASSETS)), -0.5, None)
    gaps = whole.copy()
    for column in range(0, ASSETS, 2):
        gaps[: draw.integers(0, DAYS - 100), column] = np.nan
    np.save(bench.folder / "whole.npy", whole)
    np.save(bench.folder / "gaps.npy", gaps)
    python = str(bench.installed("quantstats", "0.0.86") / "bin" / "python")
    size = f"{DAYS:,} days of {ASSETS} assets"
    for what, given, ours, theirs, peer, aim in (
        (
            f"ten figures, {size}",
            "whole.npy",
            _OUR_FIGURES,
            _QUANTSTATS_FIGURES,
            "quantstats 0.0.86, the frame at once",
            40,
        ),
        (f"correlation, {size}", "whole.npy", _OUR_CORRELATION, _PANDAS_CORRELATION, "pandas", 20),
        (f"correlation with gaps, {size}", "gaps.npy", _OUR_CORRELATION, _PANDAS_CORRELATION, "pandas", None),
    ):
        took, found = _computed(bench, bench.python(ours), given)
        their_time, theirs_found = _computed(bench, [python, "-c", theirs], given)
        if not np.allclose(found, theirs_found, rtol=1e-9, atol=1e-12, equal_nan=True):
            raise SystemExit(f"{what}: {peer} says otherwise")
        yield _quicker(what, peer, took, their_time, aim=aim)


def _closes(path: Path) -> Path:
    draw, close, first = Random(5), 100.0, date(2015, 1, 1)  # noqa: S311 - the same closes every time
    with path.open("w", encoding="utf-8") as file:
        file.write("date,close\n")
        for number in range(DAYS + 1):
            file.write(f"{first + timedelta(days=number)},{close:.6f}\n")
            close *= 1 + draw.gauss(0.0005, 0.03)
    return path


def _told(words: list[str], env: Mapping[str, str], output: Path) -> dict[str, float]:
    """What a program prints: a name and a figure a line."""
    run(words, env, output=output)
    lines = (line.rpartition(" ") for line in output.read_text(encoding="utf-8").splitlines())
    return {name: float(figure) for name, _, figure in lines}


def _agree(ours: Mapping[str, float], theirs: Mapping[str, float], package: str) -> None:
    for name in ours.keys() & theirs.keys():
        if abs(ours[name] - theirs[name]) > 1e-9 * max(1.0, abs(ours[name])):
            raise SystemExit(f"{name}: {ours[name]}, and {package} says {theirs[name]}")


def _computed(bench: Bench, words: list[str], given: str) -> tuple[float, NDArray[np.float64]]:
    """The CPU seconds a program took for its work alone, and what it found."""
    import numpy as np

    found, took = bench.folder / "found.npy", bench.folder / "took.txt"
    run([*words, str(bench.folder / given), str(found), "3" if bench.quick else "7", str(took)], bench.env)
    return float(took.read_text(encoding="utf-8")), np.load(found)


def _quicker(what: str, peer: str, ours: float, theirs: float, *, aim: float | None) -> Row:
    return Row(what, peer, ours * 1000, theirs * 1000, "ms CPU", aim, times_quicker=True)
