"""KuCoin's account history: every change of a balance, its sign told by the side.

    UID,Account Type,Currency,Side,Amount,Fee,Time(UTC+08:00),Remark[,Type]

The amount is what the balance changed by: what went contains its fee, what came is without it. A trade is told in a row
for each coin, fills of one order in several, all at one second (with fiat within two). What in such a second cannot be
told apart is rejected, as is a type that is not known. Moves between KuCoin's own accounts are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, exact_math

from .events import Event, Meanings, Records, leg, less, more, notes
from .kucoin_moves import no_records
from .kucoin_times import KUCOIN_CLOCK, TIME_COLUMNS, kucoin_time
from .pairing import pair
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "kucoin-account"
_VENUE = "kucoin"
_LAYOUT = Layout(
    (("uid", "account type", "currency", "side", "amount", "fee", "remark"),), one_of("type", "time", TIME_COLUMNS)
)
_INTERNAL = frozenset(("transfer", "internal transfer", "staking", "redemption", "subscription"))
_TRADES = {
    "spot": timedelta(0),
    "exchange": timedelta(0),
    "convert market": timedelta(0),
    "convert dust to kcs": timedelta(0),
    "fiat transactions": timedelta(seconds=1),
}
_CAME: Meanings = {
    "deposit": (Kind.DEPOSIT, ""),
    "fiat deposit": (Kind.DEPOSIT, ""),
    "withdraw returned": (Kind.DEPOSIT, "withdrawal returned"),
    "distribution": (Kind.AIRDROP, ""),
    "airdrop": (Kind.AIRDROP, ""),
    "kcs bonus": (Kind.REWARD, "KCS bonus"),
    "rewards": (Kind.REWARD, ""),
    "referral bonus": (Kind.REWARD, "referral"),
    "staking profits": (Kind.STAKING, ""),
    "soft staking profits": (Kind.STAKING, ""),
}
_WENT: Meanings = {
    "withdraw": (Kind.WITHDRAWAL, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "fiat withdraw": (Kind.WITHDRAWAL, ""),
    "fiat withdrawal": (Kind.WITHDRAWAL, ""),
}


@dataclass(frozen=True, slots=True)
class _Half:
    """One side of a trade: what came (above zero) or went, before the fee."""

    row: TableRow
    time: datetime
    change: Quantity
    fee: Quantity | None


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """Single movements in the order of the file, then the trades in that of time."""
    clock, account = wall_clock(source.timezone, KUCOIN_CLOCK), source.account or _VENUE
    records = Records(_NAME)
    halves: dict[str, list[_Half]] = {}
    for row in map(no_records, _LAYOUT.rows(source.path)):
        if not isinstance(row, TableRow):
            yield row
            continue
        word = _word(row)
        try:
            if word in _INTERNAL:
                yield row.skipped("it stays with KuCoin")
            elif word in _TRADES:
                halves.setdefault(word, []).append(_half(row, clock))
            else:
                yield records.record(_event(row, word, account, clock), row.get("remark"))
        except ValueError as error:
            yield row.rejected(error)
    for word, found in halves.items():
        for group in _within(sorted(found, key=lambda half: half.time), _TRADES[word]):
            yield from _trades(group, word, records, account)


def _word(row: TableRow) -> str:
    """What a row is about: its type, in older files the remark."""
    return " ".join((row.get("type") or row.get("remark")).casefold().split())


def _goes(row: TableRow) -> bool:
    side = row.get("side").casefold()
    if side not in {"deposit", "withdrawal"}:
        raise ValueError(f"the side “{row.get('side')}” is neither Deposit nor Withdrawal")
    return side == "withdrawal"


def _event(row: TableRow, word: str, account: str, clock: WallClock) -> Event:
    goes = _goes(row)
    words = _WENT if goes else _CAME
    if word not in words:
        said = row.get("type") or row.get("remark")
        raise ValueError(f"a {row.get('side')} of the type “{said}” is not known")
    kind, said = words[word]
    moved, fee = _moved(row, goes=goes)
    remark = row.get("remark") if row.get("type") and row.get("remark").casefold() != word else ""
    received, sent = (None, moved) if goes else (moved, None)
    return Event(kucoin_time(row, clock), account, kind, received, sent, fee, note=notes(said, remark))


def _moved(row: TableRow, *, goes: bool) -> tuple[Quantity, Quantity | None]:
    """What moved without its fee, and the fee."""
    amount = leg(row.get("amount"), row.get("currency"), "amount")
    fee = leg(row.get("fee"), row.get("currency"), "fee")
    if amount is None:
        raise ValueError("the amount is missing")
    return (less(amount, fee) if goes else more(amount, fee)), fee


def _half(row: TableRow, clock: WallClock) -> _Half:
    goes = _goes(row)
    moved, fee = _moved(row, goes=goes)
    return _Half(row, kucoin_time(row, clock), Quantity(-moved.amount if goes else moved.amount, moved.asset), fee)


def _within(halves: Iterable[_Half], apart: timedelta) -> Iterator[list[_Half]]:
    """Those that follow one another so closely, together."""
    group: list[_Half] = []
    for half in halves:
        if group and half.time - group[-1].time > apart:
            yield group
            group = []
        group.append(half)
    if group:
        yield group


@exact_math()
def _made(halves: Sequence[_Half], word: str, account: str) -> list[Event]:
    """The trades of one instant. Raises ValueError where they cannot be told apart."""
    paired = pair([half.change for half in halves], [half.fee for half in halves if half.fee])
    if paired.leftover or paired.fees:
        raise ValueError(f"which of the rows of {word} at one time belong together cannot be told")
    time, note = halves[0].time, "" if word == "spot" else word
    events = []
    for swap in paired.swaps:
        fee, further = swap.split_fees()
        events.append(Event(time, account, Kind.TRADE, swap.received, swap.sent, fee, note=note))
        events += [Event(time, account, Kind.FEE, fee=each, note=note) for each in further]
    return events


def _trades(halves: Sequence[_Half], word: str, records: Records, account: str) -> Iterator[ImportedRow]:
    try:
        made = [records.record(event) for event in _made(halves, word, account)]
    except ValueError as error:
        yield from (half.row.rejected(error) for half in halves)
    else:
        yield from made


KUCOIN_ACCOUNT = Importer(_NAME, "KuCoin account history", _LAYOUT.match, read, venue=_VENUE)
