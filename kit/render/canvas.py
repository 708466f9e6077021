"""A drawing made of characters: braille, with eight dots in each, or one sign each where there is only ASCII."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

_BRAILLE = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # Unicode 2800: row by row, left and right


class Canvas:
    """`columns` × `rows` characters, finer in dots; the dot (0, 0) is at the top left.

    A character has one colour: that of what was drawn last.
    """

    def __init__(self, columns: int, rows: int, *, poor: bool) -> None:
        self.columns, self.rows = columns, rows
        self._across, self._down = (1, 1) if poor else (2, 4)
        self._dots: dict[tuple[int, int], int] = {}
        self._signs: dict[tuple[int, int], str] = {}
        self._styles: dict[tuple[int, int], str] = {}

    @property
    def width(self) -> int:
        """In dots."""
        return self.columns * self._across

    @property
    def height(self) -> int:
        """In dots."""
        return self.rows * self._down

    def row_of(self, y: int) -> int:
        """The row of characters that a dot is in."""
        return y // self._down

    def dot(self, x: int, y: int, *, sign: str, style: str) -> None:
        """A dot; where there are none, `sign`."""
        cell = x // self._across, y // self._down
        if self._across == 1:
            self._signs[cell] = sign
        else:
            self._dots[cell] = self._dots.get(cell, 0) | _DOTS[y % self._down][x % self._across]
        self._styles[cell] = style

    def put(self, x: int, y: int, *, sign: str, style: str) -> None:
        """`sign` in place of the character at a dot."""
        cell = x // self._across, y // self._down
        self._signs[cell], self._styles[cell] = sign, style

    def row(self, at: int) -> Iterator[tuple[str, str]]:
        """The characters of a row with their styles, neighbours of one style together."""
        cells = ((column, at) for column in range(self.columns))
        for style, alike in groupby(cells, key=lambda cell: self._styles.get(cell, "")):
            yield "".join(map(self._sign, alike)), style

    def _sign(self, cell: tuple[int, int]) -> str:
        if sign := self._signs.get(cell):
            return sign
        dots = self._dots.get(cell)
        return chr(_BRAILLE + dots) if dots else " "


def path(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The dots from `start` to `end`, both included."""
    across, down = end[0] - start[0], end[1] - start[1]
    steps = max(abs(across), abs(down))
    for step in range(steps + 1):
        share = step / steps if steps else 0.0
        yield start[0] + round(across * share), start[1] + round(down * share)
