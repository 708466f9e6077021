"""An empty account is told from an empty answer."""

from __future__ import annotations

from typing import Any

import pytest
from kit_exchanges.ccxt.limits import Limit
from kit_exchanges.ccxt.shapes import doubt


def _answer(said: Any) -> dict[str, Any]:
    """What ccxt makes of an answer without balances."""
    return {"info": said, "free": {}, "used": {}, "total": {}}


@pytest.mark.parametrize(
    ("venue", "said"), [("kraken", {"error": [], "result": {}}), ("binance", {"balances": [], "canTrade": True})]
)
def test_an_account_that_holds_nothing_is_believed(venue: str, said: Any) -> None:
    assert doubt(venue, _answer(said), main=True) == ""


@pytest.mark.parametrize("venue", ["kraken", "binance", "bybit", "bitvavo"])
@pytest.mark.parametrize("said", [None, "", {}, "<html></html>", {"error": []}, {"error": ["EService:Busy"]}])
def test_an_answer_without_balances_is_not(venue: str, said: Any) -> None:
    assert doubt(venue, _answer(said), main=True)


def test_a_question_that_is_given_up_gives_back_its_place() -> None:
    limit = Limit(per_second=1, burst=10)
    assert limit.take(10) == 0
    assert limit.take(100_000) > 1000
    limit.give_back(100_000)
    assert limit.take(1) <= 1
