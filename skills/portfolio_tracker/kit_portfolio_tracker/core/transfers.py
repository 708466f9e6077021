"""Which withdrawals and deposits are one transfer between own accounts. FORMULAS §6.

One withdrawal and one deposit that name the same transaction are one transfer, whatever it took. Of the others that may
belong together (`transfer_pairs`), a pair is made only where neither end has another candidate about as good.
Withdrawals of one account that are equal are as good as each other, and go in order of time. What cannot be told apart
is left to people, and so is what looks like nothing. Where equal amounts are many, and go from one account to one
other, none is missed, however many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from kit import Record, exact_math

from .events import RecordKey
from .transfer_pairs import (
    CLOCKS_DIFFER,
    EXAMINED,
    SAME_TRANSACTION,
    Direction,
    End,
    Match,
    ends_of,
    judged,
    match_of,
    possible_pairs,
    reasons_for,
)

_MARGIN = Decimal("0.03")
"""So much better than its rivals a pair has to be."""
_ABOUT = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of two records: that they belong together, or that they do not."""

    out: RecordKey
    into: RecordKey
    matched: bool


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
    possible = [match for match in possible_pairs(free, is_money=is_money) if (match.out, match.into) not in parted]
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
            yield match_of(out, into, Decimal(1), ("you said so",), by_user=True)


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
            yield match_of(out[0], into[0], Decimal(1), reasons_for(out[0], into[0], SAME_TRANSACTION))


def _of_many_equal(ends: Sequence[End], parted: Collection[tuple[RecordKey, RecordKey]]) -> Iterator[Match]:
    """Equal amounts, many of them, from one account to one other: in order of time."""
    found: dict[tuple[str, Decimal], list[End]] = defaultdict(list)
    for end in ends:
        found[end.asset, end.quantity].append(end)
    for same in found.values():
        if len(same) <= EXAMINED:
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
        match = judged(left, arrived)
        if match is not None and (match.out, match.into) not in parted:
            yield match
            arrived = next(coming, None)


def _by_time(end: End) -> tuple[datetime, RecordKey]:
    return end.time, end.key


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
