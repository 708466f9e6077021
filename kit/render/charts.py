"""A chart in characters: its lines between an axis of round figures and one of round days.

Lines are told apart by colour and by pattern, so that the drawing holds without colour; in ASCII by their signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from itertools import pairwise

from rich.cells import cell_len
from rich.text import Text as RichText

from ..replies import Chart, Line
from .canvas import Canvas, path
from .dates import seconds, time_scale, time_ticks
from .figures import figure
from .safe import line as one_line
from .scales import figure_scale, figure_ticks, of_unit
from .thinning import runs, thinned

NOTHING = "No data to draw."
_COLORS = ("color(33)", "color(208)", "color(35)", "color(170)", "color(244)")  # mid-tones: for light and dark
_PATTERNS = ("1", "10", "1110", "111010")
_DASHES = "1111000"
_ROWS = 8, 20


@dataclass(frozen=True, slots=True)
class Signs:
    """What a chart is drawn with."""

    lines: tuple[str, ...]
    dashed: str
    fill: str
    markers: str
    corner: str
    upright: str
    level: str
    tick: str
    solid_key: str
    dashed_key: str


RICH = Signs(("•",), "•", "•", "●◆■▲▼", "└", "│", "─", "┤", "──", "╌╌")
POOR = Signs(("*", "o", "x", "+"), "-", ".", "ABCDE", "+", "|", "-", "+", "", "--")


def drawn(chart: Chart, *, width: int, poor: bool, zone: tzinfo) -> list[RichText]:
    """`chart` as lines of at most `width` characters."""
    if not chart.drawable:
        return [RichText(NOTHING)]
    return _Drawing(chart, width=width, poor=poor, zone=zone).lines()


class _Drawing:
    def __init__(self, chart: Chart, *, width: int, poor: bool, zone: tzinfo) -> None:
        self._chart, self._width, self._poor, self._zone = chart, width, poor, zone
        self._signs = POOR if poor else RICH
        rows = min(max(width // 6, _ROWS[0]), _ROWS[1])
        self._figures, self._times = figure_scale(chart), time_scale(chart.x)
        self._ticks = figure_ticks(self._figures, chart.unit, at_most=max(rows // 3, 3))
        self._margin = max(cell_len(tick.label) for tick in self._ticks)
        self._canvas = Canvas(max(width - self._margin - 2, 10), rows, poor=poor)
        self._places = [self._times.place(seconds(each)) for each in chart.x]

    def lines(self) -> list[RichText]:
        if self._chart.kind == "area":
            self._fill(self._chart.lines[0])
        for at, line in reversed(list(enumerate(self._chart.lines))):
            self._line(line, at)
        for at, marker in enumerate(self._chart.markers):
            x, y = self._dot(self._times.place(seconds(marker.x)), float(marker.y))
            self._canvas.put(x, y, sign=self._signs.markers[at % len(self._signs.markers)], style="bold")
        return [*self._body(), *self._foot(), *self._key()]

    def _dot(self, place: float, value: float) -> tuple[int, int]:
        return round(place * (self._canvas.width - 1)), self._height(self._figures.place(value))

    def _height(self, place: float) -> int:
        return round((1 - place) * (self._canvas.height - 1))

    def _path(self, line: Line) -> Iterator[tuple[int, int]]:
        """The dots of a line; a gap stays open, a figure alone is a dot."""
        for run in runs(line.values):
            points = thinned(run, self._places, self._canvas.width)
            dots = [self._dot(self._places[point.at], float(point.value)) for point in points]
            yield dots[0]
            for start, end in pairwise(dots):
                yield from path(start, end)

    def _line(self, line: Line, at: int) -> None:
        pattern = _DASHES if line.dashed else _PATTERNS[at % len(_PATTERNS)]
        sign = self._signs.dashed if line.dashed else self._signs.lines[at % len(self._signs.lines)]
        for x, y in self._path(line):
            if self._poor or pattern[x % len(pattern)] == "1":
                self._canvas.dot(x, y, sign=sign, style=_color(at))

    def _fill(self, line: Line) -> None:
        """Sparse dots between a line and zero."""
        _, ground = self._dot(0.0, 0.0)
        for x, y in self._path(line):
            for each in range(min(y, ground), max(y, ground) + 1):
                if self._poor or (x % 2 == 0 and each % 2 == 0):
                    self._canvas.dot(x, each, sign=self._signs.fill, style=f"dim {_color(0)}")

    def _body(self) -> list[RichText]:
        labels = {self._canvas.row_of(self._height(tick.place)): tick.label for tick in self._ticks}
        lines = []
        for at in range(self._canvas.rows):
            label = labels.get(at, "")
            line = RichText(" " * (self._margin - cell_len(label)) + label + " ")
            line.append(self._signs.tick if label else self._signs.upright, "dim")
            for signs, style in self._canvas.row(at):
                line.append(signs, style)
            lines.append(line)
        return lines

    def _foot(self) -> list[RichText]:
        room = self._canvas.columns
        axis = [self._signs.level] * room
        labels = " " * (self._margin + 2)
        for tick in time_ticks(self._chart.x, zone=self._zone, width=room):
            column = round(tick.place * (room - 1))
            start = min(max(column - len(tick.label) // 2, 0), room - len(tick.label)) + self._margin + 2
            if start > len(labels) or not labels.strip():  # a blank stands between two
                labels += " " * (start - len(labels)) + tick.label
        return [
            RichText(" " * (self._margin + 1) + self._signs.corner + "".join(axis), "dim"),
            RichText(labels),
        ]

    def _key(self) -> list[RichText]:
        """What is what: each line with its newest figure, each marker with its own."""
        keys = []
        for at, line in enumerate(self._chart.lines):
            newest = next((value for value in reversed(line.values) if value is not None), None)
            sign = self._signs.lines[at % len(self._signs.lines)] if self._poor else self._signs.solid_key
            sample = self._signs.dashed_key if line.dashed else sign
            keys.append(self._key_of(sample, line.label, newest, _color(at)))
        for at, marker in enumerate(self._chart.markers):
            sign = self._signs.markers[at % len(self._signs.markers)]
            keys.append(self._key_of(sign, marker.label, marker.y, "bold", f" ({figure(marker.x, zone=self._zone)})"))
        return keys

    def _key_of(self, sample: str, label: str, value: Decimal | float | None, style: str, when: str = "") -> RichText:
        words = f" {one_line(label)}: {figure(of_unit(value, self._chart.unit), cell=True)}{when}"
        indent = min(self._margin + 2, max(self._width - cell_len(sample + words), 0))
        text = RichText(" " * indent)
        text.append(sample, style)
        text.append(words)
        text.truncate(self._width, overflow="ellipsis" if not self._poor else "crop")
        return text


def _color(at: int) -> str:
    return _COLORS[at % len(_COLORS)]
