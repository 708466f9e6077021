"""A disposal in parts: what each lot got of its proceeds and its fee."""

from __future__ import annotations

from decimal import ROUND_FLOOR

from .disposals import CATEGORIES, Category, Part
from .events import Dispose, Flag
from .lots import NONE, STEP, Slice

_NO_HISTORY = frozenset({Flag.MISSING_HISTORY})
_NO_PRICE = frozenset({Flag.MISSING_PRICE})
_ZERO_COST = frozenset({Flag.ZERO_COST})
_NO_FLAGS: frozenset[Flag] = frozenset()


def parts_of(event: Dispose, pieces: list[Slice]) -> list[Part]:
    """What each piece got of the proceeds and the fee, by quantity; the shortfall last."""
    parts = []
    flags = _NO_FLAGS if event.flag is None else frozenset({event.flag})
    if event.proceeds is None and CATEGORIES.get(event.kind) is not Category.MOVED_OUT:
        flags = _NO_PRICE
    found = sum((piece.quantity for piece in pieces), NONE)
    whole, proceeds, fee = event.quantity, event.proceeds, event.fee
    done = got = paid = NONE
    for piece in pieces:
        done += piece.quantity
        last = done == whole
        share, cost = None, NONE
        if proceeds is not None:
            upto = proceeds if last else (proceeds * done / whole).quantize(STEP, ROUND_FLOOR)
            share, got = upto - got, upto
        if fee:
            upto = fee if last else (fee * done / whole).quantize(STEP, ROUND_FLOOR)
            cost, paid = upto - paid, upto
        lot = piece.lot
        parts.append(
            Part(piece.quantity, piece.cost, lot.origin, share, cost, lot.path, flags_of(piece) | flags, piece.rule)
        )
    if found < whole:
        rest = None if proceeds is None else proceeds - got
        parts.append(Part(whole - found, NONE, None, rest, fee - paid, (), _NO_HISTORY | flags))
    return parts


def flags_of(piece: Slice) -> frozenset[Flag]:
    flags = piece.lot.flags
    return flags if flags or piece.lot.cost else _ZERO_COST
