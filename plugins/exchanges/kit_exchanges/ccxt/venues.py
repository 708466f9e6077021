"""What is peculiar to a venue: its wallets, its options, how it counts questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["spot", "funding", "earn", "margin", "futures"]


@dataclass(frozen=True, slots=True)
class Wallet:
    """A part of an account: what its balances are asked with.

    `method` is ccxt's, `params` what it is told. `main` must answer, the others may be closed to the key
    or to the user. `earns` says that all of it is staked or lent; `reader` names how the answer is read
    where ccxt does not read it. `otherwise` is what it is told where
    that is answered in part, or not known.
    """

    kind: Kind
    label: str
    params: Mapping[str, Any] = field(default_factory=dict)
    method: str = "fetch_balance"
    main: bool = False
    earns: bool = False
    reader: str = ""
    otherwise: Mapping[str, Any] | None = None


def _spot(**params: Any) -> Wallet:
    return Wallet("spot", "spot wallet", params, main=True)


def _futures(label: str, **params: Any) -> Wallet:
    return Wallet("futures", label, params)


_BINANCE = (
    _spot(type="spot"),
    Wallet("funding", "funding wallet", {"type": "funding"}),
    Wallet("margin", "margin account", {"type": "margin"}),
    _futures("USD-M futures", type="swap", subType="linear"),
    _futures("COIN-M futures", type="swap", subType="inverse"),
    Wallet(
        "earn",
        "flexible earn products",
        {"size": 100},
        method="sapi_get_simple_earn_flexible_position",
        earns=True,
        reader="binance_flexible",
    ),
    Wallet(
        "earn",
        "locked earn products",
        {"size": 100},
        method="sapi_get_simple_earn_locked_position",
        earns=True,
        reader="binance_locked",
    ),
)
WALLETS: Mapping[str, tuple[Wallet, ...]] = {
    "binance": _BINANCE,
    "binanceus": (_spot(),),
    "bybit": (
        Wallet("spot", "unified account", {"type": "unified"}, main=True, reader="bybit_unified"),
        Wallet("funding", "funding wallet", {"type": "funding"}),
    ),
    "okx": (
        Wallet("spot", "trading account", {"type": "trading"}, main=True),
        Wallet("funding", "funding account", {"type": "funding"}),
        Wallet("earn", "savings", {}, method="private_get_finance_savings_balance", earns=True, reader="okx_savings"),
    ),
    "kucoin": (
        Wallet("spot", "trading account", {"type": "trade"}, main=True),
        Wallet("funding", "main account", {"type": "main"}),
        Wallet("margin", "margin account", {"type": "margin", "marginMode": "cross"}),
    ),
    "coinbase": (Wallet("spot", "wallets", {}, main=True, otherwise={"v3": True}),),
    "bitget": (_spot(type="spot"), _futures("USDT-M futures", type="swap", productType="USDT-FUTURES")),
    "gate": (
        _spot(type="spot"),
        Wallet("futures", "USDT futures", {"type": "swap", "settle": "usdt"}, reader="gate_futures"),
    ),
    "bitfinex": (
        Wallet("spot", "exchange wallet", {"type": "exchange"}, main=True),
        Wallet("margin", "margin wallet", {"type": "margin"}),
        Wallet("funding", "funding wallet", {"type": "funding"}),
    ),
    "mexc": (_spot(type="spot"), _futures("futures", type="swap")),
    "htx": (_spot(type="spot"), _futures("USDT-M futures", type="swap", subType="linear")),
}
"""The wallets of a venue, the main one first; elsewhere it is what ccxt asks by itself."""
USUAL: tuple[Wallet, ...] = (_spot(),)

_SPOT_MARKETS: Mapping[str, Any] = {"fetchMarkets": {"types": ["spot"]}}
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "binance": {**_SPOT_MARKETS, "fetchMargins": False, "fetchCurrencies": False},
    "binanceus": {**_SPOT_MARKETS, "fetchMargins": False, "fetchCurrencies": False},
    "bybit": {**_SPOT_MARKETS, "enableUnifiedMargin": False, "enableUnifiedAccount": True, "unifiedMarginStatus": 6},
    "okx": _SPOT_MARKETS,
    "myokx": _SPOT_MARKETS,
    "gate": _SPOT_MARKETS,
    "kucoin": _SPOT_MARKETS,
    "bitget": _SPOT_MARKETS,
    "mexc": {"fetchMarkets": {"types": {"spot": True, "swap": {"linear": False, "inverse": False}}}},
    "htx": {"fetchMarkets": {"types": {"spot": True, "linear": False, "inverse": False}}},
    "cryptocom": _SPOT_MARKETS,
}
"""ccxt's options for it: prices come from spot markets, so no others are listed."""

CONTRACT_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "binance": {
        "fetchMarkets": {"types": ["linear"]},
        "fetchMargins": False,
        "fetchCurrencies": False,
        "defaultType": "swap",
    },
}
"""The same where derivatives are asked for."""

ADDRESS_LIMITED = frozenset({"binance", "binanceus", "binanceusdm", "binancecoinm", "mexc", "bitvavo", "gemini"})
"""Venues that count questions by the address they come from; the others count each key."""

BURSTS: Mapping[str, float] = {"binance": 600.0, "kraken": 45.0}
"""How many units of ccxt's cost may be asked at once after a rest.

Kraken counts to 15, at 3 units each; Binance counts 1,200 units a minute.
"""

IN_ORDER = frozenset(
    {"kraken", "bitfinex", "gemini", "bitstamp", "bit2c", "btcbox", "coincheck", "zaif", "indodax", "cex"}
)
"""Venues where each signed question carries a higher number than the one before: they are sent one by one."""
