"""The share matching rules of the United Kingdom: TCGA 1992 s.105, s.106A and s.104; HMRC CRYPTO22200 onwards.

A disposal is matched with acquisitions of the same day, then with those of the 30 days after it, the earliest first,
then with the pool. A day's acquisitions count as one, and so do its disposals; where one day has several records, they
are served in order. Transfers between own accounts are no business of these rules; nor is what left for no account or
came from none, which is neither sold nor bought on that day: it leaves the pool, and enters it, when the others have
been matched.

The rules look ahead: a ledger under them is computed at its end, and never from the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from decimal import Decimal
from operator import itemgetter

from .average import AverageBook
from .disposals import CATEGORIES, Category, Origin
from .events import Acquire, Dispose, Flag
from .lots import NONE, Lot, Slice

SAME_DAY = "same day"
WITHIN_30_DAYS = "30 days"
POOL = "section 104 pool"
_AFTER = timedelta(days=30)


@dataclass(slots=True)
class _Bought:
    """What one day acquired, as one lot; `rest` is what no disposal has been matched with yet."""

    lot: Lot
    rest: Slice

    def take(self, quantity: Decimal, rule: str) -> Slice:
        if quantity == self.rest.quantity:
            taken, self.rest = self.rest, Slice(self.lot, self.lot.quantity, self.lot.quantity, NONE)
        else:
            taken = self.rest.take(quantity)
        return Slice(taken.lot, taken.start, taken.end, taken.cost, rule)


@dataclass(slots=True)
class _Sold:
    """A disposal, what it was matched with, and how much is still open."""

    event: Dispose
    day: date
    open: Decimal
    taken: list[Slice] = field(default_factory=list)

    def match(self, bought: _Bought, rule: str) -> None:
        quantity = min(self.open, bought.rest.quantity)
        if quantity:
            self.taken.append(bought.take(quantity, rule))
            self.open -= quantity


def match_section_104(
    opening: Sequence[Slice], events: Sequence[Acquire | Dispose], zone: tzinfo
) -> tuple[list[tuple[Dispose, list[Slice]]], AverageBook]:
    """Every disposal in order with the slices it took, fewer than it needs where history is missing; the pool left.

    `opening` is what the pool holds before the first event. The caller is in exact_math.
    """
    acquired = [each for each in events if isinstance(each, Acquire)]
    bought = _of_days((each for each in acquired if each.flag is not Flag.MISSING_HISTORY), zone)
    found = _of_days((each for each in acquired if each.flag is Flag.MISSING_HISTORY), zone)
    gone = [_Sold(each, _day(each, zone), each.quantity) for each in events if isinstance(each, Dispose)]
    sold = [each for each in gone if CATEGORIES[each.event.kind] is not Category.MOVED_OUT]
    for each in sold:
        if each.day in bought:
            each.match(bought[each.day], SAME_DAY)
    _match_ahead(sold, bought)
    pool = AverageBook(opening, rule=POOL)
    entering = sorted([*bought.items(), *found.items()], key=itemgetter(0))
    entered = 0
    for each in gone:
        while entered < len(entering) and entering[entered][0] <= each.day:
            _pool(pool, entering[entered][1])
            entered += 1
        if each.open:
            each.taken += pool.take(each.open)
    for _, rest in entering[entered:]:
        _pool(pool, rest)
    return [(each.event, each.taken) for each in gone], pool


def _match_ahead(sold: Sequence[_Sold], bought: dict[date, _Bought]) -> None:
    days = sorted(bought)
    first = 0
    for each in sold:
        while first < len(days) and days[first] <= each.day:
            first += 1
        for day in _within(days, first, each.day + _AFTER):
            if not each.open:
                break
            each.match(bought[day], WITHIN_30_DAYS)


def _within(days: Sequence[date], first: int, last: date) -> Iterator[date]:
    for place in range(first, len(days)):
        if days[place] > last:
            return
        yield days[place]


def _of_days(events: Iterable[Acquire], zone: tzinfo) -> dict[date, _Bought]:
    """The acquisitions of each day as one: it is as old as the first, and as flawed as the worst."""
    found: dict[date, Lot] = {}
    for event in events:
        origin = Origin(event.time, event.account, event.key, event.kind)
        flags: frozenset[Flag] = frozenset() if event.flag is None else frozenset({event.flag})
        before = found.get(_day(event, zone))
        if before is None:
            found[_day(event, zone)] = Lot(event.quantity, event.cost or NONE, origin, (), flags)
        else:
            before.quantity += event.quantity
            before.cost += event.cost or NONE
            before.flags |= flags
    return {day: _Bought(lot, Slice.whole(lot)) for day, lot in found.items()}


def _pool(pool: AverageBook, bought: _Bought) -> None:
    if bought.rest.quantity:
        pool.add(bought.rest)


def _day(event: Acquire | Dispose, zone: tzinfo) -> date:
    return event.time.astimezone(zone).date()
