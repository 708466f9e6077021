"""Examples that others worked and published, each with its source."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from math import sqrt

import numpy as np
import pytest
from kit_portfolio_tracker.core import risk
from kit_portfolio_tracker.core.correlation import correlation_matrix
from kit_portfolio_tracker.core.money_returns import Flow, modified_dietz, money_weighted, xirr
from kit_portfolio_tracker.core.returns import annualised, daily_returns, twr

from kit import exact_math

BACON = [0.003, 0.026, 0.011, -0.009, 0.014, 0.024, 0.015, 0.066, -0.014, 0.039, -0.005, 0.081]
BACON += [0.040, -0.037, -0.061, 0.017, -0.049, -0.022, 0.070, 0.058, -0.065, 0.024, -0.005, -0.009]


def closes_to_returns(closes: list[float]) -> list[float]:
    none = [0.0] * (len(closes) - 1)
    return daily_returns(closes[1:], none, none, before=closes[0])


def test_time_weighted_return_with_dividends_paid_out() -> None:
    """CFA Program, level I, time-weighted return: a share bought at 200, a second at 225, both sold at 235, dividends
    of 5 each year: 15 % and 6.667 %, 10.8 % a year."""
    returns = daily_returns([225, 470], [0, 225], [5, 10], before=200)
    assert returns == pytest.approx([0.15, 0.06667], abs=5e-6)
    assert annualised(twr(returns) or 0, periods=2, per_year=1) == pytest.approx(0.108, abs=5e-4)


def test_money_weighted_return_of_the_same_shares() -> None:
    """The same example: 9.4 % a year."""
    start = date(2021, 1, 1)
    paid = [(0, "-200"), (365, "-225"), (365, "5"), (730, "10"), (730, "470")]
    rate = xirr([(start + timedelta(days=number), Decimal(amount)) for number, amount in paid])
    assert rate == pytest.approx(0.094, abs=5e-4)


def test_time_weighted_return_by_subperiods() -> None:
    """Bailey, Richards and Tierney, Evaluating Portfolio Performance (CFA Institute): 1,000,000; 1,045,000 after 30,000
    came on day 5; 1,060,000 after 20,000 came on day 16; 1,120,000 at the end: 1.50 %, −0.48 %, 5.66 %; 6.73 % in all.

    A contribution at the end of a day is there when the next begins.
    """
    returns = daily_returns([1_015_000, 1_040_000, 1_120_000], [0, 30_000, 20_000], [0, 0, 0], before=1_000_000)
    assert returns == pytest.approx([0.0150, -0.0048, 0.0566], abs=5e-5)
    assert twr(returns) == pytest.approx(0.0673, abs=5e-5)


def test_money_weighted_return_by_the_day() -> None:
    """The same example: 0.22 % a day."""
    base = date(2023, 5, 31)
    flows = [Flow(base + timedelta(days=5), Decimal(30_000)), Flow(base + timedelta(days=16), Decimal(20_000))]
    found = money_weighted(Decimal(1_000_000), Decimal(1_120_000), flows, base=base, last=base + timedelta(days=30))
    assert found is not None
    assert (1 + found.period) ** (1 / 30) - 1 == pytest.approx(0.0022, abs=5e-5)


@exact_math()
def test_modified_dietz_of_a_month_with_four_flows() -> None:
    """A GIPS exercise of Bloomberg Exam Prep (CFA Program, level III): 585.60 becomes 602.34 in a month of 31 days,
    flows on days 5, 9, 15 and 24 weigh (31 − D) ÷ 31: average capital 591.237, 2.45 %."""
    base = date(2023, 9, 30)
    moved = {5: "-15.05", 9: "19.82", 15: "16.42", 24: "-18.96"}
    flows = [Flow(base + timedelta(days=number), Decimal(amount)) for number, amount in moved.items()]
    found = modified_dietz(
        Decimal("585.60"), Decimal("602.34"), flows, base=base, last=date(2023, 10, 31), inflows_at_start=False
    )
    assert float(found or 0) == pytest.approx(0.0245, abs=5e-5)
    assert float((Decimal("602.34") - Decimal("585.60") - Decimal("2.23")) / (found or 1)) == pytest.approx(
        591.237, abs=5e-4
    )


@exact_math()
def test_modified_dietz_over_two_years() -> None:
    """Wikipedia, Modified Dietz method: 100, an inflow of 50 after one of two equal years, 300 at the end: 120 %."""
    flow = [Flow(date(2021, 12, 31), Decimal(50))]
    found = modified_dietz(
        Decimal(100), Decimal(300), flow, base=date(2020, 12, 31), last=date(2022, 12, 31), inflows_at_start=False
    )
    assert found == Decimal("1.2")


def test_xirr_of_the_spreadsheets() -> None:
    """Microsoft's documentation of XIRR: 37.3362535 %."""
    payments = {
        date(2008, 1, 1): -10_000,
        date(2008, 3, 1): 2_750,
        date(2008, 10, 30): 4_250,
        date(2009, 2, 15): 3_250,
        date(2009, 4, 1): 2_750,
    }
    assert xirr((day, Decimal(amount)) for day, amount in payments.items()) == pytest.approx(0.373362535, abs=2e-9)


