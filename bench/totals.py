"""What each tool's report adds up to: the gain of all disposals, what is left of each coin."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .ods import read_ods

_NONE = Decimal(0)
# A row of BittyTax: an asset, a day, how it was matched, the quantity, then cost, fees, proceeds and the gain.
_DISPOSAL = re.compile(r"^\S+ +\d\d/\d\d/\d{4} .*£(-?[\d,.]+)$")
_HOLDING = re.compile(r"^(\S+) +([\d,.]+) +£[\d,.-]+ +Not available")
_COLOURS = re.compile(r"\x1b\[\d+m")


@dataclass(frozen=True, slots=True)
class Totals:
    """The sum of all gains, and the units left of each coin that has some."""

    gain: Decimal
    left: dict[str, Decimal]

    def apart(self, other: Totals) -> tuple[Decimal, Decimal]:
        """How far the gains are apart, and the units of the coin that differs most."""
        coins = self.left.keys() | other.left.keys()
        units = max((abs(self.left.get(coin, _NONE) - other.left.get(coin, _NONE)) for coin in coins), default=_NONE)
        return abs(self.gain - other.gain), units


def of_lot_rows(report: Path) -> Totals:
    """Of the CSV that ours and the program around coinbasis write: the gain last in a row, or `left` first."""
    gain, left = _NONE, defaultdict[str, Decimal](Decimal)
    with report.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            if row[0] == "left":
                left[row[1]] += Decimal(row[2])
            else:
                gain += Decimal(row[-1])
    return Totals(gain, _some(left))


def of_rp2(folder: Path) -> Totals:
    """Of the spreadsheets of rp2: the yearly sums of each coin's tax sheet, the balances of its open positions."""
    gain, left = _NONE, defaultdict[str, Decimal](Decimal)
    for name, rows in read_ods(folder / "fifo_rp2_full_report.ods").items():
        if name.endswith(" Tax"):
            for row in rows:
                if row[1:2] == [name.removesuffix(" Tax")] and row[3] in {"LONG", "SHORT"}:
                    gain += Decimal(row[2])
    for row in read_ods(folder / "fifo_open_positions.ods")["Asset"]:
        if len(row) > 2 and row[1] == "Holder" and row[0] != "Asset":
            left[row[0]] += Decimal(row[2])
    return Totals(gain, _some(left))


def of_bittytax(report: Path) -> Totals:
    """Of the report that BittyTax prints: every disposal's gain, in whole pennies, and the current holdings."""
    gain, left = _NONE, dict[str, Decimal]()
    for coloured in report.read_text(encoding="utf-8").splitlines():
        line = _COLOURS.sub("", coloured).rstrip()
        if found := _DISPOSAL.match(line):
            gain += Decimal(found[1].replace(",", ""))
        elif found := _HOLDING.match(line):
            left[found[1]] = Decimal(found[2].replace(",", ""))
    return Totals(gain, _some(left))


def _some(left: dict[str, Decimal]) -> dict[str, Decimal]:
    return {coin: quantity for coin, quantity in left.items() if quantity}
