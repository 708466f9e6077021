"""Which assets move together."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.core.correlation import Correlation, alike, correlation_matrix, correlations, log_returns
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def random_returns(days: int, assets: int, *, seed: int = 7) -> Matrix:
    random = np.random.default_rng(seed)
    common = random.normal(0, 0.02, (days, 1))
    return np.asarray(common + random.normal(0, 0.03, (days, assets)))


def pearson(one: Matrix, other: Matrix) -> float:
    both = ~(np.isnan(one) | np.isnan(other))
    return float(np.corrcoef(one[both], other[both])[0, 1])


def test_each_pair_is_what_numpy_says_of_it_alone() -> None:
    returns = random_returns(200, 6)
    matrix, days = correlation_matrix(returns)
    assert (days == 200).all()
    for one in range(6):
        for other in range(6):
            assert matrix[one, other] == pytest.approx(pearson(returns[:, one], returns[:, other]), abs=1e-14)


def test_with_gaps_a_pair_is_compared_over_the_days_both_have() -> None:
    returns = random_returns(300, 5)
    returns[:120, 1] = np.nan  # began later
    returns[200:, 2] = np.nan  # ended earlier
    returns[::3, 3] = np.nan  # has holes
    matrix, days = correlation_matrix(returns)
    assert (days[1, 2], days[0, 3]) == (80, 200)
    for one in range(5):
        for other in range(5):
            assert matrix[one, other] == pytest.approx(pearson(returns[:, one], returns[:, other]), abs=1e-12)


def test_a_pair_needs_thirty_days_in_common() -> None:
    returns = random_returns(60, 3)
    returns[:30, 1] = np.nan
    returns[29:, 2] = np.nan
    matrix, days = correlation_matrix(returns)
    assert not np.isnan(matrix[0, 1])
    assert np.isnan(matrix[0, 2])
    assert np.isnan(matrix[1, 2])
    assert (days[0, 1], days[0, 2], days[1, 2]) == (30, 29, 0)


@pytest.mark.parametrize("gaps", [False, True])
def test_what_never_moved_goes_with_nothing(gaps: bool) -> None:
    returns = random_returns(100, 3)
    returns[:, 1] = 0.0
    if gaps:
        returns[0, 2] = np.nan
    matrix, _ = correlation_matrix(returns)
    assert np.isnan(matrix[:, 1]).all()
    assert matrix[0, 0] == pytest.approx(1.0)
    assert not np.isnan(matrix[0, 2])


def test_an_asset_that_moved_only_when_the_other_was_absent_has_no_figure_with_it() -> None:
    """A coin that was pegged while the other existed: what is left of its deviation is rounding."""
    returns = random_returns(200, 2)
    returns[:100, 1] = np.nan
    returns[100:, 0] = 0.0003
    matrix, _ = correlation_matrix(returns)
    assert np.isnan(matrix[0, 1])


def test_pairs_come_from_closes_and_a_missing_close_leaves_out_both_its_days() -> None:
    closes = np.array(
        [[100.0 * exp(0.01 * day * (-1) ** day), 50.0 * exp(-0.01 * day * (-1) ** day)] for day in range(40)]
    )
    (pair,) = correlations(["A", "B"], closes)
    assert (pair.first, pair.second, pair.days) == ("A", "B", 39)
    assert pair.value == pytest.approx(-1.0, abs=1e-12)
    closes[20, 1] = np.nan
    assert correlations(["A", "B"], closes)[0].days == 37
    closes[11:, 1] = np.nan
    assert correlations(["A", "B"], closes) == [Correlation("A", "B", None, 10)]


def test_a_price_of_nothing_has_no_return() -> None:
    assert np.isnan(log_returns(np.array([[1.0], [0.0], [1.0]]))).all()


def test_pairs_of_zero_point_eight_are_warned_of_unless_both_are_stablecoins() -> None:
    pairs = [
        Correlation("BTC", "ETH", 0.85, 90),
        Correlation("BTC", "SOL", 0.8, 90),
        Correlation("ETH", "SOL", 0.7999, 90),
        Correlation("USDC", "USDT", 0.99, 90),
        Correlation("BTC", "USDT", 0.81, 90),
        Correlation("BTC", "NEW", None, 3),
    ]
    assert [(pair.first, pair.second) for pair in alike(pairs, {"USDC", "USDT"})] == [
        ("BTC", "ETH"),
        ("BTC", "SOL"),
        ("BTC", "USDT"),
    ]


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), holes=st.booleans(), factor=st.floats(0.001, 1000))
def test_a_matrix_is_symmetric_bounded_and_blind_to_scale(seed: int, holes: bool, factor: float) -> None:
    returns = random_returns(80, 5, seed=seed)
    if holes:
        returns[np.random.default_rng(seed).random(returns.shape) < 0.2] = np.nan
    matrix, days = correlation_matrix(returns, points=2)
    assert (days == days.T).all()
    assert np.array_equal(matrix, matrix.T, equal_nan=True)
    assert np.nanmax(np.abs(matrix)) <= 1.0
    assert np.diag(matrix) == pytest.approx(1.0)
    scaled, _ = correlation_matrix(returns * factor, points=2)
    assert scaled == pytest.approx(matrix, abs=1e-9, nan_ok=True)
