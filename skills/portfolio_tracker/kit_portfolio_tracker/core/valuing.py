"""What a record was worth in the base currency. FORMULAS §5 and §6.

One value for both legs of a trade, the first of: its leg in the base currency; the value its source tells; its leg in
other state money, at the rate of the day; the price of what was given; the price of what was received.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from kit import Money, Quantity, Record

from .fiat import FIAT

Rate = Callable[[str, date], Decimal | None]
"""What one unit of an asset was worth on a UTC day in the base currency; None where nobody knows."""


class Valuer:
    """Values in `currency`, at the rates of `rate`."""

    def __init__(self, currency: str, rate: Rate) -> None:
        self.currency = currency
        self._rate = rate

    def price(self, asset: str, time: datetime) -> Decimal | None:
        return Decimal(1) if asset == self.currency else self._rate(asset, time.astimezone(UTC).date())

    def worth(self, asset: str, amount: Decimal, time: datetime) -> Decimal | None:
        """At the market. The caller is in exact_math."""
        if asset == self.currency:
            return amount
        price = self._rate(asset, time.astimezone(UTC).date())
        return None if price is None else amount * price

    def told(self, value: Money | None, time: datetime) -> Decimal | None:
        """What the source says, converted."""
        return None if value is None else self.worth(value.currency, value.amount, time)

    def of_trade(self, record: Record) -> Decimal | None:
        """The one value of both legs."""
        sent, received = record.sent, record.received
        if sent is not None and sent.asset == self.currency:
            return sent.amount
        if received is not None and received.asset == self.currency:
            return received.amount
        value = self.told(record.value, record.time)
        if value is not None:
            return value
        legs = [leg for leg in (sent, received) if leg is not None]
        for leg in sorted(legs, key=lambda each: each.asset not in FIAT):
            if (found := self.worth(leg.asset, leg.amount, record.time)) is not None:
                return found
        return None

    def of_fee(self, record: Record, fee: Quantity, trade: Decimal | None) -> Decimal | None:
        """Of a trade's fee: at the trade's own price where it was paid in one of its coins. `trade` is its value."""
        if trade is not None and fee.asset != self.currency:
            for leg in (record.sent, record.received):
                if leg is not None and leg.asset == fee.asset and leg.amount:
                    return trade * fee.amount / leg.amount
        return self.worth(fee.asset, fee.amount, record.time)

    def of_leg(self, record: Record, leg: Quantity) -> Decimal | None:
        """Of something that came or went alone: what the source says, else the market."""
        value = self.told(record.value, record.time)
        return self.worth(leg.asset, leg.amount, record.time) if value is None else value
