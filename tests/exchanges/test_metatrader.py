"""A MetaTrader account: what a terminal says becomes balances, records, positions; what it does not say, an error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from kit_exchanges.metatrader.exchange import MetaTraderExchange
from kit_exchanges.simulated.metatrader import MetaTraderServer
from kit_exchanges.simulated.metatrader_terminal import Terminal

from kit import (
    BadKey,
    ExchangeError,
    FixedClock,
    HistoryBatch,
    Kind,
    MissingPermission,
    NetworkFailure,
    OddAnswer,
    OrderRequest,
    Pair,
    Permissions,
    Quantity,
    Record,
    Refused,
    Side,
)

if TYPE_CHECKING:
    from tests.exchanges.conftest import OpenTerminal

EURUSD = Pair("EUR", "USD")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
Ask = Callable[..., Any]
D = Decimal


@pytest.fixture
def server() -> Iterator[MetaTraderServer]:
    """A broker whose clock is two hours ahead, as it is in winter, and that stands still but for its ticks."""
    with MetaTraderServer(Terminal(now=lambda: NOON, ahead=timedelta(hours=2))) as server:
        yield server


@pytest.fixture
def ask(server: MetaTraderServer, open_terminal: OpenTerminal) -> Callable[..., object]:
    """What an account opened for this question alone answers."""

    def asked(question: Callable[[MetaTraderExchange], Awaitable[object]], **settings: Any) -> object:
        async def it() -> object:
            exchange = open_terminal(server, FixedClock(NOON), **{"brokerTimezone": "+02:00", **settings})
            try:
                return await question(exchange)
            finally:
                await exchange.close()

        return asyncio.run(it())

    return asked


async def everything(exchange: MetaTraderExchange) -> list[Record]:
    return [record async for record in exchange.records()]


async def walk(exchange: MetaTraderExchange, cursors: dict[str, str]) -> list[HistoryBatch]:
    return [batch async for batch in exchange.history(cursors)]


def order(side: Side = Side.BUY, quantity: str = "10000") -> OrderRequest:
    return OrderRequest(EURUSD, side, D(quantity))


def test_an_account_is_its_equity_and_never_its_notional(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.deposit("1000")
    ask(lambda exchange: exchange.place_order(order()))
    server.terminal.set_price("EURUSD", "1.0901", "1.0903")
    (balance,) = ask(lambda exchange: exchange.balances())
    # 1,000 − 0.70 commission + (1.0901 − 1.0853) × 10,000; margin 10,000 × 1.0853 / 100.
    assert (balance.asset, balance.total, balance.locked) == ("USD", D("1047.3"), D("108.53"))
    assert balance.time == NOON


def test_an_account_below_zero_is_told_as_it_is(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.operate(2, "-12.5")
    (balance,) = ask(lambda exchange: exchange.balances())
    assert (balance.total, balance.locked) == (D("-12.5"), D(0))


def test_floats_arrive_as_their_shortest_digits(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.trade(type=2, profit=str(0.1 + 0.2))
    server.terminal.deposit("0.1")
    first, second = ask(everything)
    assert first.received == Quantity(D("0.30000000000000004"), "USD")
    assert second.received == Quantity(D("0.1"), "USD")


@pytest.mark.parametrize(
    ("kind", "amount", "expected", "leg"),
    [
        (2, "100", Kind.DEPOSIT, "received"),
        (2, "-100", Kind.WITHDRAWAL, "sent"),
        (3, "50", Kind.DEPOSIT, "received"),
        (3, "-50", Kind.WITHDRAWAL, "sent"),
        (4, "-5", Kind.FEE, "fee"),
        (5, "0.01", Kind.DEPOSIT, "received"),
        (5, "-0.01", Kind.WITHDRAWAL, "sent"),
        (6, "30", Kind.REWARD, "received"),
        (6, "-30", Kind.WITHDRAWAL, "sent"),
        (7, "-1", Kind.FEE, "fee"),
        (8, "-1", Kind.FEE, "fee"),
        (9, "-1", Kind.FEE, "fee"),
        (10, "2", Kind.REWARD, "received"),
        (11, "2", Kind.REWARD, "received"),
        (12, "3", Kind.INTEREST, "received"),
        (12, "-3", Kind.FEE, "fee"),
        (15, "4", Kind.REWARD, "received"),
        (15, "-4", Kind.MARGIN_LOSS, "sent"),
        (16, "4", Kind.REWARD, "received"),
        (17, "-6", Kind.SPEND, "sent"),
    ],
)
def test_every_operation_is_a_record_of_its_kind(
    server: MetaTraderServer, ask: Ask, kind: int, amount: str, expected: Kind, leg: str
) -> None:
    ticket = server.terminal.operate(kind, amount, at=NOON - timedelta(days=400))
    (record,) = ask(everything)
    assert (record.id, record.kind, record.time) == (f"deal:{ticket}", expected, NOON - timedelta(days=400))
    assert getattr(record, leg) == Quantity(abs(D(amount)), "USD")
    assert sum(1 for _ in record.legs()) == 1


def test_a_closed_trade_is_its_result_its_costs_and_its_swap(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.trade(
        type=1, entry=1, profit="12.5", commission="-3.5", fee="-0.25", swap="-0.8", volume="0.5", symbol="EURUSD",
        position_id=77,
    )  # fmt: skip
    result, swap = ask(everything)
    assert (result.kind, result.received, result.fee) == (
        Kind.MARGIN_PROFIT, Quantity(D("12.5"), "USD"), Quantity(D("3.75"), "USD"),
    )  # fmt: skip
    assert (swap.kind, swap.sent, swap.fee) == (Kind.MARGIN_LOSS, Quantity(D("0.8"), "USD"), None)
    assert result.note == "margin: position 77, sell 0.5 lots of EURUSD"
    assert swap.note.startswith("margin: position 77")
    assert swap.id == f"{result.id}:swap"


def test_an_opened_trade_is_its_commission(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.trade(type=0, commission="-3.5", volume="0.5", symbol="EURUSD", position_id=77)
    server.terminal.trade(type=0, volume="0.5", symbol="EURUSD", position_id=78)
    (record,) = ask(everything)
    assert (record.kind, record.fee) == (Kind.FEE, Quantity(D("3.5"), "USD"))
    assert record.note.startswith("margin:")


def test_a_rebate_is_no_negative_fee(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.trade(type=1, profit="-2", commission="0.4", volume="1", symbol="EURUSD")
    loss, rebate = ask(everything)
    assert (loss.kind, loss.sent, loss.fee) == (Kind.MARGIN_LOSS, Quantity(D(2), "USD"), None)
    assert (rebate.kind, rebate.received) == (Kind.MARGIN_PROFIT, Quantity(D("0.4"), "USD"))


def test_a_walk_goes_on_where_it_was_left(server: MetaTraderServer, ask: Ask) -> None:
    for days in (900, 500, 10, 10, 1):
        server.terminal.operate(2, "1", at=NOON - timedelta(days=days))
    first = ask(lambda exchange: walk(exchange, {}))
    assert [len(batch.records) for batch in first] in ([1, 1, 3], [1, 4])
    assert ask(lambda exchange: walk(exchange, {"deals": first[-1].cursor})) == []
    rest = ask(lambda exchange: walk(exchange, {"deals": first[0].cursor}))
    told = [record for batch in [first[0], *rest] for record in batch.records]
    assert told == [record for batch in first for record in batch.records]
    late = server.terminal.deposit("2")
    (batch,) = ask(lambda exchange: walk(exchange, {"deals": first[-1].cursor}))
    assert [record.id for record in batch.records] == [f"deal:{late}"]


def test_history_begins_where_the_settings_say(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.operate(2, "1", at=NOON - timedelta(days=900))
    server.terminal.operate(2, "2", at=NOON - timedelta(days=5))
    (record,) = ask(everything, historyFrom="2026-01-01")
    assert record.received == Quantity(D(2), "USD")


def test_a_history_that_does_not_add_up_says_so(server: MetaTraderServer, ask: Ask) -> None:
    async def doubts(exchange: MetaTraderExchange) -> tuple[str, ...]:
        await everything(exchange)
        return exchange.left_out()

    server.terminal.deposit("100")
    server.terminal.operate(3, "25", "credit")
    assert ask(doubts) == ()
    server.terminal.lost = D(40)
    (sentence,) = ask(doubts)
    assert "add up to 100 USD, the broker's balance is 140" in sentence


def test_an_operation_nobody_knows_is_kept_and_said(server: MetaTraderServer, ask: Ask) -> None:
    async def doubts(exchange: MetaTraderExchange) -> tuple[str, ...]:
        (record,) = await everything(exchange)
        assert (record.kind, record.received) == (Kind.DEPOSIT, Quantity(D(9), "USD"))
        return exchange.left_out()

    server.terminal.operate(99, "9")
    (sentence,) = ask(doubts)
    assert "type 99" in sentence


def test_broker_time_becomes_utc_winter_and_summer(server: MetaTraderServer, ask: Ask) -> None:
    winter, summer = datetime(2026, 1, 15, 10, tzinfo=UTC), datetime(2025, 7, 15, 10, tzinfo=UTC)
    server.terminal.operate(2, "1", at=winter)
    server.terminal.ahead = timedelta(hours=3)
    server.terminal.operate(2, "2", at=summer)
    server.terminal.ahead = timedelta(hours=2)
    for zone in ("new-york-close", "Europe/Athens", "auto"):
        assert [record.time for record in ask(everything, brokerTimezone=zone)] == [summer, winter], zone


def test_a_closed_market_does_not_tell_the_time(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.market_is_open = False
    server.terminal.deposit("1")
    with pytest.raises(ExchangeError, match=r"market is closed.*brokerTimezone"):
        ask(everything, brokerTimezone="auto")
    assert ask(lambda exchange: exchange.balances(), brokerTimezone="auto")


def test_positions_carry_margin_and_swap(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.deposit("1000")
    ask(lambda exchange: exchange.place_order(order(Side.SELL)))
    server.terminal.set_swap("EURUSD", "-0.35")
    (position,) = ask(lambda exchange: exchange.positions())
    assert (position.symbol, position.side, position.quantity) == ("EURUSD", Side.SELL, D(10_000))
    assert (position.entry, position.mark) == (D("1.0851"), D("1.0853"))
    # (1.0851 − 1.0853) × 10,000 and the swap; 10,000 × 1.0851 / 100.
    assert (position.profit, position.swap, position.margin) == (D("-2.35"), D("-0.35"), D("108.51"))
    assert (position.currency, position.time) == ("USD", NOON)


def test_symbols_are_found_by_what_they_stand_for(server: MetaTraderServer, ask: Ask) -> None:
    async def look(exchange: MetaTraderExchange) -> list[tuple[str, Decimal]]:
        pairs = [EURUSD, Pair("GBP", "USD"), Pair("XAU", "USD"), Pair("US500", "USD"), Pair("NO", "WHERE")]
        return [(str(ticker.pair), ticker.last) for ticker in await exchange.tickers(pairs)]

    assert ask(look) == [
        ("EUR/USD", D("1.0851")), ("GBP/USD", D("1.2701")), ("XAU/USD", D("2331.5")), ("US500/USD", D("5277.4")),
    ]  # fmt: skip
    listed = ask(lambda exchange: exchange.tickers())
    assert {str(ticker.pair) for ticker in listed} >= {"EUR/USD", "XAU/USD", "US500/USD"}


def test_candles_are_exact_and_begin_within_the_span(server: MetaTraderServer, ask: Ask) -> None:
    candles = ask(lambda exchange: exchange.candles(EURUSD, "1h", NOON - timedelta(hours=3), NOON))
    assert [candle.time for candle in candles] == [NOON - timedelta(hours=hours) for hours in (3, 2, 1)]
    assert candles[0].close == D("0.30000000000000004")
    with pytest.raises(Refused, match="7m"):
        ask(lambda exchange: exchange.candles(EURUSD, "7m", NOON, NOON))


def test_an_investor_password_reads_and_does_not_trade(server: MetaTraderServer, ask: Ask) -> None:
    investor = {"password": server.terminal.investor_password}
    assert ask(lambda exchange: exchange.permissions(), **investor) == Permissions(True, False, False)
    with pytest.raises(MissingPermission):
        ask(lambda exchange: exchange.place_order(order()), **investor)
    assert "order_send" not in server.terminal.asked
    assert ask(lambda exchange: exchange.permissions()) == Permissions(True, True, False)


@pytest.mark.parametrize("wrong", [{"login": 1}, {"password": "no"}, {"server": "Other-Live"}])
def test_a_wrong_login_is_a_bad_key_and_shows_no_password(
    server: MetaTraderServer, ask: Ask, wrong: dict[str, object]
) -> None:
    with pytest.raises(BadKey) as refusal:
        ask(lambda exchange: exchange.balances(), **wrong)
    assert server.terminal.password not in str(refusal.value)


@pytest.mark.parametrize("function", ["account_info", "positions_get", "history_deals_get", "symbols_get"])
def test_none_is_an_error_and_never_nothing(server: MetaTraderServer, ask: Ask, function: str) -> None:
    server.terminal.deposit("1000")
    server.terminal.fail(function, -10005, "IPC timeout")
    questions: dict[str, Callable[[MetaTraderExchange], Awaitable[object]]] = {
        "account_info": lambda exchange: exchange.balances(),
        "positions_get": lambda exchange: exchange.positions(),
        "history_deals_get": everything,
        "symbols_get": lambda exchange: exchange.ticker(EURUSD),
    }
    with pytest.raises(NetworkFailure, match="IPC timeout"):
        ask(questions[function])


def test_none_with_success_is_an_error_too(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.fail("account_info", 1, "Success")
    with pytest.raises(OddAnswer):
        ask(lambda exchange: exchange.balances())


@pytest.mark.parametrize("field", ["equity", "margin", "currency"])
def test_a_missing_field_is_an_error_and_never_zero(server: MetaTraderServer, ask: Ask, field: str) -> None:
    server.terminal.deposit("1000")
    server.terminal.without.add(field)
    with pytest.raises(OddAnswer, match=field):
        ask(lambda exchange: exchange.balances())


def test_a_figure_that_is_no_number_is_an_error(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.nonsense = float("nan")
    with pytest.raises(OddAnswer):
        ask(lambda exchange: exchange.balances())


def test_a_terminal_without_its_broker_shows_nothing_old(server: MetaTraderServer, ask: Ask) -> None:
    server.terminal.deposit("1000")
    server.terminal.connected = False
    with pytest.raises(NetworkFailure, match="no connection to the broker"):
        ask(lambda exchange: exchange.balances())


def test_an_account_that_was_switched_in_the_terminal_is_not_mistaken(
    server: MetaTraderServer, open_terminal: OpenTerminal
) -> None:
    async def switch() -> None:
        exchange = open_terminal(server)
        await exchange.balances()
        server.terminal.logged_in = 99
        await exchange.balances()
        assert server.terminal.logged_in == server.terminal.login, "it was not logged in anew"
        server.terminal.logs_in_as = 99
        server.terminal.logged_in = 99
        with pytest.raises(NetworkFailure, match="logged in to account 99, not 5012345"):
            await exchange.balances()
        await exchange.close()

    asyncio.run(switch())
