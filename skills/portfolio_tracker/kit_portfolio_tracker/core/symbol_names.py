"""The names that `symbols` knows: facts, each with its day where it has one.

A rename stands here only where every unit became one unit of the new name and the old name means nothing else
since. The days are those on which large venues began to use the new name (UTC).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Rename:
    """The `name` that took the place of an older one, unit for unit, `since` that day."""

    name: str
    since: date


@dataclass(frozen=True, slots=True)
class Reuse:
    """A ticker that another asset has `since` that day; before, it `was` this one's."""

    was: str
    since: date


SPELLINGS = {
    "BCHABC": "BCH",
    "BCHSV": "BSV",
    "DSH": "DASH",
    "IOT": "IOTA",
    "MIOTA": "IOTA",
    "QTM": "QTUM",
    "TONCOIN": "TON",
    "XBT": "BTC",
    "XDG": "DOGE",
    "XRB": "XNO",
    # The index, which is no asset of a venue: what people and price files call it.
    "GSPC": "SP500",
    "S&P": "SP500",
    "S&P 500": "SP500",
    "S&P500": "SP500",
    "^GSPC": "SP500",
    "^SPX": "SP500",
}

RENAMED = {
    "GNT": Rename("GLM", date(2020, 11, 19)),
    "KLAY": Rename("KAIA", date(2024, 10, 31)),
    "MATIC": Rename("POL", date(2024, 9, 4)),
    "NANO": Rename("XNO", date(2022, 1, 19)),
    "RNDR": Rename("RENDER", date(2024, 7, 22)),
    "TOMO": Rename("VIC", date(2023, 11, 21)),
    "UST": Rename("USTC", date(2022, 5, 28)),
}

REUSED = {
    "DAI": Reuse("SAI", date(2019, 11, 18)),
    "LUNA": Reuse("LUNC", date(2022, 5, 28)),
}

# What is left of a venue's own words once its adapter has unified them. Kraken's LUNA (LUNC) and LUNA2 (LUNA)
# are unified there and must not be named twice.
AT_VENUE = {
    # Binance listed Bitcoin Cash as BCC until its fork of November 2018.
    ("binance", "BCC"): "BCH",
    ("bitfinex", "UST"): "USDT",
    ("bitfinex", "UDC"): "USDC",
    ("bitfinex", "EUT"): "EURT",
    ("kraken", "ETH2"): "ETH",
    ("kraken", "XETH"): "ETH",
    ("kraken", "XXBT"): "BTC",
    ("kraken", "XXDG"): "DOGE",
    ("kraken", "ZEUR"): "EUR",
    ("kraken", "ZUSD"): "USD",
    ("poloniex", "STR"): "XLM",
    # RON is the Romanian leu elsewhere. None of these keeps lei.
    **{
        (venue, "RON"): "RONIN"
        for venue in ("bitget", "bybit", "gate", "gateio", "htx", "huobi", "kraken", "kucoin", "mexc", "okx")
    },
}
