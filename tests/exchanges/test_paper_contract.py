"""The paper exchange keeps the contract that every Exchange keeps."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from kit import Pair
from kit.contract import ExchangeContract, OpenAccount

if TYPE_CHECKING:
    from tests.exchanges.conftest import Venue

HOLDS = {"BTC": "0.5", "USDT": "5000"}


class TestPaper(ExchangeContract):
    pair = Pair("BTC", "USDT")
    quantity = Decimal("0.01")

    @pytest.fixture
    def open_account(self, venue: Venue) -> OpenAccount:
        return lambda: venue.open(startingBalances=HOLDS)


class TestPaperWithFeesInTheQuote(ExchangeContract):
    pair = Pair("BTC", "USDT")
    quantity = Decimal("0.01")

    @pytest.fixture
    def open_account(self, venue: Venue) -> OpenAccount:
        return lambda: venue.open(startingBalances=HOLDS, feeAsset="quote", fee=0.0026)


class TestPaperWithoutFees(ExchangeContract):
    pair = Pair("ETH", "USD")
    quantity = Decimal("0.123456789")

    @pytest.fixture
    def open_account(self, venue: Venue) -> OpenAccount:
        return lambda: venue.open(startingBalances={"ETH": "2", "USD": "9000"}, fee=0)
