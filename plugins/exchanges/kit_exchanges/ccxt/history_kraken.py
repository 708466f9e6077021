"""Kraken's ledger: the one answer that tells everything, fees included.

A trade is two entries with one reference, one after the other; TradesHistory would tell it again, so it is not
asked. What moves between Kraken's own wallets (spot, staked, earn) is no event of the account.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kit import Kind, Quantity, Record

from .figures import amount, instant
from .history_paging import Row, key_of
from .history_records import income_kind, trade_kind

_TRADES = frozenset({"trade", "spend", "receive", "conversion", "sale"})
_MARGIN = frozenset({"margin", "rollover", "settled"})
_INCOME = frozenset(
    {"staking", "earn", "reward", "dividend", "credit", "airdrop", "interest", "invite bonus", "referral"}
)
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
        if kind in _TRADES and info.get("refid"):
            group = self._waiting.setdefault(str(info["refid"]), [])
            group.append(row)
            if len({_signed(each) > 0 for each in group if _signed(each)}) == 2:
                yield from self._trade(str(info["refid"]), self._waiting.pop(str(info["refid"])))
        else:
            yield from self._single(row, kind, subtype)

    def rest(self) -> Iterator[Record]:
        """What found no partner: visible as what came in or went out."""
        while self._waiting:
            reference, group = self._waiting.popitem()
            for row in group:
                yield from self._single(row, "trade", f"of {reference}, whose other side Kraken does not show")

    def _trade(self, reference: str, rows: list[Row]) -> Iterator[Record]:
        time = min(instant(row["timestamp"]) for row in rows)
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
        own, time = key_of(row), instant(row["timestamp"])
        if quantity:
            moved = Quantity(abs(quantity), _asset(row))
            meaning = _kind(kind, gained=quantity > 0)
            received, sent = (moved, None) if quantity > 0 else (None, moved)
            yield Record(own, time, self._account, meaning, received, sent, fee, note=note)
        elif fee:
            yield Record(own, time, self._account, Kind.FEE, fee=fee, note=note)


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
