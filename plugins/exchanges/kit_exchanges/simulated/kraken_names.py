"""How Kraken names things: assets ("XXBT", "ZUSD", "DOT.S"), pairs ("XXBTZUSD") and ids ("OQCLML-BW3P3-BUCMWZ")."""

from __future__ import annotations

from .market import Listing

# Assets listed first carry a class letter; staked and earning ones a suffix, and then no letter.
_CRYPTO = {"BTC": "XBT", "DOGE": "XDG"}
_WITH_X = {"XBT", "XDG", "ETH", "ETC", "LTC", "MLN", "REP", "XLM", "XMR", "XRP", "ZEC"}
_WITH_Z = {"AUD", "CAD", "EUR", "GBP", "JPY", "USD"}
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def alternate(asset: str) -> str:
    """ "BTC" is "XBT"; what already is one of Kraken's own names ("ETH2.S") stays."""
    return _CRYPTO.get(asset, asset)


def asset_id(asset: str) -> str:
    name = alternate(asset)
    if name in _WITH_X:
        return f"X{name}"
    return f"Z{name}" if name in _WITH_Z else name


def pair_name(listing: Listing) -> str:
    """ "XBTUSD"."""
    return alternate(listing.base) + alternate(listing.quote)


def pair_id(listing: Listing) -> str:
    """ "XXBTZUSD" where both have a class letter, else the pair's other name."""
    base, quote = asset_id(listing.base), asset_id(listing.quote)
    lettered = base != alternate(listing.base) and quote != alternate(listing.quote)
    return base + quote if lettered else pair_name(listing)


def reference(kind: str, number: int) -> str:
    """The id of order ("O"), trade ("T"), ledger entry ("L") or transfer ("Q", "A") number so-and-so."""
    digits = ""
    for _ in range(16):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return f"{kind}{digits[:5]}-{digits[5:10]}-{digits[10:]}"


def number_of(text: str) -> int:
    """The number in a reference; -1 where it is none."""
    try:
        return int(text[1:].replace("-", ""), 36)
    except ValueError:
        return -1
