"""Which sectors a portfolio is in, and by how much.

An asset belongs to one sector, or to several by weights. What the user says counts first, then what is known: state
money is Cash, a stablecoin is a Stablecoin, and the shipped map says the rest. What nobody knows is Unclassified.

Values are exact and sum to the total. Shares are rounded to 12 places so that they sum to exactly 1: each is rounded
down, and the largest remainders get a step more. An asset without a price has no value and no part in a sector; the
coverage names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import groupby

from kit import Money, Ratio, exact_math

from .fiat import FIAT
from .stablecoins import is_stablecoin
from .symbols import asset_of
from .valuation import Coverage, Valuation

CASH = "Cash"
STABLECOINS = "Stablecoins"
UNCLASSIFIED = "Unclassified"
_OWN_NAMES = (CASH, STABLECOINS, UNCLASSIFIED)
_WHOLE = Decimal(1)
_SHARE_STEP = Decimal("1E-12")

Weights = Mapping[str, Decimal]
"""The part of an asset that counts for each sector; they sum to 1, or within what settings let pass."""


@dataclass(frozen=True, slots=True)
class SectorAsset:
    """What an asset brings to a sector: `weight` of its value. `share` is of the portfolio."""

    asset: str
    weight: Ratio
    value: Money
    share: Ratio | None


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector and the assets in it, the most valuable first."""

    name: str
    value: Money
    share: Ratio | None
    assets: tuple[SectorAsset, ...]


@dataclass(frozen=True, slots=True)
class SectorDistribution:
    """The whole portfolio by sector: the largest first, Unclassified last.

    Shares are None where the total is not positive.
    """

    currency: str
    total: Money | None
    sectors: tuple[Sector, ...]
    coverage: Coverage


class SectorMap:
    """Which sectors each asset belongs to. `shipped` and `own`, the user's, are by asset; `names` are his `assetNames`.

    An asset that was renamed is found under either name. A sector's name means the same in capitals and small letters,
    and is written as the shipped map has it.
    """

    def __init__(
        self, shipped: Mapping[str, str], own: Mapping[str, Weights], names: Mapping[str, str] | None = None
    ) -> None:
        self._shipped, self._names = shipped, names
        self._own = {**{asset_of(asset, names=names): weights for asset, weights in own.items()}, **own}
        invented = (name for weights in own.values() for name in weights)
        self._spelling: dict[str, str] = {}
        for name in (*_OWN_NAMES, *shipped.values(), *invented):
            self._spelling.setdefault(name.casefold(), name)

    def sectors_of(self, asset: str) -> Weights:
        """The sectors of `asset` by weight, in the order of their names."""
        called = (asset, asset_of(asset, names=self._names))
        for name in called:
            if name in self._own:
                return self._spelled(self._own[name])
        if asset in FIAT:
            return {CASH: _WHOLE}
        if is_stablecoin(asset):
            return {STABLECOINS: _WHOLE}
        return {next((self._shipped[name] for name in called if name in self._shipped), UNCLASSIFIED): _WHOLE}

    def _spelled(self, weights: Weights) -> Weights:
        found: dict[str, Decimal] = {}
        for name, weight in sorted(weights.items()):
            if weight:
                called = self._spelling[name.casefold()]
                found[called] = found.get(called, Decimal(0)) + weight
        return found


@exact_math()
def distribute(valuation: Valuation, sectors: SectorMap) -> SectorDistribution:
    """The value of `valuation` by sector. Nothing priced: no sectors."""
    pieces = sorted(
        (sector, each.asset, weight, amount)
        for each in valuation.assets
        if each.value is not None
        for sector, weight, amount in _parted(each.value.amount, sectors.sectors_of(each.asset))
    )
    shares = _shares([amount for *_, amount in pieces], valuation.total)
    parts = [
        (sector, SectorAsset(asset, Ratio(weight), Money(amount, valuation.currency), share))
        for (sector, asset, weight, amount), share in zip(pieces, shares, strict=True)
    ]
    found = [
        _sector(name, [part for _, part in group], valuation.currency)
        for name, group in groupby(parts, key=lambda each: each[0])
    ]
    return SectorDistribution(
        currency=valuation.currency,
        total=valuation.total,
        sectors=tuple(sorted(found, key=lambda each: (each.name == UNCLASSIFIED, -each.value.amount, each.name))),
        coverage=valuation.coverage,
    )


def _parted(amount: Decimal, weights: Weights) -> list[tuple[str, Decimal, Decimal]]:
    """(sector, weight, part) of an asset's value. The last part is what the others leave, so that all sum to it."""
    *first, (last, weight) = weights.items()
    parts = [(sector, each, amount * each) for sector, each in first]
    return [*parts, (last, weight, amount - sum((part for *_, part in parts), Decimal(0)))]


def _shares(amounts: Sequence[Decimal], total: Money | None) -> list[Ratio | None]:
    """The shares of parts of `total`, which sum to exactly 1; None each where the total is not positive."""
    if total is None or total.amount <= 0:
        return [None] * len(amounts)
    ratios = [amount / total.amount for amount in amounts]
    shares = [ratio.quantize(_SHARE_STEP, rounding=ROUND_FLOOR) for ratio in ratios]
    steps = int((1 - sum(shares, Decimal(0))) / _SHARE_STEP)
    by_remainder = sorted(range(len(shares)), key=lambda at: shares[at] - ratios[at])
    for at in by_remainder[:steps]:
        shares[at] += _SHARE_STEP
    return [Ratio(share) for share in shares]


def _sector(name: str, parts: list[SectorAsset], currency: str) -> Sector:
    shares = [part.share.value for part in parts if part.share is not None]
    return Sector(
        name=name,
        value=Money(sum((part.value.amount for part in parts), Decimal(0)), currency),
        share=Ratio(sum(shares, Decimal(0))) if shares else None,
        assets=tuple(sorted(parts, key=lambda each: (-each.value.amount, each.asset))),
    )
