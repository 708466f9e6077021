"""Koinly: its universal and simple templates, its transaction history report, the export of its transactions page.

    Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,Net Worth Amount,
    Net Worth Currency,Label,Description,TxHash
    Koinly Date,Amount,Currency,Label,TxHash
    Date,Type,Tag,Sending Wallet,Sent Amount,Sent Currency,Sent Cost Basis,Receiving Wallet,…,Net Value (EUR),…
    ID (read-only),…,Date (UTC),Type,Tag,From Wallet (read-only),…,To Wallet (read-only),…,Deleted,…

Written from Koinly's help pages and public files. A fee stands beside what was sent and received. Wallets are accounts;
what leaves one wallet for another is a transfer. Tags say what a deposit or a withdrawal is; coins sent to a pool or
borrowed leave and come back. What Koinly marks as deleted is skipped. A currency may carry Koinly's own number
(“BTC;1”), a wallet its kind (“Kraken;kraken_connect”). Times are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kit import ImportedRow, Importer, ImportSource, Kind, Money, Quantity, SkippedRow, exact_math

from .events import Event, Meanings, leg, less, meaning, notes, record_rows, worth
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "koinly"
_LAYOUT = Layout(
    (
        ("date", "sending wallet", "sent amount", "receiving wallet", "received amount", "fee amount"),
        ("date (utc)", "from wallet (read-only)", "from amount", "to wallet (read-only)", "to amount", "fee amount"),
        ("date", "sent amount", "sent currency", "received amount", "received currency", "net worth amount"),
        ("koinly date", "sent amount", "sent currency", "received amount", "received currency"),
        ("koinly date", "amount", "currency"),
    ),
    one_of(
        *("type", "tag", "label", "description", "txhash", "txsrc", "txdest", "deleted", "id", "fee amount"),
        *("(sent|received|fee|from|to) currency", "(sent|received) cost basis", "(from|to) wallet id"),
        *(r"(net|fee) worth (amount|currency)", r"(net|fee) value \(.*\)", r"value currency \(read-only\)"),
        *(r"gain \(.*\)", r".* \(read-only\)", r"synced to accounting at \(utc read-only\)"),
    ),
)
_VALUE = re.compile(r"net value \(([a-z]{3})\)")
_BOTH_WAYS: Meanings = {
    "": (Kind.TRADE, ""),
    "swap": (Kind.TRADE, "swap"),
    "liquidity in": (Kind.TRADE, "liquidity in"),
    "liquidity out": (Kind.TRADE, "liquidity out"),
    "wrap": (Kind.TRADE, "wrap"),
    "unwrap": (Kind.TRADE, "unwrap"),
}
_INCOMING: Meanings = {
    "": (Kind.DEPOSIT, ""),
    "airdrop": (Kind.AIRDROP, ""),
    "fork": (Kind.FORK, ""),
    "mining": (Kind.MINING, ""),
    "staking": (Kind.STAKING, ""),
    "reward": (Kind.REWARD, ""),
    "income": (Kind.REWARD, "income"),
    "other income": (Kind.REWARD, "other income"),
    "salary": (Kind.REWARD, "salary"),
    "cashback": (Kind.REWARD, "cashback"),
    "fee refund": (Kind.REWARD, "fee refund"),
    "loan interest": (Kind.INTEREST, ""),
    "lending interest": (Kind.INTEREST, ""),
    "gift": (Kind.GIFT_RECEIVED, ""),
    "realized gain": (Kind.MARGIN_PROFIT, ""),
    "realized pnl": (Kind.MARGIN_PROFIT, ""),
    "realized p&l": (Kind.MARGIN_PROFIT, ""),
    "loan": (Kind.DEPOSIT, "loan"),
    "margin loan": (Kind.DEPOSIT, "margin loan"),
    "remove from pool": (Kind.DEPOSIT, "from a pool"),
    "received from pool": (Kind.DEPOSIT, "from a pool"),
    "from pool": (Kind.DEPOSIT, "from a pool"),
}
_OUTGOING: Meanings = {
    "": (Kind.WITHDRAWAL, ""),
    "gift": (Kind.GIFT_SENT, ""),
    "donation": (Kind.DONATION, ""),
    "lost": (Kind.LOST, ""),
    "cost": (Kind.SPEND, "cost"),
    "tax": (Kind.SPEND, "tax"),
    "margin fee": (Kind.FEE, "margin fee"),
    "loan fee": (Kind.FEE, "loan fee"),
    "interest payment": (Kind.FEE, "interest paid"),
    "realized gain": (Kind.MARGIN_LOSS, ""),
    "realized pnl": (Kind.MARGIN_LOSS, ""),
    "realized p&l": (Kind.MARGIN_LOSS, ""),
    "loan repayment": (Kind.WITHDRAWAL, "loan repayment"),
    "margin repayment": (Kind.WITHDRAWAL, "margin repayment"),
    "add to pool": (Kind.WITHDRAWAL, "to a pool"),
    "sent to pool": (Kind.WITHDRAWAL, "to a pool"),
    "to pool": (Kind.WITHDRAWAL, "to a pool"),
}
_TYPES = frozenset(
    (
        *("", "buy", "sell", "exchange", "trade", "transfer", "deposit", "withdrawal", "send", "receive"),
        *("crypto deposit", "crypto withdrawal", "fiat deposit", "fiat withdrawal"),
    )
)


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """One record a row."""
    clock = wall_clock(source.timezone)
    return record_rows(_LAYOUT.rows(source.path), _NAME, lambda row: _event(row, source, clock), "txhash")


def _event(row: TableRow, source: ImportSource, clock: WallClock) -> Event | SkippedRow:
    if row.get("deleted").upper() == "TRUE":
        return row.skipped("deleted in Koinly")
    kind = row.get("type").replace("_", " ").casefold()
    if kind not in _TYPES:
        raise ValueError(f"the type “{row.get('type')}” is not known")
    sent, received, fee = _moved(row, "sent", "from"), _moved(row, "received", "to"), _moved(row, "fee")
    if "amount" in row.cells:
        sent, received = _signed(row)
    origin = _wallet(row.get("sending wallet", "from wallet (read-only)"))
    target = _wallet(row.get("receiving wallet", "to wallet (read-only)"))
    fallback = source.account or _NAME
    event = Event(
        moment(row.get("date", "koinly date", "date (utc)"), clock),
        (origin if sent else target) or fallback,
        Kind.TRANSFER,
        received,
        sent,
        fee,
        _value(row),
        id=row.get("id (read-only)", "id"),
        note=row.get("description"),
    )
    if sent and received and sent.asset == received.asset:
        return _transfer(event, sent, received, to_account=target)
    if sent and received and origin != target and target and origin:
        raise ValueError(f"a trade with one side in {origin} and the other in {target}")
    tag = row.get("tag", "label")
    words = (_BOTH_WAYS if received else _OUTGOING) if sent else _INCOMING
    kind_of_tag, said = meaning(words, tag, "tag") if tag else words[""]
    return replace(event, kind=kind_of_tag, note=notes(said, event.note))


def _moved(row: TableRow, *names: str) -> Quantity | None:
    """What the columns “sent amount” and “sent currency” say moved, or those of the other names."""
    currency = row.get(*(f"{name} currency" for name in names)).partition(";")[0]
    return leg(row.get(*(f"{name} amount" for name in names)), currency, names[0])


def _signed(row: TableRow) -> tuple[Quantity | None, Quantity | None]:
    """What was sent or received, by the sign of the simple template's one amount."""
    text, currency = row.get("amount"), row.get("currency")
    out = text.startswith("-")
    moved = leg(text.removeprefix("-"), currency, "amount")
    return (moved, None) if out else (None, moved)


@exact_math()
def _transfer(event: Event, sent: Quantity, received: Quantity, *, to_account: str) -> Event:
    """What arrives is what was sent; the rest is the fee, where the row does not name it."""
    if not to_account or to_account == event.account:
        raise ValueError(f"{sent.asset} was sent and received in {event.account}")
    fee, lost = event.fee, sent.amount - received.amount
    if lost > 0 and (fee is None or (fee.asset, fee.amount) == (sent.asset, lost)):
        fee = Quantity(lost, sent.asset)
        sent = less(sent, fee)
    if sent.amount != received.amount:
        raise ValueError(f"{sent.amount} {sent.asset} were sent and {received.amount} received")
    return replace(event, received=None, sent=sent, fee=fee, to_account=to_account)


def _value(row: TableRow) -> Money | None:
    own = worth(row.get("net worth amount"), row.get("net worth currency").partition(";")[0])
    if own:
        return own
    currency, amount = row.named(_VALUE)
    if currency:
        return worth(amount, currency)
    return worth(row.get("net value (read-only)"), row.get("value currency (read-only)").partition(";")[0])


def _wallet(text: str) -> str:
    return text.partition(";")[0].strip()


KOINLY = Importer(_NAME, "Koinly", _LAYOUT.match, read)
