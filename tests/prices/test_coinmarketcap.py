"""CoinMarketCap over real sockets: by number where it is known, by symbol where one coin has it; credits counted."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kit import BadKey, MissingPermission, OddAnswer, RateLimited

if TYPE_CHECKING:
    from .conftest import CmcCoin, Desk, Fault, PriceServer


def left(desk: Desk) -> int | None:
    state = desk.source("coinmarketcap").state
    assert state is not None
    return state().quota_left


def needs(desk: Desk) -> str:
    state = desk.source("coinmarketcap").state
    assert state is not None
    return state().needs


def test_prices_come_by_number_and_by_symbol(desk: Desk, server: PriceServer) -> None:
    found = desk.quotes("coinmarketcap", ["BTC", "ETH", "UNIQ"])
    assert {asset: point.close for asset, point in found.items()} == {
        "BTC": Decimal("67000.12"),
        "ETH": Decimal("3449.99"),
        "UNIQ": Decimal("0.5"),
    }
    assert [query.get("id") or query.get("symbol") for _, query, _ in server.asked] == ["1,1027", "UNIQ"]
    assert {point.source for point in found.values()} == {"CoinMarketCap"}


def test_the_key_travels_in_a_header_and_a_wrong_one_is_said_to_be(desk: Desk, server: PriceServer) -> None:
    desk.quotes("coinmarketcap", ["BTC"])
    assert "cmc-secret-key" not in str(server.asked[0][:2])
    desk.configured["prices.coinmarketcap"]["apiKey"] = "other-hush"
    desk.clock.advance(timedelta(minutes=2))
    with pytest.raises(BadKey, match="This API Key is invalid") as refusal:
        desk.quotes("coinmarketcap", ["BTC"])
    assert "other-hush" not in str(refusal.value)
    assert "prices.coinmarketcap.apiKey" in str(refusal.value)


def test_without_a_key_it_says_what_it_needs_and_is_not_asked_for_history(desk: Desk, server: PriceServer) -> None:
    del desk.configured["prices.coinmarketcap"]["apiKey"]
    assert "needs a key" in needs(desk)
    desk.configured["prices.coinmarketcap"]["historical"] = True
    assert desk.closes("coinmarketcap", ["BTC"], "USD", "2024-03-01", "2024-03-02") == {}
    assert server.asked == []


def test_a_key_that_cannot_be_looked_up_is_a_need(desk: Desk) -> None:
    desk.configured["prices.coinmarketcap"]["apiKey"] = {"env": "KIT_TEST_NO_SUCH_KEY"}
    assert "KIT_TEST_NO_SUCH_KEY is not set" in needs(desk)


def test_several_active_coins_of_one_symbol_are_not_guessed(
    desk: Desk, server: PriceServer, cmc_coin: type[CmcCoin]
) -> None:
    server.cmc += [cmc_coin(71, "TWIN", "1", "First"), cmc_coin(72, "TWIN", "2", "Second")]
    assert desk.quotes("coinmarketcap", ["BTC", "TWIN"]).keys() == {"BTC"}
    assert "First (71), Second (72)" in desk.doubts("coinmarketcap")["TWIN"]
    desk.configured["prices.coinmarketcap"]["ids"] = {"TWIN": 72}
    desk.clock.advance(timedelta(minutes=2))
    assert desk.quotes("coinmarketcap", ["TWIN"])["TWIN"].close == 2
    assert desk.doubts("coinmarketcap") == {}


def test_a_dead_twin_does_not_stand_in_the_way(desk: Desk, server: PriceServer, cmc_coin: type[CmcCoin]) -> None:
    server.cmc += [cmc_coin(71, "TWIN", "1", "First"), cmc_coin(72, "TWIN", "2", "Gone", active=0)]
    assert desk.quotes("coinmarketcap", ["TWIN"])["TWIN"].close == 1


@pytest.mark.parametrize("written", ["null", "0", "-3"])
def test_a_price_that_is_none_is_no_price(desk: Desk, server: PriceServer, written: str) -> None:
    server.cmc[0].price = written
    assert desk.quotes("coinmarketcap", ["BTC", "ETH"]).keys() == {"ETH"}
    assert "BTC" in desk.doubts("coinmarketcap")


def test_a_price_with_an_exponent_is_exact(desk: Desk, server: PriceServer) -> None:
    server.cmc[0].price = "1.00000000000000000001E-9"
    assert desk.quotes("coinmarketcap", ["BTC"])["BTC"].close == Decimal("1.00000000000000000001E-9")


@pytest.mark.parametrize("text", ["", "<html>", "{}", '{"data":[]}', '{"data":{}}', '{"data":null,"status":{}}', "7"])
def test_an_odd_answer_with_status_200_is_an_error(
    desk: Desk, server: PriceServer, fault: type[Fault], text: str
) -> None:
    server.faults.append(fault("quotes/latest", text=text, times=9))
    with pytest.raises(OddAnswer):
        desk.quotes("coinmarketcap", ["BTC"])


def test_what_the_plan_does_not_include_is_a_missing_permission(
    desk: Desk, server: PriceServer, fault: type[Fault]
) -> None:
    words = {"status": {"error_code": 1006, "error_message": "Your plan does not support this"}}
    server.faults.append(fault("quotes/latest", 403, json.dumps(words)))
    with pytest.raises(MissingPermission, match="Your plan does not support this"):
        desk.quotes("coinmarketcap", ["BTC"])


def test_credits_are_counted_as_the_source_counts_them(desk: Desk, server: PriceServer, fault: type[Fault]) -> None:
    desk.configured["prices.coinmarketcap"]["creditsPerMonth"] = 20
    desk.quotes("coinmarketcap", ["BTC"])
    assert left(desk) == 19
    quote = '{"USD":{"price":1,"last_updated":"2024-03-25T11:39:00.000Z"}}'
    words = f'{{"status":{{"credit_count":7}},"data":{{"1027":{{"quote":{quote}}}}}}}'
    server.faults.append(fault("quotes/latest", text=words))
    desk.quotes("coinmarketcap", ["ETH"])
    assert left(desk) == 12


def test_a_month_that_is_used_up_is_not_overdrawn(desk: Desk, server: PriceServer) -> None:
    desk.configured["prices.coinmarketcap"] |= {"creditsPerMonth": 2, "secondsKept": 0}
    for _ in range(2):
        desk.quotes("coinmarketcap", ["BTC"])
    with pytest.raises(RateLimited, match="are used up"):
        desk.quotes("coinmarketcap", ["BTC"])
    assert len(server.asked) == 2
    desk.clock.advance(timedelta(days=7))
    assert "BTC" in desk.quotes("coinmarketcap", ["BTC"]), "April has credits of its own"


def test_history_is_asked_only_of_a_plan_that_includes_it(desk: Desk, server: PriceServer) -> None:
    server.cmc_daily = [("2024-03-21T00:00:00.000Z", "67913.67"), ("2024-03-22T00:00:00.000Z", "6.5e4")]
    assert desk.closes("coinmarketcap", ["BTC"], "USD", "2024-03-20", "2024-03-21") == {}
    desk.configured["prices.coinmarketcap"]["historical"] = True
    assert desk.closes("coinmarketcap", ["BTC", "NOSUCH"], "USD", "2024-03-20", "2024-03-21") == {
        "2024-03-20": Decimal("67913.67"),
        "2024-03-21": Decimal(65000),
    }
    assert len(server.asked) == 1
