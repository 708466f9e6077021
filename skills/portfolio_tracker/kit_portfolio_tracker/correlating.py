"""Correlations of assets from stored closes."""

from __future__ import annotations

from collections.abc import Sequence

from kit import Services

from .core.correlation import Correlation, correlations
from .core.periods import Period
from .history import History


def correlated(services: Services, assets: Sequence[str], period: Period) -> list[Correlation]:
    """Of every pair, over the returns of the period's days, in the base currency."""
    import numpy as np

    with services.store.read() as connection:
        history = History(services, connection)
        grid = history.grid(period.base, period.last)
        closes = np.column_stack([grid.fresh(asset) for asset in assets])
    return correlations(assets, closes)
