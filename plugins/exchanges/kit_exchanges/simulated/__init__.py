"""Venues on this machine, for tests: real sockets, the real protocols, and faults on demand.

    with BinanceServer() as server:                      # or KrakenServer, or the fixture binance_server
        server.deposit("USDT", Decimal("1000"))
        server.trade("BTC/USDT", "buy", Decimal("0.01"), Decimal("60000"))
        server.fail("/api/v3/account", Fault.HTML_200, times=1)
        config["exchanges"]["mine"] = server.settings    # type, apiKey, secret, baseUrl

A server is a `SimulatedVenue`: `url`, `key`, `secret`, `settings`; `account` (one more with
`add_account`, its permissions chosen), `market`; `set_price`, `set_closes`, `set_balance`; `deposit`,
`withdraw`, `trade`, `reward`, `convert` make history and move the balances with it; `latency`, `skew`
and `limits` are the venue's; `fail` and `recover` break and mend it; `requests` says what it was asked,
without keys, signatures or tokens. `many_prices` makes as many markets as a large venue has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .binance import BinanceServer
    from .faults import Fault
    from .kraken import KrakenServer
    from .market import many_prices
    from .server import SimulatedVenue

__all__ = ["BinanceServer", "Fault", "KrakenServer", "SimulatedVenue", "many_prices"]

_HOMES = {
    "BinanceServer": "binance",
    "Fault": "faults",
    "KrakenServer": "kraken",
    "SimulatedVenue": "server",
    "many_prices": "market",
}


def __getattr__(name: str) -> Any:
    """Imported when it is asked for: a server needs aiohttp."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
