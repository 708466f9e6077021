"""Pieces of HTML laid out on messages: as much on each as Telegram takes, broken where a reader would break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from ..replies import Chart

MESSAGE = 4096
CAPTION = 1024
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """One message. With a `picture` its text is the caption of that chart."""

    html: str
    picture: Chart | None = None

    @property
    def text(self) -> str:
        """What is seen of it."""
        return unescape(_TAG.sub("", self.html))


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that stand together, each complete in itself.

    `fixed` lines are of one width; `head` of them are said again where the piece goes on elsewhere. A `leading` piece
    stands close above the next and never ends a message.
    """

    lines: tuple[str, ...]
    fixed: bool = False
    head: int = 0
    leading: bool = False
    picture: Chart | None = None

    @property
    def html(self) -> str:
        text = "\n".join(self.lines)
        return f"<pre>{text}</pre>" if self.fixed and text else text

    def part(self, start: int, end: int) -> Piece:
        """Some of its lines, below its head."""
        return Piece((*self.lines[: self.head], *self.lines[start:end]), self.fixed, self.head)


def visible_length(html: str) -> int:
    """What Telegram counts: UTF-16 units of what is seen."""
    return len(HtmlPage(html).text.encode("utf-16-le")) // 2


def pages(pieces: Iterable[Piece], *, message: int = MESSAGE, caption: int = CAPTION) -> list[HtmlPage]:
    """The pieces in order, on as few messages as hold them."""
    done: list[HtmlPage] = []
    here: list[Piece] = []
    for whole in pieces:
        for piece in _fitting(whole, message):
            if piece.picture is not None:
                before = [] if _fits([*here, piece], caption) else here
                here = [] if before else here
                done += _page(before)
                done.append(HtmlPage(_joined([*here, piece]), piece.picture))
                here = []
                continue
            if not _fits([*here, piece], message):
                stays = len(here) - _leading(here)
                done += _page(here[:stays])
                here = here[stays:]
            here.append(piece)
    return [*done, *_page(here)]


def _page(pieces: list[Piece]) -> list[HtmlPage]:
    return [HtmlPage(_joined(pieces))] if _joined(pieces).strip() else []


def _leading(pieces: list[Piece]) -> int:
    """How many at the end belong to what follows; not all of them, or nothing would ever fit."""
    count = 0
    while count + 1 < len(pieces) and pieces[-1 - count].leading:
        count += 1
    return count


def _joined(pieces: list[Piece]) -> str:
    shown = [piece for piece in pieces if piece.html]
    return "".join(f"{piece.html}\n" if piece.leading else f"{piece.html}\n\n" for piece in shown).rstrip("\n")


def _fits(pieces: list[Piece], limit: int) -> bool:
    return visible_length(_joined(pieces)) <= limit


def _fitting(piece: Piece, limit: int) -> Iterator[Piece]:
    """The piece, or where it is too long for one message its parts, with room for what leads them."""
    if visible_length(piece.html) <= limit or piece.picture is not None:
        yield piece
        return
    room = limit * 3 // 4
    start = end = piece.head
    while end < len(piece.lines):
        if end > start and visible_length(piece.part(start, end + 1).html) > room:
            yield piece.part(start, end)
            start = end
        end += 1
    yield piece.part(start, end)
