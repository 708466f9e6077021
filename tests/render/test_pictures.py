"""Charts as pictures: one specification, drawn without a browser and without the network."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from kit import Chart, Line, Marker
from kit.render.pictures import png, svg
from kit.render.vega import vega_lite

FIRST = date(2024, 1, 1)
DAYS = tuple(FIRST + timedelta(days=number) for number in range(400))
VALUES = tuple(100.0 + (number * 37 % 50) for number in range(400))
CHART = Chart(
    DAYS,
    (Line("Value", VALUES), Line("Fiat Invested", tuple(Decimal(number) for number in range(400)), dashed=True)),
    unit="USD",
    markers=(Marker("All Time High", DAYS[10], VALUES[10]),),
    title="Value <b>&",
)


def test_a_chart_becomes_a_png() -> None:
    content = png(CHART)
    assert content.startswith(b"\x89PNG\r\n")
    assert len(content) > 5_000
    assert png(CHART, dark=True) != content


def test_a_chart_becomes_an_svg_with_its_words_and_figures() -> None:
    drawn = svg(CHART)
    for words in ("Value &lt;b&gt;&amp;", "Fiat Invested", "All Time High: $", "2024-01"):
        assert words in drawn


def test_several_charts_stand_one_below_the_other_each_with_its_own_lines() -> None:
    other = Chart(DAYS, (Line("Volatility", VALUES),), unit="%", title="Swings")
    drawn = svg(CHART, other)
    for words in ("Fiat Invested", "Swings", "$400", "14,000%"):
        assert words in drawn
    assert png(CHART, other).startswith(b"\x89PNG")


def test_a_steep_peak_reaches_no_higher_than_its_figure() -> None:
    assert 'stroke-linejoin="round"' in svg(Chart(DAYS[:3], (Line("A", (0.0, 9.0, 0.0)),)))


@pytest.mark.parametrize(
    "values",
    [(1.0,), (5.0, 5.0, 5.0), (None, 1.0, None), (-3.0, 1e-9, 1e15), (Decimal("0.1"), None, Decimal("-0.2"))],
)
def test_odd_figures_are_drawn(values: tuple[float | Decimal | None, ...]) -> None:
    chart = Chart(DAYS[: len(values)], (Line("A", values),), unit="%")
    assert png(chart).startswith(b"\x89PNG")


def test_instants_are_told_in_the_zone_that_is_asked_for() -> None:
    times = tuple(datetime(2024, 1, 1, hour, tzinfo=UTC) for hour in range(5))
    spec = vega_lite(Chart(times, (Line("A", (1.0, 2.0, 3.0, 2.0, 1.0)),)))
    assert spec["data"]["values"][0]["when"] == "2024-01-01 00:00"


def test_what_has_no_figure_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="without a figure"):
        vega_lite(Chart(DAYS[:2], (Line("A", (None, None)),)))


def test_ten_thousand_points_keep_their_peak_and_stay_few() -> None:
    days = tuple(FIRST + timedelta(days=number) for number in range(10_000))
    values = [float(number % 7) for number in range(10_000)]
    values[7_777] = 1_000.0
    rows = vega_lite(Chart(days, (Line("A", tuple(values)),)))["data"]["values"]
    assert len(rows) < 5_000
    assert max(row["y"] for row in rows) == 1_000
