"""Accounts that were never imported, and are seen at the other end of transfers. They touch no lots and no tax."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from kit import exact_math

from .fiat import FIAT
from .transfers import End

_ADDRESS = re.compile(r"\b(0x[0-9a-fA-F]{40}|bc1[a-z0-9]{25,87}|[1-9A-HJ-NP-Za-km-z]{26,48})\b")
_NAMED = re.compile(r"\b(?:to|from)\s+([^\s,;][^,;]{1,40}?)(?=[,;]|\s+fee\b|$)", re.IGNORECASE)


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
    held: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    times: list[datetime] = field(default_factory=list)


@exact_math()
def suspected_accounts(unmatched: Iterable[End], label: Callable[[str], str]) -> tuple[SuspectedAccount, ...]:
    """The other ends of transfers that no account of the owner's is, by name.

    A name is an address or a word of the record's note; without one, it is whatever lies beyond that account. More
    that came from there than ever went there is nothing that it holds. Banks are no such accounts: money is left out.
    """
    seen: dict[str, _Seen] = defaultdict(_Seen)
    for end in unmatched:
        if end.asset in FIAT:
            continue
        found = seen[counterparty(end) or f"beyond {label(end.key.account)}"]
        found.held[end.asset] += end.quantity if end.direction == "out" else -end.quantity
        found.times.append(end.time)
    accounts = []
    for name, each in sorted(seen.items()):
        held = {asset: quantity for asset, quantity in sorted(each.held.items()) if quantity > 0}
        accounts.append(SuspectedAccount(name, held, min(each.times), max(each.times), len(each.times)))
    return tuple(accounts)


def counterparty(end: End) -> str:
    """Who is named in the note of a transfer: an address, else what stands behind “to” or “from”, else nobody."""
    note = end.note.replace(end.transaction, "") if end.transaction else end.note
    if end.transaction and note.casefold().split()[:1] in (["tx"], ["txid"], ["hash"]):
        note = " ".join(note.split()[2:])
    if address := _ADDRESS.search(note):
        return address[1].lower() if address[1].startswith(("0x", "0X")) else address[1]
    named = _NAMED.search(note)
    return named[1].strip() if named else ""
