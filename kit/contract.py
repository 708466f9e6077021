"""What every Exchange must do, as tests: subclass `ExchangeContract` where your plugin's tests are.

    from kit import Exchange, Pair
    from kit.contract import ExchangeContract

    class TestMyVenue(ExchangeContract):
        pair = Pair("BTC", "USDT")
        quantity = Decimal("0.01")

        @pytest.fixture
        def open_account(self, ...) -> Callable[[], Exchange]:
            return lambda: MyVenue(...)

`open_account` opens the same account, at a simulated venue, as often as it is called. The account holds
enough of both assets of `pair` (on margin: enough money) to buy and to sell `quantity` a few times, and nobody
else trades on it.
The market stands still while a test runs.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from .errors import ExchangeError
from .market import Exchange, Order, OrderRequest, OrderStatus, Pair, Side
from .money import exact_math
from .records import Balance, Record

OpenAccount = Callable[[], Exchange]
_Answer = TypeVar("_Answer")


class ExchangeContract:
    """The tests. Set `pair` and `quantity`, and bring the fixture `open_account`."""

    pair = Pair("BTC", "USDT")
    quantity = Decimal("0.01")
    out_of_reach = Decimal("0.5")
    """What the last price is multiplied with for a limit to buy that must rest."""
    resting_orders_lock = True
    """Whether an open order locks what it may spend; a leveraged venue asks for margin only once it is filled."""
    too_much: Decimal | None = None
    """A sale beyond the account's means. None is more than it holds; on margin what is not held can be sold, too."""

    def test_balances_are_exact_and_dated(self, open_account: OpenAccount) -> None:
        balances = _run(open_account, lambda exchange: exchange.balances())
        assert balances, "the account holds nothing"
        assert len({balance.asset for balance in balances}) == len(balances), "an asset stands there twice"
        assert len({balance.account for balance in balances}) == 1
        for balance in balances:
            for figure in (balance.total, balance.locked, balance.staked):
                assert isinstance(figure, Decimal), f"{balance.asset}: {figure!r} is not a Decimal"
                assert figure.is_finite()
                assert figure >= 0
            assert balance.locked + balance.staked <= balance.total
            assert _is_utc(balance.time)

    def test_a_ticker_is_exact_and_dated(self, open_account: OpenAccount) -> None:
        ticker = _run(open_account, lambda exchange: exchange.ticker(self.pair))
        assert ticker.pair == self.pair
        assert isinstance(ticker.last, Decimal)
        assert ticker.last.is_finite()
        assert ticker.last > 0
        assert _is_utc(ticker.time)

    def test_an_unknown_pair_is_an_exchange_error(self, open_account: OpenAccount) -> None:
        nowhere = Pair("NOSUCHCOIN", self.pair.quote)
        _refused(open_account, lambda exchange: exchange.ticker(nowhere))
        _refused(open_account, lambda exchange: exchange.place_order(OrderRequest(nowhere, Side.BUY, self.quantity)))

    def test_a_market_order_is_filled_and_found_again(self, open_account: OpenAccount) -> None:
        async def trade(exchange: Exchange) -> None:
            for side in (Side.BUY, Side.SELL):
                order = await self._trade(exchange, side)
                _is_sound(order)
                assert order.status is OrderStatus.FILLED
                assert (order.pair, order.side, order.quantity) == (self.pair, side, self.quantity)
                assert order.filled == self.quantity
                assert order.average is not None
                assert order.id not in [entry.id for entry in await exchange.open_orders()]

        _run(open_account, trade)

    def test_records_tell_the_whole_change_of_the_balances(self, open_account: OpenAccount) -> None:
        async def trade(exchange: Exchange) -> None:
            had, known = await exchange.balances(), await _records(exchange)
            await self._trade(exchange, Side.BUY)
            await self._trade(exchange, Side.SELL)
            have, told = await exchange.balances(), await _records(exchange)
            new = [record for record in told if record.id not in {entry.id for entry in known}]
            assert len(new) >= 2, "a fill left no record"
            assert _moved(new, had[0].account) == _difference(had, have)

        _run(open_account, trade)

    def test_records_are_stable_sorted_and_sound(self, open_account: OpenAccount) -> None:
        async def trade(exchange: Exchange) -> None:
            await self._trade(exchange, Side.BUY)
            await self._trade(exchange, Side.SELL)
            first, second = await _records(exchange), await _records(exchange)
            assert first == second, "the same question got two answers"
            assert len({record.id for record in first}) == len(first), "an id stands there twice"
            assert [record.time for record in first] == sorted(record.time for record in first)
            for record in first:
                assert record.id
                assert _is_utc(record.time)
                for leg in (record.received, record.sent, record.fee):
                    assert leg is None or leg.amount > 0, f"{record.id}: a leg is a positive quantity"

        _run(open_account, trade)

    def test_records_since_an_instant_include_it(self, open_account: OpenAccount) -> None:
        async def trade(exchange: Exchange) -> None:
            await self._trade(exchange, Side.BUY)
            everything = await _records(exchange)
            since = everything[-1].time
            assert await _records(exchange, since) == [record for record in everything if record.time >= since]
            assert await _records(exchange, since + timedelta(days=1)) == []

        _run(open_account, trade)

    def test_a_limit_out_of_reach_rests_and_can_be_cancelled(self, open_account: OpenAccount) -> None:
        async def rest(exchange: Exchange) -> None:
            had = await exchange.balances()
            order = await exchange.place_order(await self._resting(exchange))
            _is_sound(order)
            assert (order.status, order.filled, order.average) == (OrderStatus.OPEN, Decimal(0), None)
            assert order.id in [entry.id for entry in await exchange.open_orders()]
            resting = await exchange.balances()
            assert _totals(resting) == _totals(had), "an open order moves nothing"
            if self.resting_orders_lock:
                assert _locked(resting, self.pair.quote) > _locked(had, self.pair.quote), (
                    "an open order locks its price"
                )
            cancelled = await exchange.cancel_order(order.id)
            assert (cancelled.id, cancelled.status, cancelled.filled) == (order.id, OrderStatus.CANCELLED, Decimal(0))
            assert order.id not in [entry.id for entry in await exchange.open_orders()]
            after = await exchange.balances()
            assert _totals(after) == _totals(had)
            assert _locked(after, self.pair.quote) == _locked(had, self.pair.quote)

        _run(open_account, rest)

    def test_a_filled_order_cannot_be_cancelled(self, open_account: OpenAccount) -> None:
        order = _run(open_account, lambda exchange: self._trade(exchange, Side.BUY))
        _refused(open_account, lambda exchange: exchange.cancel_order(order.id))
        assert _run(open_account, lambda exchange: exchange.fetch_order(order.id)).status is OrderStatus.FILLED

    def test_unknown_orders_are_exchange_errors(self, open_account: OpenAccount) -> None:
        async def ask(exchange: Exchange) -> None:
            for strange in ("no-such-order", "", "0", "999999999"):
                for question in (exchange.fetch_order, exchange.cancel_order):
                    with pytest.raises(ExchangeError):
                        await question(strange)

        _run(open_account, ask)

    def test_a_client_id_used_again_places_nothing(self, open_account: OpenAccount) -> None:
        async def twice(exchange: Exchange) -> None:
            had = len(await _records(exchange))
            request = OrderRequest(self.pair, Side.BUY, self.quantity, client_id="contract-once")
            first = await exchange.place_order(request)
            holds = _totals(await exchange.balances())
            again = await exchange.place_order(request)
            assert again == first
            assert first.client_id == "contract-once"
            assert _totals(await exchange.balances()) == holds
            assert len(await _records(exchange)) == had + 1

        _run(open_account, twice)

    def test_a_client_id_raced_for_places_one_order(self, open_account: OpenAccount) -> None:
        async def race() -> None:
            exchanges = [open_account(), open_account()]
            had = len(await _records(exchanges[0]))
            request = OrderRequest(self.pair, Side.BUY, self.quantity, client_id="contract-race")
            orders = await asyncio.gather(*(exchange.place_order(request) for exchange in exchanges))
            assert len({order.id for order in orders}) == 1
            assert len(await _records(exchanges[0])) == had + 1
            for exchange in exchanges:
                await exchange.close()

        asyncio.run(race())

    def test_a_client_id_of_another_order_is_refused(self, open_account: OpenAccount) -> None:
        request = OrderRequest(self.pair, Side.BUY, self.quantity, client_id="contract-taken")
        _run(open_account, lambda exchange: exchange.place_order(request))
        other = OrderRequest(self.pair, Side.SELL, self.quantity, client_id="contract-taken")
        _refused(open_account, lambda exchange: exchange.place_order(other))

    def test_more_than_the_account_holds_is_refused_and_changes_nothing(self, open_account: OpenAccount) -> None:
        async def look(exchange: Exchange) -> tuple[dict[str, Decimal], list[Order], int]:
            totals = _totals(await exchange.balances())
            return totals, await exchange.open_orders(), len(await _records(exchange))

        held = _totals(_run(open_account, lambda exchange: exchange.balances())).get(self.pair.base, Decimal(0))
        too_much = OrderRequest(self.pair, Side.SELL, self.too_much or held + self.quantity)
        before = _run(open_account, look)
        _refused(open_account, lambda exchange: exchange.place_order(too_much))
        assert _run(open_account, look) == before

    def test_a_quantity_or_limit_that_is_none_is_refused(self, open_account: OpenAccount) -> None:
        async def ask(exchange: Exchange) -> None:
            for none in (Decimal(0), -self.quantity):
                for request in (
                    OrderRequest(self.pair, Side.BUY, none),
                    OrderRequest(self.pair, Side.BUY, self.quantity, limit=none),
                ):
                    with pytest.raises(ExchangeError):
                        await exchange.place_order(request)

        _run(open_account, ask)

    def test_another_opening_of_the_account_sees_the_same(self, open_account: OpenAccount) -> None:
        async def place(exchange: Exchange) -> Order:
            await self._trade(exchange, Side.BUY)
            return await exchange.place_order(await self._resting(exchange))

        order = _run(open_account, place)
        assert _run(open_account, lambda exchange: exchange.fetch_order(order.id)) == order
        assert order in _run(open_account, lambda exchange: exchange.open_orders())

    def test_closing_twice_is_harmless(self, open_account: OpenAccount) -> None:
        _run(open_account, lambda exchange: exchange.close())

    async def _trade(self, exchange: Exchange, side: Side) -> Order:
        """A market order, as the venue knows it once placed."""
        placed = await exchange.place_order(OrderRequest(self.pair, side, self.quantity))
        return await exchange.fetch_order(placed.id)

    async def _resting(self, exchange: Exchange) -> OrderRequest:
        last = (await exchange.ticker(self.pair)).last
        return OrderRequest(self.pair, Side.BUY, self.quantity, limit=last * self.out_of_reach)


