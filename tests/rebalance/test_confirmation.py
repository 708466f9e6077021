"""At a terminal: a plan is shown, then asked for; only a yes trades."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pytest
from kit_portfolio_tracker.commands import COMMANDS

from kit import Effect

if TYPE_CHECKING:
    from tests.rebalance.conftest import Desk, MakeDesk
    from tests.terminals import Session

HOLDINGS = {"BTC": 0.15, "ETH": 1.2, "USDT": 1902.5}


Start = Callable[..., "Session"]


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """Priced today, because a terminal's clock goes on."""
    from datetime import UTC, datetime

    return make_desk({"practice": HOLDINGS}, now=datetime.now(UTC))


@pytest.fixture
def kit(desk: Desk, terminal: Start) -> Start:
    return partial(terminal, env={**os.environ, **desk.host.env})


def test_what_moves_money_names_what_shows_it() -> None:
    commands = {command.name: command for command in COMMANDS}
    moving = [command for command in COMMANDS if command.needs_confirmation]
    assert [command.name for command in moving] == ["portfolio execute"]
    for command in moving:
        shown = commands[command.preview]
        assert shown.effect is Effect.READ
        assert {param.keyword for param in command.params} <= {param.keyword for param in shown.params}


def test_the_shown_plan_is_executed_by_a_yes(kit: Start, desk: Desk) -> None:
    session = kit("portfolio", "rebalance")
    session.until("Execute? [y/N]")
    assert "Sell $2,334" in session.screen
    assert desk.orders() == []
    session.types("y\n")
    session.until("Every order was filled.")
    assert session.ends() == 0
    assert len(desk.orders()) == 2


@pytest.mark.parametrize(("answer", "code"), [("n\n", 0), ("\n", 0), ("\x04", 130)])
def test_whatever_is_no_yes_trades_nothing(answer: str, code: int, kit: Start, desk: Desk) -> None:
    session = kit("portfolio", "rebalance")
    session.until("Execute? [y/N]")
    session.types(answer)
    assert session.ends() == code
    assert "Traceback" not in session.screen
    assert desk.orders() == []


def test_executing_by_name_shows_the_plan_before_it_asks(kit: Start, desk: Desk) -> None:
    plan = desk.plan()
    session = kit("portfolio", "execute", plan.id)
    session.until("Execute? [y/N]")
    assert "Rebalancing Plan" in session.screen
    session.types("n\n")
    assert session.ends() == 1
    assert "Nothing was traded." in session.screen
    assert desk.orders() == []


def test_for_a_machine_nobody_is_asked(kit: Start, desk: Desk) -> None:
    session = kit("portfolio", "rebalance", "--json")
    assert session.ends() == 0
    assert "Execute?" not in session.screen
    assert desk.orders() == []
