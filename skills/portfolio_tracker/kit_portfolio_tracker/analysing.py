"""The portfolio's analytics from the store: its days, and the closes of what it is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING

from kit import Services, exact_math

from .core.analytics import (
    Analytics,
    AssetAnalytics,
    Sample,
    analytics,
    asset_analytics,
    benchmark,
    sample_of,
)
from .core.daily import DailySeries
from .core.fiat import FIAT
from .core.performance import Performance
from .core.symbol_names import SPELLINGS
from .history import History, Part
from .plugin import SECTION

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_MOST = 12


@exact_math()
def analysed(
    services: Services, series: DailySeries, found: Performance, part: Part, benchmarks: Sequence[str]
) -> tuple[Analytics, Sample]:
    """The figures of the period of `found`, and the returns they rest on."""
    settings: PortfolioSettings = services.settings(SECTION)
    with services.store.read() as connection:
        history = History(services, connection, part)
        sample = sample_of(series, found.period, weekdays=_forex_only(history))
        compared = []
        for name in benchmarks:
            asset = SPELLINGS.get(name.upper(), name.upper())
            closes = _closes(history, asset, found.period.base, found.period.last)
            compared.append(benchmark(name, asset, found, series, closes))
        assets = _assets(history, found.period.base, found.period.last, sample.per_year)
    return analytics(series, found, sample, compared, assets, risk_free=settings.risk_free_rate), sample


def _assets(history: History, first: date, last: date, per_year: int) -> list[AssetAnalytics]:
    """Of the held assets that are worth most, by their prices."""
    import numpy as np

    from .core.asset_figures import figures_of_each

    units = history.units_now()
    price = history.prices(units)(history.today)
    worth = {asset: quantity * each for asset, quantity in units.items() if quantity > 0 and (each := price(asset))}
    worth.pop(history.currency, None)
    names = sorted(worth, key=lambda asset: (-worth[asset], asset))[:_MOST]
    grid = history.grid(first, last)
    closes = [np.asarray(grid.row(asset)) for asset in names]
    figures = figures_of_each((each[1:] / each[:-1] - 1 for each in closes), per_year=per_year)
    return [asset_analytics(asset, found) for asset, found in zip(names, figures, strict=True)]


def _forex_only(history: History) -> bool:
    """Whether there was state money alone, as brokers of forex have it."""
    return history.units_now().keys() <= FIAT


def _closes(history: History, asset: str, first: date, last: date) -> list[Decimal | None]:
    """What the asset was worth on each of these days; on days its market is closed the last close."""
    closes = [None if isnan(price) else Decimal(repr(price)) for price in history.closes(asset, first, last)]
    if last >= history.today:
        closes[-1] = history.prices({asset})(history.today)(asset) or closes[-1]
    return closes
