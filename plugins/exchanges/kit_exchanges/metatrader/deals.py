"""Deals, a terminal's ledger: balance operations and trades, as records.

A trade on margin moves no asset: what stays of it is its result, its swap and its costs, all in the account's
currency. The costs stand as a fee beside the result (without a result: as a record of their own), and the note
of each of these records begins with “margin”, since fees on margin count apart from the other fees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from kit import Kind, Quantity, Record, exact_math, plain

from .symbols import figure, text, whole

SOURCE = "metatrader"
TRADES = {0: "buy", 1: "sell", 13: "buy cancelled", 14: "sell cancelled"}
CREDIT = 3
# Type: what it is called, what an amount that came in is, what one that went out is.
OPERATIONS: dict[int, tuple[str, Kind, Kind]] = {
    2: ("", Kind.DEPOSIT, Kind.WITHDRAWAL),
    3: ("credit", Kind.DEPOSIT, Kind.WITHDRAWAL),
    4: ("charge", Kind.DEPOSIT, Kind.FEE),
    5: ("correction", Kind.DEPOSIT, Kind.WITHDRAWAL),
    6: ("bonus", Kind.REWARD, Kind.WITHDRAWAL),
    7: ("commission", Kind.REWARD, Kind.FEE),
    8: ("daily commission", Kind.REWARD, Kind.FEE),
    9: ("monthly commission", Kind.REWARD, Kind.FEE),
    10: ("daily agent commission", Kind.REWARD, Kind.FEE),
    11: ("monthly agent commission", Kind.REWARD, Kind.FEE),
    12: ("interest", Kind.INTEREST, Kind.FEE),
    15: ("dividend", Kind.REWARD, Kind.MARGIN_LOSS),
    16: ("franked dividend", Kind.REWARD, Kind.MARGIN_LOSS),
    17: ("tax", Kind.DEPOSIT, Kind.SPEND),
}


@exact_math()
def moved(deal: Mapping[str, Any]) -> Decimal:
    """What the deal changed the account's balance by. Raises OddAnswer where a figure is missing."""
    return sum((figure(deal, part) for part in ("profit", "swap")), _costs(deal))


@dataclass(frozen=True, slots=True)
class Ledger:
    """Whose deals they are, and the currency they are counted in."""

    account: str
    currency: str


def records_of(deal: Mapping[str, Any], ledger: Ledger, time: datetime) -> Iterator[Record]:
    """What the deal was, in at most three records; none where it moved nothing. Raises OddAnswer."""
    kind = whole(deal, "type")
    if kind in TRADES:
        yield from _trade(deal, ledger, time)
        return
    label, gained, spent = OPERATIONS.get(kind, (f"operation {kind}", Kind.DEPOSIT, Kind.WITHDRAWAL))
    amount = moved(deal)
    if amount:
        note = ": ".join(filter(None, (label, text(deal, "comment"))))
        plain_event = Record(_id(deal), time, ledger.account, gained if amount > 0 else spent, note=note, source=SOURCE)
        yield _with(plain_event, amount, ledger.currency)


def _trade(deal: Mapping[str, Any], ledger: Ledger, time: datetime) -> Iterator[Record]:
    profit, swap, costs = figure(deal, "profit"), figure(deal, "swap"), _costs(deal)
    fee = Quantity(costs.copy_negate(), ledger.currency) if costs < 0 else None
    bare = Record(_id(deal), time, ledger.account, Kind.FEE, fee=fee, note=_note(deal), source=SOURCE)
    if profit:
        yield _with(replace(bare, kind=_result(profit)), profit, ledger.currency)
    elif fee:
        yield bare
    for amount, name in ((swap, "swap"), (max(costs, Decimal(0)), "rebate")):
        if amount:
            aside = replace(bare, id=f"{bare.id}:{name}", kind=_result(amount), fee=None, note=f"{bare.note}, {name}")
            yield _with(aside, amount, ledger.currency)


def _result(amount: Decimal) -> Kind:
    return Kind.MARGIN_PROFIT if amount > 0 else Kind.MARGIN_LOSS


def _with(record: Record, amount: Decimal, currency: str) -> Record:
    """The record with what came in or went out."""
    quantity = Quantity(amount.copy_abs(), currency)
    if record.kind is Kind.FEE:
        return replace(record, fee=quantity)
    return replace(record, received=quantity) if amount > 0 else replace(record, sent=quantity)


@exact_math()
def _costs(deal: Mapping[str, Any]) -> Decimal:
    """Commission and fee: negative where they were paid. Terminals of older versions know no fee."""
    return figure(deal, "commission") + (figure(deal, "fee") if "fee" in deal else Decimal(0))


def _id(deal: Mapping[str, Any]) -> str:
    return f"deal:{whole(deal, 'ticket')}"


def _note(deal: Mapping[str, Any]) -> str:
    said = f"{TRADES[whole(deal, 'type')]} {plain(figure(deal, 'volume'))} lots of {text(deal, 'symbol')}"
    return f"margin: position {whole(deal, 'position_id')}, {said}"
