"""Money P&L, modified Dietz and the money-weighted return."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.money_returns import Flow, gain, modified_dietz, money_weighted, xirr
from kit_portfolio_tracker.core.returns import daily_returns

from kit import exact_math

BASE = date(2023, 12, 31)


def day(number: int) -> date:
    return BASE + timedelta(days=number)


@exact_math()
def test_money_p_and_l_is_exact_and_counts_no_flow() -> None:
    flows = [Flow(day(1), Decimal("1000.000000000000000001")), Flow(day(2), Decimal("-0.1"))]
    assert gain(Decimal("0.1"), Decimal("1000"), flows) == Decimal("-0.000000000000000001")


@exact_math()
def test_dietz_of_one_day_is_the_return_of_that_day() -> None:
    flows = [Flow(day(1), Decimal(50)), Flow(day(1), Decimal(-20))]
    found = modified_dietz(Decimal(100), Decimal(140), flows, base=BASE, last=day(1))
    assert float(found or 0) == pytest.approx(daily_returns([140], [50], [20], before=100)[0])


@exact_math()
def test_dietz_without_capital_has_no_answer() -> None:
    assert modified_dietz(Decimal(0), Decimal(10), [], base=BASE, last=day(30)) is None
    assert modified_dietz(Decimal(0), Decimal(10), [], base=BASE, last=BASE) is None
    gone = [Flow(day(1), Decimal(-100))]
    assert modified_dietz(Decimal(50), Decimal(1), gone, base=BASE, last=day(30)) is None


def test_half_lost_in_a_day_is_half_lost() -> None:
    """Annualised it is −100 % to a float."""
    found = money_weighted(Decimal(100), Decimal(50), [], base=BASE, last=day(1))
    assert found is not None
    assert found.period == pytest.approx(-0.5)


def test_sevenfold_in_a_day_is_told_though_no_number_can_say_it_for_a_year() -> None:
    found = money_weighted(Decimal(100), Decimal(800), [], base=BASE, last=day(1))
    assert found is not None
    assert found.period == pytest.approx(7.0)
    assert found.annual is None


def test_the_rate_of_the_period_stands_beside_that_of_a_year() -> None:
    short = money_weighted(Decimal(100), Decimal(110), [], base=BASE, last=day(364))
    exact = money_weighted(Decimal(100), Decimal(110), [], base=BASE, last=day(365))
    twice = money_weighted(Decimal(100), Decimal(121), [], base=BASE, last=day(730))
    assert short is not None
    assert exact is not None
    assert twice is not None
    assert short.period == pytest.approx(0.1)
    assert short.annual == pytest.approx(1.1 ** (365 / 364) - 1)
    assert exact.period == exact.annual == pytest.approx(0.1)
    assert twice.period == pytest.approx(0.21)
    assert twice.annual == pytest.approx(0.1)


def test_the_period_is_the_time_in_which_there_was_money() -> None:
    """Nothing at first, then a deposit 100 days before the end."""
    found = money_weighted(Decimal(0), Decimal(110), [Flow(day(265), Decimal(100))], base=BASE, last=day(365))
    assert found is not None
    assert found.days == 100
    assert found.period == pytest.approx(0.1)


def test_almost_all_lost_over_years_still_has_a_rate() -> None:
    """Nearly half came shortly before the end: a year at that rate leaves a fiftieth of a percent."""
    flows = [Flow(day(900), Decimal(900))]
    found = money_weighted(Decimal(1000), Decimal(90), flows, base=BASE, last=day(1000))
    assert found is not None
    growth = 1 + (found.annual or 0)
    assert 1e-4 < growth < 3e-4
    assert 1000 * growth ** (1000 / 365) + 900 * growth ** (100 / 365) == pytest.approx(90, rel=1e-6)


def test_when_everything_is_lost_the_return_is_minus_one() -> None:
    found = money_weighted(Decimal(100), Decimal(0), [Flow(day(3), Decimal(50))], base=BASE, last=day(9))
    assert found is not None
    assert found.period == -1.0


@pytest.mark.parametrize(
    ("before", "after", "flows"),
    [
        ("0", "0", []),
        ("0", "100", []),  # from nowhere
        ("100", "-10", []),  # negative equity: no rate makes a debt of money
        ("0", "110", [(9, "100")]),  # in and valued on one day
        ("100", "-150", [(3, "-200")]),  # no rate makes these nothing
    ],
)
def test_where_no_rate_explains_it_there_is_no_figure(before: str, after: str, flows: list[tuple[int, str]]) -> None:
    moved = [Flow(day(number), Decimal(amount)) for number, amount in flows]
    assert money_weighted(Decimal(before), Decimal(after), moved, base=BASE, last=day(9)) is None


def test_a_rate_beyond_any_number_is_none() -> None:
    assert xirr([(BASE, Decimal(-100)), (day(1), Decimal(900))]) is None


def test_no_payments_have_no_rate() -> None:
    assert xirr([]) is None
    assert xirr([(BASE, Decimal(-1))]) is None


amounts = st.decimals(Decimal(1), Decimal(10**6), places=2)


@given(before=amounts, rate=st.floats(-0.9, 3.0), days=st.integers(1, 2000))
def test_without_flows_money_and_time_weighted_are_one(before: Decimal, rate: float, days: int) -> None:
    after = (before * Decimal(repr(1 + rate))).quantize(Decimal("1E-12"))
    found = money_weighted(before, after, [], base=BASE, last=day(days))
    assert found is not None
    assert found.period == pytest.approx(float(after / before) - 1, rel=1e-7, abs=1e-7)
    assert found.days == days


@given(
    flows=st.lists(st.tuples(st.integers(1, 1700), st.decimals(Decimal(-90), Decimal(200), places=2)), max_size=8),
    days=st.integers(2000, 3000),
    part=st.decimals(Decimal("0.1"), Decimal(50), places=2),
)
def test_at_the_rate_found_all_payments_are_worth_nothing_together(
    flows: list[tuple[int, Decimal]], days: int, part: Decimal
) -> None:
    moved = [Flow(day(number), amount) for number, amount in flows if amount]
    after = part * (Decimal(1000) + sum((amount for _, amount in flows), Decimal(0)))
    found = money_weighted(Decimal(1000), after, moved, base=BASE, last=day(days))
    assert found is not None
    assert found.annual is not None
    payments = [(0, -1000.0), *((number, -float(amount)) for number, amount in flows), (days, float(after))]
    worths = [amount / (1 + found.annual) ** (number / 365) for number, amount in payments]
    assert sum(worths) == pytest.approx(0.0, abs=1e-6 * sum(abs(worth) for worth in worths))


@given(before=amounts, flows=st.lists(st.tuples(st.integers(1, 99), amounts), max_size=5))
def test_money_that_stands_still_earns_nothing_by_any_measure(
    before: Decimal, flows: list[tuple[int, Decimal]]
) -> None:
    moved = [Flow(day(number), amount) for number, amount in flows]
    with exact_math():
        after = before + sum((flow.amount for flow in moved), Decimal(0))
        assert gain(before, after, moved) == 0
        assert modified_dietz(before, after, moved, base=BASE, last=day(100)) == 0
        found = money_weighted(before, after, moved, base=BASE, last=day(100))
    assert found is not None
    assert found.period == pytest.approx(0.0, abs=1e-9)
