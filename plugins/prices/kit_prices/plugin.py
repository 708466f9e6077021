"""The price sources' hooks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from kit import hookimpl

if TYPE_CHECKING:
    from kit import PricePoint, PriceSourceType


@hookimpl
def kit_price_sources() -> list[PriceSourceType]:
    """Where prices come from."""
    from kit import PriceSourceType

    return [PriceSourceType("ecb", "European Central Bank", _ecb, offline=True)]


def _ecb(assets: Iterable[str], currency: str, since: date, until: date) -> Iterable[PricePoint]:
    from .ecb import closes

    return closes(assets, currency, since, until)
