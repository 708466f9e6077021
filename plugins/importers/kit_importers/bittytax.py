"""BittyTax's transaction records, CSV and XLSX (each sheet of a workbook):

    Type,Buy Quantity,Buy Asset,Buy Value in GBP,Sell Quantity,Sell Asset,Sell Value in GBP,Fee Quantity,Fee Asset,
    Fee Value in GBP,Wallet,Timestamp,Note

A fee stands beside what was bought and sold. Transfers are a withdrawal and a deposit of two wallets; each wallet is an
account. The value is that of the first side that has one. Types are those of BittyTax's own list; a loan is a deposit
that is paid back by a withdrawal, staked coins leave and come back. Times without a zone are UTC, as for BittyTax,
unless `ImportSource.timezone` says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind

from .events import Event, Meanings, leg, meaning, notes, record_rows, worth
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "bittytax"
_LAYOUT = Layout(
    (
        (
            *("type", "buy quantity", "buy asset", "sell quantity", "sell asset"),
            *("fee quantity", "fee asset", "wallet", "timestamp"),
        ),
    ),
    one_of("(?:buy|sell|fee) value in [a-z]{3}", "note", "raw data"),
)
_BUY_VALUE = re.compile(r"buy value in ([a-z]{3})")
_SELL_VALUE = re.compile(r"sell value in ([a-z]{3})")
_TYPES: Meanings = {
    "trade": (Kind.TRADE, ""),
    "deposit": (Kind.DEPOSIT, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "unstake": (Kind.DEPOSIT, "unstaked"),
    "stake": (Kind.WITHDRAWAL, "staked"),
    "mining": (Kind.MINING, ""),
    "staking": (Kind.STAKING, ""),
    "staking-reward": (Kind.STAKING, ""),
    "interest": (Kind.INTEREST, ""),
    "dividend": (Kind.REWARD, "dividend"),
    "income": (Kind.REWARD, "income"),
    "referral": (Kind.REWARD, "referral"),
    "cashback": (Kind.REWARD, "cashback"),
    "fee-rebate": (Kind.REWARD, "fee rebate"),
    "gift-received": (Kind.GIFT_RECEIVED, ""),
    "fork": (Kind.FORK, ""),
    "airdrop": (Kind.AIRDROP, ""),
    "loan": (Kind.DEPOSIT, "loan"),
    "loan-repayment": (Kind.WITHDRAWAL, "loan repayment"),
    "loan-interest": (Kind.FEE, "loan interest"),
    "margin-gain": (Kind.MARGIN_PROFIT, ""),
    "margin-loss": (Kind.MARGIN_LOSS, ""),
    "margin-fee": (Kind.FEE, "margin fee"),
    "margin-fee-rebate": (Kind.MARGIN_PROFIT, "margin fee rebate"),
    "spend": (Kind.SPEND, ""),
    "gift-sent": (Kind.GIFT_SENT, ""),
    "gift-spouse": (Kind.GIFT_SENT, "to the spouse"),
    "charity-sent": (Kind.DONATION, ""),
    "lost": (Kind.LOST, ""),
}


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock = wall_clock(source.timezone)
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, source, clock))


def _event(row: TableRow, source: ImportSource, clock: WallClock) -> Event:
    kind, said = meaning(_TYPES, row.get("type"), "type")
    values = (row.named(pattern) for pattern in (_BUY_VALUE, _SELL_VALUE))
    return Event(
        moment(row.get("timestamp"), clock),
        row.get("wallet") or source.account or _NAME,
        kind,
        leg(row.get("buy quantity"), row.get("buy asset"), "buy"),
        leg(row.get("sell quantity"), row.get("sell asset"), "sell"),
        leg(row.get("fee quantity"), row.get("fee asset"), "fee"),
        next(filter(None, (worth(amount, currency) for currency, amount in values)), None),
        note=notes(said, row.get("note")),
    )


BITTYTAX = Importer(_NAME, "BittyTax records", _LAYOUT.match, read)
