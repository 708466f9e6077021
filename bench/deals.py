"""The purchases and sales of a synthetic ledger: what every tool has a word for."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from .ledgers import HEADER, rows

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Deal:
    """A coin bought or sold for money. `value` is what was paid or got, the fee not in it; `time` as in ISO 8601."""

    time: str
    bought: bool
    coin: str
    quantity: Decimal
    value: Decimal
    fee: Decimal

    @property
    def unit_price(self) -> Decimal:
        return self.value / self.quantity


def deals(count: int) -> list[Deal]:
    """So many of them, by time, over six years.

    A trade of two coins is a sale and a purchase at its value, income a purchase without a fee. Fees in coins and
    transfers are left out, and all is held in one place: tools differ in what these mean.
    """
    return list(islice(_deals(count), count))


def _deals(count: int) -> Iterator[Deal]:
    for row in csv.DictReader([HEADER, *rows(count)]):
        got, gone = row["received_asset"], row["sent_asset"]
        fee = Decimal(row["fee_quantity"]) if row["fee_asset"] == "USD" else _NONE
        if gone and gone != "USD" and got:
            value = Decimal(row["received_quantity"] if got == "USD" else row["value"])
            yield Deal(row["time"], False, gone, Decimal(row["sent_quantity"]), value, fee)
        if got and got != "USD":
            value = Decimal(row["sent_quantity"] if gone == "USD" else row["value"])
            yield Deal(row["time"], True, got, Decimal(row["received_quantity"]), value, fee)
