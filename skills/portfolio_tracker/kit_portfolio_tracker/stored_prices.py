"""The prices in the store, as a price source: what other plugins see of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kit import PricePoint, PriceSourceType, Services


def stored_prices(services: Services) -> PriceSourceType:
    """The source “stored”. Each close it yields still names where it came from."""

    def closes(assets: Iterable[str], currency: str, since: date, until: date) -> list[PricePoint]:
        from .store.closes import closes_between

        with services.store.read() as connection:
            return closes_between(connection, set(assets), currency, since, until)

    return PriceSourceType("stored", "Prices in your store", closes, offline=True)
