"""One record more in a store that holds many: what is new is computed, not everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from statistics import median

from .data import Bench
from .ledgers import write_ledger
from .measure import Row, run

# In one process, as a resident host does it: all lots from the first record on, then five times a record comes and the
# lots of its asset are asked for, then those of every asset. Prints the CPU seconds of each.
_PROGRAM = """
import json, sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import process_time
from kit import Kind, Quantity, Record
from kit.host import Host
from kit_portfolio_tracker.ledger import ledger_states
from kit_portfolio_tracker.store.records import RecordWriter

def seconds(work):
    start = process_time()
    work()
    return process_time() - start

def append(number):
    time = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=number)
    got, paid = Quantity(Decimal("0.5"), "C01"), Quantity(Decimal(100), "USD")
    record = Record(f"more-{number}", time, "kraken", Kind.BUY, got, paid)
    with host.store.write() as connection:
        writer = RecordWriter(host.store, connection)
        assert writer.add({(record.account, record.id): record}) == 1
        writer.finish()

def one(number):
    append(number)
    ledger_states(host, {"C01"})

def every(number):
    append(number)
    ledger_states(host)

host = Host(Path(sys.argv[1]))
print(json.dumps({
    "anew": seconds(lambda: ledger_states(host)),
    "one": [seconds(lambda: one(number)) for number in range(5)],
    "every": [seconds(lambda: every(number)) for number in range(5, 10)],
}))
"""


def appending(bench: Bench) -> Iterator[Row]:
    """The lots after one record more, as `kit holdings` asks for them, beside all of them computed anew."""
    count = 20_000 if bench.quick else 1_000_000
    env = bench.at("append")
    run(bench.kit("import", str(write_ledger(bench.folder / f"append-{count}.csv", count))), env)
    said = bench.folder / "append.json"
    run(bench.python(_PROGRAM, env["KIT_HOME"]), env, output=said)
    took = json.loads(said.read_text(encoding="utf-8"))
    for name, what, aim in (("one", "its asset's lots", 1_000.0), ("every", "every asset's lots", None)):
        ours, anew = median(took[name]) * 1000, took["anew"] * 1000
        label = f"one record more in {count:,}, {what}"
        yield Row(label, "all lots computed anew", ours, anew, "ms CPU", aim, times_quicker=True)
