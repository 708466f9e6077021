"""Rows of other tools' ledgers as records: what came in, what went out, a fee, and what kind of event it was.

The checks are the same for all of them: an event has the legs that its kind asks for and no other, amounts are above
zero, and a row without an id of its own gets one from what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from kit import SHAPES, ImportedRow, Kind, Money, Quantity, Record, SkippedRow, exact_math, plain

from .fields import asset_name, number, ungrouped
from .identity import Occurrences
from .tables import TableRow
from .trades import trade_kind

Meanings = Mapping[str, tuple[Kind, str]]
"""What a tool's word means: the kind, and what the kind alone does not say, for the note."""


@dataclass(frozen=True, slots=True)
class Event:
    """A row as it was understood. `kind` TRADE is what a purchase, a sale and a trade are before it is looked at."""

    time: datetime
    account: str
    kind: Kind
    received: Quantity | None = None
    sent: Quantity | None = None
    fee: Quantity | None = None
    value: Money | None = None
    to_account: str | None = None
    id: str = ""
    note: str = ""


class Records:
    """Makes records of the events of one file; identical events without an id are counted."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._occurrences = Occurrences(in_time_order=False)

    def record(self, event: Event, *told: str) -> Record:
        """The event's record; `told` is what else distinguishes it (a hash, a reference). Raises ValueError."""
        received, sent, fee = event.received, event.sent, event.fee
        if event.kind is Kind.FEE:
            fee, sent = _one_fee(sent, fee), None
        kind = _checked(event.kind, received, sent, fee)
        own_id = event.id or self._occurrences.id(
            *(event.time, event.account, kind, event.to_account or "", *told),
            *(part for leg in (received, sent, fee) for part in ((leg.asset, leg.amount) if leg else ("", ""))),
        )
        return Record(
            own_id,
            event.time,
            event.account,
            kind,
            received,
            sent,
            fee,
            event.value,
            event.to_account,
            event.note,
            self._source,
        )


def record_rows(
    rows: Iterable[TableRow | ImportedRow],
    name: str,
    understand: Callable[[TableRow], Event | SkippedRow],
    *told: str,
) -> Iterator[ImportedRow]:
    """One record a row; a row that `understand` refuses with a ValueError is rejected, the others are read.

    `told` names the columns of which the first that is there distinguishes rows, besides what they move.
    """
    records = Records(name)
    for row in rows:
        if not isinstance(row, TableRow):
            yield row
            continue
        try:
            event = understand(row)
            outcome = event if isinstance(event, SkippedRow) else records.record(event, row.get(*told))
        except ValueError as error:
            yield row.rejected(error)
        else:
            yield outcome


def leg(amount: str, asset: str, what: str) -> Quantity | None:
    """What a pair of cells says moved; None where nothing did. Raises ValueError."""
    if amount in {"", "-"}:
        return None
    moved = number(ungrouped(amount) if "." in amount else amount, f"{what} quantity")
    if moved < 0:
        raise ValueError(f"the {what} quantity {amount} is negative")
    if not moved:
        return None
    try:
        return Quantity(moved, asset_name(asset))
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None


def named(text: str, what: str) -> Quantity | None:
    """The quantity in “2214.01 EUR”; None where there is none. Raises ValueError."""
    if text in {"", "-", "--"}:
        return None
    amount, _, asset = text.partition(" ")
    return leg(amount, asset.strip(), what)


def worth(amount: str, currency: str) -> Money | None:
    """A value in money, None where it is missing, zero or in no known currency. Raises ValueError."""
    if amount in {"", "-"} or not currency:
        return None
    value = number(ungrouped(amount) if "." in amount else amount, "value")
    return Money(abs(value), asset_name(currency)) if value else None


def meaning(words: Meanings, text: str, what: str) -> tuple[Kind, str]:
    """The kind and note of a tool's word. Raises ValueError for one that is not known."""
    word = " ".join(text.replace("_", " ").split()).casefold()
    if word not in words:
        raise ValueError(f"the {what} “{text}” is not known" if text else f"the {what} is missing")
    return words[word]


def notes(*parts: str) -> str:
    """What is said of an event, in one text."""
    return ", ".join(filter(None, parts))


def comes_in(kind: Kind) -> bool:
    """Whether an event of this kind is something received."""
    return SHAPES[kind].received is True and SHAPES[kind].sent is False


def _checked(kind: Kind, received: Quantity | None, sent: Quantity | None, fee: Quantity | None) -> Kind:
    """The kind, where the legs are those that it asks for. Raises ValueError."""
    for name, wanted, found in zip(("received", "sent"), SHAPES[kind], (received, sent), strict=True):
        if wanted is True and not found:
            raise ValueError(f"a {kind} in which nothing was {name}")
        if wanted is False and found:
            raise ValueError(f"a {kind} in which {found.asset} was {name}")
    if kind is Kind.FEE and not fee:
        raise ValueError("a fee of nothing")
    return trade_kind(sent, received) if kind is Kind.TRADE and sent and received else kind


@exact_math()
def _one_fee(sent: Quantity | None, fee: Quantity | None) -> Quantity | None:
    """A fee that a row tells as what was sent, with the fee of paying it."""
    if not sent or not fee:
        return sent or fee
    if sent.asset != fee.asset:
        raise ValueError(f"a fee of {sent.asset} with a fee of {fee.asset}")
    return Quantity(sent.amount + fee.amount, sent.asset)


@exact_math()
def for_money(event: Event, thing: Quantity, money: Quantity, fee: Quantity | None, *, purchase: bool) -> Event:
    """A purchase or sale in a tool that keeps no account of money: its value says what it cost or brought, fee and all.

    A fee in the thing itself stays beside it. Raises ValueError where a fee in money is all that a sale brought.
    """
    paid = fee if fee and fee.asset == money.asset else None
    told = f"fee contained in the value: {plain(paid.amount)} {paid.asset}" if paid else ""
    net = more(money, paid) if purchase else less(money, paid)
    return replace(
        event,
        kind=Kind.BUY if purchase else Kind.SELL,
        received=thing if purchase else None,
        sent=None if purchase else thing,
        fee=None if paid else fee,
        value=Money(net.amount, net.asset),
        note=notes(event.note, told),
    )


@exact_math()
def less(whole: Quantity, part: Quantity | None) -> Quantity:
    """`whole` without the fee contained in it. Raises ValueError where nothing is left."""
    if not part or part.asset != whole.asset:
        return whole
    left: Decimal = whole.amount - part.amount
    if left <= 0:
        raise ValueError(f"the fee is all of the {whole.asset} that moved")
    return Quantity(left, whole.asset)


@exact_math()
def more(part: Quantity, fee: Quantity | None) -> Quantity:
    """`part` with the fee that was taken off it."""
    return Quantity(part.amount + fee.amount, part.asset) if fee and fee.asset == part.asset else part
