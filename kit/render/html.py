"""Reply → HTML as Telegram reads it, for a phone: headings in bold, tables in a monospace that fits its width.

A table that is too wide for a phone becomes several, one below the other, or a paragraph a row; a chart becomes a
picture of its own (or, without pictures, a sentence). Whatever comes from outside is escaped; right-to-left names are
kept apart, so that they do not turn the figures beside them around.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, tzinfo
from html import escape
from textwrap import wrap

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from ..problems import Problem, Severity
from ..replies import Bars, Block, Chart, Heading, Matrix, Metrics, Notice, Reply, Table, Text, Value
from .figures import figure
from .html_pages import CAPTION, MESSAGE, HtmlPage, Piece, pages
from .safe import line, paragraph
from .tables import Grid, grid
from .text import SAMPLE_NOTICE

PHONE = 36
_SIGNS = {Severity.INFO: "ℹ️", Severity.WARNING: "⚠️", Severity.ERROR: "❌"}
_LONGEST_LINE = 2000
_MOST_BANDS = 3
_FEW = 3  # rows: fewer than these read better one below the other than torn apart
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_APART = "\u2068{}\u2069"


def render_html(
    reply: Reply,
    *,
    zone: tzinfo = UTC,
    pictures: bool = True,
    width: int = PHONE,
    message: int = MESSAGE,
    caption: int = CAPTION,
) -> list[HtmlPage]:
    """The reply as messages; none where there is nothing to say. Its actions are the sender's to show.

    `message` and `caption` are how long a message and the words below a picture may be, `width` is that of a
    phone's screen in characters.
    """
    page = _Page(zone=zone, pictures=pictures, width=width)
    blocks = [*reply.blocks, *([Notice(SAMPLE_NOTICE)] if reply.meta.get("sample") else [])]
    pieces = [piece for block in blocks for piece in page.pieces(block)]
    pieces += [_problem(problem) for problem in reply.problems]
    return pages(pieces, message=message, caption=caption)


class _Page:
    def __init__(self, *, zone: tzinfo, pictures: bool, width: int) -> None:
        self._zone, self._pictures, self._width = zone, pictures, width

    def pieces(self, block: Block) -> Iterator[Piece]:
        match block:
            case Heading():
                yield Piece((_bold(block.emoji, block.text),), leading=True)
            case Text():
                yield Piece(tuple(_lines(block.text)), fixed=block.code)
            case Metrics():
                yield from self._metrics(block)
            case Table():
                yield from self._table(block)
            case Bars():
                yield from self._bars(block)
            case Chart():
                yield self._chart(block)
            case Matrix():
                yield from self._matrix(block)
            case Notice():
                yield _notice(block.severity, block.text, block.next_step)

    def _metrics(self, metrics: Metrics) -> Iterator[Piece]:
        yield from _title("", metrics.title)
        bullet = "• " if metrics.title else ""
        lines = []
        for item in metrics.items:
            emoji = f"{_said(item.emoji)} " if item.emoji else ""
            note = f" ({_said(item.note)})" if item.note else ""
            lines.append(f"{bullet}{emoji}{_said(item.label)}: <b>{self._figure(item.value, item.signed)}</b>{note}")
        yield Piece(tuple(lines))

    def _table(self, table: Table) -> Iterator[Piece]:
        yield from _title(table.emoji, table.title)
        if not table.rows:
            yield Piece((_said(table.empty),))
            return
        cells = grid(table, zone=self._zone).mapped(_apart)
        bands = [(band, _fitted(band, self._width)) for band in _bands(cells, self._width)]
        if len(bands) > 1 and len(cells.rows) < _FEW:
            bands = []
        for band, widths in bands:
            if widths is not None:
                yield _drawn(band, widths)
        if not bands:
            yield _cards(cells)

    def _bars(self, bars: Bars) -> Iterator[Piece]:
        yield from _title(bars.emoji, bars.title)
        lines = []
        for item in bars.items:
            note = _said(item.note) or (self._figure(item.share) if item.share is not None else "")
            value = self._figure(item.value, item.signed)
            lines.append(f"• {_said(item.label)}: <b>{value}</b>{f' ({note})' if note else ''}")
        yield Piece(tuple(lines))

    def _chart(self, chart: Chart) -> Piece:
        title = _bold(chart.emoji, chart.title) if chart.title else ""
        if not chart.drawable:
            return Piece((*([title] if title else []), "There are no figures to draw yet."))
        if self._pictures:
            return Piece((title,), picture=chart)
        labels = ", ".join(_said(each.label) for each in chart.lines)
        first, last = (self._figure(each) for each in (chart.x[0], chart.x[-1]))
        said = f"🖼 A chart of {labels} from {first} to {last}. Its picture needs a library that is not installed:"
        return Piece((*([title] if title else []), said, "<code>pip install 'kit-host[charts]'</code>"))

    def _matrix(self, matrix: Matrix) -> Iterator[Piece]:
        from .matrices import drawn

        yield from _title(matrix.emoji, matrix.title)
        yield Piece(tuple(escape(each.plain, quote=False) for each in drawn(matrix, width=self._width)), fixed=True)

    def _figure(self, value: Value, signed: bool = False) -> str:
        return _said(figure(value, signed=signed, zone=self._zone))


def _fitted(cells: Grid, width: int) -> list[int] | None:
    """The widths of the columns, one space between two."""
    return cells.fitted(width - len(cells.titles) + 1)


def _bands(cells: Grid, width: int) -> list[Grid]:
    """The table, or where it is too wide some below each other, each with the first column; none where that is no help.

    It is none where that column does not tell the rows apart, or where too many would be needed.
    """
    if _fitted(cells, width) is not None:
        return [cells]
    if len({row[0] for row in cells.rows}) < len(cells.rows):
        return []
    bands: list[list[int]] = [[0]]
    for column in range(1, len(cells.titles)):
        if _fitted(_picked(cells, [*bands[-1], column]), width) is None:
            bands.append([0])
        bands[-1].append(column)
    found = [_picked(cells, band) for band in bands if len(band) > 1]
    whole = all(_fitted(band, width) is not None for band in found)
    return found if whole and len(found) <= _MOST_BANDS else []


def _picked(cells: Grid, columns: list[int]) -> Grid:
    return Grid(
        tuple(cells.titles[at] for at in columns),
        tuple(cells.aligns[at] for at in columns),
        tuple(cells.wraps[at] for at in columns),
        tuple(tuple(row[at] for at in columns) for row in cells.rows),
    )


def _drawn(cells: Grid, widths: list[int]) -> Piece:
    """The table between a rule and the end; its title row is repeated where it goes on in another message."""
    out = io.StringIO()
    console = Console(
        file=out, width=sum(widths) + len(widths) - 1, color_system=None, legacy_windows=False, _environ={}
    )
    drawn = RichTable(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    for title, align, width in zip(cells.titles, cells.aligns, widths, strict=True):
        drawn.add_column(RichText(title), justify=align, width=width, overflow="fold")
    for row in cells.rows:
        drawn.add_row(*map(RichText, row))
    console.print(drawn)
    lines = [escape(each.rstrip(), quote=False) for each in out.getvalue().rstrip("\n").split("\n")]
    head = next(at for at, each in enumerate(lines) if each and set(each) == {"─"}) + 1
    return Piece(tuple(lines), fixed=True, head=head)


def _cards(cells: Grid) -> Piece:
    lines: list[str] = []
    for row in cells.rows:
        lines += [""] if lines else []
        lines.append(f"<b>{escape(row[0], quote=False)}</b>")
        named = zip(cells.titles[1:], row[1:], strict=True)
        lines += [escape(f"{title}: {cell}", quote=False) for title, cell in named if cell]
    return Piece(tuple(lines))


def _problem(problem: Problem) -> Piece:
    where = f" ({problem.where})" if problem.where and problem.where not in problem.what else ""
    return _notice(problem.severity, f"{problem.what}{where}", problem.next_step)


def _notice(severity: Severity, text: str, next_step: str) -> Piece:
    lines = [f"{_SIGNS[severity]} {_said(text)}", *([f"<i>{_said(next_step)}</i>"] if next_step else [])]
    return Piece(tuple(lines))


def _title(emoji: str, text: str) -> Iterator[Piece]:
    if text:
        yield Piece((_bold(emoji, text),), leading=True)


def _bold(emoji: str, text: str) -> str:
    return f"{_said(emoji)} <b>{_said(text)}</b>" if emoji else f"<b>{_said(text)}</b>"


def _lines(text: str) -> Iterator[str]:
    """Its lines; one that no message would hold is broken between words."""
    for each in paragraph(text).split("\n"):
        parts = [each] if len(each) <= _LONGEST_LINE else wrap(each, _LONGEST_LINE)
        yield from map(_escaped, parts)


def _said(text: str) -> str:
    return _escaped(line(text))


def _escaped(text: str) -> str:
    return escape(_apart(text), quote=False)


def _apart(text: str) -> str:
    return _APART.format(text) if _RIGHT_TO_LEFT.search(text) else text
