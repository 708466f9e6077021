"""When pools become per account: what is under way then, and what a report of the year before may fix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kit_portfolio_tracker.core.plan import BEGINNING, Plan, Rules, Scope

D = Decimal
Compute = Callable[..., Any]


def test_lots_under_way_at_the_change_reach_the_account_they_were_sent_to(compute: Compute, us_plan: Plan) -> None:
    found = compute(
        """
        2020-01-01 a buy got 1 BTC gave 10000 USD
        2024-12-31T23:50 a withdrawal gave 1 BTC
        2025-01-01T00:10 b deposit got 1 BTC
        2025-06-01 b sell got 90000 USD gave 0.4 BTC
        """,
        plan=us_plan,
    )
    [sale] = found.of(4)
    assert (sale.cost, sale.gain) == (D(4000), D(86000))
    assert [(part.origin.time.date(), part.flags) for part in sale.parts] == [(date(2020, 1, 1), frozenset())]
    assert [(lot.account, lot.quantity, lot.cost) for lot in found.lots("BTC")] == [("b", D("0.6"), D(6000))]


def test_what_stays_behind_and_what_is_under_way_share_the_lots(compute: Compute, us_plan: Plan) -> None:
    found = compute(
        """
        2020-01-01 a buy got 1 BTC gave 10000 USD
        2021-01-01 a buy got 1 BTC gave 20000 USD
        2024-12-31T23:50 a withdrawal gave 1 BTC
        2025-01-01T00:10 b deposit got 1 BTC
        2025-06-01 b sell got 90000 USD gave 1 BTC
        2025-06-02 a sell got 90000 USD gave 1 BTC
        """,
        plan=us_plan,
    )
    assert sum(each.cost for each in found.disposals) == D(30000)
    assert not any(each.flags for each in found.disposals)


def test_a_method_with_one_pool_is_followed_by_pools_of_accounts(compute: Compute) -> None:
    """Section 104 knows one pool, whatever the scope: the years after it need the lots of each account."""
    plan = Plan(
        "USD",
        (
            (BEGINNING, Rules("s104", Scope.PER_ACCOUNT)),
            (datetime(2024, 1, 1, tzinfo=UTC), Rules("fifo", Scope.PER_ACCOUNT)),
        ),
    )
    found = compute(
        """
        2023-01-01 a buy got 1 BTC gave 10000 USD
        2023-06-01 b buy got 1 BTC gave 20000 USD
        2024-06-01 b sell got 90000 USD gave 1 BTC
        """,
        plan=plan,
    )
    [sale] = found.disposals
    assert (sale.cost, sale.flags) == (D(15000), frozenset())
