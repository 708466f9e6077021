"""A venue that took an order and describes it oddly: what it says is believed only where it can be."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from kit_exchanges.simulated import Fault
from kit_portfolio_tracker.rebalance_plans import PlanState

if TYPE_CHECKING:
    from kit_exchanges.simulated.binance import BinanceServer
    from kit_exchanges.simulated.kraken import KrakenServer

    from tests.rebalance.conftest import MakeDesk, MakeVenue

D = Decimal


@pytest.mark.parametrize("fault", [Fault.NULL_AMOUNTS, Fault.NEGATIVE_AMOUNTS, Fault.MISSING_FIELD])
def test_an_order_that_cannot_be_is_looked_for_again(fault: Fault, make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    _fail_after_the_sale(venue.server, "/api/v3/order", fault)
    done = venue.desk.execute(plan)
    if done.state is PlanState.EXECUTING:
        done = venue.desk.reply(resume=True).data
    assert done.state is PlanState.DONE
    assert [each.filled for each in done.orders] == [each.quantity for each in plan.orders]
    assert [each.status for each in venue.server.account.orders.values()] == ["filled", "filled"]


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("AddOrder", Fault.REPEATED_PAGE),
        ("QueryOrders", Fault.NULL_AMOUNTS),
        ("QueryOrders", Fault.NEGATIVE_AMOUNTS),
    ],
)
def test_the_answer_to_another_order_is_not_taken_for_this_ones(
    path: str, fault: Fault, make_desk: MakeDesk, kraken_server: KrakenServer
) -> None:
    server = kraken_server
    server.limits.calls = None
    server.account.permissions = frozenset({"read", "trade"})
    server.deposit("USD", D(10_000))
    server.deposit("BTC", D(1))
    desk = make_desk(
        exchanges={"kraken": {**server.settings, "timeoutSeconds": 1}},
        target={"BTC": 0.3, "ETH": 0.5, "USD": 0.2},
        prices={},
        now=datetime.now(UTC),
        trading={"enabled": True},
    )
    plan = desk.plan()
    _fail_after_the_sale(server, path, fault)
    done = desk.execute(plan)
    assert done.state is PlanState.DONE
    assert [each.filled for each in done.orders] == [each.quantity for each in plan.orders]
    assert [each.status for each in server.account.orders.values()] == ["filled", "filled"]


def _fail_after_the_sale(server: BinanceServer | KrakenServer, path: str, fault: Fault) -> None:
    executed = server.account.executed

    def then(*happened: object) -> None:
        executed(*happened)  # type: ignore[arg-type]
        server.account.executed = executed
        server.fail(path, fault, times=1)

    server.account.executed = then
