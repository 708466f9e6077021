"""The portfolio's analytics from the store: its days, and the closes of what it is measured against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
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
from .core.day_rates import CARRIED
from .core.fiat import FIAT
from .core.performance import Performance
from .core.symbol_names import SPELLINGS
from .history import History, Part
from .plugin import SECTION

if TYPE_CHECKING:
    from datetime import date

    from .core.price_grid import PriceGrid
    from .core.prices import Price
    from .settings import PortfolioSettings

_MOST = 12
_Price = Callable[[str], Decimal | None]


@exact_math()
def analysed(
    services: Services, series: DailySeries, found: Performance, part: Part, benchmarks: Sequence[str]
) -> tuple[Analytics, Sample]:
    """The figures of the period of `found`, and the returns they rest on."""
    settings: PortfolioSettings = services.settings(SECTION)
    with services.store.read() as connection:
        history = History(services, connection, part)
        units = history.units_now()
        called = {name: SPELLINGS.get(name.upper(), name.upper()) for name in benchmarks}
        grid = history.grid(found.period.base, found.period.last, carried=CARRIED)
        now = _recent(history.dated_prices({*units, *called.values()})(history.today), history.today)
        # There was state money alone, as brokers of forex have it.
        forex = units.keys() <= FIAT
        quoted = _quoted(grid, units.keys() - {history.currency}, found.period.base) if forex else None
        sample = sample_of(series, found.period, quoted=quoted)
        current = found.period.last >= history.today
        compared = [
            benchmark(name, asset, found, series, _closes(grid, asset, now if current else None))
            for name, asset in called.items()
        ]
        units.pop(history.currency, None)
        assets = _assets(grid, units, now, sample, found.period.first)
    return analytics(series, found, sample, compared, assets, risk_free=settings.risk_free_rate), sample


def _quoted(grid: PriceGrid, assets: Iterable[str], first: date) -> set[date]:
    """The days on which any of them was. `first` is the first of `grid`."""
    rows = (grid.fresh(asset).tolist() for asset in assets)
    return {first + timedelta(days=place) for row in rows for place, price in enumerate(row) if not isnan(price)}


def _recent(price: Callable[[str], Price | None], today: date) -> _Price:
    """Prices of today that are no older than those of other days may be."""

    def recent(asset: str) -> Decimal | None:
        found = price(asset)
        old = found is not None and found.day is not None and today - found.day > CARRIED
        return None if found is None or old else found.amount

    return recent


def _assets(
    grid: PriceGrid, units: Mapping[str, Decimal], now: _Price, sample: Sample, first: date
) -> list[AssetAnalytics]:
    """Of the held assets that are worth most, by their prices on the days of the sample.

    `first` is the second day of `grid`.
    """
    from .core.asset_figures import figures_of_each

    worth = {asset: quantity * each for asset, quantity in units.items() if quantity > 0 and (each := now(asset))}
    names = sorted(worth, key=lambda asset: (-worth[asset], asset))[:_MOST]
    closes = [grid.row(asset) for asset in names]
    days = [(day - first).days for day in sample.days]
    figures = figures_of_each(((each[1:] / each[:-1] - 1)[days] for each in closes), per_year=sample.per_year)
    return [asset_analytics(asset, found) for asset, found in zip(names, figures, strict=True)]


def _closes(grid: PriceGrid, asset: str, now: _Price | None) -> list[Decimal | None]:
    """What the asset was worth each day, on the last one `now`; on days its market is closed the last close."""
    closes = [None if isnan(price) else Decimal(repr(price)) for price in grid.row(asset).tolist()]
    if now is not None:
        closes[-1] = now(asset) or closes[-1]
    return closes
