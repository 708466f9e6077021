"""CoinGecko over real sockets: exact, batched, kept for a while, and never a price by mistake."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from kit_prices.answers import Quote, closes_of
from kit_prices.coingecko_ids import COINGECKO_IDS

from kit import BadKey, Maintenance, NetworkFailure, OddAnswer, RateLimited, Refused

if TYPE_CHECKING:
    from .conftest import Desk, Fault, PriceServer

LISTED = Path(__file__).parents[3] / "shared" / "data" / "sectors" / "coingecko_top500_categories.csv"


def test_a_price_is_exact_and_has_its_instant_and_source(desk: Desk) -> None:
    point = desk.quotes("coingecko", ["BTC"])["BTC"]
    assert point.close == Decimal("67187.3358936566")
    assert point.time == datetime(2024, 3, 25, 11, 40, tzinfo=UTC)
    assert (point.day.isoformat(), point.currency, point.source) == ("2024-03-25", "USD", "CoinGecko")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1.2345E-7", "0.00000012345"),
        ("6.7e4", "67000"),
        ("3", "3"),
        ("0.1234567890123456789", "0.1234567890123456789"),
    ],
)
def test_every_digit_arrives_however_the_number_is_written(
    desk: Desk, server: PriceServer, written: str, read: str
) -> None:
    server.gecko["bitcoin"]["usd"] = written
    assert desk.quotes("coingecko", ["BTC"])["BTC"].close == Decimal(read)
    assert desk.quotes("coingecko", ["BTC"])["BTC"].close == Decimal(read), "as it was kept"


def test_three_hundred_coins_are_two_calls(desk: Desk, server: PriceServer) -> None:
    desk.configured["prices.coingecko"]["ids"] = {f"C{number}": f"coin-{number}" for number in range(300)}
    server.gecko |= {f"coin-{number}": {"usd": "1.5"} for number in range(300)}
    found = desk.quotes("coingecko", [f"C{number}" for number in range(300)])
    assert len(found) == 300
    assert [len(query["ids"].split(",")) for _, query, _ in server.asked] == [250, 50]


def test_an_answer_is_used_again_for_a_while_and_only_what_is_new_is_asked(desk: Desk, server: PriceServer) -> None:
    desk.quotes("coingecko", ["BTC", "ETH"])
    desk.quotes("coingecko", ["BTC", "ETH", "USDT"])
    assert [query["ids"] for _, query, _ in server.asked] == ["bitcoin,ethereum", "tether"]
    desk.clock.advance(timedelta(seconds=61))
    desk.quotes("coingecko", ["BTC"])
    assert len(server.asked) == 3


def test_another_currency_is_another_answer(desk: Desk) -> None:
    assert desk.quotes("coingecko", ["BTC"], "EUR")["BTC"].close == Decimal("62000.5")
    assert desk.quotes("coingecko", ["BTC"], "USD")["BTC"].currency == "USD"


def test_a_currency_it_does_not_count_in_is_answered_in_dollars(desk: Desk) -> None:
    assert desk.quotes("coingecko", ["BTC"], "ISK")["BTC"].currency == "USD"


@pytest.mark.parametrize("written", ["null", "0", "0.0", "-1", '"67000"'])
def test_a_price_that_is_none_is_no_price(desk: Desk, server: PriceServer, written: str) -> None:
    server.gecko["ethereum"]["usd"] = written
    assert desk.quotes("coingecko", ["BTC", "ETH"]).keys() == {"BTC"}
    assert "ethereum" in desk.doubts("coingecko")["ETH"]
    server.gecko["ethereum"]["usd"] = "3000"
    desk.clock.advance(timedelta(minutes=2))
    assert "ETH" in desk.quotes("coingecko", ["BTC", "ETH"])
    assert "ETH" not in desk.doubts("coingecko")


def test_a_price_without_its_instant_is_no_price(desk: Desk, server: PriceServer) -> None:
    server.updated = "null"
    assert desk.quotes("coingecko", ["BTC"]) == {}


def test_a_coin_left_out_of_the_answer_takes_no_other_down(desk: Desk, server: PriceServer) -> None:
    del server.gecko["ethereum"]
    assert desk.quotes("coingecko", ["BTC", "ETH", "USDT"]).keys() == {"BTC", "USDT"}


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "<html>We are back soon</html>", '{"bitcoin":', "[" * 100_000]
)
def test_an_odd_answer_with_status_200_is_an_error_and_no_price(
    desk: Desk, server: PriceServer, fault: type[Fault], text: str
) -> None:
    server.faults.append(fault("simple/price", text=text, times=9))
    with pytest.raises(OddAnswer):
        desk.quotes("coingecko", ["BTC"])


def test_nan_and_infinity_are_no_json(desk: Desk, server: PriceServer) -> None:
    server.gecko["bitcoin"]["usd"] = "NaN"
    with pytest.raises(OddAnswer):
        desk.quotes("coingecko", ["BTC"])


def test_a_passing_fault_is_asked_again(desk: Desk, server: PriceServer, fault: type[Fault]) -> None:
    server.faults.append(fault("simple/price", status=503, text="<html>", times=2))
    assert "BTC" in desk.quotes("coingecko", ["BTC"])
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [(400, Refused), (401, BadKey), (404, Refused), (500, Maintenance), (502, Maintenance)]
)
def test_each_status_is_its_error(
    desk: Desk, server: PriceServer, fault: type[Fault], status: int, kind: type[Exception]
) -> None:
    server.faults.append(fault("simple/price", status=status, text="{}", times=9))
    with pytest.raises(kind, match=str(status)):
        desk.quotes("coingecko", ["BTC"])


def test_too_often_is_left_alone_as_long_as_it_asks_for(desk: Desk, server: PriceServer, fault: type[Fault]) -> None:
    words = '{"status":{"error_code":429,"error_message":"You have exceeded the Rate Limit"}}'
    server.faults.append(fault("simple/price", 429, words, {"Retry-After": "45"}))
    with pytest.raises(RateLimited, match="exceeded the Rate Limit") as refusal:
        desk.quotes("coingecko", ["BTC"])
    assert refusal.value.retry_after == 45
    with pytest.raises(RateLimited):
        desk.quotes("coingecko", ["BTC"])
    assert len(server.asked) == 1, "it was asked while it wanted to be left alone"
    desk.clock.advance(timedelta(seconds=46))
    assert "BTC" in desk.quotes("coingecko", ["BTC"])


def test_nobody_there_is_a_network_failure(desk: Desk) -> None:
    desk.configured["prices.coingecko"]["baseUrl"] = "http://127.0.0.1:1/api/v3"
    with pytest.raises(NetworkFailure, match="CoinGecko cannot be reached"):
        desk.quotes("coingecko", ["BTC"])


@pytest.mark.parametrize(("plan", "header"), [("demo", "x-cg-demo-api-key"), ("pro", "x-cg-pro-api-key")])
def test_the_key_travels_in_the_header_of_its_plan(desk: Desk, server: PriceServer, plan: str, header: str) -> None:
    desk.configured["prices.coingecko"] |= {"apiKey": "CG-hush", "plan": plan}
    desk.quotes("coingecko", ["BTC"])
    _, query, headers = server.asked[0]
    assert {name.lower(): value for name, value in headers.items()}[header] == "CG-hush"
    assert "CG-hush" not in str(query)


def test_a_key_is_cut_out_of_what_the_source_says_about_it(desk: Desk, server: PriceServer, fault: type[Fault]) -> None:
    desk.configured["prices.coingecko"]["apiKey"] = "CG-hush"
    server.faults.append(fault("simple/price", 401, '{"error":"the key CG-hush is unknown"}'))
    with pytest.raises(BadKey) as refusal:
        desk.quotes("coingecko", ["BTC"])
    assert "CG-hush" not in str(refusal.value)
    assert "unknown" in str(refusal.value)


def test_a_key_is_not_carried_to_where_a_redirect_leads(desk: Desk, server: PriceServer, fault: type[Fault]) -> None:
    desk.configured["prices.coingecko"]["apiKey"] = "CG-hush"
    server.faults.append(fault("simple/price", 302, "", {"Location": f"{server.url}/api/v3/coins/list"}, times=9))
    with pytest.raises(OddAnswer):
        desk.quotes("coingecko", ["BTC"])
    assert "/api/v3/coins/list" not in server.paths()


def test_a_symbol_of_one_coin_alone_is_looked_up_once_a_day(desk: Desk, server: PriceServer) -> None:
    server.gecko["solo-coin"] = {"usd": "2"}
    for _ in range(2):
        assert desk.quotes("coingecko", ["UNIQ"])["UNIQ"].close == 2
    assert server.paths().count("/api/v3/coins/list") == 1


def test_a_symbol_of_several_coins_is_not_guessed(desk: Desk, server: PriceServer) -> None:
    server.gecko |= {"a-coin": {"usd": "1"}, "b-coin": {"usd": "2"}}
    assert desk.quotes("coingecko", ["BTC", "TWIN"]).keys() == {"BTC"}
    assert "a-coin, b-coin" in desk.doubts("coingecko")["TWIN"]
    assert "prices.coingecko.ids" in desk.doubts("coingecko")["TWIN"]
    desk.configured["prices.coingecko"]["ids"] = {"TWIN": "b-coin"}
    assert desk.quotes("coingecko", ["TWIN"])["TWIN"].close == 2
    assert desk.doubts("coingecko") == {}


def test_a_symbol_of_no_coin_has_no_price_and_a_reason(desk: Desk) -> None:
    assert desk.quotes("coingecko", ["NOSUCH"]) == {}
    assert "no coin" in desk.doubts("coingecko")["NOSUCH"]


def test_the_users_word_on_a_coin_goes_before_ours(desk: Desk) -> None:
    desk.configured["prices.coingecko"]["ids"] = {"BTC": "ethereum"}
    assert desk.quotes("coingecko", ["BTC"])["BTC"].close == Decimal("3450.25")


def test_a_list_that_cannot_be_read_takes_no_known_coin_down(
    desk: Desk, server: PriceServer, fault: type[Fault]
) -> None:
    server.faults.append(fault("coins/list", 404, "{}", times=9))
    assert desk.quotes("coingecko", ["BTC", "UNIQ"]).keys() == {"BTC"}
    assert "could not be read" in desk.doubts("coingecko")["UNIQ"]


def _stamp(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)


def test_closes_are_the_last_price_before_midnight_or_at_it(desk: Desk, server: PriceServer) -> None:
    server.chart = [
        (_stamp("2024-03-20T00:00:07"), "100"),  # closes the 19th
        (_stamp("2024-03-20T23:00:00"), "108"),
        (_stamp("2024-03-21T00:00:05"), "110.5"),
        (_stamp("2024-03-21T22:59:00"), "1.2e2"),
        (_stamp("2024-03-25T11:00:00"), "999"),  # today is not over
    ]
    assert desk.closes("coingecko", ["BTC"], "USD", "2024-03-20", "2024-03-25") == {
        "2024-03-20": Decimal("110.5"),
        "2024-03-21": Decimal(120),
    }


def test_history_beyond_the_free_year_is_not_asked_for(desk: Desk, server: PriceServer) -> None:
    desk.closes("coingecko", ["BTC"], "USD", "2014-01-01", "2024-03-24")
    begin = datetime.fromtimestamp(int(server.asked[0][1]["from"]), UTC)
    assert (desk.clock.now() - begin).days < 366
    assert desk.closes("coingecko", ["BTC"], "USD", "2014-01-01", "2015-01-01") == {}
    assert len(server.asked) == 1


def test_a_coin_without_history_takes_no_other_down(desk: Desk, server: PriceServer) -> None:
    server.chart = [(_stamp("2024-03-20T23:00:00"), "108")]
    assert desk.closes("coingecko", ["ADA", "BTC"], "USD", "2024-03-20", "2024-03-20") == {"2024-03-20": Decimal(108)}


quotes = st.lists(
    st.builds(
        Quote,
        st.decimals(Decimal("1e-9"), Decimal("1e9"), places=9),
        st.datetimes(datetime(2024, 1, 1), datetime(2024, 1, 9), timezones=st.just(UTC)),  # noqa: DTZ001
    ),
    max_size=20,
)


@given(quotes)
def test_a_day_closes_once_and_never_before_it_is_over(series: list[Quote]) -> None:
    now = datetime(2024, 1, 6, 12, tzinfo=UTC)
    first, last = datetime(2024, 1, 2, tzinfo=UTC).date(), datetime(2024, 1, 8, tzinfo=UTC).date()
    closes = list(closes_of(series, first, last, now=now))
    days = [day for day, _ in closes]
    assert days == sorted(set(days))
    assert all(first <= day < now.date() for day in days)
    assert {close for _, close in closes} <= {quote.price for quote in series}


def test_the_shipped_ids_are_coingeckos() -> None:
    """Every id that the list of early 2025 knows has the symbol there that it has here."""
    if not LISTED.exists():
        pytest.skip("no real data here: sectors/coingecko_top500_categories.csv")
    with LISTED.open(encoding="utf-8", newline="") as file:
        listed = {row["coingecko_id"]: row["symbol"].upper() for row in csv.DictReader(file)}
    renamed = {"NANO": "XNO", "RONIN": "RON"}
    wrong = {
        asset: listed[coin]
        for asset, coin in COINGECKO_IDS.items()
        if coin in listed and listed[coin] != renamed.get(asset, asset)
    }
    assert wrong == {}
    assert sum(coin in listed for coin in COINGECKO_IDS.values()) > 250
