"""How accounts are called on screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from kit import Services, UsageError

from .plugin import SECTION

if TYPE_CHECKING:
    from .settings import PortfolioSettings

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


def distinct_labels(accounts: Iterable[str], labels: Mapping[str, str]) -> dict[str, str]:
    """Each account's label; its name beside it where another account is called the same, whatever the case."""
    called = {account: account_label(account, labels) for account in accounts}
    shared = Counter(label.casefold() for label in called.values())
    return {
        account: f"{label} ({account})" if shared[label.casefold()] > 1 else label for account, label in called.items()
    }


def labels_of(services: Services) -> Callable[[str], str]:
    """The label of each account that the store knows."""
    from .store.listing import known_accounts

    settings: PortfolioSettings = services.settings(SECTION)
    with services.store.read() as connection:
        labels = distinct_labels(known_accounts(connection), settings.account_labels)
    return lambda account: labels.get(account, account)


def account_meant(name: str, accounts: Iterable[str], labels: Mapping[str, str]) -> str:
    """The account that is called so on screen or in the store, whatever the case; a new one where there is none.

    Raises UsageError where several are.
    """
    known = sorted(accounts)
    folded = name.casefold()
    called = [each for each in known if folded in {each.casefold(), account_label(each, labels).casefold()}]
    if name in called or not called:
        return name
    if len(called) > 1:
        raise UsageError(f"“{name}” may be {' or '.join(called)}.", next_step="Write one of these as it stands here.")
    return called[0]
