"""The names that assets have now, as the settings have them: `assetChanges` beside those that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import exact

from .core.asset_changes import AssetChange, AssetNames, asset_names

if TYPE_CHECKING:
    from .settings import PortfolioSettings


def names_of(settings: PortfolioSettings) -> AssetNames:
    """What each asset is called now."""
    said = ((old, *text.split()) for old, text in settings.asset_changes.items())
    return asset_names(AssetChange(old, new, exact(factor)) for old, factor, new in said)
