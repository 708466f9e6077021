"""What importers and exchanges yield and the ledger keeps: records, balances, prices."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from .frozen import frozen
from .money import Money, Quantity, plain


class Kind(StrEnum):
    """What happened. Trading gains, income, gifts and margin results never mix."""

    BUY = "buy"
    SELL = "sell"
    TRADE = "trade"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    STAKING = "staking"
    INTEREST = "interest"
    MINING = "mining"
    AIRDROP = "airdrop"
    FORK = "fork"
    REWARD = "reward"
    SPEND = "spend"
    GIFT_RECEIVED = "gift_received"
    GIFT_SENT = "gift_sent"
    DONATION = "donation"
    LOST = "lost"
    FEE = "fee"
    MARGIN_PROFIT = "margin_profit"
    MARGIN_LOSS = "margin_loss"


class Shape(NamedTuple):
    """Whether a record has something received, and something sent: it must, it must not, or (None) it may."""

    received: bool | None
    sent: bool | None


_COMES_IN = "deposit staking interest mining airdrop fork reward gift_received margin_profit"
_GOES_OUT = "withdrawal spend gift_sent donation lost margin_loss"
SHAPES: Mapping[str, Shape] = {
    **dict.fromkeys(map(Kind, _COMES_IN.split()), Shape(True, False)),
    **dict.fromkeys(map(Kind, _GOES_OUT.split()), Shape(False, True)),
    Kind.BUY: Shape(True, None),
    Kind.SELL: Shape(None, True),
    Kind.TRADE: Shape(True, True),
    Kind.TRANSFER: Shape(False, True),
    Kind.FEE: Shape(False, False),
}
"""The legs of each kind. A fee has its fee alone; only a transfer has a `to_account`, and needs it."""


@frozen
class Record:
    """One event of one account.

    Quantities are positive: `received` came in, `sent` went out, `fee` went out besides them (a fee
    is never already contained in `sent` or `received`). `time` is aware UTC. `value` is what the
    event was worth in money, where its source says so. `to_account` names the other end of a
    transfer. `id` is unique within the account and stable: the venue's own, else `content_id`.
    """

    id: str
    time: datetime
    account: str
    kind: Kind
    received: Quantity | None = None
    sent: Quantity | None = None
    fee: Quantity | None = None
    value: Money | None = None
    to_account: str | None = None
    note: str = ""
    source: str = ""

    def legs(self) -> Iterator[tuple[str, str, Decimal]]:
        """(account, asset, signed quantity) of everything this event moved, fee included."""
        if self.received:
            yield self.account, self.received.asset, self.received.amount
        if self.sent:
            yield self.account, self.sent.asset, self.sent.amount.copy_negate()
            if self.to_account:
                yield self.to_account, self.sent.asset, self.sent.amount
        if self.fee:
            yield self.account, self.fee.asset, self.fee.amount.copy_negate()


@dataclass(frozen=True, slots=True)
class Balance:
    """What a venue says an account holds of an asset, at the time it said so. `total` is all of it."""

    account: str
    asset: str
    total: Decimal
    time: datetime
    locked: Decimal = Decimal(0)
    staked: Decimal = Decimal(0)


@frozen
class PricePoint:
    """What one unit of `asset` costs in `currency`: the close of a UTC day, or with `time` a quote of that instant."""

    day: date
    asset: str
    close: Decimal
    currency: str
    source: str
    time: datetime | None = None


def content_id(*parts: object, occurrence: int = 0) -> str:
    """A stable id for a row that has none: a hash of what it says, and how often it was said before."""
    text = "\x1f".join(plain(part) if isinstance(part, Decimal) else str(part) for part in (*parts, occurrence))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
