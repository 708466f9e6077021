"""A tax report as pages.

The font is one that every PDF reader has, as long as the letters are those of Western Europe. Otherwise one that
comes with the program is embedded, which has those of the rest of Europe, too, and whatever it lacks becomes “?”.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

from kit import Column, Money, Quantity, Value, figure

from ..core.tax.report import Section, TaxReport

_READERS_OWN, _OURS = "helvetica", "dejavu"
_FILES = {"": "DejaVuSansCondensed.ttf", "B": "DejaVuSansCondensed-Bold.ttf"}
_FONTS = Path(__file__).parents[1] / "fonts"
_MARGIN = 12.0
_ROW = 4.2
_GAP = 2.4
_CENTS = 2
_TITLE_AND_A_ROW = 22.0
_WIDTHS = (297.0, 420.0, 594.0, 841.0, 1189.0)
"""A4 to A0, across: the first that all columns fit on."""
_RATIO = 210 / 297
_GREY = 235


def pdf_of(report: TaxReport) -> bytes:
    """The file's bytes."""
    pages = _Pages(report)
    pages.head()
    pages.sections()
    return bytes(pages.output())


class _Pages(FPDF):
    """Pages that are numbered, and tables whose head stands on each."""

    def __init__(self, report: TaxReport) -> None:
        western = all(map(_is_western, _texts(report)))
        measure = FPDF()
        written = _writer(measure, western=western)
        measure.set_font(measure.font_family, size=7)
        self._tables = [_Cells(section, written) for section in report.sections]
        needed = max((sum(cells.widths(measure)) for cells in self._tables), default=0.0) + 2 * _MARGIN
        for font in _embedded(measure):
            font.close()
        width = next((each for each in _WIDTHS if each >= needed), _WIDTHS[-1])
        super().__init__(orientation="landscape", format=(width * _RATIO, width))
        self._report = report
        self._written = _writer(self, western=western)
        self._font = self.font_family
        self._table: tuple[_Cells, Sequence[float]] | None = None
        self.set_title(self._written(report.title))
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
        self.set_font(self._font, size=7)
        self.cell(0, 4, self._written(f"{self._report.title} - page {self.page_no()} of {{nb}}"), align="R")

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

    def sections(self) -> None:
        for section, cells in zip(self._report.sections, self._tables, strict=True):
            self._section(section, cells)

    def _section(self, section: Section, cells: _Cells) -> None:
        if self.will_page_break(_TITLE_AND_A_ROW):
            self.add_page()
        self.ln(5)
        self._line(section.title, 11, style="B", height=7)
        if not section.rows:
            self._line("Nothing.", 8.5)
            return
        self.set_font(self._font, size=7)
        widths = cells.widths(self)
        self._columns(cells, widths)
        self._table = cells, widths
        for row in cells.rows:
            self._row(row, widths, cells.columns)
        self._table = None
        self.ln(1)
        for metric in section.totals:
            value = metric.value
            text = f"{_number(value.amount, _CENTS)} {value.currency}" if isinstance(value, Money) else figure(value)
            self._line(f"{metric.label}: {text}", 8.5, style="B")
        if section.note:
            self._line(section.note, 8.5)

    def _columns(self, cells: _Cells, widths: Sequence[float]) -> None:
        self.set_font(self._font, "B", 7)
        self.set_fill_color(_GREY)
        for column, width in zip(cells.columns, widths, strict=True):
            align = "R" if column.align == "right" else "L"
            self.cell(width, _ROW + 0.8, self._written(column.title), align=align, fill=True)
        self.ln()
        self.set_font(self._font, size=7)

    def _row(self, row: Sequence[str], widths: Sequence[float], columns: Sequence[Column]) -> None:
        for text, width, column in zip(row, widths, columns, strict=True):
            self.cell(width, _ROW, text, align="R" if column.align == "right" else "L")
        self.ln()

    def _line(self, text: str, size: float, *, style: str = "", height: float = 4.6) -> None:
        self.set_font(self._font, style, size)
        self.multi_cell(0, height, self._written(text), align="L", new_x="LMARGIN", new_y="NEXT")


class _Cells:
    """A section's cells as text, and how wide its columns are."""

    def __init__(self, section: Section, written: Callable[[str], str]) -> None:
        self.columns = section.columns
        self.titles = [written(column.title) for column in section.columns]
        self.rows = [
            [written(_text(value, column)) for value, column in zip(row, section.columns, strict=True)]
            for row in section.rows
        ]

    def widths(self, measure: FPDF) -> list[float]:
        """As wide as the widest cell, measured by the longest ones."""
        widths = []
        for at, title in enumerate(self.titles):
            longest = sorted({row[at] for row in self.rows}, key=len)[-8:]
            texts = [measure.get_string_width(text) for text in longest]
            widths.append(max([*texts, measure.get_string_width(title) * 1.1]) + _GAP)
        return widths


def _text(value: Value, column: Column) -> str:
    if isinstance(value, Quantity):
        return _number(value.amount, 0)
    if isinstance(value, Money):
        return _number(value.amount, _CENTS)
    return figure(value, signed=column.signed, precise=column.precise)


def _number(amount: Decimal, least: int) -> str:
    """Every digit, and so many places at least; of what it is stands beside it or in the report's head."""
    whole, _, places = f"{amount:,f}".partition(".")
    places = places.rstrip("0").ljust(least, "0")
    return f"{whole}.{places}" if places else whole


def _texts(report: TaxReport) -> Iterator[str]:
    """All that it says in words; figures have no letters of their own."""
    yield report.title
    yield from chain(report.assumed, report.flagged, report.left_out)
    for section in report.sections:
        yield section.title
        yield section.note
        yield from (metric.label for metric in section.totals)
        yield from (value for row in section.rows for value in row if isinstance(value, str))


def _writer(pdf: FPDF, *, western: bool) -> Callable[[str], str]:
    """Set the font; what makes text of those letters that it has."""
    if western:
        pdf.set_font(_READERS_OWN)
        return _western
    for style, name in _FILES.items():
        pdf.add_font(_OURS, style, _FONTS / name)
    pdf.set_font(_OURS)
    there = set.intersection(*(set(font.cmap) for font in _embedded(pdf)))
    return lambda text: "".join(letter if ord(letter) in there else "?" for letter in text)


def _embedded(pdf: FPDF) -> list[TTFFont]:
    return [font for font in pdf.fonts.values() if isinstance(font, TTFFont)]


def _western(text: str) -> str:
    return text.replace("–", "-").replace("“", '"').replace("”", '"').encode("latin-1", "replace").decode("latin-1")


def _is_western(text: str) -> bool:
    return text.isascii() or "?" not in _western(text.replace("?", ""))
