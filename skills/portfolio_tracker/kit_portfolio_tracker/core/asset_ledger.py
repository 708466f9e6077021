"""One asset's ledger: its events in order, its pools of lots, what they add up to. FORMULAS §6.

Events come in the order of `events.order_of`. A pool is all of the asset, or what one account has of it. Lots on
their way between two accounts wait in no pool and arrive on time. Where the rules change, by tax year or by scope,
the lots are put into new pools: from a universal pool into those of the accounts, each lot where it was acquired as
far as that account really has the units, what is left over to the accounts that lack lots, oldest first, accounts by
name (the allocation that the US safe harbour of 2025 asks for), unless it was made before and is kept. What is on its
way then counts for the account it was sent to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from operator import itemgetter
from typing import Protocol

from kit import Kind

from .allocation import Allotment, allocate, allotments_of
from .average import AverageBook
from .disposals import CATEGORIES, Category, Disposal, Hop, Income, OpenLot, Origin
from .events import INCOME, Acquire, Count, Dispose, Event, Figure, Flag, Move
from .lots import NONE, Book, Held, Lot, OrderedBook, Slice, held_in
from .methods import LotMethod
from .parting import flags_of, parts_of
from .plan import Plan, Scope
from .section104 import match_section_104

_EARNED = INCOME | {Kind.GIFT_RECEIVED}
IN_TRANSIT = "(in transit)"
EVERYWHERE = ""
"""The key of a universal pool."""
_NO_HISTORY = frozenset({Flag.MISSING_HISTORY})
_NO_FLAGS: frozenset[Flag] = frozenset()
_A_MOMENT = timedelta(microseconds=1)


class Listener(Protocol):
    """Who is told what comes out, as it does. Times do not fall."""

    def disposed(self, disposal: Disposal) -> None: ...
    def earned(self, income: Income) -> None: ...
    def counted(self, count: Count) -> None: ...


@dataclass(slots=True)
class Totals:
    """What an asset's ledger adds up to; money in the plan's currency.

    `gains` are realised ones by category, `excluded` counts the disposals left out of them for want of a price,
    `short` the units that were disposed of and never acquired. What happened without ever a price is None.
    """

    gains: dict[Category, Decimal | None] = field(default_factory=dict)
    excluded: int = 0
    short: Decimal = NONE
    figures: dict[Figure, Decimal | None] = field(default_factory=dict)
    uncounted: int = 0
    income: dict[Kind, Decimal | None] = field(default_factory=dict)


class AssetLedger:
    """Takes events, keeps lots. Everything is called within exact_math.

    `money` says that the asset is state money: it has no lots, only what it earns and what counts.
    """

    def __init__(
        self,
        asset: str,
        plan: Plan,
        methods: Mapping[str, LotMethod],
        listener: Listener | None = None,
        *,
        money: bool,
        allotted: Mapping[datetime, Sequence[Allotment]] | None = None,
    ) -> None:
        self.asset = asset
        self.allotted = dict(allotted or {})
        """How universal lots were given to accounts, by the instant at which they were."""
        self.totals = Totals()
        self.units: dict[str, Decimal] = defaultdict(Decimal)
        """What the records sum to, by account."""
        self._plan = plan
        self._methods = methods
        self.listener = listener
        self._money = money
        self._until: datetime | None = None
        self.pools: dict[str, Book] = {}
        """The lots, by account, or all under `EVERYWHERE`."""
        self._coming: list[tuple[datetime, int, Move, list[Slice]]] = []
        self._moves = 0
        self._ahead: list[Acquire | Dispose] = []
        self._set_rules(plan.spans[0][0])

    def take(self, event: Event) -> None:
        """What happened next."""
        if self._until is not None or self._coming:
            self.advance(event.time)
        if isinstance(event, Count):
            self._count(event)
        elif isinstance(event, Acquire):
            self._acquire(event)
        elif isinstance(event, Dispose):
            self._dispose(event)
        else:
            self._move(event)

    def advance(self, time: datetime) -> None:
        """Into the rules of that instant; what is due by then has arrived."""
        if self._until is not None and time >= self._until:
            self._change_rules(time)
        if self._coming and self._coming[0][0] <= time:
            self._arrive(time)

    def finish(self, now: datetime | None = None) -> None:
        """Nothing comes after this: what has been put off is done. With `now`, what is due by then has arrived."""
        if now is not None:
            self.advance(now)
        self._settle_ahead()

    def open_lots(self) -> Iterator[OpenLot]:
        """What is left, on its way included. Under a method that looks ahead, only after `finish`."""
        for pool, book in self.pools.items():
            for piece in book.slices():
                yield self._open(piece, pool or _last_place(piece))
        for _, _, _, pieces in self._coming:
            for piece in pieces:
                yield self._open(piece, IN_TRANSIT)

    def held(self) -> Held:
        """What the open lots add up to, without looking at each."""
        coming = [piece for _, _, _, pieces in self._coming for piece in pieces]
        return sum(map(held_by, self.pools.values()), held_in(coming))

    def coming(self) -> Iterator[tuple[Move, list[Slice]]]:
        """What is on its way."""
        return ((move, pieces) for _, _, move, pieces in sorted(self._coming, key=itemgetter(0, 1)))

    def expect(self, move: Move, pieces: list[Slice]) -> None:
        """These lots are on their way."""
        self._moves += 1
        heappush(self._coming, (move.arrival, self._moves, move, pieces))

    def resume(self, at: datetime) -> None:
        """Go on under the rules that held just before the instant `at`; those of `at` come with the next event."""
        self._set_rules(at - _A_MOMENT)

    # What happens

    def _acquire(self, event: Acquire) -> None:
        self.units[event.account] += event.quantity
        if event.kind in _EARNED and (event.kind is not Kind.FORK or self._plan.forks_are_income):
            self._earn(event)
        if self._money:
            return
        if self.method.looks_ahead:
            self._ahead.append(event)
            return
        flags = _NO_FLAGS if event.flag is None else frozenset({event.flag})
        origin = Origin(event.time, event.account, event.key, event.kind)
        cost = event.cost or NONE
        lot = Lot(event.quantity, cost, origin, (), flags)
        self._pool(event.account).add(Slice(lot, NONE, event.quantity, cost))

    def _dispose(self, event: Dispose) -> None:
        self.units[event.account] -= event.quantity
        if self._money:
            return
        if self.method.looks_ahead:
            self._ahead.append(event)
            return
        self._close(event, self._pool(event.account).take(event.quantity))

    def _move(self, event: Move) -> None:
        self.units[event.account] -= event.quantity
        pieces: list[Slice] = []
        if self._by_account and not self._money:
            pieces = self._pool(event.account).take(event.quantity)
            pieces = [_moved(piece, event) for piece in pieces]
            short = event.quantity - sum((piece.quantity for piece in pieces), NONE)
            if short:
                self.totals.short += short
                pieces.append(Slice.whole(Lot(short, NONE, _origin(event), (_hop(event),), _NO_HISTORY)))
        self.expect(event, pieces)
        if event.arrival <= event.time:
            self._arrive(event.time)

    def _arrive(self, now: datetime) -> None:
        while self._coming and self._coming[0][0] <= now:
            _, _, move, pieces = heappop(self._coming)
            self.units[move.to_account] += move.quantity
            for piece in pieces:
                self._pool(move.to_account).add(piece)

    def _count(self, event: Count) -> None:
        figures = self.totals.figures
        if event.amount is None:
            self.totals.uncounted += 1
            figures.setdefault(event.figure, None)
        else:
            figures[event.figure] = (figures.get(event.figure) or NONE) + event.amount
        if self.listener is not None:
            self.listener.counted(event)

    def _earn(self, event: Acquire) -> None:
        income = self.totals.income
        if event.cost is None:
            self.totals.uncounted += 1
            if event.kind in INCOME:
                income.setdefault(event.kind, None)
        elif event.kind in INCOME:
            income[event.kind] = (income.get(event.kind) or NONE) + event.cost
        if self.listener is not None:
            self.listener.earned(
                Income(event.time, event.asset, event.account, event.key, event.kind, event.quantity, event.cost)
            )

    def _close(self, event: Dispose, pieces: list[Slice]) -> None:
        category = CATEGORIES[event.kind]
        parts = parts_of(event, pieces)
        if parts and parts[-1].origin is None:
            self.totals.short += parts[-1].quantity
        disposal = Disposal(
            event.time,
            event.asset,
            event.account,
            event.key,
            event.kind,
            category,
            event.quantity,
            event.proceeds,
            event.fee,
            tuple(parts),
            self.rules.method,
        )
        if category is not Category.MOVED_OUT:
            gains, gain = self.totals.gains, None
            for part in parts:
                if part.gain is None:
                    self.totals.excluded += 1
                else:
                    gain = part.gain if gain is None else gain + part.gain
            if gain is None:
                gains.setdefault(category, None)
            else:
                gains[category] = (gains.get(category) or NONE) + gain
        if self.listener is not None:
            self.listener.disposed(disposal)

    # Pools

    def _pool(self, account: str) -> Book:
        key = account if self._by_account else EVERYWHERE
        book = self.pools.get(key)
        if book is None:
            book = self.pools[key] = self.method.book(())
        return book

    def _set_rules(self, time: datetime) -> None:
        self.rules = self._plan.rules(time)
        self.method = self._methods[self.rules.method]
        self._until = self._plan.next_change(time)
        self._by_account = self.rules.scope is Scope.PER_ACCOUNT and not self.method.looks_ahead

    def _change_rules(self, time: datetime) -> None:
        """Into the rules of `time`, from those before."""
        while self._until is not None and self._until <= time:
            start = self._until
            self._arrive(start)
            self._settle_ahead()
            apart = self._by_account
            self._set_rules(start)
            self._repool(start, apart=apart)

    def _repool(self, at: datetime, *, apart: bool) -> None:
        """`apart` says whether pools were those of accounts before."""
        books = {account: list(book.slices()) for account, book in self.pools.items()}
        if apart is not self._by_account:
            everything = [piece for pieces in books.values() for piece in pieces]
            everything.sort(key=lambda piece: piece.lot.origin.time)
            if self._by_account:
                books = allocate(everything, self._room(), self.allotted.get(at, ()))
                self.allotted[at] = allotments_of(books)
            else:
                books = {EVERYWHERE: everything}
        self.pools = {account: self.method.book(pieces) for account, pieces in books.items()}

    def _room(self) -> dict[str, Decimal]:
        """What each account holds, or is sent by a move that has taken no lots with it."""
        room = dict(self.units)
        for _, _, move, pieces in self._coming:
            if not pieces:
                room[move.to_account] = room.get(move.to_account, NONE) + move.quantity
        return room

    def _settle_ahead(self) -> None:
        if not self.method.looks_ahead or not self._ahead:
            return
        opening = [piece for book in self.pools.values() for piece in book.slices()]
        closed, pool = match_section_104(opening, self._ahead, self._plan.zone)
        self._ahead, self.pools = [], {EVERYWHERE: pool}
        for event, pieces in closed:
            self._close(event, pieces)

    def _open(self, piece: Slice, account: str) -> OpenLot:
        lot = piece.lot
        return OpenLot(self.asset, account, piece.quantity, piece.cost, lot.origin, lot.path, flags_of(piece))


def held_by(book: Book) -> Held:
    """What a book adds up to: one of ours knows, one of a plugin is looked through."""
    return book.held if isinstance(book, OrderedBook | AverageBook) else held_in(book.slices())


def _last_place(piece: Slice) -> str:
    path = piece.lot.path
    return path[-1].to_account if path else piece.lot.origin.account


def _hop(move: Move) -> Hop:
    return Hop(move.time, move.arrival, move.account, move.to_account, move.key)


def _origin(move: Move) -> Origin:
    return Origin(move.time, move.account, move.key, Kind.TRANSFER)


def _moved(piece: Slice, move: Move) -> Slice:
    return Slice(piece.lot.moved(_hop(move)), piece.start, piece.end, piece.cost, piece.rule)
