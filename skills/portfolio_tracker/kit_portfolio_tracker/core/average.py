"""The average cost method (ACB): all units of a pool cost the same. FORMULAS §6.

A disposal costs ⌊cost · x ÷ quantity⌋ of the pool as its last acquisition left it, x being all that went since, less
what went before: cutting a disposal in two changes nothing, and nothing is lost. Which units go is decided first in,
first out; that says how long they were held, and not what they cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_FLOOR, Decimal

from .events import Flag
from .lots import NONE, STEP, Lot, OrderedBook, Slice, oldest_first

_NO_FLAGS: frozenset[Flag] = frozenset()


class AverageBook:
    """A pool. `rule` is said of whatever is taken from it.

    What is wrong with one lot that went in is wrong with every unit, until the pool is empty.
    """

    def __init__(self, pieces: Iterable[Slice] = (), *, rule: str = "") -> None:
        self._rule = rule
        self._units = OrderedBook(oldest_first)
        self._quantity = self._cost = self._gone = self._spent = NONE
        self._flags = _NO_FLAGS
        for piece in pieces:
            self.add(piece)

    def add(self, piece: Slice) -> None:
        self._quantity += piece.quantity - self._gone
        self._cost += piece.cost - self._spent
        self._gone = self._spent = NONE
        self._flags |= piece.lot.flags
        self._units.add(piece)

    def take(self, quantity: Decimal) -> list[Slice]:
        taken = [self._costing(piece, self._take(piece.quantity)) for piece in self._units.take(quantity)]
        if self._gone == self._quantity:
            self._flags = _NO_FLAGS
        return taken

    def slices(self) -> Iterator[Slice]:
        gone, spent = self._gone, self._spent
        for piece in sorted(self._units.slices(), key=lambda each: each.lot.origin.time):
            yield self._costing(piece, self._take(piece.quantity))
        self._gone, self._spent = gone, spent

    def _take(self, quantity: Decimal) -> Decimal:
        """What the next units cost."""
        before = self._spent
        self._gone += quantity
        if self._gone == self._quantity:
            self._spent = self._cost
        else:
            self._spent = (self._cost * self._gone / self._quantity).quantize(STEP, ROUND_FLOOR)
        return self._spent - before

    def _costing(self, piece: Slice, cost: Decimal) -> Slice:
        lot = Lot(piece.quantity, cost, piece.lot.origin, piece.lot.path, self._flags)
        return Slice(lot, NONE, lot.quantity, cost, self._rule)
