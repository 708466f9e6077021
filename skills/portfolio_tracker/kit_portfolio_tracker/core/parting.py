"""A disposal in parts: what each lot got of its proceeds and its fee."""

from __future__ import annotations

from decimal import Decimal

from .disposals import CATEGORIES, Category, Part
from .events import Dispose, Flag
from .lots import NONE, Slice, share_of

_NO_HISTORY = frozenset({Flag.MISSING_HISTORY})
_NO_PRICE = frozenset({Flag.MISSING_PRICE})
_ZERO_COST = frozenset({Flag.ZERO_COST})
_NO_FLAGS: frozenset[Flag] = frozenset()


def parts_of(event: Dispose, pieces: list[Slice]) -> list[Part]:
    """What each piece got of the proceeds and the fee, by quantity; the shortfall last."""
    parts = []
    whole, proceeds, fee = event.quantity, event.proceeds, event.fee
    flags = _NO_FLAGS if event.flag is None else frozenset({event.flag})
    if proceeds is None and CATEGORIES[event.kind] is not Category.MOVED_OUT:
        flags = _NO_PRICE
    done = got = paid = NONE
    for piece in pieces:
        quantity, lot = piece.end - piece.start, piece.lot
        done += quantity
        share, part_fee = None, NONE
        if proceeds is not None:
            upto = share_of(proceeds, done, whole)
            share, got = upto - got, upto
        if fee:
            upto = share_of(fee, done, whole)
            part_fee, paid = upto - paid, upto
        wrong = flags_of(piece) | flags if flags else flags_of(piece)
        gain = _gain(share, piece.cost, part_fee, wrong)
        parts.append(Part(quantity, piece.cost, lot.origin, share, part_fee, gain, lot.path, wrong, piece.rule))
    if done < whole:
        rest, wrong = None if proceeds is None else proceeds - got, _NO_HISTORY | flags
        gain = _gain(rest, NONE, fee - paid, wrong)
        parts.append(Part(whole - done, NONE, None, rest, fee - paid, gain, (), wrong))
    return parts


def _gain(proceeds: Decimal | None, cost: Decimal, fee: Decimal, flags: frozenset[Flag]) -> Decimal | None:
    if proceeds is None or (flags and Flag.MISSING_PRICE in flags):
        return None
    return proceeds - cost - fee


def flags_of(piece: Slice) -> frozenset[Flag]:
    flags = piece.lot.flags
    return flags if flags or piece.lot.cost else _ZERO_COST
