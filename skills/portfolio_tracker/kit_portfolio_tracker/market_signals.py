"""What alert rules can compare of any market: its price, and what its candles tell."""

from __future__ import annotations

from decimal import Decimal

from kit import MARKET, Signal, Unit

from .charting import changes, events, figures, known_span, touches
from .indicators import BANDS, CROSSINGS, PATTERNS, has_pattern, macd_crosses, rsi, volume
from .pair_prices import prices

_ZERO, _HUNDRED = Decimal(0), Decimal(100)


def market_signals() -> list[Signal]:
    """For any pair; the libraries behind them are imported when something is measured."""
    return [
        Signal(MARKET, "price", "What one unit costs now", Unit.MONEY, prices, least=_ZERO),
        Signal(
            MARKET,
            "change",
            "How much the price has moved over the period",
            Unit.RATIO,
            changes,
            defaults={"period": "24h"},
            least=Decimal(-1),
        ),
        Signal(
            MARKET,
            "volume",
            "The volume of the last whole candle, as a part of the average of the twenty before it",
            Unit.RATIO,
            figures(volume),
            defaults={"period": "1h"},
            least=_ZERO,
            check=known_span,
        ),
        Signal(
            MARKET,
            "rsi",
            "The relative strength index of the last 14 candles",
            Unit.NUMBER,
            figures(rsi),
            defaults={"period": "1h"},
            least=_ZERO,
            most=_HUNDRED,
            check=known_span,
        ),
        Signal(
            MARKET,
            "macd",
            "The MACD line (12, 26) crosses its signal line (9)",
            Unit.EVENT,
            events(macd_crosses),
            defaults={"period": "1h"},
            events=CROSSINGS,
            check=known_span,
        ),
        Signal(
            MARKET,
            "bb-touch",
            "The price reaches a Bollinger band (20 candles, 2 deviations)",
            Unit.EVENT,
            touches,
            defaults={"period": "1h"},
            events=BANDS,
            check=known_span,
        ),
        Signal(
            MARKET,
            "pattern",
            "The last whole candles make a pattern",
            Unit.EVENT,
            events(has_pattern),
            defaults={"period": "1h"},
            events=tuple(PATTERNS),
            check=known_span,
        ),
    ]
