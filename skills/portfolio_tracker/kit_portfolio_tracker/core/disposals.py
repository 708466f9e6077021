"""What comes out of lots: disposals with the lots they used, and income. FORMULAS §6."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from kit import Kind

from .events import UNKNOWN_COST, Flag, RecordKey


class Category(StrEnum):
    """Whose gain a disposal is. They never mix."""

    TRADING = "trading"
    GIFT = "gift"
    DONATION = "donation"
    LOSS = "loss"
    MARGIN = "margin"
    MOVED_OUT = "moved out"
    """A withdrawal that no own account matches: lots leave at cost, no gain."""


CATEGORIES = dict.fromkeys(Kind, Category.TRADING) | {
    Kind.GIFT_SENT: Category.GIFT,
    Kind.DONATION: Category.DONATION,
    Kind.LOST: Category.LOSS,
    Kind.MARGIN_LOSS: Category.MARGIN,
    Kind.WITHDRAWAL: Category.MOVED_OUT,
    Kind.TRANSFER: Category.MOVED_OUT,
}
"""By the kind of what happened."""


class Hop(NamedTuple):
    """A transfer between own accounts that a lot went through."""

    time: datetime
    arrival: datetime
    account: str
    to_account: str
    key: RecordKey


class Origin(NamedTuple):
    """How a lot was acquired. `kind` says how: bought, earned, given…"""

    time: datetime
    account: str
    key: RecordKey
    kind: Kind


@dataclass(slots=True)
class Part:
    """What a disposal took from one lot.

    `origin` is None where nothing was left to take: the shortfall, with cost 0 and the flag MISSING_HISTORY.
    `proceeds` and `fee` are the part's share of the disposal's, by quantity, and sum to them exactly; proceeds are
    None where the disposal's are. `gain` is proceeds − cost − fee, None where a price is missing. `rule` is how the lot
    was chosen, where the method has several ("same day", "30 days", "section 104 pool").
    """

    quantity: Decimal
    cost: Decimal
    origin: Origin | None
    proceeds: Decimal | None
    fee: Decimal
    gain: Decimal | None
    path: tuple[Hop, ...] = ()
    flags: frozenset[Flag] = frozenset()
    rule: str = ""


@dataclass(slots=True)
class Disposal:
    """`quantity` of an asset that left the owner, lot by lot."""

    time: datetime
    asset: str
    account: str
    key: RecordKey
    kind: Kind
    category: Category
    quantity: Decimal
    proceeds: Decimal | None
    fee: Decimal
    parts: tuple[Part, ...]
    method: str

    @property
    def cost(self) -> Decimal:
        return sum((part.cost for part in self.parts), Decimal(0))

    @property
    def gain(self) -> Decimal | None:
        """Over the parts that have one; None where none has (and for what was moved out)."""
        if self.category is Category.MOVED_OUT:
            return None
        gains = [gain for part in self.parts if (gain := part.gain) is not None]
        return sum(gains, Decimal(0)) if gains else None

    @property
    def flags(self) -> frozenset[Flag]:
        return frozenset().union(*(part.flags for part in self.parts))


@dataclass(slots=True)
class Income:
    """Coins or money that were earned, at their market value; `value` None where no price is known."""

    time: datetime
    asset: str
    account: str
    key: RecordKey
    kind: Kind
    quantity: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class OpenLot:
    """What is left of a lot, and where."""

    asset: str
    account: str
    quantity: Decimal
    cost: Decimal
    origin: Origin
    path: tuple[Hop, ...] = ()
    flags: frozenset[Flag] = frozenset()

    @property
    def has_basis(self) -> bool:
        """Whether its cost is known."""
        return not self.flags & UNKNOWN_COST
