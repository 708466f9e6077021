"""The portfolio rebalanced from the chat, on a paper account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.channels.telegram.conftest import Chat

    Make = Callable[..., Chat]

OWNER = 11
CLOSES = "date,asset,close\n2024-01-16,BTC,67000\n2024-01-16,ETH,2900\n2024-01-16,USDT,1\n"
HOST: dict[str, Any] = {
    "plugin": "kit_portfolio_tracker.plugin",
    "beside": ("paper", "importers"),
    "now": datetime(2024, 1, 16, 12, tzinfo=UTC),
    "config": {
        "exchanges": {"practice": {"type": "paper", "startingBalances": {"BTC": 1, "USDT": 1000}}},
        "skills": {"portfolio-tracker": {"targetAllocation": {"BTC": 0.5, "USDT": 0.5}}},
    },
}


@pytest.fixture
def talk(chat: Make) -> Chat:
    made = chat(HOST)
    (made.host.home / "closes.csv").write_text(CLOSES, encoding="utf-8")
    assert made.host.cli("prices", "import", str(made.host.home / "closes.csv")).code in (0, 3)
    made.pair(OWNER, "trade")
    return made


def held(talk: Chat) -> dict[str, Decimal]:
    async def ask() -> dict[str, Decimal]:
        return {each.asset: each.total for each in await talk.host.services.exchange("practice").balances()}

    return talk.host.services.network.run(ask())


def test_a_plan_is_shown_and_executed_once(talk: Chat) -> None:
    plan = talk.ask(OWNER, "Rebalance my portfolio")
    assert "✅ Execute" in plan.buttons
    assert held(talk)["BTC"] == 1
    talk.press(OWNER, plan, "✅ Execute")
    after = held(talk)
    assert Decimal("0.5") < after["BTC"] < Decimal("0.52")
    again = talk.ask(OWNER, "rebalance my portfolio")
    assert "nothing to trade" in again.text
    assert "✅ Execute" not in again.buttons
    assert held(talk) == after


def test_a_plan_that_has_expired_is_not_executed_whatever_its_button_says(talk: Chat) -> None:
    talk.ask(OWNER, "rebalance my portfolio")
    number = talk.host.run("portfolio plans").data[0].id
    talk.host.clock.advance(timedelta(minutes=10))
    shown = talk.ask(OWNER, f"/portfolio_execute {number}")
    talk.host.clock.advance(timedelta(minutes=6))
    talk.press(OWNER, shown, "✅ Execute")
    assert held(talk)["BTC"] == 1
    assert "expired" in talk.api.said[-1].text


def test_a_plan_named_in_words_is_shown_before_it_is_executed(talk: Chat) -> None:
    talk.ask(OWNER, "rebalance my portfolio")
    number = talk.host.run("portfolio plans").data[0].id
    shown = talk.ask(OWNER, f"/portfolio_execute {number}")
    assert held(talk)["BTC"] == 1
    assert list(shown.buttons).count("✅ Execute") == 1
    talk.press(OWNER, shown, "✅ Execute")
    assert held(talk)["BTC"] < 1


def test_one_who_may_only_look_sees_no_plan(talk: Chat) -> None:
    talk.pair(12, "read")
    assert talk.ask(12, "rebalance my portfolio").text.startswith("❌ You may look")
    assert talk.ask(12, "show my portfolio").text.startswith("💰 Portfolio Overview")
