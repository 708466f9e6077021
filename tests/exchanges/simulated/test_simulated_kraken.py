"""The real ccxt cannot tell: what it reads from the local Kraken is what the account holds and did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ccxt
import pytest
from hypothesis import given, strategies as st
from kit_exchanges.simulated import Fault, KrakenServer
from kit_exchanges.simulated.bookings import Permission
from kit_exchanges.simulated.kraken_names import number_of, reference

if TYPE_CHECKING:
    from .conftest import Asking

D = Decimal
NOW = datetime.now(UTC).replace(microsecond=0)
ANY: frozenset[Permission] = frozenset({"read", "trade"})


def milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)


@given(st.integers(0, 36**16 - 1))
def test_an_id_says_its_number(number: int) -> None:
    assert number_of(reference("T", number)) == number


def test_balances_have_krakens_own_names(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.deposit("BTC", D("1.5"))
    kraken_server.deposit("USD", D("100"))
    kraken_server.reward("DOT.S", D("2.5"))
    kraken_server.set_balance("ETH2.S", free=D("3"))
    balance = asking(kraken_server, lambda client: client.fetch_balance())
    assert set(balance["info"]["result"]) == {"XXBT", "ZUSD", "DOT.S", "ETH2.S"}
    totals = {asset: D(total) for asset, total in balance["total"].items()}
    assert totals == {"BTC": D("1.5"), "USD": D(100), "DOT.S": D("2.5"), "ETH2.S": D(3)}


def test_trades_come_fifty_a_page_and_say_how_many_there_are(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.limits.page = 2
    kraken_server.deposit("USD", D("10000"))
    fills = [
        kraken_server.trade("BTC/USD", "buy", D("0.01"), D("50000"), time=NOW - timedelta(hours=5 - hour))
        for hour in range(5)
    ]

    async def walk(client: Any) -> list[str]:
        seen: list[str] = []
        while page := await client.fetch_my_trades(params={"ofs": len(seen)}):
            seen += [each["id"] for each in reversed(page)]
        return seen

    assert asking(kraken_server, walk) == [reference("T", fill.id) for fill in reversed(fills)]


def test_the_ledger_has_both_legs_and_the_fee(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.deposit("USD", D("10000"))
    kraken_server.trade("BTC/USD", "buy", D("0.1"), D("50000"))
    entries = asking(kraken_server, lambda client: client.fetch_ledger())
    legs = {(each["currency"], each["direction"]): each for each in entries if each["info"]["type"] == "trade"}
    assert {name: D(each["amount"]) for name, each in legs.items()} == {
        ("BTC", "in"): D("0.1"),
        ("USD", "out"): D(5000),
    }
    assert D(legs["USD", "out"]["fee"]["cost"]) == D(13)
    assert D(legs["USD", "out"]["after"]) == D(4987)


def test_the_ledger_starts_after_a_time(kraken_server: KrakenServer, asking: Asking) -> None:
    for days in (3, 2, 1):
        kraken_server.reward("DOT.S", D(days), time=NOW - timedelta(days=days))
    since = milliseconds(NOW - timedelta(days=2))
    entries = asking(kraken_server, lambda client: client.private_post_ledgers({"start": since // 1000}))
    assert [D(each["amount"]) for each in entries["result"]["ledger"].values()] == [D(1)]


def test_transfers_are_paged_by_cursor(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.limits.transfers_page = 2
    kraken_server.deposit("BTC", D("5"))
    for number in range(5):
        kraken_server.withdraw("BTC", D("0.1") * (number + 1), fee=D("0.0001"))

    async def walk(client: Any) -> list[Decimal]:
        cursor, seen = "true", []
        while cursor:
            page = (await client.private_post_withdrawstatus({"cursor": cursor}))["result"]
            seen += [D(each["amount"]) for each in page["withdrawals"]]
            cursor = page["next_cursor"]
        return seen

    assert asking(kraken_server, walk) == [D("0.5"), D("0.4"), D("0.3"), D("0.2"), D("0.1")]
    (deposit,) = asking(kraken_server, lambda client: client.fetch_deposits())
    assert (deposit["currency"], D(deposit["amount"]), deposit["status"]) == ("BTC", D(5), "ok")


def test_a_transfer_and_its_ledger_line_share_an_id(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.deposit("BTC", D("5"))

    async def both(client: Any) -> tuple[Any, Any]:
        return (await client.fetch_deposits())[0]["id"], (await client.fetch_ledger())[0]["referenceId"]

    first, second = asking(kraken_server, both)
    assert first == second


def test_an_order_says_its_fill_only_when_asked(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.account.permissions = ANY
    kraken_server.deposit("USD", D("10000"))

    async def trade(client: Any) -> Any:
        placed = await client.create_order("BTC/USD", "market", "buy", "0.1")
        return placed, await client.fetch_order(placed["id"])

    placed, order = asking(kraken_server, trade)
    assert set(placed["info"]["result"] if "result" in placed["info"] else placed["info"]) >= {"txid", "descr"}
    assert (order["status"], D(order["filled"]), D(order["fee"]["cost"])) == ("closed", D("0.1"), D("15.6"))


def test_open_orders_hold_what_they_need(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.account.permissions = ANY
    kraken_server.deposit("BTC", D("1"))
    client_id = "6d1b345e-2821-40e2-ad83-4ecb18a06876"

    async def trade(client: Any) -> Any:
        placed = await client.create_order("BTC/USD", "limit", "sell", "0.4", "70000", {"clientOrderId": client_id})
        (resting,) = await client.fetch_open_orders()
        held = (await client.fetch_balance())["BTC"]["used"]
        await client.cancel_order(placed["id"])
        return resting, held, await client.fetch_open_orders()

    resting, held, after = asking(kraken_server, trade)
    assert (resting["clientOrderId"], D(held), after) == (client_id, D("0.4"), [])
    assert kraken_server.account.balances["BTC"].free == 1


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"apiKey": "unknown"}, ccxt.AuthenticationError, "EAPI:Invalid key"),
        ({"secret": "d3Jvbmc="}, ccxt.ExchangeError, "EAPI:Invalid signature"),
    ],
)
def test_wrong_credentials_are_refused_as_there(
    kraken_server: KrakenServer, asking: Asking, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        asking(kraken_server, lambda client: client.fetch_balance(), **changes)


def test_a_nonce_may_not_be_used_twice(kraken_server: KrakenServer, asking: Asking) -> None:
    async def twice(client: Any) -> None:
        client.incrementing_nonce = lambda: 1_800_000_000_000
        await client.fetch_balance()
        await client.fetch_balance()

    with pytest.raises(ccxt.InvalidNonce):
        asking(kraken_server, twice)


def test_a_key_without_the_permission_is_told_so(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.deposit("USD", D("10000"))
    with pytest.raises(ccxt.PermissionDenied):
        asking(kraken_server, lambda client: client.create_order("BTC/USD", "market", "buy", "0.1"))
    said = asking(kraken_server, lambda client: client.private_post_getapikeyinfo())["result"]["permissions"]
    assert "query-funds" in said
    assert not {"withdraw-funds", "modify-trades"} & set(said)


def test_the_call_counter_fills_and_decays(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.limits.calls = 3

    async def often(client: Any) -> None:
        for _ in range(2):
            await client.private_post_ledgers()

    with pytest.raises(ccxt.DDoSProtection, match="EAPI:Rate limit exceeded"):
        asking(kraken_server, often)
    kraken_server.skew = timedelta(seconds=10)
    assert asking(kraken_server, lambda client: client.fetch_ledger()) == []


def test_maintenance_leaves_the_time_and_the_status(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.status = "maintenance"

    async def ask(client: Any) -> str:
        with pytest.raises(ccxt.ExchangeNotAvailable):
            await client.load_markets()
        assert await client.fetch_time()
        return str((await client.fetch_status())["status"])

    assert asking(kraken_server, ask) == "maintenance"


def test_cancel_only_takes_no_orders(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.account.permissions = ANY
    kraken_server.status = "cancel_only"
    with pytest.raises(ccxt.OnMaintenance):
        asking(kraken_server, lambda client: client.create_order("BTC/USD", "market", "buy", "0.1"))


def test_only_the_newest_candles_are_there(kraken_server: KrakenServer, asking: Asking) -> None:
    since = milliseconds(NOW - timedelta(days=2000))
    candles = asking(kraken_server, lambda client: client.fetch_ohlcv("BTC/USD", "1d", since))
    assert len(candles) == 720
    assert candles[-1][0] > milliseconds(NOW - timedelta(days=2))


def test_faults_have_krakens_words(kraken_server: KrakenServer, asking: Asking) -> None:
    kraken_server.fail("BalanceEx", Fault.BUSY)

    async def twice(client: Any) -> Any:
        with pytest.raises(ccxt.ExchangeNotAvailable, match="EService:Busy"):
            await client.fetch_balance()
        return await client.fetch_balance()

    assert asking(kraken_server, twice)["total"] == {}
