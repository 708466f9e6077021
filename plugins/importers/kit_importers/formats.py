"""The table of formats."""

from __future__ import annotations

from .kit_csv import KIT_CSV
from .price_csv import OHLCV_CSV, PRICE_CSV

FORMATS = (KIT_CSV, PRICE_CSV, OHLCV_CSV)
