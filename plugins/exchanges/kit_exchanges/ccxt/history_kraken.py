"""Kraken's ledger: the one answer that tells everything, fees included.

A trade is two entries with one reference, one after the other; TradesHistory would tell it again, so it is not
asked. What moves between Kraken's own wallets (spot, staked, earn) is no event of the account.

Kraken is asked past ccxt, which keeps back how many entries there are, and takes any answer for an empty page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kit import Kind, OddAnswer, Quantity, Record

from .asking import Asker
from .figures import amount, instant
from .history_paging import Row, Step, by_offset, key_of, place_of
from .history_records import income_kind, trade_kind

_TRADES = frozenset({"trade", "spend", "receive", "conversion", "sale"})
_MARGIN = frozenset({"margin", "rollover", "settled"})
_INCOME = frozenset(
    {"staking", "earn", "reward", "dividend", "credit", "airdrop", "interest", "invite bonus", "referral"}
)
# The two sides of a trade are booked at one time, or nearly so (milliseconds).
_APART = 60_000
_INTERNAL = ("spottostaking", "stakingfromspot", "stakingtospot", "spotfromstaking", "spottofutures", "spotfromfutures")
_INTERNAL_EARN = ("allocation", "deallocation", "autoallocation", "migration", "spottoearn", "earntospot")


class KrakenLedger:
    """Entries in, records out; an entry whose partner has not come yet waits for it."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._waiting: dict[str, list[Row]] = {}

    def read(self, row: Row) -> Iterator[Record]:
        """The records that are complete with this entry. Raises ValueError for one that cannot be understood."""
        info = row["info"]
        kind, subtype = str(info.get("type", "")).lower(), str(info.get("subtype", "")).lower()
        if subtype in _INTERNAL or subtype in _INTERNAL_EARN:
            return
        reference = reference_of(row)
        if reference and _signed(row):
            _asset(row), instant(row.get("timestamp"))  # what cannot be understood is not worth waiting with
            group = self._waiting.setdefault(reference, [])
            group.append(row)
            if len({_signed(each) > 0 for each in group}) == 2:
                yield from self._trade(reference, self._waiting.pop(reference))
        else:
            yield from self._single(row, kind, subtype)

    def rest(self) -> Iterator[Record]:
        """What found no partner: visible as what came in or went out."""
        while self._waiting:
            reference, group = self._waiting.popitem()
            for row in group:
                yield from self._single(row, "trade", f"of {reference}, whose other side Kraken does not show")

    def _trade(self, reference: str, rows: list[Row]) -> Iterator[Record]:
        time = min(instant(row.get("timestamp")) for row in rows)
        came = next(row for row in rows if _signed(row) > 0)
        went = next(row for row in rows if _signed(row) < 0)
        received, sent = Quantity(_signed(came), _asset(came)), Quantity(-_signed(went), _asset(went))
        fees = [fee for row in rows if (fee := _fee(row))]
        kind = trade_kind(sent, received)
        first = fees[0] if fees else None
        yield Record(reference, time, self._account, kind, received, sent, first)
        for fee in fees[1:]:
            yield Record(f"{reference}:fee:{fee.asset}", time, self._account, Kind.FEE, fee=fee, note="further fee")

    def _single(self, row: Row, kind: str, subtype: str) -> Iterator[Record]:
        quantity, fee = _signed(row), _fee(row)
        note = " ".join(filter(None, (kind, subtype)))
        own, time = key_of(row), instant(row.get("timestamp"))
        if quantity:
            moved = Quantity(abs(quantity), _asset(row))
            meaning = _kind(kind, gained=quantity > 0)
            received, sent = (moved, None) if quantity > 0 else (None, moved)
            yield Record(own, time, self._account, meaning, received, sent, fee, note=note)
        elif fee:
            yield Record(own, time, self._account, Kind.FEE, fee=fee, note=note)


def ledger_pages(asker: Asker, since: int, until: int, position: int | None) -> AsyncIterator[Step]:
    """The entries in (since, until], newest first. A position is how many were passed."""
    return _Pages(asker, since, until).walk(position or 0)


class _Pages:
    """A walk through the ledger of a span."""

    def __init__(self, asker: Asker, since: int, until: int) -> None:
        self._asker = asker
        self._since = since
        # Kraken's span begins behind `start`, and counts in seconds.
        self._span = {"start": max(since // 1000 - 1, 0), "end": until // 1000 + 1}
        self._count = 0

    async def walk(self, position: int) -> AsyncIterator[Step]:
        halves: dict[str, tuple[int, int]] = {}
        async for step in by_offset(self._ask, position):
            for row in step.rows:
                reference = reference_of(row)
                if reference and _moves(row) and halves.pop(reference, None) is None:
                    halves[reference] = position, place_of(row, numbered=False, otherwise=self._since)
            position = step.position
            # A walk is gone on with before the first half of a trade whose other half had not come.
            yield replace(step, position=min([position, *(page for page, _ in halves.values())]))
        if position < self._count:
            doubt = f"it has {self._count} entries and shows {position}"
            yield Step((), position, doubt, (self._since,))
        if halves:
            trades = "a trade" if len(halves) == 1 else f"{len(halves)} trades"
            again = tuple(time - _APART for _, time in halves.values())
            yield Step((), position, f"one side of {trades} is not shown", again)

    async def _ask(self, offset: int) -> list[Row]:
        told = await self._asker.ask("private_post_ledgers", {**self._span, "ofs": offset})
        result = told.get("result")
        entries = result.get("ledger") if isinstance(result, Mapping) else None
        if not isinstance(entries, Mapping) or not all(isinstance(each, Mapping) for each in entries.values()):
            raise OddAnswer(f"{self._asker.label} gave no ledger where one belongs.")
        self._count = int(amount(result.get("count")) or 0)
        return [self._row(own, entry) for own, entry in entries.items()]

    def _row(self, own: str, entry: Mapping[str, Any]) -> Row:
        """The entry as ccxt words it."""
        row = {"id": own, "info": entry, "currency": self._asker.client.safe_currency_code(entry.get("asset"))}
        seconds = _number(entry.get("time"))
        return row if seconds is None else {**row, "timestamp": int(seconds * 1000)}


def reference_of(row: Row) -> str:
    """What joins an entry with the other side of its trade; "" for what is no trade."""
    info = row["info"]
    return str(info.get("refid") or "") if str(info.get("type", "")).lower() in _TRADES else ""


def _kind(kind: str, *, gained: bool) -> Kind:
    if kind in _MARGIN:
        return Kind.MARGIN_PROFIT if gained else Kind.MARGIN_LOSS
    if not gained:
        return Kind.WITHDRAWAL
    return income_kind("staking" if kind == "earn" else kind) if kind in _INCOME else Kind.DEPOSIT


def _moves(row: Row) -> bool:
    return bool(_number(row["info"].get("amount")))


def _number(value: Any) -> Decimal | None:
    """None for what is no number."""
    try:
        return amount(value)
    except OddAnswer:
        return None


def _signed(row: Row) -> Decimal:
    value = amount(row["info"].get("amount"))
    if value is None:
        raise ValueError("an entry without an amount")
    return value


def _fee(row: Row) -> Quantity | None:
    value = amount(row["info"].get("fee"))
    return Quantity(value, _asset(row)) if value else None


def _asset(row: Row) -> str:
    code = row.get("currency")
    if not code:
        raise ValueError("an entry without an asset")
    return str(code)
