"""Exchange rates of fiat money, fetched once from the sources that need no network, then kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kit import KitError, PricePoint, Services

from .core.fiat import FIAT
from .core.prices import PriceBook
from .plugin import SECTION

if TYPE_CHECKING:
    from .settings import PortfolioSettings

_FIRST_DAY = date(1999, 1, 1)
_RECENT = timedelta(days=366)
_WEEK = timedelta(days=7)


def book_with_rates(services: Services, points: Collection[PricePoint], assets: Iterable[str]) -> PriceBook:
    """The prices of `points`, and the rates that they lack to say what `assets` cost in the base currency."""
    settings: PortfolioSettings = services.settings(SECTION)
    base, preferred = settings.base_currency, services.venue(settings.price_source)
    book = PriceBook(points, preferred=preferred)
    missing = _missing_rates(assets, book, base)
    return PriceBook([*points, *_fetch_rates(services, missing, base)], preferred=preferred) if missing else book


def _missing_rates(assets: Iterable[str], book: PriceBook, currency: str) -> frozenset[str]:
    """The fiat currencies without whose rate a price of some of `assets` leads nowhere in `currency`."""
    wanted = {name for asset in assets for name in (asset, *book.currencies(asset)) if name in FIAT}
    return frozenset(name for name in wanted - {currency} if book.price(name, currency) is None)


def ensure_history(services: Services, currency: str) -> None:
    """Have the rates of all state money in the ledger from its first record on, as far as a source offline knows them.

    The dollar is always among them: most coins are priced in it.
    """
    from .store.lot_rows import fiat_without_rates, ledger_extent
    from .store.price_rows import keep_prices

    with services.store.read() as connection:
        extent = ledger_extent(connection)
        if extent is None:
            return
        first = extent[0].date() - _WEEK
        lacking = fiat_without_rates(connection, currency, first + _WEEK)
    if not lacking:
        return
    until = services.clock.now().date()
    found: list[PricePoint] = []
    for source in services.price_sources():
        if source.offline and source.fiat:
            with suppress(KitError):
                found += source.closes(lacking, currency, first, until)
    if found:
        keep_prices(services.store, found)


def _fetch_rates(services: Services, currencies: Collection[str], currency: str) -> list[PricePoint]:
    """The rates of `currencies` in `currency`, kept in the store as they come; none for what no source knows.

    A source that fails stops no other: it is named when prices are asked for (`quotes`).
    """
    from .store.price_rows import keep_prices

    until = services.clock.now().date()
    found: list[PricePoint] = []
    for source in services.price_sources():
        if source.offline:
            with suppress(KitError):
                recent = list(source.closes(currencies, currency, until - _RECENT, until))
                found += recent or source.closes(currencies, currency, _FIRST_DAY, until)
    if found:
        keep_prices(services.store, found)
    return [point for point in found if point.day <= until]
