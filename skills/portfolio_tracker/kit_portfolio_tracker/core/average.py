"""The average cost method (ACB): all units of a pool cost the same. FORMULAS §6.

A disposal costs ⌊cost · x ÷ quantity⌋ of the pool as its last acquisition left it, x being all that went since, less
what went before: cutting a disposal in two changes nothing, and nothing is lost. Which units go is decided first in,
first out; that says how long they were held, and not what they cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from .events import Flag
from .lots import NONE, Held, Lot, OrderedBook, Slice, oldest_first, share_of

_NO_FLAGS: frozenset[Flag] = frozenset()


@dataclass(slots=True)
class Pool:
    """What a pool held for how much when it last grew, and what is gone of it since. `flags` of all that went in."""

    quantity: Decimal = NONE
    cost: Decimal = NONE
    gone: Decimal = NONE
    spent: Decimal = NONE
    flags: frozenset[Flag] = _NO_FLAGS

    def grow(self, quantity: Decimal, cost: Decimal, flags: frozenset[Flag]) -> None:
        self.quantity += quantity - self.gone
        self.cost += cost - self.spent
        self.gone = self.spent = NONE
        self.flags |= flags

    def take(self, quantity: Decimal) -> Decimal:
        """What the next units cost."""
        before = self.spent
        self.gone += quantity
        self.spent = share_of(self.cost, self.gone, self.quantity)
        return self.spent - before


class AverageBook:
    """A pool. `rule` is said of whatever is taken from it.

    What is wrong with one lot that went in is wrong with every unit, until the pool is empty.
    """

    def __init__(self, pieces: Iterable[Slice] = (), *, rule: str = "") -> None:
        self.units = OrderedBook(oldest_first)
        self.pool = Pool()
        self._rule = rule
        for piece in pieces:
            self.add(piece)

    def add(self, piece: Slice) -> None:
        self.pool.grow(piece.quantity, piece.cost, piece.lot.flags)
        self.units.add(piece)

    def take(self, quantity: Decimal) -> list[Slice]:
        taken = [self._costing(piece, self.pool) for piece in self.units.take(quantity)]
        if self.pool.gone == self.pool.quantity:
            self.pool.flags = _NO_FLAGS
        return taken

    @property
    def held(self) -> Held:
        """What is left adds up to."""
        pool, held = self.pool, Held()
        held.add(pool.quantity - pool.gone, pool.cost - pool.spent, pool.flags)
        return held

    def slices(self) -> Iterator[Slice]:
        pool = replace(self.pool)
        return (self._costing(piece, pool) for piece in self.units.slices())

    def _costing(self, piece: Slice, pool: Pool) -> Slice:
        cost = pool.take(piece.quantity)
        lot = Lot(piece.quantity, cost, piece.lot.origin, piece.lot.path, pool.flags)
        return Slice(lot, NONE, lot.quantity, cost, self._rule)
