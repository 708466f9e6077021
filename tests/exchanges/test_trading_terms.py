"""What an account can be traded with: its funds, its own fees, the steps of its markets, orders by the client's id."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import pytest
from kit_exchanges.simulated import Fault

from kit import OrderRequest, Pair, Side, Trading, TradingTerms

if TYPE_CHECKING:
    from kit_exchanges.ccxt.exchange import CcxtExchange
    from kit_exchanges.simulated import SimulatedVenue

    from tests.exchanges.conftest import OpenVenue, Venue

D = Decimal
BTC, NOBODYS = Pair("BTC", "USDT"), Pair("NOBODY", "USDT")
Answer = TypeVar("Answer")
Ask = Callable[[Callable[["CcxtExchange"], Awaitable[Answer]]], Answer]


@pytest.fixture(params=["binance", "kraken"])
def server(request: pytest.FixtureRequest) -> SimulatedVenue:
    found: SimulatedVenue = request.getfixturevalue(f"{request.param}_server")
    found.market.list("BTC/USDT", D(60000))
    found.account.permissions = frozenset({"read", "trade"})
    found.account.fee_rate = D("0.00075")
    return found


@pytest.fixture
def ask(server: SimulatedVenue, open_venue: OpenVenue) -> Ask[object]:
    def asked(work: Callable[[CcxtExchange], Awaitable[object]]) -> object:
        async def it() -> object:
            account = open_venue(server.settings, timeoutSeconds=2)
            try:
                return await work(account)
            finally:
                await account.close()

        return open_venue.network.run(it())

    return asked


def test_the_fee_is_the_accounts_own_and_the_steps_are_the_venues(ask: Ask[list[TradingTerms]]) -> None:
    (found,) = ask(lambda account: account.terms([BTC, NOBODYS]))
    assert (found.pair, found.taker, found.own_fees) == (BTC, D("0.00075"), True)
    assert (found.quantity_step, found.least_quantity, found.least_value) == (D("0.00001"), D("0.00001"), D(5))


def test_a_venue_that_tells_no_fee_is_known_by_its_published_one(
    server: SimulatedVenue, ask: Ask[list[TradingTerms]]
) -> None:
    for path in ("tradeFee", "TradeVolume"):
        server.fail(path, Fault.PERMISSION_DENIED)
    (found,) = ask(lambda account: account.terms([BTC]))
    assert not found.own_fees
    assert found.taker is not None
    assert found.taker != D("0.00075")


def test_what_an_order_holds_is_not_free(server: SimulatedVenue, ask: Ask[dict[str, Decimal]]) -> None:
    server.set_balance("BTC", free=D("0.75"), locked=D("0.25"))
    assert ask(lambda account: account.funds()) == {"BTC": D("0.75")}


def test_other_wallets_pay_for_no_order(binance_server: SimulatedVenue, open_venue: OpenVenue) -> None:
    binance_server.set_balance("USDT", free=D(10))
    binance_server.account.set_balance("USDT", free=D(90), wallet="funding")
    account = open_venue(binance_server.settings)
    assert open_venue.network.run(account.funds()) == {"USDT": D(10)}
    assert sum(each.total for each in open_venue.network.run(account.balances())) == 100
    open_venue.network.run(account.close())


def test_an_order_is_found_by_the_id_its_giver_gave_it(server: SimulatedVenue, ask: Ask[object]) -> None:
    server.set_balance("USDT", free=D(1000))

    async def work(account: CcxtExchange) -> None:
        assert await account.placed(BTC, "kitabcdefgh001") is None
        order = await account.place_order(OrderRequest(BTC, Side.BUY, D("0.01"), client_id="kitabcdefgh001"))
        found = await account.placed(BTC, "kitabcdefgh001")
        assert found is not None
        assert (found.id, found.filled) == (order.id, D("0.01"))

    ask(work)
    assert len(server.account.orders) == 1


def test_of_a_market_order_that_is_taken_in_part_the_rest_is_cancelled(
    server: SimulatedVenue, ask: Ask[object]
) -> None:
    server.set_balance("USDT", free=D(10000))
    server.account.depth = D("0.01")

    async def work(account: CcxtExchange) -> None:
        order = await account.place_order(OrderRequest(BTC, Side.BUY, D("0.03")))
        assert (order.status.value, order.filled) == ("cancelled", D("0.01"))
        resting = await account.place_order(OrderRequest(BTC, Side.BUY, D("0.03"), limit=D(60000)))
        assert (resting.status.value, resting.filled) == ("open", D("0.01"))

    ask(work)


def test_paper_trades_what_has_a_price_at_its_fee(venue: Venue) -> None:
    async def work() -> None:
        account = venue.open(startingBalances={"USD": 100, "BTC": 1}, fee=0.002)
        assert isinstance(account, Trading)
        (found,) = await account.terms([Pair("BTC", "USD"), Pair("NOBODY", "USD"), Pair("USD", "USD")])
        assert (found.pair, found.taker, found.own_fees) == (Pair("BTC", "USD"), D("0.002"), True)
        asked = OrderRequest(Pair("BTC", "USD"), Side.SELL, D("0.4"), limit=D(90000), client_id="one")
        await account.place_order(asked)
        assert await account.funds() == {"BTC": D("0.6"), "USD": D(100)}
        order = await account.placed(Pair("BTC", "USD"), "one")
        assert order is not None
        assert order.quantity == D("0.4")
        assert await account.placed(Pair("BTC", "USD"), "two") is None

    asyncio.run(work())
