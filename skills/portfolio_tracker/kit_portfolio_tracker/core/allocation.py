"""Universal lots given to accounts, once, when pools become per account. IRS Rev. Proc. 2024-28, section 5.02.

What was allotted once stays so, as far as the lot and the account's room are still there: `fixed`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .events import RecordKey
from .lots import NONE, Slice


@dataclass(frozen=True, slots=True)
class Allotment:
    """So many units of the lot that this record acquired belong to that account."""

    lot: RecordKey
    account: str
    quantity: Decimal


def allocate(
    pieces: list[Slice], units: Mapping[str, Decimal], fixed: Iterable[Allotment] = ()
) -> dict[str, list[Slice]]:
    """Universal lots, oldest first, put into accounts that hold `units`. What no account has room for stays last.

    A lot goes where it was allotted before; else where it was acquired as far as there is room; the rest to the
    other accounts by name.
    """
    room = {account: quantity for account, quantity in sorted(units.items()) if quantity > 0}
    placed: dict[str, list[Slice]] = {account: [] for account in room}
    left = _by_allotment(pieces, fixed, room, placed)
    left = [rest for piece in left if (rest := _put(piece, piece.lot.origin.account, room, placed)) is not None]
    for piece in left:
        remaining: Slice | None = piece
        for account in room:
            if remaining is not None:
                remaining = _put(remaining, account, room, placed)
        if remaining is not None:
            placed.setdefault(remaining.lot.origin.account, []).append(remaining)
    return placed


def allotments_of(placed: Mapping[str, Sequence[Slice]]) -> list[Allotment]:
    """What was allotted, so that it can stay so."""
    found: defaultdict[tuple[RecordKey, str], Decimal] = defaultdict(Decimal)
    for account, pieces in placed.items():
        for piece in pieces:
            found[piece.lot.origin.key, account] += piece.quantity
    return [Allotment(lot, account, quantity) for (lot, account), quantity in found.items()]


def _by_allotment(
    pieces: Iterable[Slice], fixed: Iterable[Allotment], room: dict[str, Decimal], placed: dict[str, list[Slice]]
) -> list[Slice]:
    """Put them where they were allotted before; what is left."""
    due: defaultdict[RecordKey, list[tuple[str, Decimal]]] = defaultdict(list)
    for each in fixed:
        due[each.lot].append((each.account, each.quantity))
    left = []
    for piece in pieces:
        rest: Slice | None = piece
        waiting = due[piece.lot.origin.key]
        while rest is not None and waiting:
            account, quantity = waiting.pop()
            wanted = min(quantity, rest.quantity)
            if quantity > wanted:
                waiting.append((account, quantity - wanted))
            rest = _put(rest, account, room, placed, at_most=wanted)
        if rest is not None:
            left.append(rest)
    return left


def _put(
    piece: Slice, account: str, room: dict[str, Decimal], placed: dict[str, list[Slice]], at_most: Decimal | None = None
) -> Slice | None:
    """Put as much of it there as there is room for, and no more than `at_most`; what is left of it."""
    free = room.get(account, NONE)
    wanted = piece.quantity if at_most is None else min(at_most, piece.quantity)
    taken = min(free, wanted)
    if taken <= 0:
        return piece
    room[account] = free - taken
    if taken == piece.quantity:
        placed[account].append(piece)
        return None
    placed[account].append(piece.take(taken))
    return piece
