"""Whatever is said about trading, where it is allowed: a plan is shown, and nothing is ordered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kit_portfolio_tracker.commands import COMMANDS

from kit import Effect
from kit.phrases.templates import ways_of

if TYPE_CHECKING:
    from tests.rebalance.conftest import MakeDesk

HOLDINGS = {"BTC": 0.15, "ETH": 1.2, "USDT": 1902.5}
SAID = {"{to:weights}": "50% BTC, 30% ether and 20% USDT", "{account}": "practice"}
NO_PHRASES = (
    "execute the plan",
    "rebalance my portfolio and execute it",
    "yes, rebalance my portfolio",
    "portfolio execute",
    "sell all my bitcoin",
    "kaufe 1 BTC",
)


def test_whatever_is_said_nothing_is_ordered(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, trading={"enabled": True})
    before = dict(desk.held())
    trading = [each for each in COMMANDS if each.effect is Effect.TRADE]
    ways = [way for each in trading for phrase in each.phrases for way in ways_of(phrase.partition("->")[0])]
    shown = 0
    for way in dict.fromkeys(ways):
        said = re.sub(r"\{.*?\}", lambda slot: SAID[slot[0]], way)
        answer = desk.cli("ask", said)
        assert answer.code in {0, 3}, (said, answer.err)
        shown += "Rebalancing Plan" in answer.out
    assert shown >= 10
    plan = desk.plan()
    for said in (*NO_PHRASES, f"portfolio execute {plan.id}", f"execute {plan.id}"):
        assert desk.cli("ask", said).code == 2, said
    assert desk.orders() == []
    assert dict(desk.held()) == before
