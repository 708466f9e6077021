"""The table of formats."""

from __future__ import annotations

from dataclasses import replace

from .binance_files import (
    BINANCE_AUTO_INVEST,
    BINANCE_BETH,
    BINANCE_COINS,
    BINANCE_CONVERT,
    BINANCE_MONEY,
    BINANCE_PURCHASES,
)
from .binance_history import BINANCE_HISTORY
from .binance_trades import BINANCE_TRADES
from .bitpanda import BITPANDA
from .bitstamp import BITSTAMP
from .bittytax import BITTYTAX
from .bitvavo import BITVAVO
from .blockfi import BLOCKFI, BLOCKFI_TRADES
from .bybit import BYBIT, BYBIT_TRADES
from .celsius import CELSIUS
from .coinbase import COINBASE
from .coinbase_pro import COINBASE_PRO, COINBASE_PRO_FILLS
from .coinbase_raw import COINBASE_RAW
from .cointracking import COINTRACKING
from .crypto_com import CRYPTO_COM
from .dali import DALI, DALI_INTRA
from .delta import DELTA
from .gate import GATE
from .ghostfolio import GHOSTFOLIO, GHOSTFOLIO_CSV
from .kit_csv import KIT_CSV
from .koinly import KOINLY
from .kraken_ledgers import KRAKEN_LEDGERS
from .kraken_trades import KRAKEN_TRADES
from .kucoin import KUCOIN
from .kucoin_account import KUCOIN_ACCOUNT
from .kucoin_moves import KUCOIN_TRANSFERS
from .ledger_live import LEDGER_LIVE
from .metatrader import METATRADER
from .nexo import NEXO
from .okx import OKX_FUNDING, OKX_TRADING
from .pionex import PIONEX, PIONEX_TRANSFERS
from .price_csv import OHLCV_CSV, PRICE_CSV
from .relai import RELAI
from .revolut import REVOLUT
from .rotki_generic import ROTKI_EVENTS, ROTKI_TRADES
from .rotki_history import ROTKI_HISTORY
from .spot_fills import HUOBI, OKX

_ALL = (
    KIT_CSV,
    BINANCE_HISTORY,
    BINANCE_TRADES,
    BINANCE_CONVERT,
    BINANCE_AUTO_INVEST,
    BINANCE_BETH,
    BINANCE_PURCHASES,
    BINANCE_COINS,
    BINANCE_MONEY,
    KRAKEN_LEDGERS,
    KRAKEN_TRADES,
    COINBASE,
    COINBASE_RAW,
    COINBASE_PRO,
    COINBASE_PRO_FILLS,
    METATRADER,
    KOINLY,
    COINTRACKING,
    ROTKI_TRADES,
    ROTKI_EVENTS,
    ROTKI_HISTORY,
    BITTYTAX,
    GHOSTFOLIO,
    GHOSTFOLIO_CSV,
    DALI,
    DALI_INTRA,
    CRYPTO_COM,
    BYBIT,
    BYBIT_TRADES,
    DELTA,
    KUCOIN,
    KUCOIN_TRANSFERS,
    KUCOIN_ACCOUNT,
    OKX,
    OKX_TRADING,
    OKX_FUNDING,
    HUOBI,
    BITVAVO,
    REVOLUT,
    RELAI,
    BITSTAMP,
    BITPANDA,
    GATE,
    PIONEX,
    PIONEX_TRANSFERS,
    BLOCKFI,
    BLOCKFI_TRADES,
    CELSIUS,
    NEXO,
    LEDGER_LIVE,
    PRICE_CSV,
    OHLCV_CSV,
)

# Formats of which an account may have all files: each tells of other events, or of the same under the same ids.
_TOGETHER = (
    frozenset(
        each.name
        for each in (
            *(BINANCE_TRADES, BINANCE_CONVERT, BINANCE_AUTO_INVEST, BINANCE_BETH, BINANCE_PURCHASES, BINANCE_COINS),
            BINANCE_MONEY,
        )
    ),
    frozenset((COINBASE_PRO.name, COINBASE_PRO_FILLS.name)),
    frozenset((KUCOIN.name, KUCOIN_TRANSFERS.name)),
    frozenset((OKX_TRADING.name, OKX_FUNDING.name)),
    frozenset((PIONEX.name, PIONEX_TRANSFERS.name)),
    frozenset((BLOCKFI.name, BLOCKFI_TRADES.name)),
)
FORMATS = tuple(
    replace(each, beside=frozenset().union(*(names for names in _TOGETHER if each.name in names)) - {each.name})
    for each in _ALL
)
