"""What a portfolio earned, whatever came and went."""

from __future__ import annotations

from math import isnan, nan

import pytest
from kit_portfolio_tracker.core.returns import (
    annualised,
    best_day,
    chain_breaks,
    daily_returns,
    known,
    twr,
    twr_index,
    worst_day,
)


def test_inflows_count_from_the_start_of_their_day_and_outflows_until_its_end() -> None:
    """100 doubles with 50 more in it; of the 300 that makes, 60 leave at the end of the second day."""
    assert daily_returns([300, 210], [50, 0], [0, 60], before=100) == pytest.approx([1.0, -0.1])


def test_a_deposit_the_day_before_a_fall_loses_with_the_rest_and_is_no_gain() -> None:
    returns = daily_returns([1_000, 11_000, 5_500], [0, 10_000, 0], [0, 0, 0], before=1_000)
    assert returns == [0.0, 0.0, -0.5]


def test_withdrawing_99_percent_is_no_crash() -> None:
    returns = daily_returns([100, 1.1, 1.21], [0, 0, 0], [0, 108.9, 0], before=100)
    assert returns == pytest.approx([0.0, 0.1, 0.1])
    assert twr(returns) == pytest.approx(0.21)


def test_all_out_and_back_in_goes_on_from_where_it_was() -> None:
    values, came, went = [100, 0, 0, 0, 55], [0, 0, 0, 0, 50], [0, 110, 0, 0, 0]
    returns = daily_returns(values, came, went, before=100)
    assert returns[:2] == pytest.approx([0.0, 0.1])
    assert all(isnan(each) for each in returns[2:4])
    assert twr(returns) == pytest.approx(1.1 * 1.1 - 1)
    assert chain_breaks(values, came, went, before=100) == []


def test_the_first_day_begins_with_what_came() -> None:
    assert daily_returns([105], [100], [0]) == pytest.approx([0.05])


def test_what_appears_from_nowhere_breaks_the_chain() -> None:
    """Income after a full sale: there was nothing that could have earned it."""
    values, none = [0.0, 3.0, 3.3], [0.0, 0.0, 0.0]
    returns = daily_returns(values, none, none, before=0.0)
    assert isnan(returns[0])
    assert isnan(returns[1])
    assert returns[2] == pytest.approx(0.1)
    assert chain_breaks(values, none, none, before=0.0) == [1]


def test_negative_equity_breaks_the_chain_until_there_is_something_again() -> None:
    values, came, none = [-50.0, -20.0, 100.0, 110.0], [0.0, 0.0, 120.0, 0.0], [0.0] * 4
    returns = daily_returns(values, came, none, before=100.0)
    assert returns[0] == -1.5
    assert isnan(returns[1])
    assert returns[2:] == pytest.approx([0.0, 0.1])
    assert chain_breaks(values, came, none, before=100.0) == [1]


def test_a_debt_that_is_forgiven_is_a_gain_that_no_return_can_say() -> None:
    assert chain_breaks([-50.0, 0.0, 0.0], [0.0] * 3, [0.0] * 3, before=100.0) == [1]


def test_when_more_than_all_is_lost_the_index_has_nothing_to_go_on_from() -> None:
    assert twr_index([0.1, -1.5, nan, 0.5]) == pytest.approx([1.0, 1.1, -0.55, -0.55, -0.55])
    assert twr([-1.0, 0.5]) == -1.0


def test_what_floats_leave_of_nothing_is_nothing() -> None:
    """Of 0.1 + 0.2 − 0.3 a rounding error remains; its fall to zero is no loss of everything."""
    residue = 0.1 + 0.2 - 0.3
    assert residue > 0
    returns = daily_returns([residue, 0.0], [0.0, 0.0], [1.0, 0.0], before=1.0)
    assert returns[0] == 0.0
    assert isnan(returns[1])


def test_a_coin_that_stands_still_has_returns_of_exactly_nothing() -> None:
    assert daily_returns([0.3, 0.1 + 0.2, 0.4], [0.0, 0.0, 0.1], [0.0, 0.0, 0.0], before=0.3) == [0.0, 0.0, 0.0]


def test_without_a_return_there_is_no_figure() -> None:
    assert twr([]) is None
    assert twr([nan, nan]) is None
    assert best_day([nan]) is None
    assert worst_day([]) is None
    assert known([nan, 0.5]) == [0.5]


def test_best_and_worst_are_named_by_their_place_the_first_of_equal_ones() -> None:
    returns = [nan, 0.1, -0.2, 0.1, -0.2]
    assert (best_day(returns), worst_day(returns)) == (1, 2)


def test_a_total_is_annualised_by_its_periods() -> None:
    assert annualised(0.21, periods=730) == pytest.approx(0.1)
    assert annualised(0.1, periods=252, per_year=252) == pytest.approx(0.1)
    assert annualised(-1.0, periods=10) == -1.0
