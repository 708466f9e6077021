"""A tax report as CSV, as JSON and as PDF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kit import Reply, csv_line, machine_cell, render_json

from ..core.tax.report import Section, TaxReport
from ..fresh_files import new_file


def as_csv(report: TaxReport) -> str:
    """One file for all sections: the first cell of each line says what the line is, the second to which section it
    belongs. Numbers are plain, in the report's currency; text that a spreadsheet would run is defused.
    """
    return "".join(map(csv_line, _lines(report)))


def _lines(report: TaxReport) -> Iterator[list[str]]:
    yield ["report", report.form, report.title, str(report.first), str(report.last), report.currency]
    for what, sentences in (("assumed", report.assumed), ("flagged", report.flagged), ("left out", report.left_out)):
        yield from ([what, "", machine_cell(sentence)] for sentence in sentences)
    for section in report.sections:
        yield ["section", section.key, machine_cell(section.title)]
        yield from _rows(section)


def _rows(section: Section) -> Iterator[list[str]]:
    yield ["columns", section.key, *(column.key for column in section.columns)]
    for row in section.rows:
        yield ["row", section.key, *map(machine_cell, row)]
    for metric in section.totals:
        yield ["total", section.key, machine_cell(metric.label), machine_cell(metric.value)]


def as_json(report: TaxReport) -> str:
    """What `--json` says."""
    return render_json(Reply(report)) + "\n"


def write_text(text: str, path: Path, *, force: bool) -> None:
    """Raises UsageError where the file is there and `force` is not said, KitError where it cannot be written."""
    with new_file(path, force=force) as file:
        file.write(text)


def write_pdf(report: TaxReport, path: Path, *, force: bool) -> None:
    """The same, for people who print."""
    from .tax_pdf import pdf_of

    content = pdf_of(report)
    with new_file(path, force=force) as file:
        file.buffer.write(content)
