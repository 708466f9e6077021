"""Accounts that were never imported, and are seen at the other end of transfers. They touch no lots and no tax."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from kit import exact_math

from .fiat import FIAT
from .transfer_pairs import End
from .wallets import wallet_named

_ADDRESS = re.compile(r"\b(0x[0-9a-fA-F]{40}|bc1[a-z0-9]{25,87}|[1-9A-HJ-NP-Za-km-z]{26,48})\b")
_NAMED = re.compile(r"\b(?:to|from)\s+([^\s,;:][^,;]{0,40}?)(?=[,;]|\s+fee\b|$)", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:(?:the|my|our|an?|own)\s+)+", re.IGNORECASE)
_NOBODY = frozenset(
    (
        *("it", "that", "this", "them", "there", "here", "me", "us", "you", "myself", "self", "someone", "somebody"),
        *("somewhere", "elsewhere", "other", "others", "another", "unknown", "none", "nobody", "n/a", "external"),
        *("internal", "outside", "account", "exchange", "wallet", "address", "bank", "app", "platform", "network"),
        *("blockchain", "spot", "funding", "earn", "margin", "futures", "deposit", "withdrawal"),
    )
)


@dataclass(frozen=True, slots=True)
class SuspectedAccount:
    """`held` is what went there less what came back, by asset; between `first` and `last` it was seen."""

    name: str
    held: dict[str, Decimal]
    first: datetime
    last: datetime
    transfers: int


@dataclass(slots=True)
class _Seen:
    name: str
    held: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    times: list[datetime] = field(default_factory=list)


@exact_math()
def suspected_accounts(
    unmatched: Iterable[End], label: Callable[[str], str], own: Collection[str] = ()
) -> tuple[SuspectedAccount, ...]:
    """The other ends of transfers that no account of the owner's is, by name.

    A name is an address or a word of the record's note; without one, it is whatever lies beyond that account. More
    that came from there than ever went there is nothing that it holds. Banks are no such accounts: money is left out.
    `own` are the accounts that were imported: one that a note names is none of these, its record is what is missing.
    """
    known = {name.casefold() for account in own for name in (account, label(account))}
    seen: dict[str, _Seen] = {}
    for end in unmatched:
        name = counterparty(end)
        if end.asset in FIAT or name.casefold() in known:
            continue
        name = name or f"beyond {label(end.key.account)}"
        found = seen.setdefault(name if _ADDRESS.fullmatch(name) else name.casefold(), _Seen(name))
        found.held[end.asset] += end.quantity if end.direction == "out" else -end.quantity
        found.times.append(end.time)
    accounts = []
    for each in sorted(seen.values(), key=lambda each: each.name):
        held = {asset: quantity for asset, quantity in sorted(each.held.items()) if quantity > 0}
        accounts.append(SuspectedAccount(each.name, held, min(each.times), max(each.times), len(each.times)))
    return tuple(accounts)


def counterparty(end: End) -> str:
    """Who is named in the note of a transfer: an address, else what stands behind “to” or “from”, else a wallet, else
    nobody. A word that could be anybody (“it”, “the exchange”) names nobody."""
    note = end.note.replace(end.transaction, "") if end.transaction else end.note
    if end.transaction and note.casefold().split()[:1] in (["tx"], ["txid"], ["hash"]):
        note = " ".join(note.split()[2:])
    if address := _ADDRESS.search(note):
        return address[1].lower() if address[1].startswith(("0x", "0X")) else address[1]
    for named in _NAMED.finditer(note):
        name = _ARTICLE.sub("", named[1].strip())
        if not _NOBODY.issuperset(name.casefold().split()):
            return name
    return wallet_named(note)
