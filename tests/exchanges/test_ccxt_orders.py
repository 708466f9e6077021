"""Orders at a local Binance: limits are looked at first, and a lost answer is looked up, never repeated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal, getcontext
from typing import TYPE_CHECKING, TypeVar

import pytest
from kit_exchanges.simulated.faults import Fault

from kit import ExchangeError, Order, OrderRequest, Pair, Permissions, Refused, Side

if TYPE_CHECKING:
    from kit_exchanges.ccxt.exchange import CcxtExchange
    from kit_exchanges.simulated.binance import BinanceServer
    from kit_exchanges.simulated.kraken import KrakenServer

    from tests.exchanges.conftest import OpenVenue

D = Decimal
PAIR = Pair("BTC", "USDT")
Answer = TypeVar("Answer")
Ask = Callable[[Callable[["CcxtExchange"], Awaitable[Answer]]], Answer]


@pytest.fixture
def ask(binance_server: BinanceServer, open_venue: OpenVenue) -> Ask[Order]:
    binance_server.account.permissions = frozenset({"read", "trade"})
    binance_server.set_balance("BTC", free=D(1))
    binance_server.set_balance("USDT", free=D(100_000))

    def asked(work: Callable[[CcxtExchange], Awaitable[Order]]) -> Order:
        async def it() -> Order:
            account = open_venue(binance_server.settings, timeoutSeconds=1)
            try:
                return await work(account)
            finally:
                await account.close()

        return open_venue.network.run(it())

    return asked


def _placed(server: BinanceServer) -> int:
    return sum(request.method == "POST" and request.path == "/api/v3/order" for request in server.requests)


@pytest.mark.parametrize(
    ("quantity", "limit", "word"),
    [
        (D("0.000000001"), None, "0.00001"),
        (D("0.0100000001"), None, "in steps of"),
        (D("0.00001"), D("1"), "worth"),
        (D("0.01"), D("50000.0000001"), "limits"),
        (D(0), None, "more than 0"),
    ],
)
def test_an_order_beyond_a_limit_is_refused_before_it_is_sent(
    quantity: Decimal, limit: Decimal | None, word: str, ask: Ask[Order], binance_server: BinanceServer
) -> None:
    with pytest.raises(Refused, match=word):
        ask(lambda account: account.place_order(OrderRequest(PAIR, Side.BUY, quantity, limit=limit)))
    assert _placed(binance_server) == 0


@pytest.mark.parametrize("fault", [Fault.RESET_IN_BODY, Fault.EMPTY_BODY, Fault.HTTP_502, Fault.HANG])
def test_an_order_without_an_answer_is_never_sent_again(
    fault: Fault, ask: Ask[Order], binance_server: BinanceServer
) -> None:
    binance_server.fail("api/v3/order", fault, times=1)
    told, order = "", None
    try:
        order = ask(lambda account: account.place_order(OrderRequest(PAIR, Side.BUY, D("0.01"))))
    except ExchangeError as failure:
        told = failure.message
    assert _placed(binance_server) == 1
    assert len(binance_server.account.orders) == (order is not None)
    assert order is not None or "not known" in told


def test_an_exact_quantity_arrives_exactly(ask: Ask[Order]) -> None:
    request = OrderRequest(PAIR, Side.BUY, D("0.01001"), limit=D("30000.01"))
    order = ask(lambda account: account.place_order(request))
    assert (order.quantity, order.limit) == (request.quantity, request.limit)


@pytest.mark.parametrize("granted", [{"read"}, {"read", "trade"}, {"read", "withdraw"}])
@pytest.mark.parametrize("venue", ["binance", "kraken"])
def test_a_key_says_what_it_may_do(
    granted: set[str], venue: str, request: pytest.FixtureRequest, open_venue: OpenVenue
) -> None:
    server: BinanceServer | KrakenServer = request.getfixturevalue(f"{venue}_server")
    account = server.add_account(permissions=frozenset(granted))  # type: ignore[arg-type]
    opened = open_venue({**server.settings, "apiKey": account.key, "secret": account.secret})
    assert open_venue.network.run(opened.permissions()) == Permissions(True, "trade" in granted, "withdraw" in granted)


def test_an_order_leaves_the_rounding_of_everybody_else_alone(ask: Ask[Order]) -> None:
    before = repr(getcontext())

    async def placed(account: CcxtExchange) -> Order:
        order = await account.place_order(OrderRequest(PAIR, Side.BUY, D("0.01"), limit=D(50_000)))
        assert repr(getcontext()) == before
        return order

    ask(placed)
