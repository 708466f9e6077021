"""The table of lot methods. A plugin may add its own: hook `kit_lot_methods`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .average import AverageBook
from .lots import Book, Slice, cheapest_first, dearest_first, newest_first, oldest_first, ordered


@dataclass(frozen=True, slots=True)
class LotMethod:
    """A way to choose the lots that a disposal uses.

    `book` makes a pool from the slices there are (none at first). `looks_ahead` says that a disposal may be matched
    with what is acquired after it: section 104, which `section104` computes over a whole ledger.
    """

    name: str
    label: str
    book: Callable[[Iterable[Slice]], Book]
    looks_ahead: bool = False


METHODS: dict[str, LotMethod] = {
    method.name: method
    for method in (
        LotMethod("fifo", "first in, first out", ordered(oldest_first)),
        LotMethod("lifo", "last in, first out", ordered(newest_first)),
        LotMethod("hifo", "highest cost first", ordered(dearest_first)),
        LotMethod("lofo", "lowest cost first", ordered(cheapest_first)),
        LotMethod("acb", "average cost", AverageBook),
        LotMethod("s104", "UK share matching (same day, 30 days, section 104 pool)", AverageBook, looks_ahead=True),
    )
}
