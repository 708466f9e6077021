"""Lists of filled orders, one row a trade: OKX and Huobi (HTX). Times are UTC; a fee stands beside both legs.

    OKX      Order ID,Trade ID,Trade Time,Pairs,Amount,Price,Total,taker/maker,Fee,unit
    Huobi    Time,Type,Pair,Side,Price,Amount,Total,Fee

OKX tells the side by the sign of the amount. Huobi's total is cut off after four places, so price × amount counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kit import ImportedRow, Importer, ImportSource, Kind, Quantity, exact_math

from .events import Event, leg, record_rows
from .fields import number
from .moments import moment
from .tables import Layout, TableRow, one_of
from .trades import is_purchase, split_pair
from .zones import wall_clock

_AMOUNT = re.compile(r"(-?[0-9.]+)\s*([A-Za-z0-9]+)")


@dataclass(frozen=True, slots=True)
class Fills:
    """A venue's list: its columns, and how a row reads. `told` is the column that distinguishes like rows."""

    name: str
    label: str
    columns: tuple[str, ...]
    further: tuple[str, ...]
    fill: Callable[[TableRow], tuple[Quantity, Quantity, Quantity | None, str]]
    time: str
    told: str = ""

    @property
    def importer(self) -> Importer:
        layout = Layout((self.columns,), one_of(*self.further) if self.further else one_of("-"))

        def read(source: ImportSource) -> Iterator[ImportedRow]:
            clock = wall_clock(source.timezone)
            account = source.account or self.name

            def understand(row: TableRow) -> Event:
                received, sent, fee, own = self.fill(row)
                return Event(moment(row.get(self.time), clock), account, Kind.TRADE, received, sent, fee, id=own)

            return record_rows(layout.rows(source.path), self.name, understand, *([self.told] if self.told else []))

        return Importer(self.name, self.label, layout.match, read, venue=self.name)


@exact_math()
def _okx(row: TableRow) -> tuple[Quantity, Quantity, Quantity | None, str]:
    base, quote = split_pair(row.get("pairs"))
    amount, (total, asset) = number(row.get("amount"), "amount"), _with_asset(row.get("total"), "total")
    if asset != quote:
        raise ValueError(f"the total is in {asset}, and the pair in {quote}")
    things = _some(str(abs(amount)), base, "amount"), _some(total.lstrip("-"), quote, "total")
    fee, paid_in = _with_asset(row.get("fee"), "fee")
    received, sent = things if amount > 0 else (things[1], things[0])
    return received, sent, leg(fee.lstrip("-"), paid_in, "fee"), row.get("trade id")


@exact_math()
def _huobi(row: TableRow) -> tuple[Quantity, Quantity, Quantity | None, str]:
    base, quote = split_pair(row.get("pair"))
    amount = number(row.get("amount"), "amount")
    things = _some(row.get("amount"), base, "amount"), Quantity(number(row.get("price"), "price") * amount, quote)
    fee, paid_in = _with_asset(row.get("fee"), "fee")
    received, sent = things if is_purchase(row.get("side")) else (things[1], things[0])
    return received, sent, leg(fee, paid_in, "fee"), ""


def _some(amount: str, asset: str, what: str) -> Quantity:
    found = leg(amount, asset, what)
    if found is None:
        raise ValueError(f"the {what} is missing")
    return found


def _with_asset(text: str, what: str) -> tuple[str, str]:
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise ValueError(f"the {what} “{text}” is not a quantity of something")
    return found[1], found[2].upper()


OKX = Fills(
    "okx",
    "OKX trades",
    ("order id", "trade id", "trade time", "pairs", "amount", "price", "total", "fee"),
    ("taker/maker", "unit"),
    _okx,
    "trade time",
).importer
HUOBI = Fills(
    "huobi",
    "Huobi (HTX) trades",
    ("time", "type", "pair", "side", "price", "amount", "total", "fee"),
    (),
    _huobi,
    "time",
).importer
