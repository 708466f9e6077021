"""Which withdrawals and deposits are two ends of one transfer between own accounts. FORMULAS §6.

One withdrawal and one deposit that name the same transaction are one transfer, whatever it took. Others may belong
together where the asset is the same, what came in is what went out or up to 5 % less (the network's fee), and it came
between a quarter of an hour before, since clocks differ, and seven days after; never where they name two transactions.
In the account it left, the whole amount coming back is a withdrawal that failed.

A pair is made only where neither end has another candidate about as good. Withdrawals of one account that are equal
are as good as each other, and go in order of time. What cannot be told apart is left to people, and so is what looks
like nothing. Of each withdrawal and day so many deposits of the same amount are looked at, the earliest, and so many
of less, the closest (`_EXAMINED`); where equal amounts are many, and go from one account to one other, none is missed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import chain, pairwise
from typing import Literal

from kit import Kind, Record, exact_math, plain, span

from .events import RecordKey

Direction = Literal["out", "in"]
_KINDS = frozenset({Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER})
CLOCKS_DIFFER, _LATER = timedelta(minutes=15), timedelta(days=7)
_LARGEST_FEE = Decimal("0.05")
_MARGIN = Decimal("0.03")
_ABOUT = Decimal("0.1")
_SUREST = Decimal("0.95")
"""Of what no transaction says. Further below certainty than `_MARGIN`, so that a transaction decides."""
_EXAMINED = 40
_SAME_TRANSACTION = "the same transaction"
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
class Decision:
    """What a person said of two records: that they belong together, or that they do not."""

    out: RecordKey
    into: RecordKey
    matched: bool


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


@dataclass(frozen=True, slots=True)
class Matching:
    """`by_record` has each match under both of its records; `candidates` are pairs that could not be told apart."""

    matches: tuple[Match, ...] = ()
    by_record: Mapping[RecordKey, Match] = field(default_factory=dict)
    unmatched: Mapping[RecordKey, End] = field(default_factory=dict)
    candidates: tuple[Match, ...] = ()


@exact_math()
def match_transfers(
    records: Iterable[Record], decisions: Collection[Decision] = (), *, is_money: Callable[[str], bool]
) -> Matching:
    """The transfers among these records; those of other kinds, and those that name their other end, are passed over.

    State money (`is_money`) is matched only where the amount is the same: banks take their fees elsewhere.
    """
    ends = [end for record in records for end in ends_of(record)]
    parted = {(each.out, each.into) for each in decisions if not each.matched}
    made = list(_decided(ends, decisions))
    for sure in (_of_one_transaction, _of_many_equal):
        taken = {key for match in made for key in (match.out, match.into)}
        made += sure([end for end in ends if end.key not in taken], parted)
    taken = {key for match in made for key in (match.out, match.into)}
    free = [end for end in ends if end.key not in taken]
    possible = [match for match in _possible(free, is_money=is_money) if (match.out, match.into) not in parted]
    of = {(end.key, end.direction): end for end in free}
    found = _told_apart(possible, of)
    made += found
    taken |= {key for match in found for key in (match.out, match.into)}
    made.sort(key=lambda match: (match.left_at, match.out))
    return Matching(
        matches=tuple(made),
        by_record={key: match for match in made for key in (match.out, match.into)},
        unmatched={end.key: end for end in ends if end.key not in taken},
        candidates=tuple(match for match in possible if match.out not in taken and match.into not in taken),
    )


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


def _decided(ends: Sequence[End], decisions: Collection[Decision]) -> Iterator[Match]:
    """What people matched, as far as the records are there and agree on the asset."""
    of = {(end.key, end.direction): end for end in ends}
    taken: set[RecordKey] = set()
    for decision in decisions:
        out, into = of.get((decision.out, "out")), of.get((decision.into, "in"))
        if not decision.matched or out is None or into is None or out.asset != into.asset:
            continue
        if not taken & {out.key, into.key}:
            taken |= {out.key, into.key}
            yield _match(out, into, Decimal(1), ("you said so",), by_user=True)


def _of_one_transaction(ends: Sequence[End], parted: Collection[tuple[RecordKey, RecordKey]]) -> Iterator[Match]:
    """The only withdrawal and the only deposit of a transaction: of an asset, no more than what left."""
    found: dict[tuple[str, str], list[End]] = defaultdict(list)
    for end in ends:
        if end.transaction:
            found[end.asset, end.transaction].append(end)
    for same in found.values():
        out = [end for end in same if end.direction == "out"]
        into = [end for end in same if end.direction == "in"]
        alone = len(out) == len(into) == 1 and into[0].quantity <= out[0].quantity
        if alone and (out[0].key, into[0].key) not in parted:
            yield _match(out[0], into[0], Decimal(1), _reasons(out[0], into[0], _SAME_TRANSACTION))


def _of_many_equal(ends: Sequence[End], parted: Collection[tuple[RecordKey, RecordKey]]) -> Iterator[Match]:
    """Equal amounts, many of them, from one account to one other: in order of time."""
    found: dict[tuple[str, Decimal], list[End]] = defaultdict(list)
    for end in ends:
        found[end.asset, end.quantity].append(end)
    for same in found.values():
        if len(same) <= _EXAMINED:
            continue
        out = sorted((end for end in same if end.direction == "out"), key=_by_time)
        into = sorted((end for end in same if end.direction == "in"), key=_by_time)
        if len({end.key.account for end in out}) == len({end.key.account for end in into}) == 1:
            yield from _in_order_of_time(out, into, parted)


def _in_order_of_time(
    out: Sequence[End], into: Sequence[End], parted: Collection[tuple[RecordKey, RecordKey]]
) -> Iterator[Match]:
    coming = iter(into)
    arrived = next(coming, None)
    for left in out:
        while arrived is not None and arrived.time < left.time - CLOCKS_DIFFER:
            arrived = next(coming, None)
        if arrived is None:
            return
        match = _judged(left, arrived)
        if match is not None and (match.out, match.into) not in parted:
            yield match
            arrived = next(coming, None)


def _by_time(end: End) -> tuple[datetime, RecordKey]:
    return end.time, end.key


def _possible(ends: Sequence[End], *, is_money: Callable[[str], bool]) -> list[Match]:
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
        least = out.quantity if is_money(out.asset) else out.quantity * (1 - _LARGEST_FEE)
        near = chain.from_iterable(
            _between(arrivals[out.asset, day], amounts[out.asset, day], least, out)
            for day in _days(out.time)
            if (out.asset, day) in arrivals
        )
        pairs += [pair for into in _closest(near) if (pair := _judged(out, into)) is not None]
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
    return [*found[earliest : min(last, earliest + _EXAMINED)], *found[max(first, equal - _EXAMINED) : equal]]


def _closest(found: Iterable[End]) -> Sequence[End]:
    return sorted(found, key=lambda end: (-end.quantity, end.time, end.key))[: 2 * _EXAMINED]


def _judged(out: End, into: End) -> Match | None:
    """How well the two fit; None where they cannot belong together."""
    took = into.time - out.time
    if not -CLOCKS_DIFFER <= took <= _LATER:
        return None
    same_account = out.key.account == into.key.account
    if same_account and (into.quantity != out.quantity or took < timedelta(0)):
        return None
    if out.transaction and into.transaction:
        if out.transaction != into.transaction:
            return None
        return _match(out, into, Decimal(1), _reasons(out, into, _SAME_TRANSACTION))
    fee = (out.quantity - into.quantity) / out.quantity
    amount = 1 - fee / _LARGEST_FEE * _HALF
    score = ((amount + _promptness(took)) / 2 * _SUREST).quantize(Decimal("0.001"))
    return _match(out, into, score, _reasons(out, into))


def _promptness(took: timedelta) -> Decimal:
    """1 within ten minutes, then falling without a step: a second more or less makes nobody's choice."""
    if took <= _SOON[0][0]:
        return _SOON[0][1]
    (start, best), (end, least) = next(pair for pair in pairwise(_SOON) if took <= pair[1][0])
    return best - (best - least) * ((took - start) // _SECOND) / ((end - start) // _SECOND)


def _reasons(out: End, into: End, *first: str) -> tuple[str, ...]:
    return (*first, _amount_words(out, into), _time_words(into.time - out.time))


def _told_apart(possible: Sequence[Match], ends: Mapping[tuple[RecordKey, Direction], End]) -> list[Match]:
    """The pairs that have no rival, those included that have none once others are made.

    Pairs that are as good as each other, and about as likely, are made in order of time.
    """
    made: list[Match] = []
    taken: set[RecordKey] = set()
    open_pairs = list(possible)
    in_turn = sorted(possible, key=lambda match: (-match.score.quantize(_ABOUT, ROUND_FLOOR), match.left_at))
    while True:
        # The best pair of each end, and the best with another not like it: whoever rivals a pair is one of the two.
        by_out: dict[RecordKey, list[Match]] = defaultdict(list)
        by_in: dict[RecordKey, list[Match]] = defaultdict(list)
        for match in open_pairs:
            best_in, best_out = by_out[match.out], by_in[match.into]
            if not best_in or (len(best_in) == 1 and not ends[best_in[0].into, "in"].like(ends[match.into, "in"])):
                best_in.append(match)
            if not best_out or (len(best_out) == 1 and not ends[best_out[0].out, "out"].like(ends[match.out, "out"])):
                best_out.append(match)
        before = len(made)
        for match in in_turn:
            if match.out in taken or match.into in taken:
                continue
            into, out = ends[match.into, "in"], ends[match.out, "out"]
            other_in = next((each for each in by_out[match.out] if not ends[each.into, "in"].like(into)), None)
            other_out = next((each for each in by_in[match.into] if not ends[each.out, "out"].like(out)), None)
            if all(rival is None or rival.score <= match.score - _MARGIN for rival in (other_in, other_out)):
                made.append(match)
                taken |= {match.out, match.into}
        if len(made) == before:
            return made
        open_pairs, in_turn = (
            [each for each in pairs if each.out not in taken and each.into not in taken]
            for pairs in (open_pairs, in_turn)
        )


def _match(out: End, into: End, score: Decimal, reasons: tuple[str, ...], *, by_user: bool = False) -> Match:
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
