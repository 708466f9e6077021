"""Kraken's ledgers: `txid,refid,time,type,subtype,aclass,asset[,wallet],amount,fee,balance`, old and new.

A trade is two rows with one `refid`, mostly side by side. A group that lacks a side waits for it until
`_WAITING` newer ones stand behind it, so memory stays bounded. `amount` is before the fee: the balance moves by
amount − fee.
Rows without a txid are the pending twins of later rows. At the end stands a Balance per asset: the
last `balance` of each of its wallets, as Kraken reported it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kit import FileHead, ImportedRow, Importer, ImportSource, Kind, Quantity, Record, RejectedRow, SkippedRow

from .fields import instant, number, some
from .kraken_assets import is_staked, kraken_asset
from .pairing import pair, total
from .reported import ReportedBalances
from .sheet import Sheet, header_match
from .trades import trade_kind

_COLUMNS = ("txid", "refid", "time", "type", "asset", "amount", "fee")
_OPTIONAL = (
    *("subtype", "aclass", "subclass", "wallet", "balance"),
    *("amountusd", "feeusd", "balanceusd", "feecurrency"),
)
_NAME = "kraken-ledgers"
_VENUE = "kraken"
_WAITING = 1000

_TRADES = frozenset(("trade", "spend", "receive", "conversion", "sale", "nfttrade"))
_MARGIN = frozenset(("margin", "rollover", "settled"))
_INTERNAL_TYPES = frozenset(("custodytransfer", "hybridearndeposit", "hybridearnwithdrawal"))
_INTERNAL = frozenset(
    (
        *("spottostaking", "stakingfromspot", "stakingtospot", "spotfromstaking", "spottoearn", "earntospot"),
        *("spottofutures", "spotfromfutures", "futurestospot", "futuresfromspot"),
        *("allocation", "deallocation", "autoallocation", "autoallocate", "migration"),
    )
)
_INCOME = {
    "staking": Kind.STAKING,
    "earn": Kind.STAKING,
    "reward": Kind.REWARD,
    "dividend": Kind.REWARD,
    "credit": Kind.REWARD,
    "invite bonus": Kind.REWARD,
    "referral": Kind.REWARD,
    "airdrop": Kind.AIRDROP,
    "interest": Kind.INTEREST,
}
_MOVES = frozenset(("deposit", "withdrawal", "adjustment", "transfer", "custody", "nftrebate", "reserve"))
_FORKED = frozenset(("BCH", "BSV", "ETC", "ETHW", "XEC"))


@dataclass(frozen=True, slots=True)
class _Row:
    txid: str
    refid: str
    time: datetime
    type: str
    subtype: str
    asset: str
    amount: Decimal
    fee: Decimal


def detect(head: FileHead) -> float:
    return header_match(head, _COLUMNS, _OPTIONAL)


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """Records, then the reported balances."""
    sheet = Sheet(source.path, _COLUMNS)
    yield from sheet.strangers(_COLUMNS, _OPTIONAL)
    account = source.account or _VENUE
    balances = ReportedBalances(account)
    groups: dict[str, list[_Row]] = {}
    last = ""
    for row in _rows(sheet, balances):
        if not isinstance(row, _Row):
            yield row
        elif row.type not in _TRADES:
            skip = _no_move(row)
            yield sheet.skipped(skip) if skip else _single(row, account)
        else:
            if last != row.refid and _has_both_sides(groups.get(last, ())):
                yield from _joined(groups.pop(last), account)
            last = row.refid
            group = groups.setdefault(last, [])
            if any(row.txid == other.txid for other in group):
                yield sheet.skipped("told twice: overlapping exports in one file")
            else:
                group.append(row)
            if len(groups) > _WAITING:
                yield from _joined(groups.pop(next(iter(groups))), account)
    for group in groups.values():
        yield from _joined(group, account)
    yield from balances.all()


def _rows(sheet: Sheet, balances: ReportedBalances) -> Iterator[_Row | RejectedRow | SkippedRow]:
    txid, refid, time = sheet.cell("txid"), sheet.cell("refid"), sheet.cell("time")
    kind, subtype, asset = sheet.cell("type"), sheet.cell("subtype"), sheet.cell("asset")
    amount, fee = sheet.cell("amount"), sheet.cell("fee")
    wallet, balance = sheet.cell("wallet"), sheet.cell("balance")
    for cells in sheet:
        if isinstance(cells, RejectedRow):
            yield cells
            continue
        if not txid(cells) and refid(cells):
            yield sheet.skipped("pending: the row without a txid is repeated with one")
            continue
        try:
            code = asset(cells)
            row = _Row(
                txid(cells),
                refid(cells),
                instant(time(cells)),
                kind(cells).lower(),
                subtype(cells).lower(),
                kraken_asset(code),
                number(amount(cells), "amount"),
                number(fee(cells) or "0", "fee"),
            )
            _check(row)
            stands = number(balance(cells), "balance") if balance(cells) else None
        except ValueError as error:
            yield sheet.rejected(str(error))
            continue
        if stands is not None:
            balances.note((code.upper(), wallet(cells)), row.asset, stands, row.time, staked=is_staked(code))
        yield row


def _check(row: _Row) -> None:
    if not row.txid:
        raise ValueError("the txid is missing")
    if row.type not in _TRADES | _MARGIN | _INTERNAL_TYPES | _INCOME.keys() | _MOVES:
        raise ValueError(f"the type “{row.type}” is not known" if row.type else "the type is missing")
    if row.type in _TRADES and not row.refid:
        raise ValueError("the refid is missing")
    if row.fee < 0:
        raise ValueError(f"the fee {row.fee} is negative")
    if (row.type == "deposit" and row.amount < 0) or (row.type == "withdrawal" and row.amount > 0):
        raise ValueError(f"a {row.type} of {row.amount} has the wrong sign")


def _no_move(row: _Row) -> str:
    """Why a row changes nothing of the account, "" where it does."""
    if row.type in _INTERNAL_TYPES or row.subtype in _INTERNAL:
        return f"{row.type} {row.subtype}: moved between Kraken's own wallets".replace(" :", ":")
    return "" if row.amount or row.fee else "nothing moved"


def _single(row: _Row, account: str) -> Record:
    """A row that is an event by itself."""
    fee = some(row.fee, row.asset)
    moved = Quantity(abs(row.amount), row.asset)
    note = " ".join(filter(None, (row.type, row.subtype)))
    if not row.amount:
        return Record(row.txid, row.time, account, Kind.FEE, fee=fee, note=note, source=_NAME)
    kind = _kind(row)
    received, sent = (moved, None) if row.amount > 0 else (None, moved)
    return Record(row.txid, row.time, account, kind, received, sent, fee, note=note, source=_NAME)


def _kind(row: _Row) -> Kind:
    gained = row.amount > 0
    if row.type in _MARGIN:
        return Kind.MARGIN_PROFIT if gained else Kind.MARGIN_LOSS
    if not gained:
        return Kind.WITHDRAWAL
    if row.type in _INCOME:
        return _INCOME[row.type]
    if row.type == "transfer" and not row.subtype and row.asset in _FORKED:
        return Kind.FORK
    return Kind.DEPOSIT


def _has_both_sides(rows: Sequence[_Row]) -> bool:
    return any(row.amount > 0 for row in rows) and any(row.amount < 0 for row in rows)


def _joined(rows: list[_Row], account: str) -> Iterator[Record]:
    """The rows of one refid as a trade; what finds no partner stays visible as a deposit or withdrawal."""
    first = rows[0]
    fills = [Quantity(row.amount, row.asset) for row in rows if row.amount]
    paired = pair(fills, [Quantity(row.fee, row.asset) for row in rows if row.fee])
    note = " ".join(filter(None, (first.type if first.type != "trade" else "", first.subtype)))
    left = list(paired.fees)
    for place, swap in enumerate(paired.swaps):
        own_id = first.refid if place == 0 else f"{first.refid}:{swap.sent.asset}:{swap.received.asset}"
        kind = trade_kind(swap.sent, swap.received)
        fee, more = swap.split_fees()
        yield Record(own_id, first.time, account, kind, swap.received, swap.sent, fee, note=note, source=_NAME)
        left += more
    for quantity in paired.leftover:
        gained = quantity.amount > 0
        moved = Quantity(abs(quantity.amount), quantity.asset)
        yield Record(
            f"{first.refid}:{quantity.asset}:{'in' if gained else 'out'}",
            first.time,
            account,
            Kind.DEPOSIT if gained else Kind.WITHDRAWAL,
            moved if gained else None,
            None if gained else moved,
            note=f"{first.type} {first.refid}: the other side is not in the file, or it cannot be told which it is",
            source=_NAME,
        )
    for charge in total(left):
        yield Record(
            f"{first.refid}:fee:{charge.asset}",
            first.time,
            account,
            Kind.FEE,
            fee=charge,
            note=f"{first.type} {first.refid}",
            source=_NAME,
        )


KRAKEN_LEDGERS = Importer(_NAME, "Kraken ledgers", detect, read, venue=_VENUE)
