"""An execution whose process is killed between two orders, or in the middle of one, and what resuming makes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from kit_exchanges.simulated import Fault
from kit_portfolio_tracker.rebalance_plans import PlanState

if TYPE_CHECKING:
    from tests.rebalance.conftest import MakeVenue, Venue

D = Decimal
# What hangs once so many orders were executed: in the middle of the sell, between the two, in the middle of the buy.
MOMENTS = {"in the sell": (1, "/api/v3/order"), "between": (1, "/api/v3/ticker"), "in the buy": (2, "/api/v3/order")}


def _hang_when(venue: Venue, executed: int, path: str) -> None:
    """Once so many orders are executed, the next question of that path gets no answer ever."""
    server, before, count = venue.server, venue.server.account.executed, 0

    def then(*happened: object) -> None:
        nonlocal count
        before(*happened)  # type: ignore[arg-type]
        count += 1
        if count == executed:
            server.fail(path, Fault.HANG, times=None)

    server.account.executed = then


def _killed_at(venue: Venue, plan: str, moment: str) -> None:
    """Execute the plan in a process of its own, and kill it when it hangs there."""
    executed, path = MOMENTS[moment]
    _hang_when(venue, executed, path)
    env = {**os.environ, **venue.desk.host.env}
    words = [sys.executable, "-m", "kit", "portfolio", "execute", plan, "--yes"]
    child = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while not (len(venue.sides()) == executed and venue.server.requests[-1].path.startswith(path)):
        assert child.poll() is None, child.communicate()[0]
        assert time.monotonic() < end
        time.sleep(0.005)
    child.kill()
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    venue.server.account.executed = lambda *_: None
    venue.server.recover()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_execution_is_resumed_and_no_order_is_doubled(moment: str, make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    _killed_at(venue, plan.id, moment)
    executed, _ = MOMENTS[moment]
    assert len(venue.sides()) == executed
    said = venue.desk.cli("portfolio rebalance --resume --json")
    assert said.code == 0
    assert said.json["data"]["state"] == PlanState.DONE
    assert [D(each["filled"]) for each in said.json["data"]["orders"]] == [each.quantity for each in plan.orders]
    assert venue.sides() == [("sell", "BTC/USDT", "filled"), ("buy", "ETH/USDT", "filled")]
    assert venue.desk.plan().orders == ()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_of_a_killed_execution_another_plan_cannot_be_executed_before_it_is_resumed(make_venue: MakeVenue) -> None:
    venue = make_venue()
    _killed_at(venue, venue.desk.plan().id, "between")
    assert "was interrupted" in venue.desk.cli("status").out
    assert "portfolio-rebalancing" in venue.desk.cli("doctor --json").out
    another = venue.desk.plan()
    said = venue.desk.cli(f"portfolio execute {another.id} --yes")
    assert said.code == 2
    assert "kit portfolio rebalance --resume" in said.err


@pytest.mark.slow
def test_of_two_processes_that_execute_one_plan_at_once_only_one_does(make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    env = {**os.environ, **venue.desk.host.env}
    words = [sys.executable, "-m", "kit", "portfolio", "execute", plan.id, "--yes"]
    children = [subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _ in range(2)]
    said = [child.communicate(timeout=60)[0].decode() for child in children]
    assert sorted(child.returncode == 0 for child in children) == [False, True], said
    assert all("executed already" in each or "Another plan" in each or "filled" in each for each in said), said
    assert venue.sides() == [("sell", "BTC/USDT", "filled"), ("buy", "ETH/USDT", "filled")]
