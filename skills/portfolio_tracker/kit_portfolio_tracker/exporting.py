"""`kit ledger export` and `kit portfolio export`: what is known, as a file or on its way to another program."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from kit import (
    Document,
    PluginError,
    Problem,
    Record,
    Reply,
    Services,
    Severity,
    Text,
    UsageError,
    render_csv,
    render_json,
    to_data,
)

from .choosing import instants
from .core.misfits import misfits
from .fresh_files import new_file
from .plugin import SECTION
from .portfolio import load_portfolio
from .refreshing import refresh
from .views.findings import exit_code, findings

if TYPE_CHECKING:
    from .settings import PortfolioSettings
    from .store.listing import Wanted

_FORMAT = "kit-csv"
_MISFITS = "ledger.export"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, in which format and where, and how many rows of it; the `text` where it went to no file."""

    what: str
    format: str
    file: Path | None
    rows: int
    text: str | None = None


def export_ledger(
    services: Services,
    *,
    output: Path | None,
    asset: str | None,
    account: str | None,
    from_: date | None,
    to: date | None,
    force: bool,
) -> Reply:
    """`kit ledger export`: kit CSV that imports back the same."""
    from .store.listing import Wanted
    from .views.ledger import chosen_accounts

    since, until = instants(services, from_, to)
    accounts = None
    if account is not None:
        with services.store.read() as connection:
            accounts = chosen_accounts(services, connection, account)
    wanted = Wanted(asset, accounts, since=since, until=until)
    return _export("ledger", "csv", output, lambda file: _kit_csv(services, wanted, file), force=force)


def export_portfolio(
    services: Services,
    *,
    what: str,
    format: str,  # noqa: A002 - the option's name
    output: Path | None,
    force: bool,
    offline: bool,
) -> Reply:
    """`kit portfolio export`."""
    refresh(services, offline=offline)
    return _export(what, format, output, lambda file: WHAT[what](services, format, file), force=force)


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written, and what they rest on that is to be known."""

    rows: int
    problems: tuple[Problem, ...] = ()


def _export(what: str, form: str, output: Path | None, write: Callable[[TextIO], Written], *, force: bool) -> Reply:
    if output is not None:
        with new_file(output, force=force) as file:
            written = write(file)
        rows = "1 row" if written.rows == 1 else f"{written.rows:,} rows"
        said = Text(f"Wrote {rows} to {output}.")
        code = exit_code(written.problems)
        return Reply(Exported(what, form, output, written.rows), (said,), written.problems, code)
    if force:
        raise UsageError("--force overwrites a file, and no file is named.", next_step="Name it with --output FILE.")
    out = io.StringIO(newline="")
    written = write(out)
    document = Document(f"{what}.{form}", "application/json" if form == "json" else "text/csv", out.getvalue())
    return Reply(
        Exported(what, form, None, written.rows, document.text),
        problems=written.problems,
        exit_code=exit_code(written.problems),
        document=document,
    )


def _kit_csv(services: Services, wanted: Wanted, file: TextIO) -> Written:
    from .store.listing import chosen

    format_ = next((each for each in services.importers() if each.name == _FORMAT), None)
    if format_ is None or format_.write is None:
        raise PluginError("Nothing here writes kit CSV.", next_step="Switch it on: kit plugins enable importers")
    watched = _Watched()
    with services.store.read() as connection:
        rows = format_.write(watched.passing(chosen(connection, wanted)), file)
    return Written(rows, watched.problems())


class _Watched:
    """Counts the records that an import will refuse: venues' plugins may tell what kit CSV does not hold."""

    def __init__(self) -> None:
        self._misfits = 0
        self._first = ""

    def passing(self, records: Iterable[Record]) -> Iterator[Record]:
        for record in records:
            fault = next(misfits(record), None)
            if fault is not None:
                self._misfits += 1
                self._first = self._first or f"{record.account}/{record.id}: {fault.what}"
            yield record

    def problems(self) -> tuple[Problem, ...]:
        if not self._misfits:
            return ()
        records = "1 record is" if self._misfits == 1 else f"{self._misfits:,} records are"
        what = f"{records} written that an import will keep aside; the first is {self._first}"
        return (Problem(_MISFITS, Severity.WARNING, what, "", "See them: kit ledger list --flagged"),)


def _ledger(services: Services, form: str, file: TextIO) -> Written:
    from .store.listing import Wanted, chosen

    if form == "csv":
        return _kit_csv(services, Wanted(), file)
    file.write('{"data": {"records": [')
    rows = 0
    with services.store.read() as connection:
        for record in chosen(connection, Wanted()):
            file.write(",\n" if rows else "\n")
            file.write(json.dumps(to_data(record), ensure_ascii=False))
            rows += 1
    file.write("\n]}}\n")
    return Written(rows)


def _holdings(services: Services, form: str, file: TextIO) -> Written:
    from .views.exports import holdings_table

    portfolio = load_portfolio(services)
    table = holdings_table(portfolio)
    reply = Reply(portfolio.valuation, (table,), findings(portfolio))
    file.write(render_json(reply) + "\n" if form == "json" else render_csv(reply))
    return Written(len(table.rows), reply.problems)


def _lots(services: Services, form: str, file: TextIO) -> Written:
    from .ledger import ledger_states
    from .views.exports import lots_table

    settings: PortfolioSettings = services.settings(SECTION)
    found = [lot for state in ledger_states(services).values() for lot in state.lots]
    found.sort(key=lambda lot: (lot.asset, lot.origin.time, lot.account, lot.origin.key))
    told = [to_data(lot) | ({} if lot.has_basis else {"cost": None}) for lot in found]
    reply = Reply({"currency": settings.base_currency, "lots": told}, (lots_table(found, settings.base_currency),))
    file.write(render_json(reply) + "\n" if form == "json" else render_csv(reply))
    return Written(len(found))


def _snapshots(services: Services, form: str, file: TextIO) -> Written:
    from .store.snapshot_rows import read_snapshots
    from .views.exports import snapshots_table

    with services.store.read() as connection:
        found = list(read_snapshots(connection))
    reply = Reply({"snapshots": found}, (snapshots_table(found),))
    file.write(render_json(reply) + "\n" if form == "json" else render_csv(reply))
    return Written(len(found))


WHAT: dict[str, Callable[[Services, str, TextIO], Written]] = {
    "holdings": _holdings,
    "ledger": _ledger,
    "lots": _lots,
    "snapshots": _snapshots,
}
"""What can be exported, and what writes it: as "csv" or as "json"."""
