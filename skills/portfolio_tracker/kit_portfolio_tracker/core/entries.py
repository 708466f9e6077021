"""Records as events: what came in, what went out, what moved, what it was worth. FORMULAS §2 and §6.

Fees of a trade: in the received coin they lower what came in; in the sold coin they go out with it, and the proceeds
stay; in money or a third coin they are added to the cost of what came in, or, where money came in, are taken off the
proceeds; a third coin is a disposal of its own besides. Of a fee without a price only that is left out: what it was
paid for counts, flagged. Fees of everything else are disposals of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from kit import Kind, Quantity, Record

from .events import INCOME, Acquire, Count, Dispose, Event, Figure, Flag, Move, RecordKey
from .fiat import FIAT
from .plan import Plan, TransferFees
from .valuing import Rate, Valuer

if TYPE_CHECKING:
    from .transfer_pairs import Match

_TRADES = frozenset({Kind.BUY, Kind.SELL, Kind.TRADE})
_MOVES = frozenset({Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.TRANSFER})
_MARGIN = frozenset({Kind.MARGIN_PROFIT, Kind.MARGIN_LOSS})
_NONE = Decimal(0)


class Entries:
    """Makes events of records. `matches` are the transfers between own accounts, by each of their two records."""

    def __init__(self, plan: Plan, rate: Rate, matches: Mapping[RecordKey, Match] | None = None) -> None:
        self._plan = plan
        self._value = Valuer(plan.currency, rate)
        self._matches = matches or {}
        self._names = plan.names

    def of(self, record: Record) -> Iterator[Event]:
        """The events of one record; a quantity that is not positive is none. The caller is in exact_math."""
        nonsense = renamed = False
        for leg in (record.received, record.sent, record.fee):
            if leg is not None:
                nonsense = nonsense or leg.amount <= _NONE
                renamed = renamed or leg.asset in self._names.changed
        if nonsense:
            record = _without_nonsense(record)
        events = self._of(record, RecordKey(record.account, record.id))
        return map(self._renamed, events) if renamed else events

    def _of(self, record: Record, key: RecordKey) -> Iterator[Event]:
        if record.kind in _TRADES:
            if record.sent and record.received and self._same(record.sent.asset, record.received.asset):
                return self._exchange(record, key, record.sent, record.received)
            return self._trade(record, key)
        if record.kind in _MOVES:
            return self._transfer(record, key)
        if record.kind in _MARGIN:
            return self._margin(record, key)
        return self._single(record, key)

    def _same(self, one: str, other: str) -> bool:
        if one == other or (one not in self._names.changed and other not in self._names.changed):
            return one == other
        return self._names.latest(one) == self._names.latest(other) and one not in FIAT

    def _renamed(self, event: Event) -> Event:
        """The event under the name that its asset has now."""
        if event.asset in self._names.changed:
            if not isinstance(event, Count):
                event.quantity = self._names.scaled(event.asset, event.quantity)
            event.asset = self._names.latest(event.asset)
        return event

    def _exchange(self, record: Record, key: RecordKey, sent: Quantity, received: Quantity) -> Iterator[Event]:
        """An asset for itself, under another name perhaps: nothing is disposed of but what went missing."""
        more = self._names.scaled(received.asset, received.amount) - self._names.scaled(sent.asset, sent.amount)
        name = self._names.latest(received.asset)
        if more > 0:
            yield _acquire(record, key, name, more, self._value.worth(name, more, record.time))
        elif more < 0:
            yield from self._fee(record, key, Quantity(-more, name), Figure.FEES)
        yield from self._own_fee(record, key, Figure.FEES)

    def _trade(self, record: Record, key: RecordKey) -> Iterator[Event]:
        """The coins that came and those that left, at the one value of the trade; its fee as the module's head says."""
        fee, flag, beside = record.fee, None, _NONE
        came, left = _if_coins(record.received), _if_coins(record.sent)
        in_came = fee.amount if fee and came and fee.asset == came.asset else _NONE
        in_left = fee.amount if fee and left and fee.asset == left.asset else _NONE
        value = self._value.of_trade(record)
        fee_value = _NONE if fee is None else self._value.of_fee(record, fee, value)
        if fee and not in_came and not in_left and self._plan.include_fees:
            flag, beside = (Flag.MISSING_FEE, _NONE) if fee_value is None else (None, fee_value)
        if came is not None:
            quantity = came.amount - in_came
            cost = _less(value, fee_value) if in_came and not self._plan.include_fees else _plus(value, beside)
            if quantity > 0:
                yield _acquire(record, key, came.asset, quantity, cost, flag=flag)
            elif quantity < 0:
                yield _dispose(record, key, came.asset, -quantity, Kind.FEE, proceeds=_less(fee_value, value))
        if left is not None:
            quantity = left.amount + in_left
            if came is not None:  # its cost has the fee
                flag, beside = None, _NONE
            yield _dispose(record, key, left.asset, quantity, record.kind, proceeds=value, fee=beside, flag=flag)
        if (came is None) is not (left is None):
            yield from self._for_money(record, key, value, fee_value)
        if fee is not None:
            in_money = fee.asset in FIAT
            if not in_money and not in_came and not in_left:
                yield _dispose(record, key, fee.asset, fee.amount, Kind.FEE, proceeds=fee_value)
            asset = _main_asset(record) if in_money else fee.asset
            yield Count(record.time, asset, record.account, key, Figure.FEES, fee_value)

    def _for_money(
        self, record: Record, key: RecordKey, value: Decimal | None, fee_value: Decimal | None
    ) -> Iterator[Count]:
        """What coins were bought with or sold for; the value of the trade, where nothing else is known."""
        bought = record.received is not None and record.received.asset not in FIAT
        coins, money = (record.received, record.sent) if bought else (record.sent, record.received)
        if coins is None or (money is None and record.kind is not (Kind.BUY if bought else Kind.SELL)):
            return
        amount = value if money is None else self._value.worth(money.asset, money.amount, record.time)
        if record.fee is not None and record.fee.asset in FIAT:
            amount = _plus(amount, fee_value) if bought else _less(amount, fee_value)
        figure = Figure.FIAT_INVESTED if bought else Figure.FIAT_PROCEEDS
        yield Count(record.time, coins.asset, record.account, key, figure, amount)

    def _transfer(self, record: Record, key: RecordKey) -> Iterator[Event]:
        match = self._matches.get(key)
        if record.sent is not None:
            sent, time = record.sent, record.time
            if record.to_account:
                yield Move(time, sent.asset, record.account, key, record.to_account, time, sent.amount, key)
            elif match is not None and match.out == key:
                yield from self._left(record, key, match)
            elif sent.asset not in FIAT:
                yield _dispose(
                    record, key, sent.asset, sent.amount, Kind.WITHDRAWAL, proceeds=None, flag=Flag.UNMATCHED
                )
        if record.received is not None:
            if match is not None and match.into == key:
                if match.came_at < match.left_at and not match.returned:
                    yield _moving(match, record.time)
                if match.received > match.sent:  # people matched them
                    more = match.received - match.sent
                    yield _acquire(record, key, match.asset, more, _NONE, flag=Flag.MISSING_HISTORY)
            else:
                came = record.received
                yield _acquire(record, key, came.asset, came.amount, _NONE, flag=Flag.MISSING_HISTORY)
        yield from self._own_fee(record, key, Figure.NETWORK_FEES)

    def _left(self, record: Record, key: RecordKey, match: Match) -> Iterator[Event]:
        """What reached its other end, unless a fast clock there has told of it already; and the network's fee."""
        if match.came_at >= match.left_at and not match.returned:
            yield _moving(match, record.time)
        lost = match.sent - match.received
        if lost > 0:
            yield from self._fee(record, key, Quantity(lost, match.asset), Figure.NETWORK_FEES)

    def _margin(self, record: Record, key: RecordKey) -> Iterator[Event]:
        """Profit and loss of margin trading: coins at market value, all else in a bucket of its own."""
        result: Decimal | None = _NONE
        asset = _main_asset(record)
        for leg, sign in ((record.received, 1), (record.sent, -1), (record.fee, -1)):
            if leg is None:
                continue
            if leg is record.fee:
                value = self._value.worth(leg.asset, leg.amount, record.time)
            else:
                value = self._value.of_leg(record, leg)
            result = None if result is None or value is None else result + sign * value
            if leg.asset not in FIAT:
                if sign > 0:
                    yield _acquire(record, key, leg.asset, leg.amount, value)
                else:
                    yield _dispose(record, key, leg.asset, leg.amount, Kind.MARGIN_LOSS, proceeds=value)
        yield Count(record.time, asset, record.account, key, Figure.MARGIN, result)

    def _single(self, record: Record, key: RecordKey) -> Iterator[Event]:
        """Income, gifts, spending, losses, fees: what comes or goes alone."""
        received, sent = record.received, record.sent
        if record.kind is Kind.FEE:
            if sent is not None:
                yield from self._fee(record, key, sent, Figure.FEES)
            yield from self._own_fee(record, key, Figure.FEES)
            if received is not None:
                yield self._came(record, key, received)
            return
        if received is not None and (received.asset not in FIAT or record.kind in INCOME):
            yield self._came(record, key, received)
        if sent is not None and sent.asset not in FIAT:
            lost = record.kind is Kind.LOST or record.kind in INCOME
            kind = Kind.LOST if lost else record.kind
            proceeds = _NONE if lost else self._value.of_leg(record, sent)
            yield _dispose(record, key, sent.asset, sent.amount, kind, proceeds=proceeds)
        yield from self._own_fee(record, key, Figure.FEES)

    def _came(self, record: Record, key: RecordKey, leg: Quantity) -> Acquire:
        free = record.kind is Kind.FORK and not self._plan.forks_are_income
        return _acquire(record, key, leg.asset, leg.amount, _NONE if free else self._value.of_leg(record, leg))

    def _own_fee(self, record: Record, key: RecordKey, figure: Figure) -> Iterator[Event]:
        if record.fee is not None:
            yield from self._fee(record, key, record.fee, figure)

    def _fee(self, record: Record, key: RecordKey, fee: Quantity, figure: Figure) -> Iterator[Event]:
        """A fee that is a disposal at market value, or one at cost where the plan says so of transfers."""
        value = self._value.worth(fee.asset, fee.amount, record.time)
        if fee.asset not in FIAT:
            if figure is Figure.NETWORK_FEES and self._plan.transfer_fees is TransferFees.NO_GAIN:
                yield _dispose(record, key, fee.asset, fee.amount, Kind.TRANSFER, proceeds=None)
            else:
                yield _dispose(record, key, fee.asset, fee.amount, Kind.FEE, proceeds=value)
        asset = fee.asset if fee.asset not in FIAT else _main_asset(record)
        yield Count(record.time, asset, record.account, key, figure, value)


