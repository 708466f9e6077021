"""The largest shares as alert rules compare them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from kit_portfolio_tracker.risk_signals import risk_signals

from kit import Reading, Services, Signal
from kit.testing import HostUnderTest

HELD = {"binance": "1 BTC, 20000 USDT", "kraken": "70000 USD, 50000 USDC"}
PRICES = {"BTC": "60000", "USDT": "1", "USDC": "1"}
Portfolio = Callable[..., HostUnderTest]


def _whole(_services: Services, _portfolio: Any) -> str:
    return ""


def _signals() -> dict[str, Signal]:
    return {each.measure: each for each in risk_signals(_whole)}


def _read(host: HostUnderTest, measure: str) -> Reading:
    (reading,) = _signals()[measure].read(host.services, [{}])
    return reading


@pytest.mark.parametrize(
    ("measure", "share"),
    [
        ("concentration", "0.3"),  # BTC: 60,000 of 200,000; the dollars are more, and no concentration
        ("account", "0.6"),
        ("venue", "0.6"),
        ("sector", "0.35"),  # stablecoins: 70,000
        ("issuer", "0.25"),  # Circle: 50,000
        ("stablecoins", "0.35"),
    ],
)
def test_each_signal_is_the_largest_share_of_its_kind(portfolio: Portfolio, measure: str, share: str) -> None:
    reading = _read(portfolio(HELD, PRICES), measure)
    assert (reading.value, reading.doubt) == (Decimal(share), "")


def test_without_stablecoins_their_share_is_nothing_and_not_unknown(portfolio: Portfolio) -> None:
    host = portfolio({"binance": "1 BTC"}, PRICES)
    assert [_read(host, measure).value for measure in ("issuer", "stablecoins")] == [0, 0]


def test_without_a_price_nothing_is_measured_and_the_reading_says_why(portfolio: Portfolio) -> None:
    reading = _read(portfolio({"binance": "1 BTC"}, {"ETH": "1"}), "venue")
    assert (reading.value, reading.doubt) == (None, "The portfolio is worth nothing.")


def test_what_is_doubtful_is_said_with_the_reading(portfolio: Portfolio) -> None:
    host = portfolio(HELD, PRICES)
    doubtful = {each.measure: each for each in risk_signals(lambda *_: "Kraken was never reached.")}
    (reading,) = doubtful["venue"].read(host.services, [{}])
    assert reading.doubt == "Kraken was never reached."


def test_all_that_is_asked_at_once_is_answered(portfolio: Portfolio) -> None:
    assert len(_signals()["venue"].read(portfolio(HELD, PRICES).services, [{}, {}])) == 2


def test_a_limit_is_suggested_as_a_rule(portfolio: Portfolio) -> None:
    host = portfolio(HELD, PRICES, riskLimits={"venue": 0.55})
    words = [found.words for each in risk_signals(_whole) if each.suggest for found in each.suggest(host.services)]
    assert words == ["venue above 55%"]
