"""Many records: reading them in, and answering from them."""

from __future__ import annotations

from collections.abc import Iterator

from .data import Bench
from .measure import Row, milliseconds, run, side_by_side

# What anybody would write: the balance of each account and asset, from the same file.
_SUM = """
import csv, sys
from collections import defaultdict
from decimal import Decimal
held = defaultdict(Decimal)
with open(sys.argv[1], newline="") as file:
    for row in csv.DictReader(file):
        for leg, sign in (("received", 1), ("sent", -1), ("fee", -1)):
            if row[leg + "_asset"]:
                held[row["account"], row[leg + "_asset"]] += sign * Decimal(row[leg + "_quantity"])
for key in sorted(held):
    print(*key, held[key])
"""
# The least that keeps the rows: no parsing, no checks, no balances.
_INSERT = """
import csv, itertools, sqlite3, sys
connection = sqlite3.connect(sys.argv[2])
connection.execute("CREATE TABLE records (" + ", ".join("c%d TEXT" % n for n in range(10)) + ", PRIMARY KEY (c1, c9))")
with open(sys.argv[1], newline="") as file:
    rows = csv.reader(file)
    next(rows)
    while chunk := list(itertools.islice(rows, 5000)):
        connection.executemany("INSERT OR IGNORE INTO records VALUES (?,?,?,?,?,?,?,?,?,?)", chunk)
connection.commit()
"""


def holdings(bench: Bench) -> Iterator[Row]:
    """`kit holdings` from the store beside a plain loop over the file it came from."""
    count = 20_000 if bench.quick else 100_000
    env = bench.filled("many", count)
    loop = bench.python(_SUM, str(bench.records(count)))
    pair = side_by_side(bench.kit("holdings"), loop, env, times=3 if bench.quick else 9)
    yield milliseconds(f"kit holdings ({count:,} records)", "plain loop over the CSV", pair)


def importing(bench: Bench) -> Iterator[Row]:
    """`kit import` beside csv.reader and executemany, at two sizes: time, and that memory does not grow."""
    small, large = (25_000, 100_000) if bench.quick else (250_000, 1_000_000)
    peaks = {}
    for count in (small, large):
        path = str(bench.records(count))
        ours = run(bench.kit("import", path), bench.at(f"import-{count}"))
        theirs = run(bench.python(_INSERT, path, str(bench.folder / f"plain-{count}.db")), bench.env)
        peaks[count] = ours.peak_mib
        pair = (ours.cpu_seconds, theirs.cpu_seconds)
        yield milliseconds(f"kit import ({count:,} rows)", "csv.reader + executemany", pair)
    what = f"peak memory of kit import ({large:,} rows)"
    yield Row(what, f"the same with {small:,} rows", peaks[large], peaks[small], "MiB", aim=1.25)
