"""The table of formats."""

from __future__ import annotations

from .binance_history import BINANCE_HISTORY
from .binance_trades import BINANCE_TRADES
from .bittytax import BITTYTAX
from .bitvavo import BITVAVO
from .bybit import BYBIT
from .coinbase import COINBASE
from .coinbase_pro import COINBASE_PRO, COINBASE_PRO_FILLS
from .coinbase_raw import COINBASE_RAW
from .cointracking import COINTRACKING
from .crypto_com import CRYPTO_COM
from .dali import DALI, DALI_INTRA
from .delta import DELTA
from .ghostfolio import GHOSTFOLIO, GHOSTFOLIO_CSV
from .kit_csv import KIT_CSV
from .koinly import KOINLY
from .kraken_ledgers import KRAKEN_LEDGERS
from .kraken_trades import KRAKEN_TRADES
from .metatrader import METATRADER
from .price_csv import OHLCV_CSV, PRICE_CSV
from .relai import RELAI
from .revolut import REVOLUT
from .rotki_generic import ROTKI_EVENTS, ROTKI_TRADES
from .rotki_history import ROTKI_HISTORY
from .spot_fills import HUOBI, KUCOIN, OKX

FORMATS = (
    KIT_CSV,
    BINANCE_HISTORY,
    BINANCE_TRADES,
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
    DELTA,
    KUCOIN,
    OKX,
    HUOBI,
    BITVAVO,
    REVOLUT,
    RELAI,
    PRICE_CSV,
    OHLCV_CSV,
)
