"""Which asset everything else is traded against."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from .fiat import FIAT
from .stablecoins import issuer_of

_USUAL = "USDT"


def candidates(target: Mapping[str, Decimal], held: Mapping[str, Decimal], currency: str) -> tuple[str, ...]:
    """What may be the quote, the likeliest first: the money of the target; without any, what money there is.

    `held` are values by asset.
    """
    own = sorted((asset for asset in target if _is_money(asset)), key=lambda each: (-target[each], each))
    if own:
        return tuple(own)
    there = sorted((asset for asset in held if _is_money(asset)), key=lambda each: (-held[each], each))
    return tuple(dict.fromkeys((*there, currency, _USUAL)))


def choose_quote(assets: Collection[str], quotes: Collection[str], traded: Collection[tuple[str, str]]) -> str | None:
    """The first of `quotes` that all of `assets` are traded in, else the one that most are; None without any.

    `traded` are (asset, quote).
    """
    markets = set(traded)
    counted = {quote: sum((asset, quote) in markets for asset in assets if asset != quote) for quote in quotes}
    for quote, count in counted.items():
        if count and count == sum(asset != quote for asset in assets):
            return quote
    return max(counted, key=lambda quote: counted[quote], default=None)


def _is_money(asset: str) -> bool:
    return asset in FIAT or issuer_of(asset) is not None
