"""The job that looks whether the portfolio is off its target: it tells, and trades nothing unless on paper."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from kit_portfolio_tracker.rebalance_plans import PlanState

if TYPE_CHECKING:
    from tests.rebalance.conftest import Desk, MakeDesk, MakeVenue

HOLDINGS = {"BTC": 0.15, "ETH": 1.2, "USDT": 1902.5}
OFF = {"auto": "off"}
PROPOSE = {"auto": "propose"}
EXECUTE = {"auto": "execute", "account": "practice"}


def told(desk: Desk) -> list[Any]:
    """What the outbox holds."""
    rows: list[Any] = desk.cli("notifications --json").json["data"]
    return rows


def test_it_is_no_job_unless_the_settings_say_so(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, rebalance=OFF)
    assert "rebalance.auto" not in desk.cli("jobs list").out


def test_off_the_target_it_proposes_a_plan_once_and_trades_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, rebalance=PROPOSE)
    run = desk.host.run_job("rebalance.auto")
    assert run.outcome == "done"
    (plan,) = desk.host.run("portfolio plans").data
    assert plan.id in run.sentence
    assert len(told(desk)) == 1
    assert "shown already" in desk.host.run_job("rebalance.auto").sentence
    assert len(told(desk)) == 1
    assert desk.orders() == []
    assert desk.execute(plan).state is PlanState.DONE
    assert desk.host.run_job("rebalance.auto").sentence == "Nothing to trade."


def test_back_on_the_target_and_off_again_it_tells_again(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, rebalance=PROPOSE)
    desk.host.run_job("rebalance.auto")
    desk.set_prices(BTC="36000", ETH="2680")
    assert desk.host.run_job("rebalance.auto").sentence == "Nothing to trade."
    desk.set_prices(BTC="67000", ETH="2900")
    desk.host.clock.advance(timedelta(hours=1))
    assert "proposed" in desk.host.run_job("rebalance.auto").sentence
    assert len(told(desk)) == 2


def test_on_paper_it_executes_where_that_is_configured(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, rebalance=EXECUTE)
    assert "2 of 2 orders filled" in desk.host.run_job("rebalance.auto").sentence
    assert len(desk.orders()) == 2
    assert desk.host.run_job("rebalance.auto").sentence == "Nothing to trade."


@pytest.mark.parametrize("account", ["", "nobody"])
def test_it_executes_only_at_an_account_that_is_named(account: str, make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, rebalance={"auto": "execute", "account": account})
    run = desk.host.run_job("rebalance.auto")
    assert run.outcome == "failed"
    assert "paper account only" in run.sentence
    assert desk.orders() == []


def test_at_a_real_venue_it_never_executes(make_venue: MakeVenue) -> None:
    venue = make_venue(rebalance={"auto": "execute", "account": "binance"})
    run = venue.desk.host.run_job("rebalance.auto")
    assert run.outcome == "failed"
    assert "paper account only" in run.sentence
    assert venue.given == 0
