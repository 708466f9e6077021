"""Lots, and books of them that are used up in some order. FORMULAS §6.

Design. A lot is an acquisition: so many units for so much. What is left of it, and what a disposal takes, are
slices [start, end) of it. The cost of a slice is upto(end) − upto(start), where upto(x) is the share of x units in the
cost (`share_of`) and upto(quantity) is the cost itself. So however a lot is cut, sold and moved, the slices' costs sum
to its cost exactly, and cutting in two changes nothing.

FIFO, LIFO, HIFO and LOFO are one book under different orders. Slices that come in its order, as nearly all do under
FIFO, wait in a line, the others in a heap. Those that a book is taken up with again are known to be in order: only the
first of them is in the heap, and the others are read when it is their turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Context, Decimal
from heapq import heappop, heappush
from itertools import chain
from operator import itemgetter
from typing import Any, Protocol

from .disposals import Hop, Origin
from .events import UNKNOWN_COST, Flag

_FAR = datetime.max.replace(tzinfo=UTC)
NONE = Decimal(0)
_STEP = Decimal("1E-18")
_FLOORED = Context(prec=100, rounding=ROUND_FLOOR)
_DRAWN = 0
"""The number of the slice that was read and is in the heap: among equals it goes before what was added."""


def share_of(amount: Decimal, units: Decimal, whole: Decimal) -> Decimal:
    """⌊amount · units ÷ whole⌋ in steps of 1E-18, and the amount itself for all units. The caller is in exact_math."""
    return amount if units == whole else (amount * units / whole).quantize(_STEP, None, _FLOORED)


@dataclass(slots=True)
class Lot:
    """`quantity` units acquired for `cost`; how it got here; what is wrong with its cost."""

    quantity: Decimal
    cost: Decimal
    origin: Origin
    path: tuple[Hop, ...] = ()
    flags: frozenset[Flag] = frozenset()

    def upto(self, units: Decimal) -> Decimal:
        """What its first `units` cost. The caller is in exact_math."""
        return share_of(self.cost, units, self.quantity)

    def moved(self, hop: Hop) -> Lot:
        return Lot(self.quantity, self.cost, self.origin, (*self.path, hop), self.flags)


@dataclass(slots=True)
class Slice:
    """The units of a lot from `start` to `end`, and what they cost. `rule` says why just these were taken."""

    lot: Lot
    start: Decimal
    end: Decimal
    cost: Decimal
    rule: str = ""

    @classmethod
    def whole(cls, lot: Lot) -> Slice:
        return cls(lot, NONE, lot.quantity, lot.cost)

    @property
    def quantity(self) -> Decimal:
        return self.end - self.start

    def take(self, quantity: Decimal) -> Slice:
        """Its first `quantity` units, fewer than it has; they are gone from here."""
        middle, lot = self.start + quantity, self.lot
        before = lot.upto(self.end) - self.cost
        cost = lot.upto(middle) - before
        taken = Slice(lot, self.start, middle, cost)
        self.start = middle
        self.cost -= cost
        return taken


@dataclass(slots=True)
class Held:
    """What lots add up to: the units whose cost is known, what these cost, the units whose cost is not."""

    quantity: Decimal = NONE
    cost: Decimal = NONE
    without: Decimal = NONE

    def add(self, quantity: Decimal, cost: Decimal, flags: frozenset[Flag]) -> None:
        """So many more."""
        if flags & UNKNOWN_COST:
            self.without += quantity
        else:
            self.quantity += quantity
            self.cost += cost

    def __add__(self, other: Held) -> Held:
        return Held(self.quantity + other.quantity, self.cost + other.cost, self.without + other.without)

    def __sub__(self, other: Held) -> Held:
        return Held(self.quantity - other.quantity, self.cost - other.cost, self.without - other.without)


def held_in(pieces: Iterable[Slice]) -> Held:
    """What these slices add up to. The caller is in exact_math."""
    held = Held()
    for piece in pieces:
        held.add(piece.quantity, piece.cost, piece.lot.flags)
    return held


class Unread:
    """Slices in the order in which they go, written down, one a line, and read one by one."""

    __slots__ = ("_place", "_read", "_text")

    def __init__(self, text: str = "", read: Callable[[str], Slice] | None = None) -> None:
        self._text = text
        self._place = 0
        self._read = read

    def next(self) -> Slice | None:
        """The one whose turn it is, read and gone from here."""
        if self._read is None or self._place == len(self._text):
            return None
        end = self._text.index("\n", self._place)
        line, self._place = self._text[self._place : end], end + 1
        return self._read(line)

    @property
    def text(self) -> str:
        """What has not been read, as it was written."""
        return self._text[self._place :]

    def __iter__(self) -> Iterator[Slice]:
        """All of them, which stay."""
        return iter(()) if self._read is None else map(self._read, self.text.split("\n")[:-1])


class Book(Protocol):
    """The lots of one pool. Everything is called within exact_math."""

    def add(self, piece: Slice) -> None:
        """Lots that came in, bought or moved here."""

    def take(self, quantity: Decimal) -> list[Slice]:
        """Slices of together `quantity` units, or all there are where there are fewer."""

    def slices(self) -> Iterator[Slice]:
        """All that is left, in the order in which it would go; their costs sum to what the pool cost."""


Order = Callable[[Lot], Any]
"""A key that sorts lots: the smallest goes first. Equal ones go oldest first."""
_Entry = tuple[Any, datetime, int, Slice]
"""A slice with what it is sorted by; no two have the same number but those that were drawn."""


def oldest_first(lot: Lot) -> Any:
    """FIFO: by the original acquisition, which survives transfers."""
    return lot.origin.time


def newest_first(lot: Lot) -> Any:
    """LIFO: the reverse of FIFO."""
    return _FAR - lot.origin.time


def dearest_first(lot: Lot) -> Any:
    """HIFO: by the cost of a unit, fees in."""
    return (lot.cost / lot.quantity).copy_negate()


def cheapest_first(lot: Lot) -> Any:
    """LOFO."""
    return lot.cost / lot.quantity


@dataclass(slots=True)
class OrderedBook:
    """Lots that go in an order: those that came in it in a line, of which the first goes, the others in a heap."""

    order: Order
    _line: deque[_Entry] = field(default_factory=deque)
    _heap: list[_Entry] = field(default_factory=list)
    _added: int = 0
    _unread: Unread = field(default_factory=Unread)
    _unseen: Held = field(default_factory=Held)
    """What the unread slices add up to."""

    def resume(self, unread: Unread, held: Held) -> None:
        """Go on with slices that are in order, besides those there are; and what all of them add up to."""
        self._unread, self._unseen = unread, held - self.held
        self._draw()

    @property
    def held(self) -> Held:
        """What is left adds up to. The caller is in exact_math."""
        return held_in(entry[-1] for entry in chain(self._line, self._heap)) + self._unseen

    def add(self, piece: Slice) -> None:
        self._added += 1
        entry = self.order(piece.lot), piece.lot.origin.time, self._added, piece
        line = self._line
        if not line or line[-1] < entry:
            line.append(entry)
        else:
            heappush(self._heap, entry)

    def take(self, quantity: Decimal) -> list[Slice]:
        line, heap = self._line, self._heap
        taken = []
        while quantity and (line or heap):
            in_line = not heap or (line and line[0] < heap[0])
            _, _, number, piece = line[0] if in_line else heap[0]
            there = piece.end - piece.start
            if there <= quantity:
                if in_line:
                    line.popleft()
                else:
                    heappop(heap)
                    if number == _DRAWN:
                        self._draw()
            else:
                piece, there = piece.take(quantity), quantity
            taken.append(piece)
            quantity -= there
        return taken

    def slices(self) -> Iterator[Slice]:
        unread = (self._entry(_DRAWN, piece) for piece in self._unread)
        return (entry[-1] for entry in sorted([*self._line, *self._heap, *unread], key=itemgetter(0, 1, 2)))

    def newer(self) -> list[Slice]:
        """Those that were added since it was taken up again, in order."""
        entries = sorted([*self._line, *self._heap], key=itemgetter(0, 1, 2))
        return [entry[-1] for entry in entries if entry[2] != _DRAWN]

    def unread(self) -> tuple[Slice | None, str]:
        """The others: the one whose turn is next, and the lines that follow it."""
        first = next((entry[-1] for entry in self._heap if entry[2] == _DRAWN), None)
        return first, self._unread.text

    def _draw(self) -> None:
        piece = self._unread.next()
        if piece is not None:
            self._unseen -= held_in((piece,))
            heappush(self._heap, self._entry(_DRAWN, piece))

    def _entry(self, number: int, piece: Slice) -> _Entry:
        return self.order(piece.lot), piece.lot.origin.time, number, piece


def ordered(order: Order) -> Callable[[Iterable[Slice]], Book]:
    """A maker of books in that order, from the slices there are."""

    def make(pieces: Iterable[Slice]) -> Book:
        book = OrderedBook(order)
        for piece in pieces:
            book.add(piece)
        return book

    return make
