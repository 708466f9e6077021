"""Lines of CSV are what the standard library writes and reads."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, strategies as st

from kit import csv_line

CELLS = st.text(st.sampled_from(",\"\r\n'; \t=aä0."), max_size=6) | st.text(max_size=6)


@given(st.lists(CELLS, min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_is_written_is_read_again_whatever_stands_in_a_cell(cells: list[str], end: str) -> None:
    lines = csv_line(cells, end) + csv_line(["next"], end)
    assert list(csv.reader(io.StringIO(lines, newline=""), strict=True)) == [cells, ["next"]]


@given(st.lists(CELLS, max_size=6))
def test_a_row_is_written_as_the_standard_library_writes_it(cells: list[str]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(cells)
    assert csv_line(cells, "\r\n") == written.getvalue()


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (["BTC", "0.5", ""], "BTC,0.5,\n"),
        (["1,5", 'so "called"', "two\rlines"], '"1,5","so ""called""","two\rlines"\n'),
        ([""], '""\n'),
        ([], "\n"),
    ],
)
def test_quotes_stand_where_they_are_needed(cells: list[str], line: str) -> None:
    assert csv_line(cells) == line
