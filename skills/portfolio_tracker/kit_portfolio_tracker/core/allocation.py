"""Universal lots given to accounts, once, when pools become per account. IRS Rev. Proc. 2024-28, section 5.02."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from .lots import NONE, Slice


def allocate(pieces: list[Slice], units: Mapping[str, Decimal]) -> dict[str, list[Slice]]:
    """Universal lots, oldest first, put into accounts that hold `units`. What no account has room for stays last.

    A lot goes where it was acquired as far as there is room, the rest to the other accounts by name.
    """
    room = {account: quantity for account, quantity in sorted(units.items()) if quantity > 0}
    placed: dict[str, list[Slice]] = {account: [] for account in room}
    left: list[Slice] = []
    for piece in pieces:
        rest = _put(piece, piece.lot.origin.account, room, placed)
        if rest is not None:
            left.append(rest)
    for piece in left:
        remaining: Slice | None = piece
        for account in room:
            if remaining is not None:
                remaining = _put(remaining, account, room, placed)
        if remaining is not None:
            placed.setdefault(remaining.lot.origin.account, []).append(remaining)
    return placed


def _put(piece: Slice, account: str, room: dict[str, Decimal], placed: dict[str, list[Slice]]) -> Slice | None:
    """Put as much of it there as there is room for; what is left of it."""
    free = room.get(account, NONE)
    if free <= 0:
        return piece
    if piece.quantity <= free:
        placed[account].append(piece)
        room[account] = free - piece.quantity
        return None
    placed[account].append(piece.take(free))
    room[account] = NONE
    return piece
