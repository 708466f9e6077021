"""Cases from public guidance, where a paragraph is named, and others worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kit_portfolio_tracker.core.holding_period import is_long_term, long_term_from
from kit_portfolio_tracker.core.plan import BEGINNING, Plan, Rules, Scope

D = Decimal
Compute = Callable[..., Any]
BRITISH = Plan("GBP", ((BEGINNING, Rules("s104", Scope.UNIVERSAL)),), ZoneInfo("Europe/London"), "Europe/London")


def test_hmrc_basic_pool(compute: Compute) -> None:
    """HMRC Cryptoassets Manual, CRYPTO22251: 50 of a pool of 150 that cost £126,000."""
    found = compute(
        """
        2020-01-10 a buy got 100 TKA gave 1000 GBP
        2020-09-18 a buy got 50 TKA gave 125000 GBP
        2020-12-01 a sell got 300000 GBP gave 50 TKA
        """,
        plan=BRITISH,
    )
    [sale] = found.disposals
    assert (sale.proceeds, sale.cost, sale.gain) == (D(300000), D(42000), D(258000))
    assert {part.rule for part in sale.parts} == {"section 104 pool"}
    assert sum(lot.cost for lot in found.lots("TKA")) == D(84000)
    assert sum(lot.quantity for lot in found.lots("TKA")) == D(100)


def test_hmrc_thirty_days_and_pool(compute: Compute) -> None:
    """HMRC Cryptoassets Manual, CRYPTO22255: 4,000 sold, 500 bought back twelve days later, the rest from the pool."""
    found = compute(
        """
        2019-05-01 a buy got 14000 TKE gave 200000 GBP
        2020-08-30 a sell got 160000 GBP gave 4000 TKE
        2020-09-11 a buy got 500 TKE gave 17500 GBP
        """,
        plan=BRITISH,
    )
    [sale] = found.disposals
    assert [(part.rule, part.quantity, part.cost) for part in sale.parts] == [
        ("30 days", D(500), D(17500)),
        ("section 104 pool", D(3500), D(50000)),
    ]
    assert sale.gain == D(92500)
    assert (sum(lot.quantity for lot in found.lots("TKE")), sum(lot.cost for lot in found.lots("TKE"))) == (
        D(10500),
        D(150000),
    )


def test_same_day_goes_before_thirty_days_and_both_before_the_pool(compute: Compute) -> None:
    """Worked by hand. The purchase of the day serves that day's sale first, what is left an earlier one."""
    found = compute(
        """
        2020-01-01 a buy got 10 TKE gave 100 GBP
        2020-06-01 a sell got 40 GBP gave 4 TKE
        2020-06-10T09:00 a buy got 5 TKE gave 60 GBP
        2020-06-10T15:00 a sell got 28 GBP gave 2 TKE
        """,
        plan=BRITISH,
    )
    first, second = found.of(2)[0], found.of(4)[0]
    assert [(part.rule, part.quantity, part.cost) for part in second.parts] == [("same day", D(2), D(24))]
    assert [(part.rule, part.quantity, part.cost) for part in first.parts] == [
        ("30 days", D(3), D(36)),
        ("section 104 pool", D(1), D(10)),
    ]


def test_the_thirtieth_day_counts_and_the_thirty_first_does_not(compute: Compute) -> None:
    text = """
        2020-01-01 a buy got 10 TKE gave 100 GBP
        2020-06-01 a sell got 40 GBP gave 4 TKE
        {} a buy got 4 TKE gave 20 GBP
        """
    assert compute(text.format("2020-07-01"), plan=BRITISH).disposals[0].parts[0].rule == "30 days"
    assert compute(text.format("2020-07-02"), plan=BRITISH).disposals[0].parts[0].rule == "section 104 pool"


