"""How accounts are called on screen."""

from __future__ import annotations

from collections.abc import Mapping

_KNOWN = {
    "binance": "Binance",
    "bitget": "Bitget",
    "bybit": "Bybit",
    "coinbase": "Coinbase",
    "kraken": "Kraken",
    "kucoin": "KuCoin",
    "metatrader": "MetaTrader",
    "okx": "OKX",
}


def account_label(account: str, labels: Mapping[str, str]) -> str:
    """The configured label, else the venue's own spelling, else the name; one in small letters is capitalised."""
    if account in labels:
        return labels[account]
    if account.casefold() in _KNOWN:
        return _KNOWN[account.casefold()]
    return account.title() if account.islower() else account
