"""The two ends that a transfer may have: which fit together, and how well. FORMULAS §6.

Two ends fit where the asset is the same, what came in is what went out or up to 5 % less (the network's fee), and it
came between a quarter of an hour before, since clocks differ, and seven days after; never where they name two
transactions. In the account it left, the whole amount coming back is a withdrawal that failed.

Of each withdrawal and day so many deposits of the same amount are looked at, the earliest, and so many of less, the
closest (`EXAMINED`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain, pairwise
from typing import Literal

from kit import Kind, Record, plain, span

from .events import RecordKey

Direction = Literal["out", "in"]
_KINDS = frozenset({Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER})
CLOCKS_DIFFER, _LATER = timedelta(minutes=15), timedelta(days=7)
EXAMINED = 40
SAME_TRANSACTION = "the same transaction"
LARGEST_FEE = Decimal("0.05")
_SUREST = Decimal("0.95")
"""Of what no transaction says. Further below certainty than rivals are apart, so that a transaction decides."""
_HALF = Decimal("0.5")
_SECOND = timedelta(seconds=1)
_SOON = (
    (timedelta(minutes=10), Decimal(1)),
    (timedelta(hours=1), Decimal("0.9")),
    (timedelta(hours=6), Decimal("0.75")),
    (timedelta(days=1), Decimal("0.6")),
    (timedelta(days=3), Decimal("0.45")),
    (_LATER, Decimal("0.3")),
)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a transfer. `transaction` is its hash, where the record names one."""

    key: RecordKey
    direction: Direction
    time: datetime
    asset: str
    quantity: Decimal
    transaction: str
    note: str

    def like(self, other: End) -> bool:
        """Whether it makes no difference which of the two it is."""
        return (self.key.account, self.quantity) == (other.key.account, other.quantity)


@dataclass(frozen=True, slots=True)
class Match:
    """Two records that are one transfer, how sure that is (0 to 1), and why. `returned` is one that failed."""

    out: RecordKey
    into: RecordKey
    asset: str
    sent: Decimal
    received: Decimal
    left_at: datetime
    came_at: datetime
    score: Decimal
    reasons: tuple[str, ...]
    by_user: bool
    returned: bool


def transaction_of(record: Record) -> str:
    """The transaction's hash that the record's note tells ("tx 0x…"), as venues write it, in small letters."""
    words = record.note.split()
    for word, following in pairwise(words):
        if word.casefold() in {"tx", "txid", "hash"}:
            return following.casefold().removeprefix("0x").strip(",;")
    return ""


def ends_of(record: Record) -> Iterator[End]:
    """The ends of transfers that a record is: none where it names its other end, or moves nothing."""
    if record.kind not in _KINDS or record.to_account or (record.sent and record.received):
        return
    for direction, leg in (("out", record.sent), ("in", record.received)):
        if leg is not None and leg.amount > 0:
            key = RecordKey(record.account, record.id)
            way: Direction = "out" if direction == "out" else "in"
            yield End(key, way, record.time, leg.asset, leg.amount, transaction_of(record), record.note)


def possible_pairs(ends: Sequence[End], *, is_money: Callable[[str], bool]) -> list[Match]:
    """Every pair that may belong together, the likeliest first."""
    arrivals: dict[tuple[str, date], list[End]] = defaultdict(list)
    for end in ends:
        if end.direction == "in":
            arrivals[end.asset, end.time.date()].append(end)
    for found in arrivals.values():
        found.sort(key=lambda end: (end.quantity, end.time, end.key))
    amounts = {place: [end.quantity for end in found] for place, found in arrivals.items()}
    pairs = []
    for out in (end for end in ends if end.direction == "out"):
        least = out.quantity if is_money(out.asset) else out.quantity * (1 - LARGEST_FEE)
        near = chain.from_iterable(
            _between(arrivals[out.asset, day], amounts[out.asset, day], least, out)
            for day in _days(out.time)
            if (out.asset, day) in arrivals
        )
        pairs += [pair for into in _closest(near) if (pair := judged(out, into)) is not None]
    pairs.sort(key=lambda match: (-match.score, match.left_at, match.came_at, match.out, match.into))
    return pairs


def _days(time: datetime) -> Iterator[date]:
    day, last = (time - CLOCKS_DIFFER).date(), (time + _LATER).date()
    while day <= last:
        yield day
        day += timedelta(days=1)


def _between(found: Sequence[End], amounts: Sequence[Decimal], least: Decimal, out: End) -> Sequence[End]:
    """Those of at least so much: of the same amount the earliest that may be it, of less the closest amounts."""
    first, equal, last = (
        bisect_left(amounts, least),
        bisect_left(amounts, out.quantity),
        bisect_right(amounts, out.quantity),
    )
    earliest = bisect_left(found, out.time - CLOCKS_DIFFER, equal, last, key=lambda end: end.time)
    return [*found[earliest : min(last, earliest + EXAMINED)], *found[max(first, equal - EXAMINED) : equal]]


def _closest(found: Iterable[End]) -> Sequence[End]:
    return sorted(found, key=lambda end: (-end.quantity, end.time, end.key))[: 2 * EXAMINED]


def judged(out: End, into: End) -> Match | None:
    """The pair, and how well the two fit; None where they cannot belong together."""
    took = into.time - out.time
    if not -CLOCKS_DIFFER <= took <= _LATER:
        return None
    same_account = out.key.account == into.key.account
    if same_account and (into.quantity != out.quantity or took < timedelta(0)):
        return None
    if out.transaction and into.transaction:
        if out.transaction != into.transaction:
            return None
        return match_of(out, into, Decimal(1), reasons_for(out, into, SAME_TRANSACTION))
    fee = (out.quantity - into.quantity) / out.quantity
    amount = 1 - fee / LARGEST_FEE * _HALF
    score = ((amount + _promptness(took)) / 2 * _SUREST).quantize(Decimal("0.001"))
    return match_of(out, into, score, reasons_for(out, into))


def _promptness(took: timedelta) -> Decimal:
    """1 within ten minutes, then falling without a step: a second more or less makes nobody's choice."""
    if took <= _SOON[0][0]:
        return _SOON[0][1]
    (start, best), (end, least) = next(pair for pair in pairwise(_SOON) if took <= pair[1][0])
    return best - (best - least) * ((took - start) // _SECOND) / ((end - start) // _SECOND)


def reasons_for(out: End, into: End, *first: str) -> tuple[str, ...]:
    """Why they may be one transfer, in words: `first`, then what the amounts and the times say."""
    return (*first, _amount_words(out, into), _time_words(into.time - out.time))


def match_of(out: End, into: End, score: Decimal, reasons: tuple[str, ...], *, by_user: bool = False) -> Match:
    """The two as one transfer; back in the account it left, it has failed."""
    return Match(
        out=out.key,
        into=into.key,
        asset=out.asset,
        sent=out.quantity,
        received=into.quantity,
        left_at=out.time,
        came_at=into.time,
        score=score,
        reasons=reasons,
        by_user=by_user,
        returned=out.key.account == into.key.account,
    )


def _amount_words(out: End, into: End) -> str:
    lost = out.quantity - into.quantity
    if not lost:
        return "the same amount"
    return f"{plain(lost)} {out.asset} less, a network fee" if lost > 0 else f"{plain(-lost)} {out.asset} more"


def _time_words(took: timedelta) -> str:
    return f"came {span(took)} later" if took >= timedelta(0) else f"came {span(-took)} earlier: the clocks differ"
