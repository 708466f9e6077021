"""A MetaTrader account behind a real RPyC server keeps the contract that every Exchange keeps."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from kit_exchanges.simulated.metatrader import MetaTraderServer

from kit import Pair
from kit.contract import ExchangeContract, OpenAccount

if TYPE_CHECKING:
    from tests.exchanges.conftest import OpenTerminal


class TestMetaTrader(ExchangeContract):
    pair = Pair("EUR", "USD")
    quantity = Decimal(1000)
    resting_orders_lock = False
    too_much = Decimal(5_000_000)

    @pytest.fixture
    def server(self) -> Iterator[MetaTraderServer]:
        with MetaTraderServer() as server:
            server.terminal.deposit("10000")
            yield server

    @pytest.fixture
    def open_account(self, server: MetaTraderServer, open_terminal: OpenTerminal) -> OpenAccount:
        return lambda: open_terminal(server, brokerTimezone="+03:00")
