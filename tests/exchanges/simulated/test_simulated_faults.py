"""Every fault is what its line says, over real sockets; a server starts at once and stops whatever hangs."""

from __future__ import annotations

import asyncio
import json
import re
import time
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from kit_exchanges.simulated import BinanceServer, Fault, KrakenServer, many_prices
from kit_exchanges.simulated.account import Account
from kit_exchanges.simulated.market import Market

D = Decimal
PATIENCE = aiohttp.ClientTimeout(total=2)
STATUS = {fault: int(fault.name[-3:]) for fault in Fault if re.fullmatch(r"(HTTP|HTML)_\d+", fault.name)}


def ask(url: str, *, times: int = 1, timeout: aiohttp.ClientTimeout = PATIENCE) -> list[tuple[int, str]]:
    async def asked() -> list[tuple[int, str]]:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            answers = []
            for _ in range(times):
                async with session.get(url) as response:
                    answers.append((response.status, await response.text()))
            return answers

    return asyncio.run(asked())


def prices(server: BinanceServer) -> Any:
    ((status, text),) = ask(f"{server.url}/api/v3/ticker/price")
    assert status == 200
    return json.loads(text)


def test_there_are_more_than_forty_five_and_each_says_what_happens() -> None:
    assert len(Fault) > 45
    assert all(len(fault.description.split()) >= 3 for fault in Fault)
    assert len({fault.description for fault in Fault}) == len(Fault)


@pytest.mark.parametrize("fault", STATUS, ids=lambda fault: fault.name)
def test_a_status_is_that_status(binance_server: BinanceServer, fault: Fault) -> None:
    binance_server.fail("/api/v3/time", fault)
    (first, text), (second, _) = ask(f"{binance_server.url}/api/v3/time", times=2)
    assert (first, second) == (STATUS[fault], 200)
    assert text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("fault", "text"),
    [(Fault.EMPTY_BODY, ""), (Fault.EMPTY_OBJECT, "{}"), (Fault.EMPTY_LIST, "[]"), (Fault.NULL, "null")],
)
def test_nothing_with_status_200(binance_server: BinanceServer, fault: Fault, text: str) -> None:
    binance_server.fail("/api/v3/time", fault)
    assert ask(f"{binance_server.url}/api/v3/time") == [(200, text)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.CONNECTION_REFUSED,
        Fault.RESET_BEFORE_ANSWER,
        Fault.RESET_IN_BODY,
        Fault.HANG,
        Fault.SLOW_DRIP,
        Fault.TLS_EXPECTED,
        Fault.GZIP_GARBAGE,
    ],
    ids=lambda fault: fault.name,
)
def test_an_answer_that_does_not_come(binance_server: BinanceServer, fault: Fault) -> None:
    url = f"{binance_server.url}/api/v3/time"
    binance_server.fail("/api/v3/time", fault, times=None)
    with pytest.raises((aiohttp.ClientError, TimeoutError)):
        ask(url, timeout=aiohttp.ClientTimeout(total=0.5))
    binance_server.recover()
    assert ask(url)[0][0] == 200


def test_a_redirect_leads_to_a_page_for_people(binance_server: BinanceServer) -> None:
    binance_server.fail("/api/v3/time", Fault.REDIRECT)
    ((status, text),) = ask(f"{binance_server.url}/api/v3/time")
    assert (status, "back soon" in text) == (200, True)


def test_a_huge_body_is_huge(binance_server: BinanceServer) -> None:
    binance_server.fail("/api/v3/time", Fault.HUGE_BODY)
    ((_, text),) = ask(f"{binance_server.url}/api/v3/time", timeout=aiohttp.ClientTimeout(total=30))
    assert len(text) > 20_000_000


def test_half_an_answer_is_no_json(binance_server: BinanceServer) -> None:
    binance_server.fail("/api/v3/ticker/price", Fault.TRUNCATED_JSON)
    with pytest.raises(json.JSONDecodeError):
        prices(binance_server)


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        (Fault.NULL_AMOUNTS, None),
        (Fault.NAN_AMOUNTS, "NaN"),
        (Fault.NEGATIVE_AMOUNTS, "-60000.00000000"),
        (Fault.NUMBERS_FOR_TEXTS, 60000.0),
    ],
)
def test_amounts_are_falsified(binance_server: BinanceServer, fault: Fault, wanted: Any) -> None:
    binance_server.fail("/api/v3/ticker/price", fault)
    assert prices(binance_server)[0] == {"symbol": "BTCUSDT", "price": wanted}


