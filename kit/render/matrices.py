"""A matrix in characters: figures under their labels, on a ground that is the warmer the higher they are."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text as RichText

from ..money import Ratio
from ..replies import Matrix
from .figures import MISSING
from .safe import line

_WIDE, _NARROW = 7, 6  # of a column: “   0.85”, and where that is too wide, “ -0.85”
# From −1 to 1, pale so that black digits read well on them, whatever the terminal's own ground.
_GROUNDS = (
    (0.8, "black on color(210)"),
    (0.6, "black on color(216)"),
    (0.4, "black on color(223)"),
    (-0.4, ""),
    (-0.6, "black on color(153)"),
    (-1.0, "black on color(111)"),
)


def drawn(matrix: Matrix, *, width: int) -> list[RichText]:
    """`matrix` as lines of at most `width` characters. What has no room beside goes below, with its row labels."""
    if not matrix.labels:
        return [RichText(line(matrix.empty))]
    labels = [line(label) for label in matrix.labels]
    head, longest = max(map(cell_len, labels)), max(map(cell_len, labels)) + 1
    column = max(_WIDE, longest)
    if head + column * len(labels) > width:
        column = max(_NARROW, longest)
    beside = max((width - head) // column, 1)
    lines: list[RichText] = []
    for start in range(0, len(labels), beside):
        part = slice(start, start + beside)
        if start:
            lines.append(RichText())
        lines.append(RichText(" " * head + "".join(_right(label, column) for label in labels[part]), "bold"))
        lines += [_row(label, head, row[part], column) for label, row in zip(labels, matrix.rows, strict=True)]
    return lines


def two_digits(value: Ratio | float | None) -> str:
    """“0.85”, “-0.30”, “N/A”; what rounds to zero has no sign."""
    if value is None:
        return MISSING
    text = f"{value.value if isinstance(value, Ratio) else value:.2f}"
    return "0.00" if text == "-0.00" else text


def _row(label: str, head: int, values: tuple[Ratio | float | None, ...], column: int) -> RichText:
    row = RichText(label + " " * (head - cell_len(label)))
    for value in values:
        digits = two_digits(value)
        row.append(" " * (column - len(digits) - 1))
        row.append(f" {digits}", _ground(value))
    return row


def _ground(value: Ratio | float | None) -> str:
    if value is None:
        return ""
    size = float(value.value) if isinstance(value, Ratio) else value
    return next((style for least, style in _GROUNDS if size >= least), _GROUNDS[-1][1])


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text
