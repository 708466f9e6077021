"""An account is all its wallets: earning, borrowed and futures money kept apart, closed wallets said."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from kit_exchanges.ccxt.figures import amount
from kit_exchanges.ccxt.sources import price_source
from kit_exchanges.ccxt.venues import USUAL, Wallet
from kit_exchanges.ccxt.wallets import Holding, holdings, lent
from kit_exchanges.simulated.faults import Fault

from kit import Balance, ExchangeError, OddAnswer, Services, SystemClock

if TYPE_CHECKING:
    from kit_exchanges.ccxt.exchange import CcxtExchange
    from kit_exchanges.simulated.binance import BinanceServer

    from tests.exchanges.conftest import OpenVenue

D = Decimal
(SPOT,) = USUAL


def _kraken(code: str, total: str) -> Holding:
    entry = {"free": total, "used": "0", "total": total}
    (found,) = holdings("kraken", SPOT, {"info": {}, code: entry}, lambda own: {"XBT": "BTC"}.get(own, own))
    return found


@pytest.mark.parametrize(
    ("code", "asset"),
    [
        ("DOT.S", "DOT"),
        ("DOT28.S", "DOT"),
        ("XBT.M", "BTC"),
        ("ETH2.S", "ETH"),
        ("ETH2", "ETH"),
        ("USD.F", "USD"),
        ("SOL.B", "SOL"),
    ],
)
def test_what_earns_at_kraken_is_the_asset_and_staked(code: str, asset: str) -> None:
    assert _kraken(code, "1.5") == Holding(asset, D("1.5"), staked=D("1.5"))


def test_what_kraken_holds_back_is_locked() -> None:
    assert _kraken("EUR.HOLD", "20") == Holding("EUR", D(20), locked=D(20))


def test_lido_is_no_receipt_of_binance() -> None:
    assert [lent(Holding(each, D(1))) for each in ("LDBTC", "LDO", "BTC", "LDLDO")] == [True, False, False, True]


def test_what_was_borrowed_on_margin_is_taken_off() -> None:
    entry = {"free": "1", "used": "0.5", "total": "1.5", "debt": "2.25"}
    (found,) = holdings("binance", Wallet("margin", "margin account"), {"BTC": entry, "ETH": {"total": "9"}}, str)[:1]
    assert found == Holding("BTC", D("-0.75"), D("0.5"))


@pytest.mark.parametrize(
    "entry", [{"free": None}, {"free": "x"}, {"free": "1", "used": "-1"}, {"total": "-1"}, {"total": "NaN"}]
)
def test_an_odd_figure_is_an_odd_answer(entry: Mapping[str, Any]) -> None:
    with pytest.raises(OddAnswer):
        holdings("luno", SPOT, {"BTC": entry}, str)


@pytest.mark.parametrize("written", ["123456789012345678.123456789012345678", "1e-8", "0.000000000000000001", "-5E-18"])
def test_a_figure_keeps_every_digit(written: str) -> None:
    assert amount(written) == D(written)


def test_a_float_is_refused() -> None:
    with pytest.raises(OddAnswer):
        amount(0.1)


def _balances(account: CcxtExchange, open_venue: OpenVenue) -> dict[str, Balance]:
    return {each.asset: each for each in open_venue.network.run(account.balances())}


def test_a_wallet_the_key_may_not_read_is_left_out_and_said(
    binance_server: BinanceServer, open_venue: OpenVenue
) -> None:
    binance_server.set_balance("BTC", free=D(1))
    binance_server.fail("margin/account", Fault.PERMISSION_DENIED, times=None)
    account = open_venue(binance_server.settings)
    assert _balances(account, open_venue)["BTC"].total == D(1)
    (said,) = account.left_out()
    assert "margin account" in said


@pytest.mark.parametrize("fault", [Fault.HTTP_404, Fault.HTTP_403, Fault.HTML_200, Fault.UNKNOWN_ERROR, Fault.HTTP_503])
@pytest.mark.parametrize("wallet", ["get-funding-asset", "margin/account", "fapi"])
def test_a_wallet_that_fails_fails_the_account(
    fault: Fault, wallet: str, binance_server: BinanceServer, open_venue: OpenVenue
) -> None:
    binance_server.set_balance("BTC", free=D(1))
    binance_server.fail(wallet, fault, times=None)
    with pytest.raises(ExchangeError):
        _balances(open_venue(binance_server.settings), open_venue)


def test_only_the_wallets_that_are_named_are_asked(binance_server: BinanceServer, open_venue: OpenVenue) -> None:
    _balances(open_venue(binance_server.settings, wallets=["spot"]), open_venue)
    assert [request.path for request in binance_server.requests] == ["/api/v3/account"]


def test_public_prices_need_no_account(binance_server: BinanceServer, open_venue: OpenVenue) -> None:
    account = open_venue(binance_server.settings)
    services = SimpleNamespace(
        network=open_venue.network,
        clock=SystemClock(),
        cache=open_venue.cache,
        exchanges=lambda: ["main"],
        venue=lambda _: "binance",
        exchange=lambda _: account,
    )
    source = price_source("binance", "Binance", cast("Services", services))
    assert source.quotes is not None

    async def ask() -> list[tuple[str, str, str]]:
        assert source.quotes is not None
        return [(each.asset, each.currency, each.source) for each in await source.quotes(["BTC", "NOSUCHCOIN"], "CHF")]

    assert ("BTC", "USDT", "binance") in open_venue.network.run(ask())
