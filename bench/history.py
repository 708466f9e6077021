"""Daily values: ten years of 500 assets in ten accounts from a million records, beside four tools that do the same.

Each tool runs in a venv of its own and has the same columns in memory before its clock starts: asset, day and quantity
of each change, and a table of prices. What is measured is the CPU time from there to a value for each day; the values
are compared before a row is shown. DuckDB and SQLite sum with window functions, numba's loop is compiled before it is
timed. Kept totals and `kit portfolio analytics` are measured through the store and the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from .data import ASSETS as ASSETS_HELD, Bench
from .measure import Row, milliseconds, run, side_by_side

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAYS, ASSETS, RECORDS = 3_650, 500, 1_000_000
_TIMED = """
import os, sys, time
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
folder, times = sys.argv[1], int(sys.argv[2])
asset, day, change, prices = (np.load(f"{folder}/{name}.npy") for name in ("asset", "day", "change", "prices"))

def timed(work):
    took = []
    for _ in range(times):
        start = time.process_time()
        values = work()
        took.append(time.process_time() - start)
    np.save(f"{folder}/values.npy", np.asarray(values, dtype=float))
    open(f"{folder}/took.txt", "w").write(str(sorted(took)[len(took) // 2]))

"""
_OURS = f"""{_TIMED}
from datetime import date
from kit_portfolio_tracker.core.history import ChangesByDay, sum_up
no = np.zeros(len(asset), dtype=bool)
changes = ChangesByDay(asset, day, change, no, no, np.full(len(asset), -1), no)
names = [str(number) for number in range(len(prices))]
timed(lambda: sum_up(date(2015, 1, 1), names, changes, prices).value)
"""
_PANDAS = f"""{_TIMED}
import pandas as pd
changes = pd.DataFrame(dict(asset=asset, day=day, change=change))
closes = pd.DataFrame(prices.T)
def work():
    moved = changes.groupby(["day", "asset"])["change"].sum().unstack(fill_value=0.0)
    held = moved.reindex(closes.index, fill_value=0.0)
    return (held.cumsum() * closes).sum(axis=1)
timed(work)
"""
_SQL = """
    SELECT sum(units * close) FROM (
      SELECT p.day, p.close, sum(coalesce(m.change, 0)) OVER (PARTITION BY p.asset ORDER BY p.day) AS units
      FROM prices p LEFT JOIN (SELECT asset, day, sum(change) AS change FROM changes GROUP BY asset, day) m
      ON m.asset = p.asset AND m.day = p.day
    ) GROUP BY day ORDER BY day
"""
_DUCKDB = f"""{_TIMED}
import duckdb
con = duckdb.connect()
con.execute("SET threads TO 1")
one = dict(asset=asset, day=day, change=change)
of, on = np.indices(prices.shape)
two = dict(asset=of.ravel(), day=on.ravel(), close=prices.ravel())
con.execute("CREATE TABLE changes AS SELECT * FROM one")
con.execute("CREATE TABLE prices AS SELECT * FROM two")
timed(lambda: [row[0] for row in con.execute('''{_SQL}''').fetchall()])
"""
_SQLITE = f"""{_TIMED}
import sqlite3
con = sqlite3.connect(":memory:")
con.execute("CREATE TABLE changes (asset INTEGER, day INTEGER, change REAL)")
con.execute("CREATE TABLE prices (asset INTEGER, day INTEGER, close REAL, PRIMARY KEY (asset, day)) WITHOUT ROWID")
con.executemany("INSERT INTO changes VALUES (?, ?, ?)", zip(asset.tolist(), day.tolist(), change.tolist()))
of, on = np.indices(prices.shape)
rows = zip(of.ravel().tolist(), on.ravel().tolist(), prices.ravel().tolist())
con.executemany("INSERT INTO prices VALUES (?, ?, ?)", rows)
timed(lambda: [row[0] for row in con.execute('''{_SQL}''')])
"""
_NUMBA = f"""{_TIMED}
import numba
@numba.njit
def work(asset, day, change, prices):
    assets, days = prices.shape
    moved, values = np.zeros((assets, days)), np.zeros(days)
    for place in range(len(asset)):
        moved[asset[place], day[place]] += change[place]
    for each in range(assets):
        units = 0.0
        for on in range(days):
            units += moved[each, on]
            values[on] += units * prices[each, on]
    return values
work(asset, day, change, prices)
timed(lambda: work(asset, day, change, prices))
"""
_PEERS = (
    ("pandas", "2.3.3", _PANDAS, 10.0),
    ("duckdb", "1.4.2", _DUCKDB, 35.0),
    ("sqlite windows", "", _SQLITE, None),
    ("numba", "0.62.1", _NUMBA, None),
)
_KEPT = """
import gc, sys, time
gc.set_threshold(100_000, 10, 10)  # as a command has it
from kit_portfolio_tracker.plugin import kit_migrations
from kit_portfolio_tracker.store.day_rows import keep_days, read_days
from kit_portfolio_tracker.core.daily import DailySeries
from datetime import date
from kit import Store, SystemClock
folder, days = sys.argv[1], int(sys.argv[2])
store = Store.open(f"sqlite:///{folder}/kept.db", kit_migrations(), clock=SystemClock())
floats = [1000.0 + number / 7 for number in range(days)]
series = DailySeries(date(2015, 1, 1), floats, floats, floats, floats, [""] * days, [0] * days)
with store.write() as connection:
    keep_days(store, connection, "plan", series, read_days(connection, "plan").revision)
took = []
for _ in range(41):
    with store.read() as connection:
        start = time.process_time()
        assert len(read_days(connection, "plan").series) == days
        took.append(time.process_time() - start)
open(f"{folder}/took.txt", "w").write(str(sorted(took)[20]))
"""
_IMPORTS = "import sqlalchemy, click, rich, numpy"


def daily_values(bench: Bench) -> Iterator[Row]:
    """A value for each day, beside pandas, DuckDB, SQLite's windows and a compiled loop."""
    import numpy as np

    draw = np.random.default_rng(5)
    count = RECORDS // 10 if bench.quick else RECORDS
    np.save(bench.folder / "asset.npy", draw.integers(0, ASSETS, count))
    np.save(bench.folder / "day.npy", draw.integers(0, DAYS, count))
    np.save(bench.folder / "change.npy", np.round(draw.random(count), 8))
    np.save(bench.folder / "prices.npy", np.round(draw.random((ASSETS, DAYS)) + 1, 8))
    ours, values = _timed(bench, bench.python(_OURS))
    what = f"{count:,} changes to {DAYS:,} daily values"
    for package, version, program, aim in _PEERS:
        words = [str(bench.installed(package, version, "numpy") / "bin" / "python"), "-c", program] if version else None
        theirs, found = _timed(bench, words or bench.python(program))
        if not np.allclose(values, found, rtol=1e-9):
            raise SystemExit(f"{package} finds other values")
        if package == "numba":
            yield Row(what, f"numba {version}, compiled", ours * 1000, theirs * 1000, "ms CPU", 5)
        else:
            yield Row(
                what, f"{package} {version}".strip(), ours * 1000, theirs * 1000, "ms CPU", aim, times_quicker=True
            )


def kept_history(bench: Bench) -> Iterator[Row]:
    """Ten years of days from the store; analytics of an ordinary user beside the import of what it needs."""
    run(bench.python(_KEPT, str(bench.folder), str(DAYS)), bench.env)
    took = float((bench.folder / "took.txt").read_text(encoding="utf-8")) * 1000
    yield Row(f"{DAYS:,} kept days, read", "3 ms", took, 3, "ms CPU", 1)
    env = bench.filled("analytics", 2_000)
    run(bench.kit("prices", "import", str(_closes(bench))), env)
    run(bench.kit("portfolio", "analytics"), env)
    pair = side_by_side(
        bench.kit("portfolio", "analytics"), bench.python(_IMPORTS), env, times=5 if bench.quick else 15
    )
    yield milliseconds("kit portfolio analytics (2,000 records)", _IMPORTS, pair, aim=1.5)


def _closes(bench: Bench) -> Path:
    """Six years of closes of thirty assets."""
    draw, last = Random(5), datetime.now(UTC).date()  # noqa: S311 - the same closes every time
    names = list(dict.fromkeys(("BTC", "ETH", "SP500", *ASSETS_HELD[1:], *(f"X{number}" for number in range(30)))))[:30]
    path = bench.folder / "closes.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("date,asset,close\n")
        for name in names:
            close = 100.0
            for ago in range(6 * 366, -1, -1):
                close *= 1 + draw.gauss(0.0005, 0.02)
                file.write(f"{last - timedelta(days=ago)},{name},{close:.6f}\n")
    return path


def _timed(bench: Bench, words: list[str]) -> tuple[float, NDArray[np.float64]]:
    """The CPU seconds of a program's work alone, and the values it found."""
    import numpy as np

    run([*words, str(bench.folder), "3" if bench.quick else "5"], bench.env)
    return float((bench.folder / "took.txt").read_text(encoding="utf-8")), np.load(bench.folder / "values.npy")
