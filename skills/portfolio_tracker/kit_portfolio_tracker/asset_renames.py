"""The names that assets have now, as the settings have them: `assetChanges` beside those that are known.

And what is said of a name that none of them has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kit import UnknownName, exact

from .core.asset_changes import AssetChange, AssetNames, asset_names

if TYPE_CHECKING:
    from .settings import PortfolioSettings


def names_of(settings: PortfolioSettings) -> AssetNames:
    """What each asset is called now."""
    said = ((old, *text.split()) for old, text in settings.asset_changes.items())
    return asset_names(AssetChange(old, new, exact(factor)) for old, factor, new in said)


def unknown_asset(asset: str, known: Iterable[str]) -> UnknownName:
    """The error for a name that no asset has; `known` are those of the ledger."""
    return UnknownName("asset", asset, known, next_step="See them: kit holdings")