def test_what_it_is_about_is_gone(binance_server: BinanceServer) -> None:
    binance_server.fail("/api/v3/ticker/price", Fault.MISSING_FIELD)
    assert prices(binance_server)[0] == {"symbol": "BTCUSDT"}


def test_pages_are_short_turned_round_and_doubled(binance_server: BinanceServer) -> None:
    whole = prices(binance_server)
    for fault in (Fault.PARTIAL_PAGE, Fault.OUT_OF_ORDER, Fault.DUPLICATES):
        binance_server.fail("/api/v3/ticker/price", fault)
    assert prices(binance_server) == whole[: len(whole) // 2]
    assert prices(binance_server) == whole[::-1]
    assert len(prices(binance_server)) == 2 * len(whole)


def test_a_page_is_repeated_although_something_changed(binance_server: BinanceServer) -> None:
    before = prices(binance_server)
    binance_server.set_price("BTC/USDT", D("61000"))
    binance_server.fail("/api/v3/ticker/price", Fault.REPEATED_PAGE)
    assert prices(binance_server) == before
    assert prices(binance_server)[0]["price"] == "61000.00000000"


_NEVER_DONE = (Fault.HANG, Fault.SLOW_DRIP, Fault.DONE_UNANSWERED)


@pytest.mark.parametrize("fault", [each for each in Fault if not each.of_socket], ids=lambda fault: fault.name)
def test_every_fault_changes_what_a_question_gets(kraken_server: KrakenServer, fault: Fault) -> None:
    """Or leaves an answer that has no such thing (records, balances) as it is."""
    kraken_server.fail("Ticker", fault, times=None)
    timeout = aiohttp.ClientTimeout(total=0.5 if fault in _NEVER_DONE else 30)
    try:
        ((status, text),) = ask(f"{kraken_server.url}/0/public/Ticker?pair=XXBTZUSD", timeout=timeout)
    except (aiohttp.ClientError, TimeoutError):
        return
    of_records = "PAGE" in fault.name or fault.name in ("DUPLICATES", "OUT_OF_ORDER", "FUTURE_RECORDS")
    same = of_records or "ASSET" in fault.name or fault is Fault.WRONG_CONTENT_TYPE
    if same:
        assert json.loads(text)["result"]["XXBTZUSD"]["c"][0] == "60000.00000"
    else:
        assert status != 200 or not text.endswith("}") or '"c":["60000.00000"' not in text


def test_a_server_is_there_within_a_moment() -> None:
    begin = time.process_time()
    with BinanceServer() as server:
        assert server.port
        assert time.process_time() - begin < 0.2


def test_a_server_stops_although_a_question_hangs(binance_server: BinanceServer) -> None:
    binance_server.fail("/api/v3/time", Fault.HANG, times=None)

    async def hanging() -> float:
        async with aiohttp.ClientSession() as session:
            task = asyncio.ensure_future(session.get(f"{binance_server.url}/api/v3/time"))
            while not binance_server.requests:
                await asyncio.sleep(0.01)
            begin = time.monotonic()
            await asyncio.to_thread(binance_server.stop)
            with pytest.raises(aiohttp.ClientError):
                await task
            return time.monotonic() - begin

    assert asyncio.run(hanging()) < 20


def test_a_venue_may_list_three_thousand_markets() -> None:
    with BinanceServer(many_prices(3000)) as server:
        ((_, text),) = ask(f"{server.url}/api/v3/exchangeInfo")
    assert len(json.loads(text)["symbols"]) == 3000


def test_latency_is_waited(binance_server: BinanceServer) -> None:
    binance_server.latency = 0.2
    begin = time.monotonic()
    ask(f"{binance_server.url}/api/v3/time")
    assert time.monotonic() - begin >= 0.2


def test_an_order_may_be_filled_in_part() -> None:
    market = Market()
    account = Account(market, key="k", secret="s", now=BinanceServer().now)
    account.deposit("BTC", D("1"))
    order = account.place("BTC/USDT", "sell", D("1"), D("70000"))
    account.fill(order, D("0.25"))
    assert (order.status, order.filled, order.cost) == ("open", D("0.25"), D(17500))
    assert (account.balances["BTC"].locked, account.balances["USDT"].free) == (D("0.75"), D("17482.5"))
    account.cancel(order)
    assert account.balances["BTC"].free == D("0.75")
