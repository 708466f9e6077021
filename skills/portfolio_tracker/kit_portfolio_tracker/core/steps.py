"""How a record changes what is held, and which of it crosses the boundary of one's own accounts. FORMULAS, notation.

A transfer between own accounts leaves only its fee: what is on its way counts as held, so that no day shows a fall
that was none. What no own account matches is a flow, and so are gifts, spending and trades of which only one side is
known. Income, fees, losses and the results of margin trading are none: they are what a portfolio earns and costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from kit import Kind, Record

from .events import INCOME, RecordKey
from .fiat import FIAT

if TYPE_CHECKING:
    from .transfer_pairs import Match


class Part(Enum):
    """What a change of quantity is, to whoever holds it."""

    FLOW = "flow"
    TRADE = "trade"
    INCOME = "income"
    FEE = "fee"
    RESULT = "result"


N = TypeVar("N", float, Decimal)
"""A float where speed counts, a Decimal where every digit does."""


class Step(NamedTuple, Generic[N]):
    """`change` more of an asset. `unmatched` marks what came from, or went to, nobody knows where.

    `partner` is the other asset of a trade. `invested` marks state money, fee included, that bought coins, or coins
    that were bought with money nobody told of.
    """

    asset: str
    change: N
    part: Part
    unmatched: bool = False
    partner: str | None = None
    invested: bool = False


class Legs(NamedTuple, Generic[N]):
    """A record, as far as quantities go."""

    account: str
    id: str
    kind: str
    received_asset: str | None
    received: N | None
    sent_asset: str | None
    sent: N | None
    fee_asset: str | None
    fee: N | None
    to_account: str | None


_MOVES = frozenset({Kind.DEPOSIT.value, Kind.WITHDRAWAL.value, Kind.TRANSFER.value})
_PARTS = {kind.value: Part.INCOME for kind in INCOME} | {
    Kind.BUY.value: Part.TRADE,
    Kind.SELL.value: Part.TRADE,
    Kind.TRADE.value: Part.TRADE,
    Kind.GIFT_RECEIVED.value: Part.FLOW,
    Kind.GIFT_SENT.value: Part.FLOW,
    Kind.DONATION.value: Part.FLOW,
    Kind.SPEND.value: Part.FLOW,
    Kind.LOST.value: Part.RESULT,
    Kind.FEE.value: Part.FEE,
    Kind.MARGIN_PROFIT.value: Part.RESULT,
    Kind.MARGIN_LOSS.value: Part.RESULT,
}


class Steps(Generic[N]):
    """Makes steps of records, for all accounts together or for some of them, where a transfer to another is a flow.

    `number` turns a quantity of a match into the numbers that are used.
    """

    def __init__(
        self,
        matches: Mapping[RecordKey, Match],
        number: Callable[[Decimal], N],
        *,
        accounts: frozenset[str] | None = None,
    ) -> None:
        self._matches = matches
        self._number: Callable[[Decimal], N] = number
        self._accounts = accounts

    def of(self, legs: Legs[N]) -> Iterator[Step[N]]:
        """What the record does to the chosen accounts. Its fee is a step of its own."""
        kind, own = legs.kind, self._accounts is None or legs.account in self._accounts
        if kind in _MOVES:
            yield from self._transfer(legs, own=own)
        elif own:
            part = _PARTS[kind]
            if part is Part.TRADE and (legs.sent is None or legs.received is None):
                part = Part.FLOW
            bought = _is_purchase(legs)
            if legs.received is not None and legs.received_asset is not None:
                alone = bought and legs.sent is None
                yield Step(legs.received_asset, legs.received, part, partner=legs.sent_asset, invested=alone)
            if legs.sent is not None and legs.sent_asset is not None:
                yield Step(legs.sent_asset, -legs.sent, part, partner=legs.received_asset, invested=bought)
        if own and legs.fee is not None and legs.fee_asset is not None:
            yield Step(legs.fee_asset, -legs.fee, Part.FEE, invested=legs.fee_asset in FIAT and _is_purchase(legs))

    def _transfer(self, legs: Legs[N], *, own: bool) -> Iterator[Step[N]]:
        sent, received, everything = legs.sent, legs.received, self._accounts is None
        if sent is not None and legs.sent_asset is not None and legs.to_account:
            there = everything or legs.to_account in (self._accounts or ())
            if own is not there:
                yield Step(legs.sent_asset, -sent if own else sent, Part.FLOW)
            return
        if not own:
            return
        key = RecordKey(legs.account, legs.id)
        match = self._matches.get(key)
        if match is not None and self._within(match):
            if match.out == key and match.sent != match.received:
                yield Step(match.asset, self._number(match.received) - self._number(match.sent), Part.FEE)
            return
        unmatched = match is None
        if received is not None and legs.received_asset is not None:
            yield Step(legs.received_asset, received, Part.FLOW, unmatched)
        if sent is not None and legs.sent_asset is not None:
            yield Step(legs.sent_asset, -sent, Part.FLOW, unmatched)

    def _within(self, match: Match) -> bool:
        return self._accounts is None or {match.out.account, match.into.account} <= self._accounts


def _is_purchase(legs: Legs[N]) -> bool:
    """Whether coins came for state money. FORMULAS §2, fiat invested."""
    if legs.received_asset is None or legs.received_asset in FIAT or _PARTS.get(legs.kind) is not Part.TRADE:
        return False
    return legs.sent_asset in FIAT if legs.sent_asset is not None else legs.kind == Kind.BUY.value


def legs_of(record: Record) -> Legs[Decimal]:
    """A record's legs, exact."""
    received, sent, fee = record.received, record.sent, record.fee
    return Legs(
        record.account,
        record.id,
        record.kind.value,
        received.asset if received else None,
        received.amount if received else None,
        sent.asset if sent else None,
        sent.amount if sent else None,
        fee.asset if fee else None,
        fee.amount if fee else None,
        record.to_account,
    )
