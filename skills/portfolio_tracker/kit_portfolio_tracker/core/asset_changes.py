"""Assets that got another name, or were counted anew: their lots go on under the new one.

For lots, the old asset is so much of the new one from the beginning, exactly. So an exchange of the old for the new, as
venues book it, disposes of nothing, and dates and costs go on. What something was worth is still looked up under the
name of its record. Only changes that left nobody a choice belong here: a swap that people made, or left, is a trade.

A withdrawal of the old coins that arrives as new ones is not recognised as one transfer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class AssetChange:
    """One unit of `old` is `factor` units of `new`."""

    old: str
    new: str
    factor: Decimal


_ONE = Decimal(1)
SHIPPED = (
    AssetChange("XRB", "NANO", _ONE),  # RaiBlocks became Nano, January 2018
    AssetChange("VEN", "VET", Decimal(100)),  # VeChain's own chain, July 2018
    AssetChange("ERD", "EGLD", Decimal("0.001")),  # Elrond's own chain, September 2020
    AssetChange("LEND", "AAVE", Decimal("0.01")),  # October 2020
    AssetChange("NPXS", "PUNDIX", Decimal("0.001")),  # March 2021
    AssetChange("NANO", "XNO", _ONE),  # the ticker, November 2021
    AssetChange("TOMO", "VIC", _ONE),  # TomoChain became Viction, November 2023
    AssetChange("RNDR", "RENDER", _ONE),  # to Solana, July 2024
    AssetChange("MATIC", "POL", _ONE),  # Polygon, September 2024
    AssetChange("KLAY", "KAIA", _ONE),  # Klaytn became Kaia, October 2024
    AssetChange("FTM", "S", _ONE),  # Fantom became Sonic, January 2025
    AssetChange("EOS", "A", _ONE),  # EOS became Vaulta, May 2025
)


class AssetNames:
    """What each asset is called now, and how many of that one unit is. Changes follow each other."""

    def __init__(self, changes: Iterable[AssetChange]) -> None:
        steps = {change.old: change for change in changes if change.old != change.new}
        self._now: dict[str, tuple[str, Decimal]] = {}
        for old in steps:
            name, factor, seen = old, _ONE, {old}
            while (step := steps.get(name)) is not None and step.new not in seen:
                name, factor = step.new, factor * step.factor
                seen.add(name)
            self._now[old] = name, factor
        self.changed: Mapping[str, tuple[str, Decimal]] = self._now

    def latest(self, asset: str) -> str:
        return self._now[asset][0] if asset in self._now else asset

    def scaled(self, asset: str, quantity: Decimal) -> Decimal:
        """So many units of what the asset is called now. The caller is in exact_math."""
        return quantity * self._now[asset][1] if asset in self._now else quantity

    @property
    def fingerprint(self) -> str:
        return ",".join(f"{old}>{factor} {new}" for old, (new, factor) in sorted(self._now.items()))


def asset_names(own: Iterable[AssetChange] = ()) -> AssetNames:
    """The shipped changes, those of the user in their place. One that changes an asset into itself takes one back."""
    found = {change.old: change for change in SHIPPED} | {change.old: change for change in own}
    return AssetNames(found.values())
