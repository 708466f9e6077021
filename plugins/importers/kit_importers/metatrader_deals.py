"""Deals of a MetaTrader report as records: the same kinds and the same ids that a connected account brings.

So a report and `kit sync` of one account count each deal once. A trade on margin moves no asset: what stays of it
is its result, its swap and its costs, in the account's currency, with a note that begins with “margin”.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from kit import Kind, Quantity, Record, exact_math

SOURCE = "metatrader-report"
TRADES = {
    "buy": "buy",
    "sell": "sell",
    "buy canceled": "buy cancelled",
    "canceled buy": "buy cancelled",
    "sell canceled": "sell cancelled",
    "canceled sell": "sell cancelled",
}
# Type: what it is called, what an amount that came in is, what one that went out is. Builds word some differently.
OPERATIONS: dict[str, tuple[str, Kind, Kind]] = {
    "balance": ("", Kind.DEPOSIT, Kind.WITHDRAWAL),
    "credit": ("credit", Kind.DEPOSIT, Kind.WITHDRAWAL),
    "charge": ("charge", Kind.DEPOSIT, Kind.FEE),
    "correction": ("correction", Kind.DEPOSIT, Kind.WITHDRAWAL),
    "bonus": ("bonus", Kind.REWARD, Kind.WITHDRAWAL),
    "commission": ("commission", Kind.REWARD, Kind.FEE),
    "daily commission": ("daily commission", Kind.REWARD, Kind.FEE),
    "monthly commission": ("monthly commission", Kind.REWARD, Kind.FEE),
    "agent commission": ("agent commission", Kind.REWARD, Kind.FEE),
    "agent daily": ("daily agent commission", Kind.REWARD, Kind.FEE),
    "agent monthly": ("monthly agent commission", Kind.REWARD, Kind.FEE),
    "daily agent commission": ("daily agent commission", Kind.REWARD, Kind.FEE),
    "monthly agent commission": ("monthly agent commission", Kind.REWARD, Kind.FEE),
    "interest": ("interest", Kind.INTEREST, Kind.FEE),
    "interest rate": ("interest", Kind.INTEREST, Kind.FEE),
    "dividend": ("dividend", Kind.REWARD, Kind.MARGIN_LOSS),
    "franked dividend": ("franked dividend", Kind.REWARD, Kind.MARGIN_LOSS),
    "dividend franked": ("franked dividend", Kind.REWARD, Kind.MARGIN_LOSS),
    "tax": ("tax", Kind.DEPOSIT, Kind.SPEND),
}


@dataclass(frozen=True, slots=True)
class Deal:
    """A row of the section Deals. `costs` are commission and fee, negative where they were paid."""

    ticket: str
    time: datetime
    type: str
    symbol: str
    volume: str
    order: str
    costs: Decimal
    swap: Decimal
    profit: Decimal
    comment: str

    @exact_math()
    def moved(self) -> Decimal:
        """What the deal changed the account's balance by."""
        return self.profit + self.swap + self.costs


def records_of(deal: Deal, account: str, currency: str) -> Iterator[Record]:
    """What the deal was, in at most three records; none where it moved nothing.

    Raises ValueError for a type that is not known.
    """
    if deal.type in TRADES:
        yield from _trade(deal, account, currency)
        return
    if deal.type not in OPERATIONS:
        raise ValueError(f"the type “{deal.type}” is not known" if deal.type else "the type is missing")
    label, gained, spent = OPERATIONS[deal.type]
    amount = deal.moved()
    if amount:
        note = ": ".join(filter(None, (label, deal.comment)))
        event = Record(_id(deal), deal.time, account, gained if amount > 0 else spent, note=note, source=SOURCE)
        yield _with(event, amount, currency)


def _trade(deal: Deal, account: str, currency: str) -> Iterator[Record]:
    note = f"margin: order {deal.order}, {TRADES[deal.type]} {deal.volume} lots of {deal.symbol}"
    fee = Quantity(deal.costs.copy_negate(), currency) if deal.costs < 0 else None
    bare = Record(_id(deal), deal.time, account, Kind.FEE, fee=fee, note=note, source=SOURCE)
    if deal.profit:
        yield _with(replace(bare, kind=_result(deal.profit)), deal.profit, currency)
    elif fee:
        yield bare
    for amount, name in ((deal.swap, "swap"), (max(deal.costs, Decimal(0)), "rebate")):
        if amount:
            aside = replace(bare, id=f"{bare.id}:{name}", kind=_result(amount), fee=None, note=f"{note}, {name}")
            yield _with(aside, amount, currency)


def _result(amount: Decimal) -> Kind:
    return Kind.MARGIN_PROFIT if amount > 0 else Kind.MARGIN_LOSS


def _with(record: Record, amount: Decimal, currency: str) -> Record:
    """The record with what came in or went out."""
    quantity = Quantity(amount.copy_abs(), currency)
    if record.kind is Kind.FEE:
        return replace(record, fee=quantity)
    return replace(record, received=quantity) if amount > 0 else replace(record, sent=quantity)


def _id(deal: Deal) -> str:
    return f"deal:{deal.ticket}"
