"""Accounts at a Binance and at a Kraken on this machine keep the contract that every Exchange keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import pytest

from kit import Pair
from kit.contract import ExchangeContract, OpenAccount

if TYPE_CHECKING:
    from kit_exchanges.simulated.binance import BinanceServer
    from kit_exchanges.simulated.kraken import KrakenServer

    from tests.exchanges.conftest import OpenVenue

_READ_AND_TRADE: frozenset[Literal["read", "trade", "withdraw"]] = frozenset({"read", "trade"})


class TestBinance(ExchangeContract):
    pair = Pair("BTC", "USDT")
    quantity = Decimal("0.01")

    @pytest.fixture
    def open_account(self, binance_server: BinanceServer, open_venue: OpenVenue) -> OpenAccount:
        binance_server.limits.weight_a_minute = 10**9
        binance_server.account.permissions = _READ_AND_TRADE
        binance_server.set_balance("BTC", free=Decimal(1))
        binance_server.set_balance("USDT", free=Decimal(100_000))
        return lambda: open_venue(binance_server.settings)


class TestKraken(ExchangeContract):
    pair = Pair("BTC", "USD")
    quantity = Decimal("0.01")

    @pytest.fixture
    def open_account(self, kraken_server: KrakenServer, open_venue: OpenVenue) -> OpenAccount:
        kraken_server.account.permissions = _READ_AND_TRADE
        kraken_server.set_balance("BTC", free=Decimal(1))
        kraken_server.set_balance("USD", free=Decimal(100_000))
        return lambda: open_venue(kraken_server.settings)
