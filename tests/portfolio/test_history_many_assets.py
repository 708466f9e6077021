"""Many assets are looked at a few at a time, which shows in nothing."""

from __future__ import annotations

from datetime import date
from itertools import chain

import numpy as np
import pytest
from kit_portfolio_tracker.core.history import ChangesByDay, sum_up

FIRST = date(2020, 1, 1)
ASSETS, DAYS, CHANGES = 60, 1500, 3000


def test_many_assets_are_worth_what_each_of_them_is_worth() -> None:
    draw = np.random.default_rng(7)
    asset, day = draw.integers(0, ASSETS, CHANGES), draw.integers(0, DAYS, CHANGES)
    change, crosses = draw.normal(0, 5, CHANGES), draw.random(CHANGES) < 0.3
    no, nobody = np.zeros(CHANGES, dtype=bool), np.full(CHANGES, -1)
    prices = draw.random((ASSETS, DAYS)) + 1
    prices[3, 200:300] = prices[ASSETS - 1, :700] = np.nan
    names = [f"A{number:02}" for number in range(ASSETS)]
    together = sum_up(FIRST, names, ChangesByDay(asset, day, change, crosses, no, nobody, no), prices)

    alone = []
    for number, name in enumerate(names):
        own = asset == number
        mine = ChangesByDay(asset[own] * 0, day[own], change[own], crosses[own], no[own], nobody[own], no[own])
        alone.append(sum_up(FIRST, [name], mine, prices[[number]]))
    for column in ("value", "inflow", "outflow"):
        added = np.sum([getattr(each, column) for each in alone], axis=0)
        assert getattr(together, column) == pytest.approx(added.tolist(), rel=1e-9, abs=1e-6)
    for place, unpriced in enumerate(together.unpriced):
        assert unpriced.split() == sorted(chain.from_iterable(each.unpriced[place].split() for each in alone))
    assert together.unpriced[250].startswith("A03")


def test_what_a_sum_of_floats_leaves_of_nothing_is_no_holding() -> None:
    change = np.array([0.1, 0.2, -0.3])
    no, nobody = np.zeros(3, dtype=bool), np.full(3, -1)
    changes = ChangesByDay(np.zeros(3, dtype=np.int64), np.arange(3), change, no, no, nobody, no)
    found = sum_up(FIRST, ["BTC"], changes, np.array([[1.0, 1.0, 1e18]]))
    assert found.value == pytest.approx([0.1, 0.3, 0])
    assert found.value[2] == 0
