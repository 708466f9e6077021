"""Lots, and books of them that are used up in some order. FORMULAS §6.

Design. A lot is an acquisition: so many units for so much. What is left of it, and what a disposal takes, are
slices [start, end) of it. The cost of a slice is upto(end) − upto(start), where upto(x) = ⌊cost · x ÷ quantity⌋ in
steps of 1E-18 and upto(quantity) is the cost itself. So however a lot is cut, sold and moved, the slices' costs sum
to its cost exactly, and cutting in two changes nothing.

FIFO, LIFO, HIFO and LOFO are one book, a heap, under different orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Decimal
from heapq import heapify, heappop, heappush
from operator import itemgetter
from typing import Any, Protocol

from .disposals import Hop, Origin
from .events import Flag

STEP = Decimal("1E-18")
_FAR = datetime.max.replace(tzinfo=UTC)
NONE = Decimal(0)


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
        if units == self.quantity:
            return self.cost
        return (self.cost * units / self.quantity).quantize(STEP, ROUND_FLOOR)

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
        middle = self.start + quantity
        lot = self.lot
        cost = lot.upto(middle) - lot.upto(self.start) if self.start else lot.upto(middle)
        taken = Slice(lot, self.start, middle, cost)
        self.start = middle
        self.cost -= cost
        return taken


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
    """Lots that go in an order."""

    order: Order
    _heap: list[tuple[Any, Any, int, Slice]] = field(default_factory=list)
    _added: int = 0

    def add(self, piece: Slice) -> None:
        self._added += 1
        heappush(self._heap, (self.order(piece.lot), piece.lot.origin.time, self._added, piece))

    def take(self, quantity: Decimal) -> list[Slice]:
        heap = self._heap
        taken = []
        while quantity and heap:
            first = heap[0][-1]
            there = first.quantity
            if there <= quantity:
                heappop(heap)
                taken.append(first)
                quantity -= there
            else:
                taken.append(first.take(quantity))
                break
        return taken

    def slices(self) -> Iterator[Slice]:
        return (entry[-1] for entry in sorted(self._heap, key=itemgetter(0, 1, 2)))


def ordered(order: Order) -> Callable[[Iterable[Slice]], Book]:
    """A maker of books in that order, from the slices there are."""

    def make(pieces: Iterable[Slice]) -> Book:
        book = OrderedBook(order)
        for number, piece in enumerate(pieces, 1):
            book._heap.append((order(piece.lot), piece.lot.origin.time, number, piece))
            book._added = number
        heapify(book._heap)
        return book

    return make
