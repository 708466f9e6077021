"""Statistics: one portfolio from a file of closes to its report, and hundreds of assets, beside three libraries.

Each library is installed from PyPI into a venv of its own. One series is measured as whole processes, since what a
person waits for is mostly imports. Of many assets the CPU time of the computing alone is measured, on one thread and
the numbers in memory: quantstats on the whole frame at once, which is its quicker way. Figures are compared, to nine
digits, before a row is shown.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from .data import Bench
from .measure import Row, milliseconds, run, side_by_side

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
_PEERS = (("empyrical-reloaded", "0.5.12", _EMPYRICAL), ("quantstats", "0.0.86", _QUANTSTATS), ("ffn", "1.4.1", _FFN))

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
