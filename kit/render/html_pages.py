"""Pieces of HTML laid out on messages: as much on each as Telegram takes, broken where a reader would break."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape, unescape

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

    def part(self, start: int, end: int | None = None) -> Piece:
        """Some of its lines, below its head."""
        return Piece((*self.lines[: self.head], *self.lines[max(start, self.head) : end]), self.fixed, self.head)


def visible_length(html: str) -> int:
    """What Telegram counts: UTF-16 units of what is seen."""
    return len(HtmlPage(html).text.encode("utf-16-le")) // 2


def pages(pieces: Iterable[Piece], *, message: int = MESSAGE, caption: int = CAPTION) -> list[HtmlPage]:
    """The pieces in order, on as few messages as hold them."""
    done: list[HtmlPage] = []
    here: list[Piece] = []
    for piece in pieces:
        if piece.picture is not None:
            if not _fits([*here, piece], caption):
                done += _page(here)
                here = []
            done.append(HtmlPage(_joined([*here, _cut(piece, caption)]), piece.picture))
            here = []
            continue
        rest = piece
        while not _fits([*here, rest], message):
            taken = 0 if _fits([rest], message) else _room(here, rest, message)
            if taken:
                done += _page([*here, rest.part(0, taken)])
                rest, here = rest.part(taken), []
            elif here:
                stays = (len(here) - _leading(here)) or len(here)
                done += _page(here[:stays])
                here = here[stays:]
            else:
                rest = replace(_cut(rest, message), head=0)
        here.append(rest)
    return [*done, *_page(here)]


def _page(pieces: list[Piece]) -> list[HtmlPage]:
    page = HtmlPage(_joined(pieces))
    return [page] if page.text.strip() else []


def _leading(pieces: list[Piece]) -> int:
    """How many at the end belong to what follows."""
    count = 0
    while count < len(pieces) and pieces[-1 - count].leading:
        count += 1
    return count


def _room(here: list[Piece], piece: Piece, limit: int) -> int:
    """How many lines of the piece, its head included, there is room for; 0 where for none but its head."""
    least, most = piece.head, len(piece.lines)
    while least < most:
        middle = (least + most + 1) // 2
        if _fits([*here, piece.part(0, middle)], limit):
            least = middle
        else:
            most = middle - 1
    return least if least > piece.head else 0


def _cut(piece: Piece, limit: int) -> Piece:
    """The piece with every line too long for a message cut off."""
    return replace(piece, lines=tuple(_cut_line(each, limit) for each in piece.lines))


def _cut_line(html: str, limit: int) -> str:
    if visible_length(html) <= limit:
        return html
    kept = HtmlPage(html).text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    return f"{escape(kept, quote=False)}…"


def _joined(pieces: list[Piece]) -> str:
    shown = [piece for piece in pieces if piece.html]
    return "".join(f"{piece.html}\n" if piece.leading else f"{piece.html}\n\n" for piece in shown).rstrip("\n")


def _fits(pieces: list[Piece], limit: int) -> bool:
    return visible_length(_joined(pieces)) <= limit
