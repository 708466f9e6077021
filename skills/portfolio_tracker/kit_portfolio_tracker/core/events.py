"""What a ledger record means for lots: coins acquired, coins disposed of, coins moved, money that counts.

`entries` makes these from records; an `AssetLedger` takes them in order. Amounts of money are in the base currency
and None where no price is known; quantities are positive. FORMULAS §6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import NamedTuple

from kit import Kind

INCOME = frozenset({Kind.STAKING, Kind.INTEREST, Kind.MINING, Kind.AIRDROP, Kind.FORK, Kind.REWARD})
"""Kinds of what is earned."""


class RecordKey(NamedTuple):
    """Which record: its account and its id within it."""

    account: str
    id: str


class Flag(StrEnum):
    """What the reader of a figure must know about its lots."""

    MISSING_HISTORY = "missing purchase history"
    MISSING_PRICE = "missing price"
    MISSING_FEE = "fee without a price"
    ZERO_COST = "zero cost"
    UNMATCHED = "unmatched transfer"


UNKNOWN_COST = frozenset({Flag.MISSING_HISTORY, Flag.MISSING_PRICE})
"""The cost of what has one of these flags is not known."""


class Figure(StrEnum):
    """A sum of money over a ledger that is no gain of a lot. FORMULAS §2."""

    FIAT_INVESTED = "fiat invested"
    FIAT_PROCEEDS = "fiat proceeds"
    FEES = "fees paid"
    NETWORK_FEES = "network fees paid"
    MARGIN = "margin profit and loss"


class Turn(IntEnum):
    """The order of what happens in one instant: acquisitions before disposals, moves between them."""

    IN = 0
    MOVE = 1
    OUT = 2
    NOTE = 3


@dataclass(slots=True)
class Acquire:
    """`quantity` came in at a cost of `cost`, fees in. `flag` says what is wrong with that cost."""

    time: datetime
    asset: str
    account: str
    key: RecordKey
    kind: Kind
    quantity: Decimal
    cost: Decimal | None
    flag: Flag | None = None


@dataclass(slots=True)
class Dispose:
    """`quantity` went out for `proceeds`, less `fee`. `kind` FEE is a fee paid in coins.

    A withdrawal that no own account matches leaves at cost: `flag` is UNMATCHED and there are no proceeds.
    """

    time: datetime
    asset: str
    account: str
    key: RecordKey
    kind: Kind
    quantity: Decimal
    proceeds: Decimal | None
    fee: Decimal = Decimal(0)
    flag: Flag | None = None


@dataclass(slots=True)
class Move:
    """`quantity` left `account` at `time` and reached `to_account` at `arrival`, which is never before.

    `key` is the record that left, `arrived` the one that came in; the same where one record says both.
    """

    time: datetime
    asset: str
    account: str
    key: RecordKey
    to_account: str
    arrival: datetime
    quantity: Decimal
    arrived: RecordKey


@dataclass(slots=True)
class Count:
    """`amount` counts towards `figure`; None where its price is missing."""

    time: datetime
    asset: str
    account: str
    key: RecordKey
    figure: Figure
    amount: Decimal | None


Event = Acquire | Dispose | Move | Count
_TURNS = {Acquire: Turn.IN, Move: Turn.MOVE, Dispose: Turn.OUT, Count: Turn.NOTE}


def order_of(event: Event) -> tuple[datetime, int, str, int, str]:
    """The documented order: the instant, acquisitions before disposals, account, then the record's id.

    Ids that are numbers sort as numbers, which is the order in which venues give them.
    """
    return event.time, _TURNS[type(event)], event.key.account, len(event.key.id), event.key.id
