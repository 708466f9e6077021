"""Which withdrawals and deposits are two ends of one transfer between own accounts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from kit import Record

from .events import RecordKey


@dataclass(frozen=True, slots=True)
class Decision:
    out: RecordKey
    into: RecordKey
    matched: bool


@dataclass(frozen=True, slots=True)
class Match:
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
    matches: tuple[Match, ...] = ()
    by_record: Mapping[RecordKey, Match] = field(default_factory=dict)


def match_transfers(
    records: Iterable[Record], decisions: Collection[Decision] = (), *, is_money: Callable[[str], bool]
) -> Matching:
    return Matching()
