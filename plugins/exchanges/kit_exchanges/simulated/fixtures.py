"""pytest fixtures: venues that run on this machine and speak the real protocols."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .binance import BinanceServer
    from .kraken import KrakenServer


@pytest.fixture
def binance_server() -> Iterator[BinanceServer]:
    """A Binance of its own for this test, with an empty account whose key may read."""
    from .binance import BinanceServer

    with BinanceServer() as server:
        yield server


@pytest.fixture
def kraken_server() -> Iterator[KrakenServer]:
    """A Kraken of its own for this test, with an empty account whose key may read."""
    from .kraken import KrakenServer

    with KrakenServer() as server:
        yield server
