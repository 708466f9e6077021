"""`kit import`: files of records into the store, each file whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kit import (
    Balance,
    Event,
    ImportedRow,
    Importer,
    ImportFileError,
    ImportSource,
    KitError,
    Record,
    RejectedRow,
    Reply,
    Services,
    SkippedRow,
    UsageError,
    plain,
)

from .core.events import RecordKey
from .core.misfits import out_of_bounds
from .files import Recognised, distinct, fingerprint, recognise
from .naming import named_rows
from .plugin import SECTION
from .standing import refresh_problems

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .settings import PortfolioSettings
    from .store.file_rows import FileImport

CHUNK = 5_000
LONGEST_ACCOUNT = 64
REASONS_SHOWN = 5
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Overlap:
    """An account that came in other formats, too: the same trades may count twice."""

    account: str
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """An account whose name differs only in the case of its letters from another one's. They stay two."""

    account: str
    other: str


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What came of one file. `skipped` rows were understood and change nothing; `rejected` ones are kept aside.

    `reasons` are the first of those that were rejected, `remarks` of those that were skipped and yet are worth telling.
    `contradicting` of the known records say otherwise than what is there, which stays; `contradictions` are the first.
    """

    file: str
    format: str
    sureness: Decimal
    accounts: tuple[str, ...]
    added: int
    known: int
    skipped: int
    rejected: int
    first: datetime | None
    last: datetime | None
    reasons: tuple[RejectedRow, ...] = ()
    remarks: tuple[SkippedRow, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    alike: tuple[Alike, ...] = ()
    contradicting: int = 0
    contradictions: tuple[RecordKey, ...] = ()


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file of which nothing was kept, and why."""

    file: str
    what: str
    next_step: str


@dataclass(slots=True)
class ImportReport:
    """What `kit import` did."""

    dry_run: bool
    files: list[ImportedFile] = field(default_factory=list)
    failed: list[FailedFile] = field(default_factory=list)


class DryRun(Exception):
    """Ends a transaction without keeping anything."""


def import_files(
    services: Services,
    *,
    files: Sequence[Path],
    format: str,  # noqa: A002 - the option's name
    account: str | None,
    timezone: str | None,
    dry_run: bool,
    rejected: bool,
    formats: bool,
) -> Reply:
    """The command. One bad file stops none of the others; a single one is an error of its own."""
    from .views import imports as view

    if files and (rejected or formats):
        what = "what earlier imports kept aside" if rejected else "which formats there are"
        option = "--rejected" if rejected else "--formats"
        raise UsageError(f"{option} shows {what}; it takes no files.", next_step=f"Leave them out: kit import {option}")
    if formats:
        return view.known_formats([each for each in services.importers() if each.yields == "records"])
    if rejected:
        from .store.reading import kept_aside

        with services.store.read() as connection:
            return view.rejected_rows(kept_aside(connection))
    checked = account_name(account) if account is not None else None
    wanted = distinct(files)
    report = ImportReport(dry_run)
    for path in wanted:
        try:
            found = recognise(path, services.importers(), format_name=format, yields="records")
            report.files.append(
                _import_file(services, path, found, account=checked, timezone=timezone, dry_run=dry_run)
            )
        except ImportFileError as error:
            if len(wanted) == 1:
                raise
            report.failed.append(FailedFile(str(path), error.message, error.next_step or ""))
    if report.files and not dry_run:
        refresh_problems(services)
        added = sum(each.added for each in report.files)
        services.announce(Event("import.finished", {"files": [each.file for each in report.files], "added": added}))
    return view.import_report(report)


def account_name(text: str) -> str:
    """The name of an account as it may stand in the store. Raises UsageError."""
    name = text.strip()
    if not name or len(name) > LONGEST_ACCOUNT or not name.isprintable():
        raise UsageError(
            f"“{text if text.isprintable() else text.encode('unicode_escape').decode()}” cannot name an account.",
            next_step=f"Use 1 to {LONGEST_ACCOUNT} printable characters.",
        )
    return name


