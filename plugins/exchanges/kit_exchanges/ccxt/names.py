"""What each venue is called, and what it wants for opening an account."""

from __future__ import annotations

from kit import Credential

LABELS = {
    "bequant": "Bequant",
    "binance": "Binance",
    "binancecoinm": "Binance COIN-M",
    "binanceus": "Binance US",
    "binanceusdm": "Binance USD-M",
    "bingx": "BingX",
    "bitfinex": "Bitfinex",
    "bitflyer": "bitFlyer",
    "bitget": "Bitget",
    "bitmart": "BitMart",
    "bitmex": "BitMEX",
    "bitstamp": "Bitstamp",
    "bitvavo": "Bitvavo",
    "btcmarkets": "BTC Markets",
    "btcturk": "BtcTurk",
    "bybit": "Bybit",
    "bybiteu": "Bybit EU",
    "bybitid": "Bybit Indonesia",
    "cex": "CEX.IO",
    "coinbase": "Coinbase",
    "coinbaseexchange": "Coinbase Exchange",
    "coinbaseinternational": "Coinbase International",
    "coinex": "CoinEx",
    "cryptocom": "Crypto.com",
    "deribit": "Deribit",
    "dydx": "dYdX",
    "gate": "Gate",
    "gateeu": "Gate EU",
    "gemini": "Gemini",
    "hitbtc": "HitBTC",
    "htx": "HTX",
    "hyperliquid": "Hyperliquid",
    "independentreserve": "Independent Reserve",
    "kraken": "Kraken",
    "krakenfutures": "Kraken Futures",
    "kucoin": "KuCoin",
    "kucoinfutures": "KuCoin Futures",
    "latoken": "LATOKEN",
    "lbank": "LBank",
    "luno": "Luno",
    "mercado": "Mercado Bitcoin",
    "mexc": "MEXC",
    "myokx": "MyOKX",
    "okx": "OKX",
    "okxus": "OKX US",
    "onetrading": "One Trading",
    "phemex": "Phemex",
    "poloniex": "Poloniex",
    "upbit": "Upbit",
    "whitebit": "WhiteBIT",
    "woo": "WOO X",
    "xt": "XT",
}

_CREDENTIALS = {
    "apiKey": Credential("apiKey", "API key"),
    "secret": Credential("secret", "API secret"),
    "password": Credential("password", "Passphrase of the key"),
    "uid": Credential("uid", "User id", secret=False),
    "login": Credential("login", "Login", secret=False),
    "accountId": Credential("accountId", "Account id", secret=False),
    "walletAddress": Credential("walletAddress", "Wallet address", secret=False),
    "privateKey": Credential("privateKey", "Private key of the wallet"),
}
_USUAL = ("apiKey", "secret")
_WITH_PASSPHRASE = ("apiKey", "secret", "password")
_BY_KEY_OF_A_WALLET = ("walletAddress", "privateKey")
NEEDED = {
    **dict.fromkeys(
        ("apex", "bitget", "blofin", "coinbaseexchange", "deepcoin", "kucoin", "kucoinfutures"), _WITH_PASSPHRASE
    ),
    **dict.fromkeys(("myokx", "okx", "okxus", "weex"), _WITH_PASSPHRASE),
    **dict.fromkeys(("aster", "grvt", "lighter", "pacifica", "polymarket"), ("privateKey",)),
    **dict.fromkeys(("derive", "hyperliquid", "nado", "paradex"), _BY_KEY_OF_A_WALLET),
    **dict.fromkeys(("blockchaincom", "mudrex"), ("secret",)),
    **dict.fromkeys(("extended", "revolutx"), ("apiKey", "privateKey")),
    **dict.fromkeys(("modetrade", "woofipro"), ("apiKey", "secret", "accountId")),
    "coinmate": ("apiKey", "secret", "uid"),
    "cryptomus": ("secret", "uid"),
    "dydx": (),
    "hibachi": ("apiKey", "accountId", "privateKey"),
    "ndax": ("apiKey", "secret", "uid", "login", "password"),
    "onetrading": ("apiKey",),
}
"""The settings a venue needs, where they are not a key and a secret."""


def label(venue: str) -> str:
    """How people call the venue."""
    return LABELS.get(venue, venue.capitalize())


def credentials(venue: str) -> tuple[Credential, ...]:
    """What “kit exchanges add” asks for, in that order."""
    return tuple(_CREDENTIALS[key] for key in NEEDED.get(venue, _USUAL))
