"""DaLI's manual files for RP2: what came in, what went out, and what moved between own accounts.

    Unique ID,Timestamp,Asset,Exchange,Holder,Transaction Type,Spot Price,Crypto In,Crypto Fee,USD In No Fee,
    USD In With Fee,USD Fee,Notes
    …,Spot Price,Crypto Out No Fee,Crypto Fee,Crypto Out With Fee,Fiat Out No Fee,Fiat Fee,Notes
    Unique ID,Timestamp,Asset,From Exchange,From Holder,To Exchange,To Holder,Spot Price,Crypto Sent,
    Crypto Received,Notes

Exchanges are accounts; holders are not told apart. Of money DaLI keeps no account: a purchase or a sale is the coins
and their value, with the fee in it where that was paid in money. Amounts in money that the file leaves out follow from
the spot price, as for DaLI. Their currency is that of the columns (“USD In No Fee”), and US dollars, DaLI's default,
where they say “Fiat”. What was moved and did not arrive is the fee. Of a move one side may be empty: the two halves
with the same Unique ID are one transfer, a half whose whole stands elsewhere is skipped, one alone is a withdrawal or a
deposit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from kit import ImportedRow, Importer, ImportSource, Kind, Money, Quantity, exact_math

from .events import Event, Meanings, Records, for_money, leg, less, meaning, notes, record_rows
from .fields import asset_name, number, some
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "dali"
_BOTH = "dali-intra"
_COMMON = ("timestamp", "asset", "exchange", "holder", "transaction type", "spot price", "crypto fee")
_MONEY = ("[a-z]{3,4} (?:in|out) (?:no|with) fee", "[a-z]{3,4} fee")
_LAYOUT = Layout(
    ((*_COMMON, "crypto in"), (*_COMMON, "crypto out no fee", "crypto out with fee")),
    one_of("unique id", "notes", *_MONEY),
)
_INTRA = Layout(
    (("timestamp", "asset", "from exchange", "to exchange", "spot price", "crypto sent", "crypto received"),),
    one_of("unique id", "from holder", "to holder", "notes"),
)
_NO_FEE = re.compile(r"([a-z]{3,4}) (?:in|out) no fee")
_WITH_FEE = re.compile(r"(?!crypto)([a-z]{3,4}) in with fee")
_FEE = re.compile(r"([a-z]{3,4}) fee")
_TYPES_IN: Meanings = {
    "buy": (Kind.TRADE, ""),
    "airdrop": (Kind.AIRDROP, ""),
    "donate": (Kind.GIFT_RECEIVED, "donation"),
    "gift": (Kind.GIFT_RECEIVED, ""),
    "hardfork": (Kind.FORK, ""),
    "income": (Kind.REWARD, "income"),
    "interest": (Kind.INTEREST, ""),
    "mining": (Kind.MINING, ""),
    "staking": (Kind.STAKING, ""),
    "wages": (Kind.REWARD, "wages"),
}
_TYPES_OUT: Meanings = {
    "sell": (Kind.TRADE, ""),
    "donate": (Kind.DONATION, ""),
    "gift": (Kind.GIFT_SENT, ""),
    "fee": (Kind.FEE, ""),
    "lost": (Kind.LOST, ""),
    "staking": (Kind.LOST, "staked coins taken away"),
}


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row of what came in or went out."""
    clock = wall_clock(source.timezone)
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, source, clock), "unique id")


@exact_math()
def _event(row: TableRow, source: ImportSource, clock: WallClock) -> Event:
    comes_in = "crypto in" in row.cells
    kind, said = meaning(_TYPES_IN if comes_in else _TYPES_OUT, row.get("transaction type"), "transaction type")
    asset = row.get("asset")
    fee = leg(row.get("crypto fee"), asset, "fee")
    moved = leg(row.get("crypto in", "crypto out no fee"), asset, "crypto")
    if not moved and not comes_in:
        whole = leg(row.get("crypto out with fee"), asset, "crypto")
        moved = less(whole, fee) if whole and kind is not Kind.FEE else None
    money, paid = _money(row, moved)
    fee = fee or paid
    event = Event(
        moment(row.get("timestamp"), clock),
        row.get("exchange") or source.account or _NAME,
        kind,
        moved if comes_in else None,
        None if comes_in else moved,
        fee,
        note=notes(said, row.get("notes")),
    )
    if kind is not Kind.TRADE:
        return replace(event, value=Money(money.amount, money.asset) if money and kind is not Kind.FEE else None)
    if not moved or not money:
        raise ValueError("a purchase or sale needs what was traded and its price")
    return for_money(event, moved, money, fee, purchase=comes_in)


