"""Indicators against published cases, and where they say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from kit_portfolio_tracker.indicators import PATTERNS, has_pattern, macd_crosses, rsi, touches_band, volume

from kit import Candle, exact

# The worked example of RSI(14) at StockCharts' ChartSchool, closes of QQQQ; figures there: 70.53, 66.32, 66.55.
CLOSES = (
    *("44.3389", "44.0902", "44.1497", "43.6124", "44.3278", "44.8264", "45.0955", "45.4245", "45.8433", "46.0826"),
    *("45.8931", "46.0328", "45.6140", "46.2820", "46.2820", "46.0028", "46.0328"),
)
HOUR = timedelta(hours=1)


def candles(rows: Sequence[tuple[str, str, str, str]], volumes: Sequence[str] = ()) -> list[Candle]:
    """(open, high, low, close) of hours that follow each other."""
    start = datetime(2024, 6, 1, tzinfo=UTC)
    sizes = [*volumes, *["1"] * (len(rows) - len(volumes))]
    found = []
    for place, (row, size) in enumerate(zip(rows, sizes, strict=True)):
        open_, high, low, close = map(exact, row)
        found.append(Candle(start + place * HOUR, open_, high, low, close, exact(size)))
    return found


def closing(closes: Sequence[str]) -> list[Candle]:
    return candles([(close, close, close, close) for close in closes])


@pytest.mark.parametrize(("count", "expected"), [(15, "70.53"), (16, "66.32"), (17, "66.55")])
def test_rsi_is_that_of_the_published_case(count: int, expected: str) -> None:
    found = rsi(closing(CLOSES[:count]))
    assert found is not None
    assert round(found, 2) == Decimal(expected)


def test_rsi_needs_fifteen_closes_and_some_movement() -> None:
    assert rsi(closing(CLOSES[:14])) is None
    assert rsi(closing(["50"] * 60)) is None
    assert rsi(closing([str(price) for price in range(50, 90)])) == 100


def test_volume_is_a_part_of_the_average_of_the_twenty_before() -> None:
    flat = [("1", "1", "1", "1")] * 21
    assert volume(candles(flat, ["2"] * 20 + ["5"])) == Decimal("2.5")
    assert volume(candles(flat[:20], ["2"] * 20)) is None
    assert volume(candles(flat, ["0"] * 20 + ["5"])) is None


def test_macd_crosses_once_when_a_fall_turns() -> None:
    fall = [str(200 - step) for step in range(60)]
    rise = [str(141 + 3 * step) for step in range(30)]
    crossed = [place for place in range(1, 30) if macd_crosses(closing([*fall, *rise[:place]]), "crossover")]
    assert len(crossed) == 1
    assert crossed[0] <= 5
    assert not any(macd_crosses(closing([*fall, *rise[:place]]), "crossunder") for place in range(6, 20))
    assert macd_crosses(closing(fall[:30]), "crossover") is None


def test_a_band_is_two_deviations_around_the_mean_of_twenty() -> None:
    # Ten at 99 and ten at 101: mean 100, deviation 1, bands at 98 and 102.
    found = closing(["99", "101"] * 10)
    assert touches_band(found, "upper", Decimal(102)) is True
    assert touches_band(found, "upper", Decimal("101.9")) is False
    assert touches_band(found, "lower", Decimal(98)) is True
    assert touches_band(found, "lower", Decimal("98.1")) is False


def test_there_is_no_band_where_nothing_moves() -> None:
    assert touches_band(closing(["100"] * 30), "upper", Decimal(100)) is None
    assert touches_band(closing(["99", "101"] * 5), "upper", Decimal(102)) is None


def test_a_small_black_candle_swallowed_by_a_white_one_is_bullish_engulfing() -> None:
    fall = [(str(120 - step), str(121 - step), str(118 - step), str(119 - step)) for step in range(20)]
    found = candles([*fall, ("100", "101", "98", "99"), ("98", "104", "97", "103")])
    assert has_pattern(found, "bullish engulfing") is True
    assert has_pattern(found, "bearish engulfing") is False
    assert has_pattern(found[:-1], "bullish engulfing") is False
    assert has_pattern(found[-5:], "bullish engulfing") is None


@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_has_a_function(name: str) -> None:
    rows = [(str(100 + step % 3), str(104 + step % 3), str(97 + step % 3), str(101 + step % 2)) for step in range(40)]
    assert has_pattern(candles(rows), name) in {True, False}
