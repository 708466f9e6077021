"""Charts and matrices in the terminal, whatever its width and letters."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from rich.cells import cell_len

from kit import Chart, Line, Marker, Matrix, Ratio, Reply
from kit.render import render_csv, render_text

FIRST = date(2024, 1, 1)
RISING = tuple(float(number) for number in range(100))


def days(count: int) -> tuple[date, ...]:
    return tuple(FIRST + timedelta(days=number) for number in range(count))


def shown(chart: Chart | Matrix, width: int = 80, *, poor: bool = False) -> str:
    return render_text(Reply(None, (chart,)), width=width, poor=poor)


def drawn(text: str) -> str:
    return "".join(letter for letter in text if "⠀" < letter <= "⣿")


def test_a_chart_has_its_title_its_axes_and_its_last_figures() -> None:
    text = shown(Chart(days(100), (Line("Value", RISING),), unit="USD", title="Value", emoji="📈"))
    assert text.startswith("📈 Value\n")
    for words in ("$50", "$0", "2024-02", "Value: $99"):
        assert words in text
    assert drawn(text)


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("poor", [False, True])
def test_no_line_is_wider_than_the_terminal(width: int, poor: bool) -> None:
    marker = Marker("All Time High", days(100)[99], 99.0)
    text = shown(Chart(days(100), (Line("Value", RISING),), unit="USD", markers=(marker,)), width, poor=poor)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert text.isascii() is poor


def test_what_rises_stands_higher_at_its_end() -> None:
    rows = [line for line in shown(Chart(days(100), (Line("A", RISING),))).splitlines() if drawn(line)]
    first, last = rows[0], rows[-1]
    column = {row: [at for at, letter in enumerate(row) if "⠀" < letter <= "⣿"] for row in (first, last)}
    assert min(column[first]) > max(column[last])


def test_a_gap_is_shown_as_one() -> None:
    whole = drawn(shown(Chart(days(90), (Line("A", RISING[:90]),))))
    broken = (*RISING[:30], *(None,) * 30, *RISING[60:90])
    assert 0 < len(drawn(shown(Chart(days(90), (Line("A", broken),))))) < len(whole)


def test_without_a_figure_it_says_so() -> None:
    assert "No data" in shown(Chart(days(3), (Line("A", (None,) * 3),)))


FIGURES = st.none() | st.floats(-1e15, 1e15, allow_nan=False) | st.decimals(-1000, 1000, places=9)


@given(st.lists(FIGURES, min_size=1, max_size=60), st.integers(40, 160), st.sampled_from(["", "%", "USD", "JPY"]))
def test_any_figures_are_drawn_within_the_width(values: list[float | Decimal | None], width: int, unit: str) -> None:
    text = shown(Chart(days(len(values)), (Line("A", tuple(values)),), unit=unit), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width


@pytest.mark.parametrize("count", [2, 3, 4])
def test_days_have_no_hours_between_them(count: int) -> None:
    text = shown(Chart(days(count), (Line("A", RISING[:count]),)))
    assert "00:00" not in text
    assert all(f"2024-01-0{number}" in text for number in range(1, count + 1))


def test_a_chart_that_does_not_fit_its_days_is_refused() -> None:
    with pytest.raises(ValueError, match="figures for 2 days"):
        Chart(days(2), (Line("A", (1.0,)),))
    with pytest.raises(ValueError, match="one name"):
        Chart(days(1), (Line("A", (1.0,)), Line("A", (2.0,))))
    with pytest.raises(ValueError, match="ascend"):
        Chart(days(2)[::-1], (Line("A", (1.0, 2.0)),))
    with pytest.raises(ValueError, match=r"."):
        Chart(days(1), (Line("A", (float("nan"),)),))


MATRIX = Matrix(("BTC", "ETH", "SOL"), ((1.0, 0.85, 0.72), (0.85, 1.0, None), (0.72, None, 1.0)), title="Correlation")


def test_a_matrix_reads_like_the_founding_document() -> None:
    lines = [line.split() for line in shown(MATRIX).splitlines()]
    assert ["BTC", "ETH", "SOL"] in lines
    assert ["BTC", "1.00", "0.85", "0.72"] in lines
    assert ["ETH", "0.85", "1.00", "N/A"] in lines


def test_thirty_assets_fit_eighty_columns() -> None:
    labels = tuple(f"COIN{number}" for number in range(30))
    text = shown(Matrix(labels, tuple(tuple(0.5 for _ in labels) for _ in labels)))
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert all(label in text for label in labels)


def test_without_a_table_csv_is_the_matrix_or_the_points() -> None:
    ratios = tuple(tuple(None if value is None else Ratio(Decimal(str(value))) for value in row) for row in MATRIX.rows)
    matrix = Matrix(MATRIX.labels, ratios)
    assert render_csv(Reply(None, (matrix,))).splitlines()[1].startswith("BTC,1,0.85,0.72")
    chart = Chart(days(2), (Line("Fiat Invested", (1.5, None)),), unit="USD")
    assert render_csv(Reply(None, (chart,))).splitlines() == [
        "date,fiat_invested,fiat_invested_currency",
        "2024-01-01,1.5,USD",
        "2024-01-02,,",
    ]
