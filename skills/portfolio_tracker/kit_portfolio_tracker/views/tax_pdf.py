"""A tax report as pages. The fonts are those that every PDF reader has: letters beyond Western Europe become “?”."""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF

from kit import Column, Money, Quantity, Value, figure

from ..core.tax.report import Section, TaxReport

_FONT = "Helvetica"
_MARGIN = 12.0
_ROW = 4.2
_GAP = 2.4
_WIDTHS = (297.0, 420.0, 594.0, 841.0, 1189.0)
"""A4 to A0, across: the first that all columns fit on."""
_RATIO = 210 / 297
_GREY = 235


def pdf_of(report: TaxReport) -> bytes:
    """The file's bytes."""
    pages = _Pages(report)
    pages.head()
    for section in report.sections:
        pages.section(section)
    return bytes(pages.output())


class _Pages(FPDF):
    """Pages that are numbered, and tables whose head stands on each."""

    def __init__(self, report: TaxReport) -> None:
        tables = [_Cells(section) for section in report.sections]
        measure = FPDF()
        measure.set_font(_FONT, size=7)
        needed = max((sum(cells.widths(measure)) for cells in tables), default=0.0) + 2 * _MARGIN
        width = next((each for each in _WIDTHS if each >= needed), _WIDTHS[-1])
        super().__init__(orientation="landscape", format=(width * _RATIO, width))
        self._report = report
        self._table: tuple[_Cells, Sequence[float]] | None = None
        self.set_title(_latin(report.title))
        self.set_creator("K.I.T.")
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(auto=True, margin=_MARGIN + 4)
        self.alias_nb_pages()
        self.add_page()

    def header(self) -> None:
        if self._table is not None:
            self._columns(*self._table)

    def footer(self) -> None:
        self.set_y(-_MARGIN)
        self.set_font(_FONT, size=7)
        self.cell(0, 4, _latin(f"{self._report.title} - page {self.page_no()} of {{nb}}"), align="R")

    def head(self) -> None:
        report = self._report
        self._line(report.title, 15, style="B", height=9)
        self._line(f"{report.first} to {report.last}, amounts in {report.currency}", 9, height=6)
        for title, sentences in (
            ("Assumed", report.assumed),
            ("Flagged", report.flagged),
            ("Left out", report.left_out),
        ):
            if sentences:
                self.ln(2)
                self._line(title, 10, style="B", height=6)
                for sentence in sentences:
                    self._line(f"- {sentence}", 8.5)

    def section(self, section: Section) -> None:
        self.ln(5)
        self._line(section.title, 11, style="B", height=7)
        if not section.rows:
            self._line("Nothing.", 8.5)
            return
        cells = _Cells(section)
        self.set_font(_FONT, size=7)
        widths = cells.widths(self)
        self._columns(cells, widths)
        self._table = cells, widths
        for row in cells.rows:
            self._row(row, widths, cells.columns)
        self._table = None
        self.ln(1)
        for metric in section.totals:
            value = metric.value
            text = f"{_number(value)} {value.currency}" if isinstance(value, Money) else figure(value)
            self._line(f"{metric.label}: {text}", 8.5, style="B")
        if section.note:
            self._line(section.note, 8.5)

    def _columns(self, cells: _Cells, widths: Sequence[float]) -> None:
        self.set_font(_FONT, "B", 7)
        self.set_fill_color(_GREY)
        for column, width in zip(cells.columns, widths, strict=True):
            align = "R" if column.align == "right" else "L"
            self.cell(width, _ROW + 0.8, _latin(column.title), align=align, fill=True)
        self.ln()
        self.set_font(_FONT, size=7)

    def _row(self, row: Sequence[str], widths: Sequence[float], columns: Sequence[Column]) -> None:
        for text, width, column in zip(row, widths, columns, strict=True):
            self.cell(width, _ROW, text, align="R" if column.align == "right" else "L")
        self.ln()

    def _line(self, text: str, size: float, *, style: str = "", height: float = 4.6) -> None:
        self.set_font(_FONT, style, size)
        self.multi_cell(0, height, _latin(text), align="L", new_x="LMARGIN", new_y="NEXT")


class _Cells:
    """A section's cells as text, and how wide its columns are."""

    def __init__(self, section: Section) -> None:
        self.columns = section.columns
        self.rows = [
            [_text(value, column) for value, column in zip(row, section.columns, strict=True)] for row in section.rows
        ]

    def widths(self, measure: FPDF) -> list[float]:
        """As wide as the widest cell, measured by the longest ones."""
        widths = []
        for at, column in enumerate(self.columns):
            longest = sorted({row[at] for row in self.rows}, key=len)[-8:]
            texts = [measure.get_string_width(text) for text in longest]
            widths.append(max([*texts, measure.get_string_width(_latin(column.title)) * 1.1]) + _GAP)
        return widths


def _text(value: Value, column: Column) -> str:
    if isinstance(value, Quantity):
        return _latin(figure(value.amount, precise=True))
    if isinstance(value, Money):
        return _number(value)
    return _latin(figure(value, signed=column.signed, precise=column.precise))


def _number(money: Money) -> str:
    """Every digit, and two places at least; which currency it is stands in the report's head."""
    whole, _, places = f"{money.amount:,f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def _latin(text: str) -> str:
    return text.replace("–", "-").replace("“", '"').replace("”", '"').encode("latin-1", "replace").decode("latin-1")