def _run(open_account: OpenAccount, ask: Callable[[Exchange], Awaitable[_Answer]]) -> _Answer:
    """The answer of an account opened for this question alone."""

    async def asked() -> _Answer:
        exchange = open_account()
        try:
            return await ask(exchange)
        finally:
            await exchange.close()

    return asyncio.run(asked())


def _refused(open_account: OpenAccount, ask: Callable[[Exchange], Awaitable[Any]]) -> None:
    """The venue says no, in a sentence."""
    with pytest.raises(ExchangeError) as refusal:
        _run(open_account, ask)
    assert refusal.value.message, "an error without a word"


async def _records(exchange: Exchange, since: datetime | None = None) -> list[Record]:
    return [record async for record in exchange.records(since)]


def _is_sound(order: Order) -> None:
    assert order.id
    assert order.client_id
    assert _is_utc(order.time)
    for figure in (order.quantity, order.filled, order.fee):
        assert isinstance(figure, Decimal)
        assert figure.is_finite()
    assert 0 <= order.filled <= order.quantity
    assert order.fee >= 0
    assert order.fee_asset
    assert (order.average is None) == (order.filled == 0)


def _is_utc(instant: datetime) -> bool:
    return instant.utcoffset() == timedelta(0)


def _totals(balances: Iterable[Balance]) -> dict[str, Decimal]:
    return {balance.asset: balance.total for balance in balances if balance.total}


def _locked(balances: Iterable[Balance], asset: str) -> Decimal:
    return sum((balance.locked for balance in balances if balance.asset == asset), Decimal(0))


@exact_math()
def _difference(had: Iterable[Balance], have: Iterable[Balance]) -> dict[str, Decimal]:
    before, after = _totals(had), _totals(have)
    changes = {asset: after.get(asset, Decimal(0)) - before.get(asset, Decimal(0)) for asset in before | after}
    return {asset: change for asset, change in changes.items() if change}


@exact_math()
def _moved(records: Iterable[Record], account: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for record in records:
        for owner, asset, change in record.legs():
            if owner == account:
                sums[asset] += change
    return {asset: change for asset, change in sums.items() if change}