def test_what_left_for_nowhere_or_came_from_there_takes_no_purchase_from_a_sale(compute: Compute) -> None:
    """Coins moved to a wallet of one's own are not sold on that day, nor are those bought that come back from it."""
    found = compute(
        """
        2020-01-01 a buy got 10 TKE gave 100 GBP
        2020-06-01T09:00 a buy got 1 TKE gave 50 GBP
        2020-06-01T10:00 a withdrawal gave 1 TKE
        2020-06-01T11:00 a sell got 50 GBP gave 1 TKE
        2020-07-01 a sell got 40 GBP gave 1 TKE
        2020-07-05 a deposit got 1 TKE
        """,
        plan=BRITISH,
    )
    left, first, second = (found.of(number)[0] for number in (3, 4, 5))
    assert [(part.rule, part.cost) for part in left.parts] == [("section 104 pool", D(10))]
    assert [(part.rule, part.cost) for part in first.parts] == [("same day", D(50))]
    assert [(part.rule, part.cost, part.flags) for part in second.parts] == [("section 104 pool", D(10), set())]


def test_a_british_day_begins_at_british_midnight(compute: Compute) -> None:
    """In summer, 23:30 UTC is the next day in London."""
    found = compute(
        """
        2020-01-01 a buy got 10 TKE gave 100 GBP
        2020-06-01T23:30 a sell got 40 GBP gave 4 TKE
        2020-06-02T12:00 a buy got 4 TKE gave 20 GBP
        """,
        plan=BRITISH,
    )
    assert found.disposals[0].parts[0].rule == "same day"


def test_average_cost_with_fees(compute: Compute) -> None:
    """Worked by hand, as Canada's adjusted cost base: fees of purchases are part of it, those of sales taken off."""
    found = compute(
        """
        2020-01-01 a buy got 100 XYZ gave 5000 USD fee 50 USD
        2020-02-01 a sell got 3000 USD gave 40 XYZ fee 40 USD
        2020-03-01 a buy got 60 XYZ gave 4200 USD fee 90 USD
        2020-04-01 a sell got 2400 USD gave 30 XYZ fee 30 USD
        """,
        method="acb",
    )
    first, second = found.disposals
    assert (first.cost, first.gain) == (D(2020), D(940))  # 5,050 × 40 ÷ 100
    assert (second.cost, second.gain) == (D(1830), D(540))  # (3,030 + 4,290) × 30 ÷ 120
    assert sum(lot.cost for lot in found.lots("XYZ")) == D(5490)


@pytest.mark.parametrize(
    ("method", "cost"), [("fifo", 10000), ("lifo", 20000), ("hifo", 30000), ("lofo", 10000), ("acb", 20000)]
)
def test_which_lot_goes(compute: Compute, method: str, cost: int) -> None:
    text = """
        2020-01-01 a buy got 1 BTC gave 10000 USD
        2020-02-01 a buy got 1 BTC gave 30000 USD
        2020-03-01 a buy got 1 BTC gave 20000 USD
        2020-04-01 a sell got 25000 USD gave 1 BTC
        """
    assert compute(text, method=method).disposals[0].cost == D(cost)


def test_of_equal_unit_costs_the_older_goes_first(compute: Compute) -> None:
    text = """
        2020-02-01 a buy got 2 BTC gave 20000 USD
        2020-01-01 a buy got 1 BTC gave 10000 USD
        2020-04-01 a sell got 25000 USD gave 1 BTC
        """
    for method in ("hifo", "lofo"):
        assert compute(text, method=method).disposals[0].parts[0].origin.key.id == "2"


def test_a_transfer_keeps_dates_and_cost(compute: Compute) -> None:
    found = compute(
        """
        2020-01-01 a buy got 1 BTC gave 10000 USD
        2020-02-01 b buy got 1 BTC gave 20000 USD
        2020-03-01T10:00 a withdrawal gave 0.5 BTC fee 0.001 BTC
        2020-03-01T11:00 b deposit got 0.5 BTC
        2020-04-01 b sell got 30000 USD gave 1 BTC
        """,
        scope="per-account",
        rates={"BTC": "15000"},
    )
    [sale] = found.of(5)
    assert [(part.quantity, part.cost, part.origin.time.date()) for part in sale.parts] == [
        (D("0.5"), D(5000), date(2020, 1, 1)),
        (D("0.5"), D(10000), date(2020, 2, 1)),
    ]
    [hop] = sale.parts[0].path
    assert (hop.account, hop.to_account, hop.key.id) == ("a", "b", "3")
    [fee] = found.of(3)
    assert (fee.quantity, fee.proceeds, fee.cost) == (D("0.001"), D(15), D(10))