def _acquire(
    record: Record, key: RecordKey, asset: str, quantity: Decimal, cost: Decimal | None, *, flag: Flag | None = None
) -> Acquire:
    if cost is None:
        flag = Flag.MISSING_PRICE
    return Acquire(record.time, asset, record.account, key, record.kind, quantity, cost, flag)


def _dispose(
    record: Record,
    key: RecordKey,
    asset: str,
    quantity: Decimal,
    kind: Kind,
    *,
    proceeds: Decimal | None,
    fee: Decimal = _NONE,
    flag: Flag | None = None,
) -> Dispose:
    return Dispose(record.time, asset, record.account, key, kind, quantity, proceeds, fee, flag)


def _moving(match: Match, time: datetime) -> Move:
    source, target = match.out.account, match.into.account
    moved = min(match.sent, match.received)
    return Move(time, match.asset, source, match.out, target, max(match.came_at, time), moved, match.into)


def _without_nonsense(record: Record) -> Record:
    legs = record.received, record.sent, record.fee
    received, sent, fee = (leg if leg is not None and leg.amount > 0 else None for leg in legs)
    return replace(record, received=received, sent=sent, fee=fee)


def _if_coins(leg: Quantity | None) -> Quantity | None:
    """The leg, where it is of coins; money has no lots."""
    return leg if leg is not None and leg.asset not in FIAT else None


def _main_asset(record: Record) -> str:
    """Whose ledger keeps what a record counts: the coin that came, else the one that went, else the money."""
    for leg in (record.received, record.sent, record.fee):
        if leg is not None and leg.asset not in FIAT:
            return leg.asset
    money = record.received or record.sent or record.fee
    return money.asset if money else ""


def _plus(value: Decimal | None, more: Decimal | None) -> Decimal | None:
    return None if value is None or more is None else value + more


def _less(value: Decimal | None, less: Decimal | None) -> Decimal | None:
    return None if value is None or less is None else value - less
