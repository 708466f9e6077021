"""What an import did, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from kit import Block, Column, Importer, Notice, RejectedRow, Reply, Severity, Table, Text

from ..core.wording import listed

if TYPE_CHECKING:
    from ..importing import FailedFile, ImportedFile, ImportReport
    from ..price_files import PriceReport
    from ..store.reading import KeptAside


@dataclass(frozen=True, slots=True)
class Format:
    """A format by the name that --format takes. `account` is whose its rows are where nobody says."""

    name: str
    label: str
    account: str


def import_report(report: ImportReport) -> Reply:
    """A row a file, then whatever went wrong."""
    table = Table(
        columns=(
            Column("File", "file"),
            Column("Format", "format"),
            Column("Account", "account"),
            Column("New", "new", "right"),
            Column("Already there", "already_there", "right"),
            Column("Internal", "internal", "right"),
            Column("Rejected", "rejected", "right"),
            Column("From", "from"),
            Column("To", "to"),
        ),
        rows=tuple(
            (
                Path(each.file).name,
                f"{each.format} ({_percent(each.sureness)} sure)",
                ", ".join(each.accounts),
                each.added,
                each.known,
                each.skipped,
                each.rejected,
                each.first and each.first.date(),
                each.last and each.last.date(),
            )
            for each in report.files
        ),
        title="Would import" if report.dry_run else "Imported",
        emoji="📥",
    )
    blocks: list[Block] = [*([table] if report.files else []), *_dry(dry_run=report.dry_run)]
    for each in report.files:
        blocks += [Notice(f"{Path(each.file).name}: {row.reason}: {row.text}.") for row in each.remarks]
        blocks += _rejected(each.file, each.rejected, each.reasons, kept=not report.dry_run)
        blocks += _contradicting(each)
    blocks += _overlapping(report.files)
    blocks += _alike(report.files)
    doubtful = [bool(each.rejected or each.overlaps or each.contradicting) for each in report.files]
    return _reply(report, [*blocks, *_failed(report.failed)], report.failed, doubtful)


def _contradicting(file: ImportedFile) -> Iterator[Block]:
    """Records keep what they said first: whoever corrected the file has to be told."""
    count, named = file.contradicting, [f"{each.account}/{each.id}" for each in file.contradictions]
    if not count:
        return
    rows = "1 row" if count == 1 else f"{count:,} rows"
    more = f" and {count - len(named):,} more" if count > len(named) else ""
    yield Notice(
        f"{rows} of {Path(file.file).name} had the id of a record that is there, and said otherwise. What is there "
        f"stays: {', '.join(named)}{more}.",
        Severity.WARNING,
        f"If the file is right: kit ledger edit {named[0]}. If both are, give the row another id.",
    )


def _overlapping(files: Iterable[ImportedFile]) -> Iterator[Block]:
    """One notice for all accounts with the same formats, however many files say so."""
    formats: dict[str, set[str]] = {}
    for file in files:
        for each in file.overlaps:
            formats.setdefault(each.account, {file.format}).update(each.formats)
    accounts: dict[tuple[str, ...], list[str]] = {}
    for account, names in formats.items():
        accounts.setdefault(tuple(sorted(names)), []).append(account)
    for kinds, called in accounts.items():
        who = f"The account {called[0]} has" if len(called) == 1 else f"The accounts {', '.join(called)} have"
        yield Notice(
            f"{who} records from several kinds of files ({', '.join(kinds)}); what stands in two of them counts twice.",
            Severity.WARNING,
            "Keep to one kind of export for an account. See: kit ledger list --flagged",
        )


def _alike(files: Iterable[ImportedFile]) -> Iterator[Block]:
    found = {frozenset((each.account, each.other)): each for file in files for each in file.alike}
    for each in found.values():
        yield Notice(
            f"{each.account} and {each.other} are two accounts, whose names differ in the case of letters only.",
            next_step="They are shown with their names in brackets. If both are one, keep to one of the two sources.",
        )


def known_formats(importers: Iterable[Importer]) -> Reply:
    """`kit import --formats`."""
    known = [Format(each.name, each.label, each.venue or "") for each in importers]
    table = Table(
        columns=(Column("Format", "format"), Column("What it is", "label"), Column("Account", "account")),
        rows=tuple((each.name, each.label, each.account) for each in known),
        title="Formats",
        emoji="📄",
    )
    return Reply(known, (table, Text("A file is recognised by its columns, whatever it is called.")))


def price_report(report: PriceReport) -> Reply:
    """A row a file, then whatever went wrong."""
    table = Table(
        columns=(
            Column("File", "file"),
            Column("Format", "format"),
            Column("Assets", "assets"),
            Column("New", "new", "right"),
            Column("Changed", "changed", "right"),
            Column("Already there", "already_there", "right"),
            Column("Rejected", "rejected", "right"),
            Column("From", "from"),
            Column("To", "to"),
        ),
        rows=tuple(
            (
                Path(each.file).name,
                f"{each.format} ({_percent(each.sureness)} sure)",
                listed(each.assets, most=3) or "none",
                each.added,
                each.changed,
                each.known,
                each.rejected,
                each.first,
                each.last,
            )
            for each in report.files
        ),
        title="Would import" if report.dry_run else "Imported",
        emoji="🏷️",
    )
    blocks: list[Block] = [*([table] if report.files else []), *_dry(dry_run=report.dry_run)]
    for each in report.files:
        blocks += _rejected(each.file, each.rejected, each.reasons, kept=False)
    doubtful = [bool(each.rejected) for each in report.files]
    return _reply(report, [*blocks, *_failed(report.failed)], report.failed, doubtful)


def rejected_rows(rows: Sequence[KeptAside]) -> Reply:
    """`kit import --rejected`."""
    table = Table(
        columns=(
            Column("File", "file"),
            Column("Line", "line", "right"),
            Column("Reason", "reason"),
            Column("Row", "row"),
        ),
        rows=tuple((Path(each.file).name, each.line, each.reason, each.text) for each in rows),
        title="Rows kept aside" if rows else "",
        empty="No rows are kept aside.",
    )
    return Reply(list(rows), (table,))


def _reply(report: object, blocks: Sequence[Block], failed: Sequence[FailedFile], doubtful: Sequence[bool]) -> Reply:
    code = 1 if failed and not doubtful else 3 if failed or any(doubtful) else 0
    return Reply(report, tuple(blocks), exit_code=code)


def _dry(*, dry_run: bool) -> Iterator[Block]:
    if dry_run:
        yield Text("A dry run: nothing was kept.")


def _rejected(file: str, count: int, reasons: Sequence[RejectedRow], *, kept: bool) -> Iterator[Block]:
    if not count:
        return
    name = Path(file).name
    rows = "1 row" if count == 1 else f"{count:,} rows"
    yield Notice(
        f"{rows} of {name} could not be used.",
        Severity.WARNING,
        "Kept aside; see them with: kit import --rejected" if kept else "",
    )
    lines = [f"{name}:{row.line}: {row.reason}" for row in reasons]
    if count > len(reasons):
        lines.append(f"… and {count - len(reasons):,} more")
    yield Text("\n".join(lines))


def _failed(failed: Iterable[FailedFile]) -> Iterator[Block]:
    """A notice each; what is to be done stands once, behind the last that asks for it."""
    together: dict[str, list[str]] = {}
    for each in failed:
        together.setdefault(each.next_step, []).append(each.what)
    for step, sentences in together.items():
        for what in sentences[:-1]:
            yield Notice(what, Severity.ERROR)
        yield Notice(sentences[-1], Severity.ERROR, step)


def _percent(sureness: Decimal) -> str:
    return f"{sureness:.0%}".replace("%", " %")
