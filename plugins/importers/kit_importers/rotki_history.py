"""rotki's export of history events, one row an event, the events of a transaction in a group:

    timestamp,event_type,event_subtype,location,location_label,asset,asset_symbol,amount,fiat_value,identifier,
    entry_type,event_identifier (later group_identifier),sequence_index,direction,…

Written from rotki's public description of its events and their export. An event's location, with its label where it has
one, is the account. Of a group, what was traded, swapped or migrated is paired, with its fees; each other row is a
record of its own. `direction` says whether a row came in or went out; older exports have none, and there the type must
tell it. Neutral rows (approvals, information) are skipped.

The currency of `fiat_value` is not in the file, so it is left out; `balance_usd_value` of older ones is in USD. Times
stand as the user has set it, in rotki's own way day first; a zone in letters other than UTC needs
`ImportSource.timezone`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kit import ImportedRow, Importer, ImportSource, Kind, Money, Quantity, Record

from .events import Event, Records, comes_in, leg, notes, worth
from .moments import milliseconds, moment
from .pairing import pair
from .rotki_assets import rotki_asset
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "rotki-history"
_LAYOUT = Layout(
    (
        ("timestamp", "event_type", "event_subtype", "location", "asset", "amount"),
        ("timestamp", "event_type", "event_subtype", "location", "asset", "balance_amount"),
    ),
    one_of(
        *("location_label", "asset_symbol", "fiat_value", "balance_usd_value", "identifier", "entry_type"),
        *("event_identifier", "group_identifier", "actual_group_identifier", "sequence_index", "direction"),
        *("notes", "user_notes", "auto_notes", "tx_hash", "tx_ref", "counterparty", "product", "address"),
        *("extra_data", "validator_index", "is_exit_or_blocknumber", "fee_recipient", "block_number", "is_mev_reward"),
    ),
)
_SWAPPED = frozenset(
    (
        *(("trade", "spend"), ("trade", "receive"), ("migrate", "spend"), ("migrate", "receive")),
        *(("deposit", "deposit asset"), ("receive", "receive wrapped")),
        *(("spend", "return wrapped"), ("withdrawal", "remove asset")),
    )
)
_WRAPPING = frozenset(("receive wrapped", "return wrapped"))
_IN = "in"
_OUT = "out"
_CERTAIN = {"receive": _IN, "spend": _OUT}  # types that tell the direction by themselves
_KINDS_IN = {
    "airdrop": Kind.AIRDROP,
    "reward": Kind.REWARD,
    "interest": Kind.INTEREST,
    "donate": Kind.GIFT_RECEIVED,
    "payment": Kind.REWARD,
    "grant": Kind.REWARD,
    "block production": Kind.STAKING,
    "mev reward": Kind.STAKING,
}
_KINDS_OUT = {
    "fee": Kind.FEE,
    "donate": Kind.DONATION,
    "payment": Kind.SPEND,
    "interest payment": Kind.FEE,
    "liquidate": Kind.LOST,
}
_MOVES = frozenset(
    (
        *("none", "", "deposit asset", "remove asset", "bridge", "generate debt", "payback debt", "refund"),
        *("place order", "cancel order", "nft", "spend", "receive", "receive wrapped", "return wrapped"),
    )
)


@dataclass(frozen=True, slots=True)
class _Row:
    told: TableRow
    time: datetime
    account: str
    type: str
    subtype: str
    group: str
    id: str
    direction: str
    quantity: Quantity
    value: Money | None
    note: str


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """Group by group."""
    clock = wall_clock(source.timezone)
    records = Records(_NAME)
    group: list[_Row] = []
    for told in _LAYOUT.rows(source.path):
        if not isinstance(told, TableRow):
            yield told
            continue
        try:
            row = _row(told, source, clock)
        except ValueError as error:
            yield told.rejected(error)
            continue
        if row is None:
            yield told.skipped("neutral: nothing moved")
            continue
        if group and (row.group != group[0].group or not row.group):
            yield from _grouped(group, records)
            group.clear()
        group.append(row)
    yield from _grouped(group, records)


def _row(told: TableRow, source: ImportSource, clock: WallClock) -> _Row | None:
    """The row as it was understood, None where nothing moves."""
    kind, subtype = (told.get(name).replace("_", " ").casefold() for name in ("event_type", "event_subtype"))
    direction = told.get("direction").casefold().rpartition(".")[2] or _direction(kind, subtype)
    if direction == "neutral":
        return None
    if direction not in {_IN, _OUT}:
        raise ValueError(f"whether “{kind}, {subtype}” came in or went out is not told")
    amount = told.get("amount", "balance_amount")
    quantity = leg(amount, rotki_asset(told.get("asset")), "asset")
    if quantity is None:
        return None
    group, index = told.get("event_identifier", "group_identifier"), told.get("sequence_index")
    place, label = told.get("location"), told.get("location_label")
    return _Row(
        told,
        _time(told.get("timestamp"), clock),
        " ".join(filter(None, (place, label))) or source.account or "rotki",
        kind,
        subtype,
        group,
        f"{group}:{index}" if group and index else told.get("identifier"),
        direction,
        quantity,
        worth(told.get("balance_usd_value"), "USD"),
        notes(" ".join(filter(None, (kind, subtype if subtype != "none" else ""))), told.get("user_notes", "notes")),
    )


def _direction(kind: str, subtype: str) -> str:
    if kind == "trade":
        return {"spend": _OUT, "receive": _IN, "fee": _OUT}.get(subtype, "")
    if kind == "informational":
        return "neutral"
    if kind == "staking" and subtype in {"reward", "block production", "mev reward"}:
        return _IN
    return _OUT if subtype == "fee" else _CERTAIN.get(kind, "")


def _time(text: str, clock: WallClock) -> datetime:
    if text.isascii() and text.isdecimal():
        return milliseconds(text)
    return moment(text, clock, day_first=True)


def _grouped(group: Sequence[_Row], records: Records) -> Iterator[ImportedRow]:
    """The trades of a group, then its other events."""
    swapped = [row for row in group if (row.type, row.subtype) in _SWAPPED]
    fees = [row for row in group if (row.type, row.subtype) == ("trade", "fee")]
    trades = _traded(swapped, fees, records) if _is_swap(swapped) else []
    yield from trades
    for row in group:
        if not trades or (row not in swapped and row not in fees):
            yield _single(row, records)


def _is_swap(rows: Sequence[_Row]) -> bool:
    """Whether what left one account was given for what came to it: in a trade, or a coin for its wrapped twin."""
    if {row.direction for row in rows} != {_IN, _OUT} or len({row.account for row in rows}) > 1:
        return False
    return all(row.type in {"trade", "migrate"} for row in rows) or any(row.subtype in _WRAPPING for row in rows)


def _traded(rows: Sequence[_Row], fees: Sequence[_Row], records: Records) -> list[Record]:
    """One record for each side that answers another; none where it cannot be told which answers which."""
    first = rows[0]
    signed = [
        row.quantity if row.direction == _IN else Quantity(row.quantity.amount.copy_negate(), row.quantity.asset)
        for row in rows
    ]
    paired = pair(signed, [row.quantity for row in fees])
    if paired.leftover:
        return []
    value = next((row.value for row in rows if row.value), None) if len(rows) == 2 else None
    base = Event(first.time, first.account, Kind.TRADE, value=value, note=first.note)
    left, trades = list(paired.fees), []
    for number, swap in enumerate(paired.swaps):
        fee, further = swap.split_fees()
        left += further
        own_id = first.id if number == 0 else f"{first.id}:{number}"
        trades.append(records.record(replace(base, received=swap.received, sent=swap.sent, fee=fee, id=own_id)))
    paid = [replace(base, kind=Kind.FEE, fee=fee, value=None, id=f"{first.id}:fee:{fee.asset}") for fee in left]
    return [*trades, *map(records.record, paid)]


def _single(row: _Row, records: Records) -> ImportedRow:
    event = Event(row.time, row.account, Kind.DEPOSIT, value=row.value, id=row.id, note=row.note)
    try:
        kind = _kind(row)
        if kind is Kind.FEE:
            return records.record(replace(event, kind=kind, fee=row.quantity))
        received = row.quantity if comes_in(kind) else None
        return records.record(replace(event, kind=kind, received=received, sent=None if received else row.quantity))
    except ValueError as error:
        return row.told.rejected(error)


def _kind(row: _Row) -> Kind:
    """What a row by itself is. Raises ValueError for a subtype that is not known."""
    if row.type == "staking" and row.subtype == "reward":
        return Kind.STAKING
    kinds = _KINDS_IN if row.direction == _IN else _KINDS_OUT
    if row.subtype in kinds:
        return kinds[row.subtype]
    if row.subtype not in _MOVES:
        raise ValueError(f"the event “{row.type}, {row.subtype}” is not known")
    if row.type in {"renew", "deploy", "fail"}:
        return Kind.SPEND
    return Kind.DEPOSIT if row.direction == _IN else Kind.WITHDRAWAL


ROTKI_HISTORY = Importer(_NAME, "rotki history events", _LAYOUT.match, read)
