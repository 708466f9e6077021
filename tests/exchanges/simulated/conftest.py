"""The real ccxt, pointed at a venue on this machine."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import pytest
from kit_exchanges.simulated import SimulatedVenue

SPOT_ONLY = {"fetchMarkets": {"types": ["spot"]}, "fetchMargins": False, "fetchCurrencies": False}


class Asking(Protocol):
    """Has a fresh client of ccxt (of ccxt.pro where `streaming`) do something, and closes it."""

    def __call__(
        self,
        server: SimulatedVenue,
        work: Callable[[Any], Awaitable[Any]],
        *,
        streaming: bool = False,
        options: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Any: ...


def _elsewhere(addresses: Any, url: str) -> Any:
    if isinstance(addresses, dict):
        return {name: _elsewhere(each, url) for name, each in addresses.items()}
    socket = str(addresses).startswith("ws")
    return re.sub(r"^\w+://[^/]+", url.replace("http", "ws") if socket else url, str(addresses))


@pytest.fixture
def asking() -> Asking:
    def ask(
        server: SimulatedVenue,
        work: Callable[[Any], Awaitable[Any]],
        *,
        streaming: bool = False,
        options: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Any:
        import ccxt.async_support
        import ccxt.pro

        async def asked() -> Any:
            made = getattr(ccxt.pro if streaming else ccxt.async_support, server.venue)
            settings = {"apiKey": server.key, "secret": server.secret, "number": str, "rateLimit": 1}
            client = made({**settings, "options": options or SPOT_ONLY, **changes})
            client.urls["api"] = _elsewhere(client.urls["api"], server.url)
            try:
                return await work(client)
            finally:
                await client.close()

        return asyncio.run(asked())

    return ask
