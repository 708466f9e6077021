"""Exchange rates of fiat money, fetched once from the sources that need no network, then kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date, timedelta

from kit import KitError, PricePoint, Services

from .core.fiat import FIAT
from .core.prices import PriceBook

_FIRST_DAY = date(1999, 1, 1)
_RECENT = timedelta(days=366)


def missing_rates(assets: Iterable[str], book: PriceBook, currency: str) -> frozenset[str]:
    """The fiat currencies without whose rate some of `assets` have no price in `currency`."""
    wanted: set[str] = set()
    for asset in assets:
        if book.price(asset, currency) is None:
            wanted |= {asset, *book.currencies(asset)} & FIAT
    return frozenset(wanted - {currency})


def fetch_rates(services: Services, currencies: Collection[str], currency: str) -> list[PricePoint]:
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
    return found
