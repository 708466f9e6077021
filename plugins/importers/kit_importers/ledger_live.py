"""Ledger Live's operations, each in the account that its row names:

    Operation Date,[Status,]Currency Ticker,Operation Type,Operation Amount,Operation Fees,Operation Hash,Account Name,
    Account xpub|Account id[,Countervalue Ticker,Countervalue at Operation Date,Countervalue at CSV Export]

What was sent contains its fee; the fee of what was received was the sender's. Operations that only cost a fee
(delegating, approving, revealing a key) are that fee. Countervalues are estimates of Ledger's and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from kit import ImportedRow, Importer, ImportSource, Kind, SkippedRow

from .events import Event, leg, less, notes, record_rows
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "ledger-live"
_LAYOUT = Layout(
    (
        (
            *("operation date", "currency ticker", "operation type", "operation amount", "operation fees"),
            *("operation hash", "account name"),
        ),
    ),
    one_of(
        *("status", "account xpub", "account id", "countervalue ticker", "countervalue at operation date"),
        "countervalue at csv export",
    ),
)
_ONLY_FEES = frozenset(
    (
        *("fees", "reveal", "bond", "unbond", "withdraw_unbonded", "delegate", "undelegate", "redelegate", "nominate"),
        *("approve", "opt_in", "opt_out", "freeze", "unfreeze", "vote", "chill", "set_controller"),
    )
)
_PICTURES = frozenset(("nft_in", "nft_out"))


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock = wall_clock(source.timezone)

    def understand(row: TableRow) -> Event | SkippedRow:
        return _event(row, source.account or row.get("account name") or _NAME, clock)

    return record_rows(_LAYOUT.rows(source.path), _NAME, understand, "operation hash")


def _event(row: TableRow, account: str, clock: WallClock) -> Event | SkippedRow:
    word, status, coin = row.get("operation type").casefold(), row.get("status").casefold(), row.get("currency ticker")
    if word in _PICTURES:
        return row.skipped("only coins are read")
    failed = status == "failed"
    if status not in {"", "confirmed"} and not (failed and word == "out"):
        return row.skipped(f"it did not go through: {row.get('status')}")
    amount, fee = leg(row.get("operation amount"), coin, "amount"), leg(row.get("operation fees"), coin, "fee")
    time, hashed = moment(row.get("operation date"), clock), row.get("operation hash")
    said = f"tx {hashed}" if hashed else ""
    if word == "in":
        return Event(time, account, Kind.DEPOSIT, amount, note=said)
    if word == "reward":
        return Event(time, account, Kind.STAKING, amount, note=said)
    if word == "out" and amount and not failed and (fee is None or amount.amount > fee.amount):
        return Event(time, account, Kind.WITHDRAWAL, None, less(amount, fee), fee, note=said)
    if word in _ONLY_FEES or word == "out":
        if not fee:
            return row.skipped("nothing moved")
        return Event(time, account, Kind.FEE, fee=fee, note=notes("" if word == "out" else word, said))
    raise ValueError(f"the operation type “{row.get('operation type')}” is not known")


LEDGER_LIVE = Importer(_NAME, "Ledger Live operations", _LAYOUT.match, read)
