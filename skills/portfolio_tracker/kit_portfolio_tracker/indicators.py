"""Indicators of candles, by TA-Lib: statistics, hence floats. Whole candles only, but for touching a band.

Each answers None where the candles do not tell: there are too few, or nothing has moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kit import Candle, KitError

if TYPE_CHECKING:
    from types import ModuleType

CROSSINGS = ("crossover", "crossunder")
BANDS = ("upper", "lower")
PATTERNS: dict[str, tuple[str, int]] = {
    "bullish engulfing": ("CDLENGULFING", 1),
    "bearish engulfing": ("CDLENGULFING", -1),
    "bullish harami": ("CDLHARAMI", 1),
    "bearish harami": ("CDLHARAMI", -1),
    "bullish marubozu": ("CDLMARUBOZU", 1),
    "bearish marubozu": ("CDLMARUBOZU", -1),
    "hammer": ("CDLHAMMER", 1),
    "inverted hammer": ("CDLINVERTEDHAMMER", 1),
    "hanging man": ("CDLHANGINGMAN", -1),
    "shooting star": ("CDLSHOOTINGSTAR", -1),
    "morning star": ("CDLMORNINGSTAR", 1),
    "evening star": ("CDLEVENINGSTAR", -1),
    "piercing line": ("CDLPIERCING", 1),
    "dark cloud cover": ("CDLDARKCLOUDCOVER", -1),
    "three white soldiers": ("CDL3WHITESOLDIERS", 1),
    "three black crows": ("CDL3BLACKCROWS", -1),
    "doji": ("CDLDOJI", 1),
    "dragonfly doji": ("CDLDRAGONFLYDOJI", 1),
    "gravestone doji": ("CDLGRAVESTONEDOJI", 1),
}
"""What people call each pattern: TA-Lib's function, and the sign of its answer."""
_RSI = 14
_VOLUMES = 20
_PLACES = 8
# Wilder's averages remember all that was before: so many candles make the figures equal to four digits.
CANDLES = 150


def rsi(candles: Sequence[Candle]) -> Decimal | None:
    """From 0 to 100, of the last 14 candles; None where the price has not moved at all. Wilder 1978."""
    if len({each.close for each in candles}) < 2:
        return None
    return _last(_library().RSI(_column(candles, "close"), timeperiod=_RSI))


def volume(candles: Sequence[Candle]) -> Decimal | None:
    """The last candle's volume as a part of the average of the twenty before it; None where that is 0."""
    before = [each.volume for each in candles[-_VOLUMES - 1 : -1]]
    average = sum(before, Decimal(0)) / len(before) if len(before) == _VOLUMES else Decimal(0)
    return round(candles[-1].volume / average, _PLACES) if average > 0 else None


def macd_crosses(candles: Sequence[Candle], event: str) -> bool | None:
    """Whether MACD(12, 26) went over (or under) its signal line (9) with the last candle. Appel 1979."""
    _, _, above = _library().MACD(_column(candles, "close"), fastperiod=12, slowperiod=26, signalperiod=9)
    if len(above) < 2 or _last(above[:-1]) is None:
        return None
    before, now = float(above[-2]), float(above[-1])
    return before <= 0 < now if event == "crossover" else before >= 0 > now


def touches_band(candles: Sequence[Candle], event: str, price: Decimal) -> bool | None:
    """Whether the price is at or beyond the band of two deviations around the mean of 20 candles. Bollinger 1983."""
    upper, _, lower = _library().BBANDS(_column(candles, "close"), timeperiod=20, nbdevup=2.0, nbdevdn=2.0)
    band = _last(upper if event == "upper" else lower)
    if band is None or _last(upper) == _last(lower):
        return None
    return price >= band if event == "upper" else price <= band


def has_pattern(candles: Sequence[Candle], name: str) -> bool | None:
    """Whether the last candles make the pattern."""
    function, sign = PATTERNS[name]
    columns = [_column(candles, part) for part in ("open", "high", "low", "close")]
    if len(candles) < _VOLUMES:
        return None
    return int(getattr(_library(), function)(*columns)[-1]) * sign > 0


def _column(candles: Sequence[Candle], part: str) -> Any:
    import numpy as np

    return np.array([float(getattr(each, part)) for each in candles])


def _last(values: Any) -> Decimal | None:
    """The newest figure; None where it is not defined yet."""
    value = float(values[-1]) if len(values) else float("nan")
    return None if value != value else Decimal(repr(round(value, _PLACES)))  # noqa: PLR0124 - NaN is not itself


def _library() -> ModuleType:
    try:
        import talib
    except ImportError:
        raise KitError(
            "Indicators are not installed.", next_step='Install them: pip install "kit-host[indicators]".'
        ) from None
    return talib
