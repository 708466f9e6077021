"""What holds for every portfolio: money that comes or goes is neither profit nor loss."""

from __future__ import annotations

from math import isnan, prod

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core import risk
from kit_portfolio_tracker.core.returns import chain_breaks, daily_returns, known, twr, twr_index

changes = st.lists(st.floats(-0.9, 3.0), min_size=1, max_size=40)
amounts = st.floats(0, 1e6)


def grown(start: float, moves: list[float], came: list[float], parts: list[float]) -> tuple[list[float], list[float]]:
    """The values and outflows of a portfolio whose prices move so; `parts` of each day's end leave."""
    values, went, value = [], [], start
    for move, inflow, part in zip(moves, came, parts, strict=True):
        value = (value + inflow) * (1 + move)
        went.append(value * part)
        value -= went[-1]
        values.append(value)
    return values, went


@given(moves=changes, data=st.data())
def test_no_deposit_or_withdrawal_changes_the_time_weighted_return(moves: list[float], data: st.DataObject) -> None:
    size = len(moves)
    came = data.draw(st.lists(amounts, min_size=size, max_size=size))
    parts = data.draw(st.lists(st.floats(0, 0.99), min_size=size, max_size=size))
    values, went = grown(1000.0, moves, came, parts)
    returns = daily_returns(values, came, went, before=1000.0)
    if all(before + inflow > 1e-3 for before, inflow in zip([1000.0, *values], came, strict=False)):
        assert returns == pytest.approx(moves, rel=1e-9, abs=1e-9)
        assert twr(returns) == pytest.approx(prod(1 + move for move in moves) - 1, rel=1e-7, abs=1e-9)


@given(came=st.lists(amounts, min_size=1, max_size=40), data=st.data())
def test_money_that_only_comes_and_goes_earns_exactly_nothing(came: list[float], data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.floats(0, 0.99), min_size=len(came), max_size=len(came)))
    values, went = grown(50.0, [0.0] * len(came), came, parts)
    returns = daily_returns(values, came, went, before=50.0)
    assert all(abs(each) < 1e-9 for each in known(returns))
    assert chain_breaks(values, came, went, before=50.0) == []


@given(moves=changes, factor=st.floats(0.01, 1e6))
def test_the_currencys_scale_changes_no_return(moves: list[float], factor: float) -> None:
    values, none = grown(1000.0, moves, [0.0] * len(moves), [0.0] * len(moves))
    scaled = daily_returns([value * factor for value in values], none, none, before=1000.0 * factor)
    for mine, yours in zip(scaled, daily_returns(values, none, none, before=1000.0), strict=True):
        assert isnan(mine) or isnan(yours) or mine == pytest.approx(yours, rel=1e-9, abs=1e-12)


@given(moves=changes, cut=st.integers(0, 40))
def test_the_returns_of_two_periods_chain_to_that_of_both(moves: list[float], cut: int) -> None:
    first, second = twr(moves[:cut]) or 0.0, twr(moves[cut:]) or 0.0
    assert (1 + first) * (1 + second) - 1 == pytest.approx(twr(moves), rel=1e-9, abs=1e-12)


@given(moves=changes, idle=st.integers(0, 40))
def test_days_on_which_nothing_was_there_change_nothing(moves: list[float], idle: int) -> None:
    assert twr([*moves[:idle], float("nan"), *moves[idle:]]) == twr(moves)


@given(moves=st.lists(st.floats(-1.0, 3.0), min_size=1, max_size=60))
def test_a_drawdown_lies_between_nothing_and_everything(moves: list[float]) -> None:
    falls = risk.drawdowns(moves)
    assert len(falls) == len(moves) + 1
    assert all(0 <= fall <= 1 for fall in falls)
    assert risk.max_drawdown(moves) == max(falls)
    assert (max(falls) == 0) == (sorted(twr_index(moves)) == twr_index(moves))


@given(moves=st.lists(st.floats(-0.5, 0.5), min_size=30, max_size=60))
def test_the_shortfall_is_no_better_than_the_value_at_risk_and_both_happened(moves: list[float]) -> None:
    at_risk, shortfall = risk.value_at_risk(moves), risk.expected_shortfall(moves)
    assert at_risk is not None
    assert shortfall is not None
    assert min(moves) - 1e-15 <= shortfall <= at_risk + 1e-15 <= max(moves) + 1e-12


@given(moves=st.lists(st.floats(-0.5, 0.5).map(lambda each: round(each, 6)), min_size=30, max_size=60))
def test_borrowing_to_hold_twice_as_much_changes_no_sharpe(moves: list[float]) -> None:
    one, twice = risk.sharpe(moves), risk.sharpe([2 * each for each in moves])
    assert one == pytest.approx(twice, rel=1e-9) if one is not None else twice is None
