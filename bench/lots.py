"""Lots: from a file of records to a row for each lot sold, beside a plain loop that does the same."""

from __future__ import annotations

from collections.abc import Iterator

from .data import Bench
from .ledgers import write_ledger
from .measure import Row, milliseconds, run, side_by_side

# Ours: the importer of kit CSV, events, lots, a row of CSV for each lot that was used and one for what is left of each
# asset. Fails where a cent is lost. The interpreter looks for no rubbish; in `kit` it seldom does, and not at the end,
# which costs a hundredth.
OURS = """
import gc, sys
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo
gc.disable()
from kit import ImportSource, Record, csv_line, exact_math
from kit_importers.kit_csv import KIT_CSV
from kit_portfolio_tracker.core.entries import Entries
from kit_portfolio_tracker.core.events import Acquire
from kit_portfolio_tracker.core.ledger import Ledger
from kit_portfolio_tracker.core.ordering import in_order
from kit_portfolio_tracker.core.plan import simple_plan

class Report:
    def __init__(self, file):
        self.write, self.gone, self.block = file.write, 0, []
    def disposed(self, sold):
        self.block.append(sold)
        if len(self.block) == 256:
            self.flush()
    def flush(self):
        for sold in self.block:
            time = str(sold.time)
            for part in sold.parts:
                bought = str(part.origin.time) if part.origin else ""
                amounts = part.proceeds, part.cost, part.fee, part.gain
                told = ["" if amount is None else str(amount) for amount in amounts]
                self.write(csv_line((sold.asset, str(part.quantity), bought, time, *told)))
                self.gone += part.cost
        self.block.clear()
    def earned(self, income): pass
    def counted(self, count): pass

def told(events):
    global acquired
    for event in events:
        if type(event) is Acquire:
            acquired += event.cost
        yield event

path, method, out, currency, zone = sys.argv[1:]
acquired = 0
with open(out, "w", newline="") as file, exact_math():
    plan, report = replace(simple_plan(currency, method), zone=ZoneInfo(zone)), Report(file)
    records = (row for row in KIT_CSV.read(ImportSource(Path(path), None)) if isinstance(row, Record))
    ledger = Ledger(plan, listener=report)
    ledger.take(told(in_order(records, Entries(plan, lambda asset, day: None).of)))
    ledger.finish()
    report.flush()
    left = 0
    for asset, each in ledger.assets.items():
        lots = list(each.open_lots())
        left += (cost := sum(lot.cost for lot in lots))
        report.write(csv_line(("left", asset, str(sum(lot.quantity for lot in lots)), str(cost))))
    assert acquired == report.gone + left, acquired - report.gone - left
gc.freeze()
"""
# What anybody would write: csv, Decimal, a deque of lots for each asset, and the same rows.
_PLAIN = """
import csv, sys
from collections import defaultdict, deque
from datetime import datetime
from decimal import Decimal, getcontext
getcontext().prec = 60
step, none, lots = Decimal("1E-18"), Decimal(0), defaultdict(deque)

def sell(rows, asset, time, quantity, proceeds, fee):
    left, got, paid, done, book = quantity, none, none, none, lots[asset]
    while left and book:
        lot = book[0]
        if lot[1] <= left:
            used, cost = lot[1], lot[2]
            book.popleft()
        else:
            used, cost = left, (lot[2] * left / lot[1]).quantize(step)
            lot[1] -= used
            lot[2] -= cost
        left -= used
        done += used
        share = proceeds - got if done == quantity else (proceeds * used / quantity).quantize(step)
        part = fee - paid if done == quantity else (fee * used / quantity).quantize(step)
        got, paid = got + share, paid + part
        rows.writerow((asset, used, lot[0], time, share, cost, part, share - cost - part))

with open(sys.argv[1], newline="") as file, open(sys.argv[2], "w", newline="") as out:
    rows = csv.writer(out)
    for row in csv.DictReader(file):
        kind, time = row["kind"], datetime.fromisoformat(row["time"])
        if kind == "transfer":
            continue
        fee = Decimal(row["fee_quantity"]) if row["fee_asset"] else none
        dollars = fee if row["fee_asset"] == "USD" else none
        if kind == "sell":
            got = Decimal(row["received_quantity"])
            sell(rows, row["sent_asset"], time, Decimal(row["sent_quantity"]), got, dollars)
            if row["fee_asset"] != "USD":
                sell(rows, row["fee_asset"], time, fee, none, none)
            continue
        cost = Decimal(row["sent_quantity"]) + dollars if kind == "buy" else Decimal(row["value"])
        lots[row["received_asset"]].append([time, Decimal(row["received_quantity"]), cost])
        if kind == "trade":
            sell(rows, row["sent_asset"], time, Decimal(row["sent_quantity"]), cost, none)
"""


def lots(bench: Bench) -> Iterator[Row]:
    """File to report beside a plain loop; the methods beside each other; twice as much; a million."""
    count = 20_000 if bench.quick else 100_000
    once, twice = (write_ledger(bench.folder / f"lots-{each}.csv", each) for each in (count, 2 * count))
    out = str(bench.folder / "report.csv")

    def ours(method: str, path: str = str(once)) -> list[str]:
        return bench.python(OURS, path, method, out, "USD", "UTC")

    times = 3 if bench.quick else 5
    pair = side_by_side(ours("fifo"), bench.python(_PLAIN, str(once), out), bench.env, times=times)
    yield milliseconds(f"FIFO, {count:,} records to a report", "plain loop with a deque", pair, aim=1.5)
    pair = side_by_side(ours("hifo"), ours("fifo"), bench.env, times=times)
    yield milliseconds("HIFO, the same", "FIFO", pair, aim=1.5)
    for method in ("fifo", "hifo", "acb", "s104"):
        pair = side_by_side(ours(method, str(twice)), ours(method), bench.env, times=3)
        yield milliseconds(f"{method}, {2 * count:,} records", f"{count:,} records", pair, aim=2.2)
    if not bench.quick:
        million = run(ours("fifo", str(write_ledger(bench.folder / "lots-million.csv", 1_000_000))), bench.env)
        yield Row("peak memory, 1,000,000 records", "700 MiB", million.peak_mib, 700, "MiB", aim=1)
