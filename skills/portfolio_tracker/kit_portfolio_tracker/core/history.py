"""Daily values and flows from changes of quantity and daily prices, many days and assets at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from .daily import DailySeries
from .price_grid import Floats

_RESIDUE = 1e-12
_CELLS = 1 << 15
"""How many days of how many assets are looked at together: few enough for the processor's cache."""


@dataclass(frozen=True, slots=True)
class ChangesByDay:
    """Changes of quantity, one an entry of each column: which asset, how many days after the first, how much more.

    `flow` says which of them cross the boundary of one's accounts, `unmatched` which of these nobody explained.
    `partner` is the other asset of a trade, else -1: what is paid for something without a price leaves the portfolio.
    `invested` marks money that bought coins.
    """

    asset: npt.NDArray[np.int64]
    day: npt.NDArray[np.int64]
    change: Floats
    flow: npt.NDArray[np.bool_]
    unmatched: npt.NDArray[np.bool_]
    partner: npt.NDArray[np.int64]
    invested: npt.NDArray[np.bool_]


def sum_up(first: date, names: Sequence[str], changes: ChangesByDay, prices: Floats) -> DailySeries:
    """The series that follows from changes; before the first day nothing was held.

    Args:
        first: The first day.
        names: What the assets are called.
        changes: What happened on these days.
        prices: What a unit of each asset was worth at each day's end, NaN before anybody knew; shape (assets, days).
    """
    assets, days = prices.shape
    value, inflow, outflow = np.zeros(days), np.zeros(days), np.zeros(days)
    unpriced: list[list[str]] = [[] for _ in range(days)]
    cells = changes.asset * days + changes.day
    moved = np.bincount(cells, changes.change, minlength=assets * days).astype(np.float64, copy=False)
    moved = moved.reshape(assets, days)
    block = max(_CELLS // max(days, 1), 1)
    for start in range(0, assets, block):
        units, price = _held(moved[start : start + block]), prices[start : start + block]
        worth = np.einsum("ad,ad->d", units, price)
        if not np.isnan(worth).any():  # an unknown price makes the whole day's worth unknown, even of nothing
            value += worth
            continue
        known = ~np.isnan(price)
        price = np.where(known, price, 0.0)
        value += np.einsum("ad,ad->d", units, price)
        for asset, day in np.argwhere((units != 0) & ~known).tolist():
            unpriced[day].append(names[start + asset])
        came, went = _crossings(units, price, known)
        inflow += came
        outflow += went
    traded = np.flatnonzero(changes.partner >= 0)
    for_unknown = traded[np.isnan(prices[changes.partner[traded], changes.day[traded]])]
    crossed = np.union1d(np.flatnonzero(changes.flow), for_unknown)
    worth = changes.change[crossed] * prices[changes.asset[crossed], changes.day[crossed]]
    worth = np.where(np.isnan(worth), 0.0, worth)
    inflow += np.bincount(changes.day[crossed], np.where(worth > 0, worth, 0.0), minlength=days)
    outflow += np.bincount(changes.day[crossed], np.where(worth < 0, -worth, 0.0), minlength=days)
    spent = np.flatnonzero(changes.invested)
    money = np.abs(changes.change[spent]) * np.nan_to_num(prices[changes.asset[spent], changes.day[spent]])
    unmatched = np.bincount(changes.day[changes.unmatched], minlength=days)
    return DailySeries(
        first,
        value.tolist(),
        inflow.tolist(),
        outflow.tolist(),
        np.bincount(changes.day[spent], money, minlength=days).tolist(),
        [" ".join(sorted(held)) for held in unpriced],
        unmatched.tolist(),
    )


def _crossings(units: Floats, price: Floats, known: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """What comes in each day because it has a price from now on, and what goes out where less than nothing was held."""
    came, went = np.zeros(units.shape[1]), np.zeros(units.shape[1])
    appeared = np.where(known[:, 1:] & ~known[:, :-1], units[:, :-1] * price[:, 1:], 0.0)
    came[1:] = np.where(appeared > 0, appeared, 0.0).sum(axis=0)
    went[1:] = np.where(appeared < 0, -appeared, 0.0).sum(axis=0)
    return came, went


def _held(moved: Floats) -> Floats:
    """What is held at each day's end. What is left of a sum of floats where the exact sum is zero is no holding."""
    units = np.cumsum(moved, axis=1)
    most = np.abs(moved).max(axis=1, keepdims=True, initial=0.0)
    units[np.abs(units) <= _RESIDUE * most] = 0.0
    return units
