"""`kit prices import`: files of prices into the store, each file whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeGuard

from kit import Event, ImportFileError, ImportSource, PricePoint, RejectedRow, Reply, Services

from .core.price_days import INDEX
from .core.symbol_names import SPELLINGS
from .files import Recognised, distinct, fingerprint, recognise
from .importing import CHUNK, REASONS_SHOWN, DryRun, FailedFile, chunks, readable_rows
from .standing import refresh_problems

_INDEX_OR_COIN = "SPX"


@dataclass(frozen=True, slots=True)
class PriceFile:
    """What came of one file of prices. `changed` ones replaced an older word on the same day."""

    file: str
    format: str
    sureness: Decimal
    assets: tuple[str, ...]
    added: int
    changed: int
    known: int
    rejected: int
    first: date | None
    last: date | None
    reasons: tuple[RejectedRow, ...] = ()


@dataclass(slots=True)
class PriceReport:
    """What `kit prices import` did."""

    dry_run: bool
    files: list[PriceFile] = field(default_factory=list)
    failed: list[FailedFile] = field(default_factory=list)


def import_prices(
    services: Services,
    *,
    files: Sequence[Path],
    format: str,  # noqa: A002 - the option's name
    dry_run: bool,
) -> Reply:
    """The command. One bad file stops none of the others; a single one is an error of its own."""
    from .views import imports as view

    wanted = distinct(files)
    report = PriceReport(dry_run)
    for path in wanted:
        try:
            found = recognise(path, services.importers(), format_name=format, yields="prices")
            report.files.append(_import_file(services, path, found, dry_run=dry_run))
        except ImportFileError as error:
            if len(wanted) == 1:
                raise
            report.failed.append(FailedFile(str(path), error.message, error.next_step or ""))
    if report.files and not dry_run:
        refresh_problems(services)
        services.announce(Event("prices.finished", {"files": [each.file for each in report.files]}))
    return view.price_report(report)


def _import_file(services: Services, path: Path, found: Recognised, *, dry_run: bool) -> PriceFile:
    from .store.closes import accounts_with
    from .store.price_rows import PriceWriter

    extent = _Extent()
    with suppress(DryRun), services.store.write() as connection:
        writer = PriceWriter(services.store, connection)
        extent.own |= {asset for asset, _ in accounts_with(connection)}
        rows = readable_rows(found.importer, ImportSource(path))
        with services.progress.task(f"Importing {path.name}", fingerprint(path).lines) as task:
            for chunk in chunks(rows, CHUNK):
                writer.add([extent.named(row) for row in chunk if extent.takes(row)])
                task.advance(len(chunk))
        if dry_run:
            raise DryRun
    return PriceFile(
        file=str(path),
        format=found.importer.name,
        sureness=found.sureness,
        assets=tuple(sorted(extent.assets)),
        added=writer.added,
        changed=writer.changed,
        known=writer.known,
        rejected=extent.rejected,
        first=extent.first,
        last=extent.last,
        reasons=tuple(extent.reasons),
    )


class _Extent:
    """What a file of prices covers, gathered while it is read. `own` are the assets that the ledger knows."""

    def __init__(self) -> None:
        self.own: set[str] = set()
        self.assets: set[str] = set()
        self.first: date | None = None
        self.last: date | None = None
        self.rejected = 0
        self.reasons: list[RejectedRow] = []

    def named(self, point: PricePoint) -> PricePoint:
        """The price under the name that its asset has here."""
        return replace(point, asset=self._name(point.asset))

    def _name(self, asset: str) -> str:
        """S&P and ^GSPC are the index; so is SPX, where nobody here ever had the coin of that name."""
        if asset == _INDEX_OR_COIN:
            return asset if asset in self.own else INDEX
        return SPELLINGS[asset] if SPELLINGS.get(asset) == INDEX else asset

    def takes(self, row: object) -> TypeGuard[PricePoint]:
        if isinstance(row, PricePoint):
            if row.close > 0:
                self.assets.add(self._name(row.asset))
                self.first = min(row.day, self.first or row.day)
                self.last = max(row.day, self.last or row.day)
                return True
            row = RejectedRow(0, f"the close of {row.asset} on {row.day} is not above zero", str(row.close))
        if isinstance(row, RejectedRow):
            self.rejected += 1
            if len(self.reasons) < REASONS_SHOWN:
                self.reasons.append(row)
        return False