def _import_file(
    services: Services, path: Path, found: Recognised, *, account: str | None, timezone: str | None, dry_run: bool
) -> ImportedFile:
    from .store.file_rows import FileImport, ImportFile

    settings: PortfolioSettings = services.settings(SECTION)
    importer = found.importer
    account = account or importer.venue
    content = fingerprint(path)
    described = ImportFile(
        str(path.absolute()), content.sha256, importer.name, importer.venue, account, services.clock.now()
    )
    reasons: list[RejectedRow] = []
    remarks: list[SkippedRow] = []
    with suppress(DryRun), services.store.write() as connection:
        target = FileImport(services.store, connection, described)
        told = readable_rows(importer, ImportSource(path, account, timezone))
        rows = _watched(named_rows(told, importer.venue or "", settings.asset_names), path, reasons, remarks)
        with services.progress.task(f"Importing {path.name}", content.lines) as task:
            for chunk in chunks(rows, CHUNK):
                target.add(chunk)
                task.advance(len(chunk))
        counts = target.finish()
        imported = ImportedFile(
            file=str(path),
            format=importer.name,
            sureness=found.sureness,
            accounts=tuple(sorted(target.accounts)),
            added=counts.added,
            known=counts.known,
            skipped=counts.skipped,
            rejected=counts.rejected,
            first=counts.first,
            last=counts.last,
            reasons=tuple(reasons),
            remarks=tuple(remarks),
            overlaps=_overlaps(connection, target, importer) if counts.added else (),
            alike=tuple(_alike(services, connection, target.accounts)) if counts.added else (),
            contradicting=counts.contradicting,
            contradictions=tuple(target.contradictions),
        )
        if dry_run:
            raise DryRun
    return imported


def _overlaps(connection: Connection, target: FileImport, importer: Importer) -> tuple[Overlap, ...]:
    from .store.reading import importers_of

    harmless = importer.beside | {importer.name}
    found = {each: tuple(sorted(importers_of(connection, each) - harmless)) for each in sorted(target.accounts)}
    return tuple(Overlap(account, formats) for account, formats in found.items() if formats)


def _alike(services: Services, connection: Connection, accounts: Iterable[str]) -> Iterator[Alike]:
    from .store.listing import known_accounts

    known = sorted(known_accounts(connection).union(services.exchanges()))
    for account in sorted(accounts):
        for other in known:
            if other != account and other.casefold() == account.casefold():
                yield Alike(account, other)


def _watched(
    rows: Iterable[ImportedRow], path: Path, reasons: list[RejectedRow], remarks: list[SkippedRow]
) -> Iterator[ImportedRow]:
    """The rows, those of no usable account, time or number rejected, the first reasons and remarks remembered."""
    good: set[str | None] = {None}
    for number, row in enumerate(rows, 1):
        if isinstance(row, Record | Balance) and row.account not in good:
            if not row.account:
                raise ImportFileError(
                    f"{path} does not say which account its rows belong to.", next_step="Say it with --account NAME."
                )
            row = _checked(row, row.account, number, good)  # noqa: PLW2901 - what the row turns out to be
        if isinstance(row, Record) and row.to_account not in good:
            row = _checked(row, row.to_account or "", number, good)  # noqa: PLW2901
        if isinstance(row, Record) and (fault := next(out_of_bounds(row), None)):
            row = RejectedRow(number, fault.what, _as_text(row))  # noqa: PLW2901
        if isinstance(row, RejectedRow) and len(reasons) < REASONS_SHOWN:
            reasons.append(row)
        if isinstance(row, SkippedRow) and row.told and len(remarks) < REASONS_SHOWN:
            remarks.append(row)
        yield row


def _checked(row: Record | Balance, account: str, number: int, good: set[str | None]) -> ImportedRow:
    try:
        account_name(account)
    except UsageError as error:
        return RejectedRow(number, error.message, _as_text(row))
    good.add(account)
    return row


def _as_text(row: Record | Balance) -> str:
    """What a row says, as far as it takes to find it in its file."""
    if isinstance(row, Balance):
        return f"{row.time.isoformat()},{row.account},{plain(row.total)} {row.asset}"
    legs = (f"{leg.amount} {leg.asset}" if leg else "" for leg in (row.received, row.sent, row.fee))
    return ",".join((row.time.isoformat(), row.account, row.kind.value, *legs, row.to_account or "", row.id))


def readable_rows(importer: Importer, source: ImportSource) -> Iterator[ImportedRow]:
    """The importer's rows; whatever stops it arrives as ImportFileError, so that only this file is lost."""
    try:
        yield from importer.read(source)
    except KitError:
        raise
    except Exception as error:
        raise ImportFileError(
            f"{source.path} could not be read as {importer.label} ({type(error).__name__}: {error}).",
            next_step="Nothing of it was kept. Check the file, or name another --format.",
        ) from error


def chunks(rows: Iterable[_Row], size: int) -> Iterator[list[_Row]]:
    """The rows in lists of at most `size`, so that memory stays bounded."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, size)):
        yield chunk
