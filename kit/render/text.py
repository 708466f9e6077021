"""Reply → text for a terminal or a pipe.

The picture: a heading over a rule of ═, figures one under the other, boxed tables, bulleted shares.
`plain` leaves out emoji, boxes, rules and colour. A table too wide for the terminal first wraps its
words, then turns into one paragraph a row: a figure is never cut in two.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text as RichText

from ..commands import Invocation
from ..problems import Problem, Severity
from ..replies import Actions, Bars, Block, Chart, Heading, Matrix, Metrics, Notice, Reply, Table, Text, Value
from .figures import figure
from .safe import line, paragraph, to_ascii, without_pictures
from .tables import Grid, grid

SAMPLE_NOTICE = "Sample data, made up by K.I.T.; not your portfolio."
_RULE_WIDTH = 39
_WIDE = 72
_BAR_LENGTH = 20
_SIGNS = {Severity.INFO: "ℹ️", Severity.WARNING: "⚠️", Severity.ERROR: "❌"}
_WORDS = {Severity.INFO: "Note", Severity.WARNING: "Warning", Severity.ERROR: "Error"}
_TONES = {"good": "green", "bad": "red"}
_STYLES = {Severity.INFO: "cyan", Severity.WARNING: "yellow", Severity.ERROR: "red"}


def render_text(
    reply: Reply,
    *,
    width: int = 80,
    color: bool = False,
    plain: bool = False,
    poor: bool = False,
    zone: tzinfo = UTC,
    spell: Callable[[Invocation], str] | None = None,
) -> str:
    """The reply as people read it, ending in a line break; empty where there is nothing to say.

    `poor` keeps to ASCII. `zone` is where the reader's clocks are; `spell` turns an action into the
    command line that does it.
    """
    page = _Page(width=max(width, 20), color=color and not plain, plain=plain, poor=poor, zone=zone, spell=spell)
    blocks = list(reply.blocks)
    if reply.meta.get("sample"):
        blocks.append(Notice(SAMPLE_NOTICE))
    for block in blocks:
        page.add(block)
    page.add_problems(reply.problems)
    return page.text()


@dataclass(frozen=True, slots=True)
class _Pen:
    """How a line is drawn: its text and its colour."""

    text: str
    style: str = ""
    whole: bool = False


class _Page:
    def __init__(
        self,
        *,
        width: int,
        color: bool,
        plain: bool,
        poor: bool,
        zone: tzinfo,
        spell: Callable[[Invocation], str] | None,
    ) -> None:
        self._width, self._plain, self._poor, self._zone, self._spell = width, plain, poor, zone, spell
        self._out = io.StringIO()
        self._console = Console(
            file=self._out,
            width=width,
            force_terminal=color,
            color_system="256" if color else None,
            no_color=not color,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
            _environ={},
        )
        self._previous: Block | None = None

    def text(self) -> str:
        lines = [part.rstrip() for part in self._out.getvalue().split("\n")]
        return "\n".join(lines).strip("\n") + "\n" if any(lines) else ""

    def add(self, block: Block) -> None:
        if self._previous is not None and not isinstance(self._previous, Heading):
            self._console.print()
        match block:
            case Heading():
                self._heading(block)
            case Text():
                self._print(_Pen(paragraph(block.text), whole=block.code))
            case Metrics():
                self._metrics(block)
            case Table():
                self._table(block)
            case Bars():
                self._bars(block)
            case Chart():
                self._chart(block)
            case Matrix():
                self._matrix(block)
            case Notice():
                self._notice(block.severity, block.text, block.next_step)
            case Actions():
                self._actions(block)
        self._previous = block

    def add_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems and self._previous is not None:
            self._console.print()
        for problem in problems:
            where = f" ({problem.where})" if problem.where and problem.where not in problem.what else ""
            self._notice(problem.severity, f"{problem.what}{where}", problem.next_step)

    def _heading(self, heading: Heading) -> None:
        self._print(_Pen(self._titled(heading.emoji, heading.text), "bold"))
        if heading.rule and not self._plain:
            self._print(_Pen("═" * min(_RULE_WIDTH, self._width), "dim"))

    def _metrics(self, metrics: Metrics) -> None:
        if metrics.title:
            self._print(_Pen(f"{line(metrics.title)}:", "bold"))
        width = max((cell_len(line(item.label)) for item in metrics.items), default=0) + 1 if metrics.title else 0
        for item in metrics.items:
            note = f" ({line(item.note)})" if item.note else ""
            value = self._figure(item.value, signed=item.signed)
            label = _padded(f"{line(item.label)}:", width)
            bullet = "" if not metrics.title else "- " if self._plain else "• "
            self._print(_Pen(bullet + self._titled(item.emoji, f"{label} {value}{note}")))

    def _table(self, table: Table) -> None:
        if table.title:
            self._print(_Pen(self._titled(table.emoji, f"{line(table.title)}:"), "bold"))
        if not table.rows:
            self._print(_Pen(line(table.empty)))
            return
        cells = grid(table, zone=self._zone).mapped(self._written)
        widths = cells.fitted(self._width - self._frame(len(cells.titles)))
        if widths is None:
            self._cards(cells)
        else:
            self._console.print(self._drawn(cells, widths))

    def _frame(self, columns: int) -> int:
        """The characters a table needs besides its cells."""
        return 2 * (columns - 1) if self._plain else 3 * columns + 1

    def _drawn(self, cells: Grid, widths: list[int]) -> RichTable:
        lines = None if self._plain else box.ASCII if self._poor else box.SQUARE
        drawn = RichTable(
            box=lines, padding=(0, 2, 0, 0) if self._plain else (0, 1), pad_edge=not self._plain, header_style="bold"
        )
        for title, align, width in zip(cells.titles, cells.aligns, widths, strict=True):
            drawn.add_column(RichText(title), justify=align, width=width, overflow="fold")
        for row in cells.rows:
            drawn.add_row(*(RichText(cell, _tone(cell)) for cell in row))
        return drawn

    def _cards(self, cells: Grid) -> None:
        for at, row in enumerate(cells.rows):
            if at:
                self._console.print()
            self._print(_Pen(row[0], "bold"))
            for title, cell in zip(cells.titles[1:], row[1:], strict=True):
                if cell:
                    self._print(_Pen(f"  {title}: {cell}"))

    def _bars(self, bars: Bars) -> None:
        if bars.title:
            self._print(_Pen(self._titled(bars.emoji, f"{line(bars.title)}:"), "bold"))
        bullet = "-" if self._plain else "•"
        labels = [f"{line(item.label)}:" for item in bars.items]
        longest = min(max((cell_len(label) for label in labels), default=0), 30)
        heads = []
        for label, item in zip(labels, bars.items, strict=True):
            note = line(item.note) or (self._figure(item.share) if item.share is not None else "")
            value = self._figure(item.value, cell=True, signed=item.signed)
            heads.append(f"{bullet} {_padded(label, longest)} {value}{f' ({note})' if note else ''}")
        with_bar = self._width >= _WIDE and not self._plain and len(bars.items) > 1
        widest = max((cell_len(head) for head in heads), default=0)
        for head, item in zip(heads, bars.items, strict=True):
            drawn = "█" * _cells_of(item.share.value) if with_bar and item.share is not None else ""
            style = _TONES[item.tone] if item.tone else ""
            self._print(_Pen(f"{_padded(head, widest)}  {drawn}" if drawn else head, style))

    def _chart(self, chart: Chart) -> None:
        from .charts import drawn

        self._title(chart)
        self._show(drawn(chart, width=self._width, poor=self._poor or self._plain, zone=self._zone))

    def _matrix(self, matrix: Matrix) -> None:
        from .matrices import drawn

        self._title(matrix)
        self._show(drawn(matrix, width=self._width))

    def _title(self, block: Chart | Matrix) -> None:
        if block.title:
            self._print(_Pen(self._titled(block.emoji, block.title), "bold"))

    def _show(self, lines: list[RichText]) -> None:
        for each in lines:
            self._console.print(each, soft_wrap=True)

    def _notice(self, severity: Severity, text: str, next_step: str) -> None:
        lead = f"{_WORDS[severity]}:" if self._plain or self._poor else _SIGNS[severity]
        self._print(_Pen(f"{lead} {line(text)}", _STYLES[severity]))
        if next_step:
            self._print(_Pen(f"   {line(next_step)}"))

    def _actions(self, actions: Actions) -> None:
        buttons = (f"[{self._titled(action.emoji, action.label)}]" for action in actions.items)
        self._print(_Pen(" ".join(buttons), "bold"))
        for action in actions.items:
            words = self._spell(action.invocation) if self._spell else action.invocation.command
            self._print(_Pen(f"{line(action.label)}: {line(words)}", whole=True))

    def _figure(self, value: Value, *, cell: bool = False, signed: bool = False) -> str:
        return line(figure(value, cell=cell, signed=signed, zone=self._zone))

    def _titled(self, emoji: str, text: str) -> str:
        return f"{line(emoji)} {line(text)}" if emoji and not self._plain and not self._poor else line(text)

    def _print(self, pen: _Pen) -> None:
        self._console.print(RichText(self._written(pen.text), pen.style, overflow="fold"), soft_wrap=pen.whole)

    def _written(self, text: str) -> str:
        """`text` in the signs that are wanted here."""
        if self._poor:
            return to_ascii(text)
        return without_pictures(text) if self._plain else text


def _tone(cell: str) -> str:
    if cell.startswith(("-$", "-€", "-£")) or (cell.startswith("-") and cell.endswith("%")):
        return "red"
    return "green" if cell.startswith("+") else ""


def _padded(text: str, width: int) -> str:
    return text + " " * max(width - cell_len(text), 0)


def _cells_of(share: Decimal) -> int:
    if share <= 0:
        return 0
    return min(max(int((share * _BAR_LENGTH).to_integral_value(ROUND_HALF_EVEN)), 1), _BAR_LENGTH)
