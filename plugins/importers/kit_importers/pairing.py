"""Which of the coins that left in one instant paid for which of those that came.

Exports list fills as loose rows: so many of X out, so many of Y in, fees in any order. Fills of the
same two assets are one trade here; their sums are exact. Where several assets stand on a side:
each asset has one partner if only one assignment is possible; where one side has a single asset and as
many fills as the other, the assignment with the steadiest prices is taken (file order at a tie).
Where neither decides, nothing is guessed: the fills are left over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import permutations

from kit import Quantity, exact_math

_MOST_ASSETS = 4
_MOST_FILLS = 7


@dataclass(slots=True)
class Swap:
    """One trade: what was given, what came, and the fees on it."""

    sent: Quantity
    received: Quantity
    fees: list[Quantity] = field(default_factory=list)

    def split_fees(self) -> tuple[Quantity | None, list[Quantity]]:
        """The fee that stands on the trade's own record, and those that need one each."""
        return (self.fees[0], self.fees[1:]) if self.fees else (None, [])


@dataclass(frozen=True, slots=True)
class Paired:
    """The trades of one instant, and the fills and fees that belong to none of them."""

    swaps: list[Swap]
    leftover: list[Quantity]
    fees: list[Quantity]


@exact_math()
def pair(fills: Sequence[Quantity], fees: Sequence[Quantity]) -> Paired:
    """Pair signed `fills` (+ came, − left) and share out `fees` (positive)."""
    out, came = _by_asset(fills, -1), _by_asset(fills, 1)
    matched = _by_assets(out, came) or _by_fills(out, came)
    if matched is None:
        return Paired([], total(fills), total(fees))
    swaps, leftover_fees = _with_fees(matched, fees)
    return Paired(swaps, [], leftover_fees)


def total(quantities: Sequence[Quantity]) -> list[Quantity]:
    """The sums per asset and sign, sorted by asset, without zeros."""
    sums: dict[tuple[str, bool], Decimal] = {}
    with exact_math():
        for quantity in quantities:
            key = (quantity.asset, quantity.amount > 0)
            sums[key] = sums.get(key, Decimal(0)) + quantity.amount
    return [Quantity(amount, asset) for (asset, _), amount in sorted(sums.items()) if amount]


def _by_asset(fills: Sequence[Quantity], sign: int) -> dict[str, list[Decimal]]:
    found: defaultdict[str, list[Decimal]] = defaultdict(list)
    for fill in fills:
        if fill.amount * sign > 0:
            found[fill.asset].append(abs(fill.amount))
    return dict(found)


_Match = list[tuple[Swap, list[tuple[Decimal, Decimal]]]]


def _by_assets(out: Mapping[str, list[Decimal]], came: Mapping[str, list[Decimal]]) -> _Match | None:
    """One partner for each asset, if exactly one assignment avoids trading an asset for itself."""
    if not out or len(out) != len(came) or len(out) > _MOST_ASSETS:
        return None
    left = list(out)
    possible = [
        order
        for order in permutations(came)
        if all(sent != received for sent, received in zip(left, order, strict=True))
    ]
    if len(possible) != 1:
        return None
    return [
        (Swap(Quantity(_sum(out[sent]), sent), Quantity(_sum(came[received]), received)), [])
        for sent, received in zip(left, possible[0], strict=True)
    ]


def _by_fills(out: Mapping[str, list[Decimal]], came: Mapping[str, list[Decimal]]) -> _Match | None:
    """One asset on one side, several on the other, as many fills on both: the steadiest prices."""
    if len(out) == 1:
        single, several, single_is_sent = out, came, True
    elif len(came) == 1:
        single, several, single_is_sent = came, out, False
    else:
        return None
    ((asset, amounts),) = single.items()
    fills = [(other, amount) for other, parts in several.items() for amount in parts]
    if asset in several or len(fills) != len(amounts) or len(fills) > _MOST_FILLS:
        return None
    best = min(permutations(amounts), key=lambda order: _spread(fills, order))
    match: _Match = []
    for other in several:
        legs = [(paid, amount) for (name, amount), paid in zip(fills, best, strict=True) if name == other]
        mine = Quantity(_sum([paid for paid, _ in legs]), asset)
        theirs = Quantity(_sum(several[other]), other)
        match.append((Swap(mine, theirs) if single_is_sent else Swap(theirs, mine), legs))
    return match


def _sum(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _spread(fills: Sequence[tuple[str, Decimal]], order: Sequence[Decimal]) -> float:
    """How far the prices of each asset's fills lie apart, summed."""
    prices: defaultdict[str, list[float]] = defaultdict(list)
    for (asset, amount), paid in zip(fills, order, strict=True):
        prices[asset].append(float(paid / amount))
    return sum(max(found) / min(found) for found in prices.values())


def _with_fees(match: _Match, fees: Sequence[Quantity]) -> tuple[list[Swap], list[Quantity]]:
    """Fees go to the one trade, to the only one with that asset, or by size where each fill has one."""
    swaps = [swap for swap, _ in match]
    if len(swaps) == 1:
        swaps[0].fees = total(fees)
        return swaps, []
    loose: defaultdict[str, list[Quantity]] = defaultdict(list)
    for fee in fees:
        loose[fee.asset].append(fee)
    left: list[Quantity] = []
    for asset, parts in loose.items():
        owners = [swap for swap in swaps if asset in (swap.sent.asset, swap.received.asset)]
        sizes = sorted((paid, index) for index, (_, legs) in enumerate(match) for paid, _ in legs)
        if len(owners) == 1:
            owners[0].fees += total(parts)
        elif len(sizes) == len(parts):
            for (_, index), fee in zip(sizes, sorted(parts, key=lambda fee: fee.amount), strict=True):
                swaps[index].fees.append(fee)
        else:
            left += total(parts)
    for swap in swaps:
        swap.fees = total(swap.fees)
    return swaps, left