def test_pools_of_accounts_are_apart(compute: Compute) -> None:
    text = """
        2020-01-01 a buy got 1 BTC gave 10000 USD
        2020-02-01 b buy got 1 BTC gave 20000 USD
        2020-04-01 b sell got 30000 USD gave 1 BTC
        """
    assert compute(text, scope="universal").disposals[0].cost == D(10000)
    assert compute(text, scope="per-account").disposals[0].cost == D(20000)


def test_unused_basis_goes_to_the_accounts_once(compute: Compute, us_plan: Plan) -> None:
    """As IRS Rev. Proc. 2024-28 asks: what universal sales left is allocated to what accounts hold at the end of 2024.

    The sale on b used a's lot, first in first out. So b's own lot stands for what a still holds.
    """
    found = compute(
        """
        2020-01-01 a buy got 1 BTC gave 10000 USD
        2021-01-01 b buy got 1 BTC gave 20000 USD
        2024-06-01 b sell got 60000 USD gave 1 BTC
        2025-02-01 a sell got 90000 USD gave 1 BTC
        """,
        plan=us_plan,
    )
    before, after = found.of(3)[0], found.of(4)[0]
    assert (before.cost, after.cost) == (D(10000), D(20000))
    assert not after.flags
    assert after.parts[0].origin.time.year == 2021


def test_an_account_keeps_its_own_lots_where_it_has_the_units(compute: Compute, us_plan: Plan) -> None:
    found = compute(
        """
        2020-01-01 a buy got 1 BTC gave 10000 USD
        2021-01-01 b buy got 1 BTC gave 20000 USD
        2025-02-01 b sell got 90000 USD gave 1 BTC
        """,
        plan=us_plan,
    )
    assert found.disposals[0].cost == D(20000)


@pytest.mark.parametrize(
    ("acquired", "first"),
    [
        ("2023-02-05", "2024-02-06"),  # IRS Publication 544 tells it so of its own dates: the day after begins it
        ("2023-12-31", "2025-01-01"),
        ("2023-02-28", "2024-03-01"),
        ("2024-02-28", "2025-03-01"),  # begins on 29 February, which 2025 has not
        ("2024-02-29", "2025-03-01"),
        ("2023-03-10", "2024-03-11"),  # Germany: free when held more than a year
    ],
)
def test_holding_is_long_by_the_calendar(acquired: str, first: str) -> None:
    day, long = date.fromisoformat(acquired), date.fromisoformat(first)
    assert long_term_from(day) == long
    assert is_long_term(day, long)
    assert not is_long_term(day, date.fromordinal(long.toordinal() - 1))


def test_methods_may_change_by_year(compute: Compute) -> None:
    plan = Plan(
        "USD",
        (
            (BEGINNING, Rules("fifo", Scope.UNIVERSAL)),
            (datetime(2021, 1, 1, tzinfo=UTC), Rules("hifo", Scope.UNIVERSAL)),
            (datetime(2022, 1, 1, tzinfo=UTC), Rules("lifo", Scope.UNIVERSAL)),
        ),
    )
    found = compute(
        """
        2019-01-01 a buy got 1 BTC gave 1000 USD
        2019-02-01 a buy got 1 BTC gave 5000 USD
        2019-03-01 a buy got 1 BTC gave 3000 USD
        2019-04-01 a buy got 1 BTC gave 2000 USD
        2020-06-01 a sell got 9000 USD gave 1 BTC
        2021-06-01 a sell got 9000 USD gave 1 BTC
        2022-06-01 a sell got 9000 USD gave 1 BTC
        """,
        plan=plan,
    )
    assert [each.cost for each in found.disposals] == [D(1000), D(5000), D(2000)]
