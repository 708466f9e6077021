"""Celsius's transactions:

    Internal id, Date and time, Transaction type, Coin type, Coin amount, USD Value, Original Reward Coin,
    Reward Amount In Original Coin, Confirmed

Older files say “Interest” for “Reward”. The two sides of a swap stand in rows of one time. What left has a minus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity

from .events import Event, Meanings, Records, leg, meaning, worth
from .moments import moment
from .tables import Layout, TableRow, one_of
from .zones import WallClock, wall_clock

_NAME = "celsius"
_LAYOUT = Layout(
    (("internal id", "date and time", "transaction type", "coin type", "coin amount", "usd value", "confirmed"),),
    one_of("original (?:reward|interest) coin", "(?:reward|interest) amount in original coin"),
)
_TYPES: Meanings = {
    "deposit": (Kind.DEPOSIT, ""),
    "transfer": (Kind.DEPOSIT, ""),
    "inbound transfer": (Kind.DEPOSIT, ""),
    "withdrawal": (Kind.WITHDRAWAL, ""),
    "outbound transfer": (Kind.WITHDRAWAL, ""),
    "interest": (Kind.INTEREST, ""),
    "reward": (Kind.INTEREST, ""),
    "promo code reward": (Kind.REWARD, "promo code"),
    "referred award": (Kind.REWARD, "referral"),
    "referrer award": (Kind.REWARD, "referral"),
    "bonus token": (Kind.REWARD, "bonus"),
}
_SWAPS = frozenset(("swap in", "swap out"))
_NAMES = {"MCDAI": "DAI"}


def read(source: ImportSource) -> Iterator[ImportedRow]:
    """Single movements in the order of the file, then the swaps."""
    clock, account = wall_clock(source.timezone), source.account or _NAME
    records = Records(_NAME)
    swaps: dict[str, list[TableRow]] = {}
    for row in _LAYOUT.rows(source.path):
        if not isinstance(row, TableRow):
            yield row
        elif row.get("confirmed").casefold() != "yes":
            yield row.skipped("it was not confirmed")
        elif not row.get("transaction type"):
            yield row.skipped("coins that Celsius held back: it names no type")
        elif row.get("transaction type").casefold() in _SWAPS:
            swaps.setdefault(row.get("date and time"), []).append(row)
        else:
            yield _single(row, records, account, clock)
    for rows in swaps.values():
        yield from _swap(rows, records, account, clock)


def _single(row: TableRow, records: Records, account: str, clock: WallClock) -> ImportedRow:
    try:
        kind, said = meaning(_TYPES, row.get("transaction type"), "transaction type")
        goes = kind is Kind.WITHDRAWAL
        if row.get("coin amount").startswith("-") and not goes:
            raise ValueError(f"a {row.get('transaction type')} of {row.get('coin amount')} has the wrong sign")
        moved, value = _moved(row), worth(row.get("usd value"), "USD")
        time = moment(row.get("date and time"), clock)
        received, sent = (None, moved) if goes else (moved, None)
        event = Event(time, account, kind, received, sent, value=value, note=said)
        return records.record(event, row.get("internal id"))
    except ValueError as error:
        return row.rejected(error)


def _swap(rows: Sequence[TableRow], records: Records, account: str, clock: WallClock) -> Iterator[ImportedRow]:
    """One trade, where one row came and one went."""
    try:
        came = [row for row in rows if row.get("transaction type").casefold() == "swap in"]
        went = [row for row in rows if row not in came]
        if len(came) != 1 or len(went) != 1:
            raise ValueError("which of the swaps at one time belong together cannot be told")
        time, value = moment(rows[0].get("date and time"), clock), worth(went[0].get("usd value"), "USD")
        event = Event(time, account, Kind.TRADE, _moved(came[0]), _moved(went[0]), value=value)
        record = records.record(event, came[0].get("internal id"))
    except ValueError as error:
        yield from (row.rejected(error) for row in rows)
    else:
        yield record


def _moved(row: TableRow) -> Quantity | None:
    coin = row.get("coin type").upper()
    return leg(row.get("coin amount").lstrip("-"), _NAMES.get(coin, coin), "amount")


CELSIUS = Importer(_NAME, "Celsius transactions", _LAYOUT.match, read, venue=_NAME)