def _money(row: TableRow, moved: Quantity | None) -> tuple[Quantity | None, Quantity | None]:
    """What it was worth in money without the fee, and a fee in money."""
    currency, without = row.named(_NO_FEE)
    currency = "USD" if currency in {"", "FIAT"} else asset_name(currency)
    fee, whole = (_figure(row.named(pattern)[1]) for pattern in (_FEE, _WITH_FEE))
    amount = _figure(without)
    if not amount and whole:
        amount = whole - fee
    if not amount and moved:
        amount = moved.amount * _figure(row.get("spot price"))
    return some(amount, currency), some(fee, currency)


def _figure(text: str) -> Decimal:
    value = number(text or "0", "amount")
    if value < 0:
        raise ValueError(f"the amount {text} is negative")
    return value


def read_intra(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a move; halves that found no other at the end."""
    clock, records = wall_clock(source.timezone), Records(_BOTH)
    whole = {row.get("unique id") for row in _INTRA.rows(source.path) if isinstance(row, TableRow) and _is_whole(row)}
    halves: dict[str, tuple[TableRow, Event]] = {}
    for row in _INTRA.rows(source.path):
        if not isinstance(row, TableRow):
            yield row
            continue
        own_id = row.get("unique id")
        try:
            if _is_whole(row):
                yield records.record(_move(row, source, clock), own_id)
            elif own_id and own_id in whole:
                yield row.skipped("half of a move that stands in this file as a whole")
            elif own_id in halves:
                yield records.record(_joined(halves.pop(own_id)[1], _half(row, source, clock)), own_id)
            elif own_id:
                halves[own_id] = (row, _half(row, source, clock))
            else:
                yield records.record(_half(row, source, clock))
        except ValueError as error:
            yield row.rejected(error)
    for own_id, (_, half) in halves.items():
        yield records.record(half, own_id)


def _is_whole(row: TableRow) -> bool:
    return all(row.get(name) for name in ("from exchange", "to exchange", "crypto sent", "crypto received"))


def _half(row: TableRow, source: ImportSource, clock: WallClock) -> Event:
    """A withdrawal or a deposit. Raises ValueError for a row that is neither."""
    sent = leg(row.get("crypto sent"), row.get("asset"), "sent")
    received = leg(row.get("crypto received"), row.get("asset"), "received")
    if (sent is None) == (received is None):
        raise ValueError("a move needs what was sent or what was received, and where")
    place = row.get("from exchange") if sent else row.get("to exchange")
    kind = Kind.WITHDRAWAL if sent else Kind.DEPOSIT
    account = place or source.account or _NAME
    return Event(moment(row.get("timestamp"), clock), account, kind, received, sent, note=row.get("notes"))


def _move(row: TableRow, source: ImportSource, clock: WallClock) -> Event:
    sent = leg(row.get("crypto sent"), row.get("asset"), "sent")
    received = leg(row.get("crypto received"), row.get("asset"), "received")
    out = Event(moment(row.get("timestamp"), clock), row.get("from exchange"), Kind.WITHDRAWAL, sent=sent)
    came = replace(out, account=row.get("to exchange"), kind=Kind.DEPOSIT, sent=None, received=received)
    return replace(_joined(out, came), note=row.get("notes"))


@exact_math()
def _joined(one: Event, other: Event) -> Event:
    """Two halves as a transfer. Raises ValueError where they do not fit."""
    out, came = (one, other) if one.sent else (other, one)
    if not out.sent or not came.received or out.sent.asset != came.received.asset:
        raise ValueError("the two halves of this move do not fit")
    lost = out.sent.amount - came.received.amount
    if lost < 0:
        raise ValueError(f"{came.received.amount} {came.received.asset} arrived of {out.sent.amount} sent")
    if out.account == came.account:
        raise ValueError(f"a move from {out.account} to itself")
    return replace(
        out,
        kind=Kind.TRANSFER,
        sent=came.received,
        fee=some(lost, out.sent.asset),
        to_account=came.account,
        note=notes(out.note, came.note),
    )


DALI = Importer(_NAME, "DaLI in and out", _LAYOUT.match, read)
DALI_INTRA = Importer(_BOTH, "DaLI moves between accounts", _INTRA.match, read_intra)