def test_xirr_of_another_spreadsheet() -> None:
    """LibreOffice's help on XIRR: 0.1828."""
    payments = {
        date(2001, 1, 1): -10_000,
        date(2001, 2, 1): 2_000,
        date(2001, 3, 15): 2_500,
        date(2001, 5, 12): 5_000,
        date(2001, 8, 10): 1_000,
    }
    assert xirr((day, Decimal(amount)) for day, amount in payments.items()) == pytest.approx(0.1828, abs=5e-5)


def test_of_two_rates_the_one_near_ten_per_cent_is_told() -> None:
    """The oil pump of Lorie and Savage, Three Problems in Rationing Capital (1955): 25 % and 400 %."""
    payments = [(0, -1_600), (365, 10_000), (730, -10_000)]
    dated = [(date(2021, 1, 1) + timedelta(days=number), Decimal(amount)) for number, amount in payments]
    assert xirr(dated) == pytest.approx(0.25)


def test_volatility_of_twenty_days() -> None:
    """Hull, Options, Futures, and Other Derivatives, estimating volatility from historical data: 21 closes, a daily
    deviation of 0.01216, 19.3 % a year of 252 days."""
    closes = [20.00, 20.10, 19.90, 20.00, 20.50, 20.25, 20.90, 20.90, 20.90, 20.75, 20.75]
    closes += [21.00, 21.10, 20.90, 20.90, 21.25, 21.40, 21.40, 21.25, 21.75, 22.00]
    found = risk.volatility(closes_to_returns(closes), per_year=252)
    assert found == pytest.approx(0.193, abs=5e-4)
    assert (found or 0) / sqrt(252) == pytest.approx(0.01216, abs=5e-6)


def test_sortino_counts_every_year_in_the_downside() -> None:
    """Rollinger and Hoffman, Sortino: A “Sharper” Ratio (Red Rock Capital): eight years, target 0, 10 ÷ 2.264."""
    years = [0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04]
    assert risk.sortino(years, per_year=1, points=1) == pytest.approx(4.417, abs=5e-4)


def test_sortino_of_two_years_of_months() -> None:
    """Bacon, Practical Portfolio Performance Measurement and Attribution: at a target of 0.5 % a month the downside
    deviation of 24 months is 2.55 % (as R's PerformanceAnalytics has it), their mean 0.883 %."""
    assert risk.sortino(BACON, target=0.005, per_year=1, points=24) == pytest.approx(0.00383333 / 0.0255, abs=2e-4)


@pytest.mark.parametrize(
    ("months", "ratio"),
    [(slice(10), 16.70104871897814), (slice(5), 13.690375850324857), (slice(5, 10), 25.379052966087876)],
)
def test_calmar_of_months(months: slice, ratio: float) -> None:
    """Ubique's documentation of calmarratio: ten months, and each half of them."""
    returns = [0.003, 0.026, 0.015, -0.009, 0.014, 0.024, 0.015, 0.066, -0.014, 0.039]
    assert risk.calmar(returns[months], per_year=12, points=5) == pytest.approx(ratio, rel=1e-12)


def test_drawdown_from_the_peak_before_the_deepest_trough() -> None:
    """Investopedia, Maximum Drawdown: 500,000, 750,000, 400,000, 600,000, 350,000, 800,000: 53.33 %."""
    returns = closes_to_returns([500_000, 750_000, 400_000, 600_000, 350_000, 800_000])
    assert risk.max_drawdown(returns) == pytest.approx(0.5333, abs=5e-5)


def test_quantiles_lie_between_two_values() -> None:
    """Wikipedia, Percentile, linear with C = 1 (Hyndman and Fan 7): of 15, 20, 35, 40, 50 the 40th is 29."""
    assert risk.value_at_risk([50, 15, 40, 20, 35], tail=0.4, points=5) == pytest.approx(29)


def test_pearson_of_seven_points() -> None:
    """SciPy's documentation of pearsonr: −0.828503883588428."""
    columns = np.array([[1, 10], [2, 9], [3, 2.5], [4, 6], [5, 4], [6, 3], [7, 2]], dtype=np.float64)
    matrix, _ = correlation_matrix(columns, points=7)
    assert matrix[0, 1] == pytest.approx(-0.828503883588428, abs=1e-15)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]),
        ([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74]),
        ([8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8], [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89]),
    ],
)
def test_pearson_of_anscombes_quartet(x: list[float], y: list[float]) -> None:
    """Anscombe, Graphs in Statistical Analysis (1973): 0.816 or 0.817 in all of them."""
    matrix, _ = correlation_matrix(np.array([x, y], dtype=np.float64).T, points=11)
    assert matrix[0, 1] == pytest.approx(0.8165, abs=5e-4)
