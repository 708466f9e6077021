"""`kit portfolio tax`: a year's report, to look at or as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from kit import (
    Block,
    Document,
    Heading,
    Metrics,
    Money,
    Notice,
    Reply,
    Services,
    Severity,
    Table,
    Text,
    UsageError,
    Value,
    exact_math,
)

from ..core.tax.report import Section, TaxReport
from ..core.tax.year import TaxYear
from ..tax_settings import configured_form, form_named, tax_plan
from ..tax_years import tax_year
from .tax_files import as_csv, as_json, write_pdf, write_text

_ROWS_SHOWN = 20
_ONLY_IN_FILES = frozenset({"account", "acquired_at", "acquired_how", "days", "record", "acquired_record"})
"""Columns that a terminal has no room for."""
_IF_ANY = frozenset({"fee"})
"""Columns that are shown where they say something: without them a gain does not follow from its row."""
_FILES = frozenset({"csv", "json", "pdf"})
_EARLIEST = 2009
"""There were no coins before."""


@exact_math()
def show(
    services: Services,
    *,
    year: int | None,
    format: str | None,  # noqa: A002 - the option's name
    output: Path | None,
    form: str | None,
    method: str | None,
    scope: str | None,
    force: bool,
) -> Reply:
    """The command."""
    chosen = form_named(services, form) if form else configured_form(services)
    plan = tax_plan(services, chosen, method=method, scope=scope)
    today = services.clock.now().astimezone(plan.zone).date()
    latest = today.year if chosen.bounds(today.year)[0] <= today else today.year - 1
    wanted = year if year is not None else latest - 1
    if not _EARLIEST <= wanted <= latest:
        raise UsageError(
            f"There is no tax year {wanted} to report on.", next_step=f"Name one from {_EARLIEST} to {latest}."
        )
    first, last = chosen.bounds(wanted)
    with services.progress.task(f"Computing {wanted}"):
        found = tax_year(services, year=wanted, first=first, last=last, plan=plan)
        report = chosen.report(found)
    if last >= today:
        report = replace(report, left_out=(f"The year is not over: this is as of {today}.", *report.left_out))
    return _answer(report, found, format, output, force=force)


def _answer(report: TaxReport, year: TaxYear, form: str | None, output: Path | None, *, force: bool) -> Reply:
    code = 3 if report.flagged or report.left_out else 0
    if output is not None:
        ending = output.suffix.removeprefix(".").casefold()
        if form is None and ending not in _FILES:
            raise UsageError(f"What should {output} be?", next_step="Say --format csv, json or pdf.")
        if form is not None and ending in _FILES - {form}:
            raise UsageError(
                f"{output} would be no {ending.upper()}.",
                next_step=f"Leave --format {form} away, or name another file.",
            )
        form = form or ending
    if form is None:
        return Reply(report, tuple(_blocks(report, year)), exit_code=code)
    if form == "pdf":
        path = output or Path(f"{_name(report)}.pdf")
        write_pdf(report, path, force=force)
        return _written(report, path, code)
    text = as_csv(report) if form == "csv" else as_json(report)
    if output is None:
        media = "application/json" if form == "json" else "text/csv"
        document = Document(f"tax-{report.year}-{report.form}.{form}", media, text)
        return Reply(report, exit_code=code, document=document)
    write_text(text, output, force=force)
    return _written(report, output, code)


def _name(report: TaxReport) -> str:
    return f"tax-{report.year}-{report.form}"


def _written(report: TaxReport, path: Path, code: int) -> Reply:
    rows = sum(len(section.rows) for section in report.sections)
    return Reply(
        report,
        (
            Text(f"Wrote {report.title} to {path}: {rows:,} rows in {len(report.sections)} sections."),
            *_notices(report),
        ),
        exit_code=code,
    )


def _blocks(report: TaxReport, year: TaxYear) -> Iterator[Block]:
    yield Heading(report.title, "🧾", rule=True)
    for sentence in report.assumed:
        yield Text(sentence)
    yield from _notices(report)
    if not any(section.rows for section in report.sections):
        what = f"Your records say nothing of the days from {year.first} to {year.last}."
        yield Notice(what, next_step="Name another year: kit portfolio tax --year YEAR")
        return
    for section in report.sections:
        if section.rows:
            yield from _section(section)
    yield Text("All rows: --format csv, json or pdf, and --output FILE.")


def _section(section: Section) -> Iterator[Block]:
    count = len(section.rows)
    title = section.title if count <= _ROWS_SHOWN else f"{section.title} (the first {_ROWS_SHOWN} of {count:,})"
    rows = section.rows[:_ROWS_SHOWN]
    shown = [at for at, column in enumerate(section.columns) if _has_room(column.key, [row[at] for row in rows])]
    yield Table(
        tuple(section.columns[at] for at in shown), tuple(tuple(row[at] for at in shown) for row in rows), title=title
    )
    if section.totals:
        yield Metrics(section.totals)
    if section.note:
        yield Text(section.note)


def _has_room(column: str, cells: Iterable[Value]) -> bool:
    if column in _IF_ANY:
        return any(isinstance(cell, Money) and cell.amount for cell in cells)
    return column not in _ONLY_IN_FILES


def _notices(report: TaxReport) -> Iterator[Notice]:
    for sentence in report.flagged:
        yield Notice(f"Flagged: {sentence}", Severity.WARNING)
    for sentence in report.left_out:
        yield Notice(f"Left out: {sentence}", Severity.WARNING)
