"""What importers and exchanges yield and the ledger keeps: records, balances, prices, rejected rows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TextIO

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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class PricePoint:
    """The closing price of one unit of `asset` on a UTC day, in `currency`."""

    day: date
    asset: str
    close: Decimal
    currency: str
    source: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that cannot be used: kept aside with its reason, never dropped in silence."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that was understood and changes nothing of the account (a move between a venue's own wallets)."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class FileHead:
    """The beginning of a file, for recognising its format: `lines` are decoded, without line ends."""

    path: Path
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportSource:
    """An open import: the file, and the account its rows belong to where the file itself names none."""

    path: Path
    account: str | None = None


ImportedRow = Record | Balance | PricePoint | RejectedRow | SkippedRow


@dataclass(frozen=True, slots=True)
class Importer:
    """A file format.

    `detect` says how sure it is (0 to 1) from the head alone, by the file's own header and never by
    its name. `read` yields rows lazily, in file order, in bounded memory, and turns a bad row into
    a `RejectedRow`; it raises ImportFileError only where nothing more of the file can be read.
    `yields` tells `kit import` (records) and `kit prices import` (prices) apart. `write`, where the
    format goes both ways, writes records to a file opened with newline="" and answers how many.
    """

    name: str
    label: str
    detect: Callable[[FileHead], float]
    read: Callable[[ImportSource], Iterable[ImportedRow]]
    yields: str = "records"
    venue: str | None = None
    write: Callable[[Iterable[Record], TextIO], int] | None = None


def content_id(*parts: object, occurrence: int = 0) -> str:
    """A stable id for a row that has none: a hash of what it says, and how often it was said before."""
    text = "\x1f".join(plain(part) if isinstance(part, Decimal) else str(part) for part in (*parts, occurrence))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
