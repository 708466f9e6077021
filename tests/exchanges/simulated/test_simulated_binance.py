"""The real ccxt cannot tell: what it reads from the local Binance is what the account holds and did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ccxt
import pytest
from kit_exchanges.simulated import BinanceServer, Fault
from kit_exchanges.simulated.bookings import FuturesPosition, NotEnough

if TYPE_CHECKING:
    from .conftest import Asking

D = Decimal
NOW = datetime.now(UTC).replace(microsecond=0)


def milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def test_what_was_done_moves_the_balances_exactly(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.deposit("USDT", D("10000"))
    binance_server.trade("BTC/USDT", "buy", D("0.1"), D("50000"))
    binance_server.withdraw("USDT", D("100.5"), fee=D("0.8"))
    binance_server.reward("ETH", D("0.000000010000000001"))
    balance = asking(binance_server, lambda client: client.fetch_balance())
    assert balance["total"] == {"USDT": "4898.7", "BTC": "0.0999", "ETH": "0.000000010000000001"}


def test_a_trade_that_cannot_be_paid_is_refused_to_the_test(binance_server: BinanceServer) -> None:
    with pytest.raises(NotEnough, match="0 USDT"):
        binance_server.trade("BTC/USDT", "buy", D("1"), D("50000"))


def test_trades_come_with_their_fees(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.deposit("USDT", D("10000"))
    fill = binance_server.trade("BTC/USDT", "buy", D("0.1"), D("50000"), time=NOW)
    (trade,) = asking(binance_server, lambda client: client.fetch_my_trades("BTC/USDT"))
    assert (trade["id"], trade["timestamp"]) == (str(fill.id), milliseconds(NOW))
    assert D(trade["amount"]) == D("0.1")
    assert trade["fee"] == {"currency": "BTC", "cost": "0.00010000"}


def test_trades_are_paged_by_id_and_bounded_by_a_day(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.limits.trades_page = 2
    binance_server.deposit("USDT", D("10000"))
    fills = [binance_server.trade("BTC/USDT", "buy", D("0.01"), D("50000")) for _ in range(5)]

    async def walk(client: Any) -> list[str]:
        seen: list[str] = []
        start = 0
        while page := await client.fetch_my_trades("BTC/USDT", params={"fromId": start}):
            seen += [each["id"] for each in page]
            start = int(seen[-1]) + 1
        return seen

    assert asking(binance_server, walk) == [str(fill.id) for fill in fills]
    days = {"startTime": milliseconds(NOW - timedelta(days=2)), "endTime": milliseconds(NOW)}
    with pytest.raises(ccxt.BadRequest, match="24 hours"):
        asking(binance_server, lambda client: client.fetch_my_trades("BTC/USDT", params=days))


def test_transfers_are_asked_for_in_windows_of_ninety_days(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.deposit("USDT", D("10"), time=NOW - timedelta(days=100))
    binance_server.deposit("USDT", D("20"), time=NOW - timedelta(days=10))
    binance_server.withdraw("USDT", D("3"), fee=D("0.5"), time=NOW - timedelta(days=5))

    async def ask(client: Any) -> Any:
        newest = await client.fetch_deposits()
        oldest = await client.fetch_deposits(None, milliseconds(NOW - timedelta(days=101)))
        return newest, oldest, await client.fetch_withdrawals(None, milliseconds(NOW - timedelta(days=50)))

    newest, oldest, (out,) = asking(binance_server, ask)
    assert [D(each["amount"]) for each in newest] == [D(20)]
    assert [D(each["amount"]) for each in oldest] == [D(10)]
    assert (D(out["amount"]), out["fee"]["cost"], out["status"]) == (D(3), "0.50000000", "ok")
    long = {"startTime": milliseconds(NOW - timedelta(days=120)), "endTime": milliseconds(NOW)}
    with pytest.raises(ccxt.ExchangeError, match="0-90 days"):
        asking(binance_server, lambda client: client.sapi_get_capital_deposit_hisrec(long))


def test_money_from_a_bank_is_a_fiat_order(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.deposit("EUR", D("500"), channel="fiat")
    since = milliseconds(NOW - timedelta(days=1))
    (deposit,) = asking(binance_server, lambda client: client.fetch_deposits("EUR", since))
    assert (deposit["currency"], D(deposit["amount"]), deposit["status"]) == ("EUR", D(500), "ok")


def test_rewards_conversions_and_dust_are_told(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.deposit("USDT", D("200"))
    binance_server.reward("DOT", D("0.25"))
    binance_server.convert(("USDT", D("100")), ("BNB", D("0.2")))
    binance_server.account.convert(("USDT", D("1")), ("BNB", D("0.002")), kind="dust", fee=D("0.00004"))

    async def ask(client: Any) -> Any:
        since = milliseconds(NOW - timedelta(days=1))
        until = {"until": milliseconds(datetime.now(UTC) + timedelta(minutes=1))}
        return (
            await client.sapi_get_asset_assetdividend(),
            await client.fetch_convert_trade_history(None, since, None, until),
            await client.fetch_my_dust_trades(),
        )

    dividends, (converted,), (dust,) = asking(binance_server, ask)
    assert [(row["asset"], row["amount"]) for row in dividends["rows"]] == [("DOT", "0.25000000")]
    assert (converted["fromCurrency"], converted["toAmount"]) == ("USDT", "0.20000000")
    assert (dust["symbol"], dust["fee"]["cost"]) == ("BNB/USDT", "0.00004000")


def test_every_wallet_is_its_own(binance_server: BinanceServer, asking: Asking) -> None:
    for number, wallet in enumerate(("spot", "funding", "flexible", "locked", "margin", "futures"), 1):
        binance_server.set_balance("USDT", free=D(number * 100), wallet=wallet)
    binance_server.account.positions.append(FuturesPosition("BTC/USDT", D("0.01"), D("50000"), D("60000"), D("60")))

    async def ask(client: Any) -> list[str]:
        earn = await client.sapi_get_simple_earn_flexible_position()
        locked = await client.sapi_get_simple_earn_locked_position()
        totals = [
            (await client.fetch_balance({"type": kind}))["total"]["USDT"] for kind in ("spot", "funding", "margin")
        ]
        equity = (await client.fetch_balance({"type": "swap"}))["info"]["totalMarginBalance"]
        return [*totals, earn["rows"][0]["totalAmount"], locked["rows"][0]["amount"], equity]

    assert [D(each) for each in asking(binance_server, ask)] == [D(n) for n in (100, 200, 500, 300, 400, 700)]


def test_positions_are_told_with_their_profit(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.set_balance("USDT", free=D("1000"), wallet="futures")
    binance_server.account.positions.append(FuturesPosition("BTC/USDT", D("-0.01"), D("50000"), D("60000"), D("60")))
    linear = {"fetchMarkets": {"types": ["spot", "linear"]}, "fetchMargins": False, "fetchCurrencies": False}
    (position,) = asking(binance_server, lambda client: client.fetch_positions(), options=linear)
    assert (position["symbol"], position["side"]) == ("BTC/USDT:USDT", "short")
    assert D(position["unrealizedPnl"]) == D("-100")


def test_what_a_key_may_do_is_said_and_kept(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.deposit("USDT", D("1000"))
    said = asking(binance_server, lambda client: client.sapi_get_account_apirestrictions())
    assert (said["enableReading"], said["enableSpotAndMarginTrading"], said["enableWithdrawals"]) == (
        True,
        False,
        False,
    )
    with pytest.raises(ccxt.AuthenticationError, match="-2015"):
        asking(binance_server, lambda client: client.create_order("BTC/USDT", "market", "buy", "0.01"))


def test_orders_rest_until_the_price_reaches_them(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.account.permissions = frozenset({"read", "trade"})
    binance_server.deposit("BTC", D("1"))

    async def trade(client: Any) -> Any:
        order = await client.create_order("BTC/USDT", "limit", "sell", "0.5", "70000")
        resting = await client.fetch_balance()
        binance_server.set_price("BTC/USDT", D("70500"))
        return resting["BTC"]["used"], await client.fetch_order(order["id"], "BTC/USDT")

    held, order = asking(binance_server, trade)
    assert D(held) == D("0.5")
    assert (order["status"], D(order["cost"])) == ("closed", D("35000"))
    assert binance_server.account.balances["USDT"].free == D("34965")


def test_an_order_is_cancelled_once(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.account.permissions = frozenset({"read", "trade"})
    binance_server.deposit("BTC", D("1"))

    async def twice(client: Any) -> None:
        order = await client.create_order("BTC/USDT", "limit", "sell", "0.5", "70000")
        await client.cancel_order(order["id"], "BTC/USDT")
        assert await client.fetch_open_orders("BTC/USDT") == []
        await client.cancel_order(order["id"], "BTC/USDT")

    with pytest.raises(ccxt.OrderNotFound):
        asking(binance_server, twice)
    assert binance_server.account.balances["BTC"].free == 1


@pytest.mark.parametrize(
    ("quantity", "price", "code"),
    [
        ("0.000001", "60000", "LOT_SIZE|lot size"),
        ("0.00005", "60000", "NOTIONAL"),
        ("9", "60000", "-2010|insufficient"),
        ("0.1", "60000.0000001", "PRICE_FILTER|price precision"),
    ],
)
def test_orders_that_the_venue_cannot_take_are_refused(
    binance_server: BinanceServer, asking: Asking, quantity: str, price: str, code: str
) -> None:
    binance_server.account.permissions = frozenset({"read", "trade"})
    binance_server.deposit("BTC", D("1"))
    order = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": quantity,
        "price": price,
    }
    with pytest.raises(ccxt.ExchangeError, match=code):
        asking(binance_server, lambda client: client.private_post_order(order))


def test_the_same_client_order_id_is_placed_once(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.account.permissions = frozenset({"read", "trade"})
    binance_server.deposit("BTC", D("1"))

    async def twice(client: Any) -> None:
        for _ in range(2):
            await client.create_order("BTC/USDT", "limit", "sell", "0.1", "90000", {"clientOrderId": "mine-1"})

    with pytest.raises(ccxt.ExchangeError, match="Duplicate order"):
        asking(binance_server, twice)
    assert [order.client_id for order in binance_server.account.orders.values()] == ["mine-1"]


def test_too_many_orders_in_ten_seconds(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.limits.orders_in_ten_seconds = 1
    binance_server.account.permissions = frozenset({"read", "trade"})
    binance_server.deposit("BTC", D("1"))

    async def twice(client: Any) -> None:
        for _ in range(2):
            await client.create_order("BTC/USDT", "limit", "sell", "0.1", "90000")

    with pytest.raises(ccxt.DDoSProtection, match="-1015"):
        asking(binance_server, twice)


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"secret": "wrong"}, ccxt.AuthenticationError, "-1022"),
        ({"apiKey": "unknown"}, ccxt.AuthenticationError, "-2015"),
        ({"apiKey": "not a key"}, ccxt.AuthenticationError, "-2014"),
    ],
)
def test_wrong_credentials_are_refused_as_there(
    binance_server: BinanceServer, asking: Asking, changes: dict[str, Any], error: type[Exception], code: str
) -> None:
    with pytest.raises(error, match=code):
        asking(binance_server, lambda client: client.fetch_balance(), **changes)


@pytest.mark.parametrize("seconds", [-60, 60])
def test_a_clock_that_is_off_is_refused(binance_server: BinanceServer, asking: Asking, seconds: int) -> None:
    binance_server.skew = timedelta(seconds=seconds)
    with pytest.raises(ccxt.InvalidNonce, match="-1021"):
        asking(binance_server, lambda client: client.fetch_balance())


def test_an_unknown_symbol_is_refused(binance_server: BinanceServer, asking: Asking) -> None:
    with pytest.raises(ccxt.BadSymbol, match="-1121"):
        asking(binance_server, lambda client: client.public_get_ticker_24hr({"symbol": "NOPEUSDT"}))


def test_weight_is_counted_and_who_goes_on_is_banned(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.limits.weight_a_minute = 45
    binance_server.limits.refusals_until_ban = 1

    async def often(client: Any) -> list[str]:
        said = []
        for _ in range(4):
            try:
                await client.private_get_account()
                said.append(client.last_response_headers["x-mbx-used-weight-1m"])
            except ccxt.DDoSProtection as refusal:
                said.append(str(refusal)[8:11])
        return said

    assert asking(binance_server, often) == ["20", "40", "429", "418"]


def test_candles_follow_the_prices_that_were_set(binance_server: BinanceServer, asking: Asking) -> None:
    day = (NOW - timedelta(days=3)).date()
    binance_server.set_closes("BTC/USDT", {day: D("100"), day + timedelta(days=1): D("200")})
    since = milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
    candles = asking(binance_server, lambda client: client.fetch_ohlcv("BTC/USDT", "1d", since, 2))
    assert [(row[0], D(row[4])) for row in candles] == [(since, D(100)), (since + 86_400_000, D(200))]


def test_two_keys_have_two_accounts(binance_server: BinanceServer, asking: Asking) -> None:
    other = binance_server.add_account()
    other.set_balance("DOT", free=D("7"))
    keys: dict[str, Any] = {"apiKey": other.key, "secret": other.secret}
    assert asking(binance_server, lambda client: client.fetch_balance(), **keys)["total"] == {"DOT": "7"}
    assert asking(binance_server, lambda client: client.fetch_balance())["total"] == {}


def test_what_was_asked_is_kept_without_secrets(binance_server: BinanceServer, asking: Asking) -> None:
    asking(binance_server, lambda client: client.fetch_balance())
    asked = binance_server.requests[-1]
    assert (asked.method, asked.path) == ("GET", "/api/v3/account")
    kept = repr(binance_server.requests)
    assert "signature" not in kept
    assert binance_server.key not in kept


def test_a_fault_happens_as_often_as_it_was_asked_for(binance_server: BinanceServer, asking: Asking) -> None:
    binance_server.fail("/api/v3/account", Fault.MAINTENANCE, times=1)

    async def twice(client: Any) -> str:
        with pytest.raises(ccxt.OnMaintenance):
            await client.fetch_balance()
        return str((await client.fetch_balance())["info"]["accountType"])

    assert asking(binance_server, twice) == "SPOT"
