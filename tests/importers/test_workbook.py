"""Workbooks as rows of text: numbers exact, dates plain, broken files refused."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from kit_importers import workbook as module
from kit_importers.workbook import SheetRow, first_rows, workbook_rows
from openpyxl import Workbook

from kit import FileHead, ImportFileError

Written = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """`written({"Sheet": [[1, "a"]]})` → a workbook's path."""

    def write(sheets: dict[str, list[list[object]]]) -> Path:
        workbook = Workbook()
        workbook.remove(workbook.worksheets[0])
        for title, rows in sheets.items():
            sheet = workbook.create_sheet(title)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "book.xlsx"
        workbook.save(path)
        return path

    return write


def test_every_sheet_is_read_and_blank_rows_are_passed_over(written: Written) -> None:
    path = written({"One": [["a", " b "], [], [None, 3]], "Two": [[True, date(2024, 1, 31)]]})
    assert list(workbook_rows(path)) == [
        SheetRow("One", 1, ("a", "b")),
        SheetRow("One", 3, ("", "3")),
        SheetRow("Two", 1, ("True", "2024-01-31 00:00:00")),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (10.0, "10"),
        (1e-07, "1e-07"),
        (12345678.1234567, "12345678.1234567"),
        (-264.07, "-264.07"),
        (datetime(2024, 1, 31, 12, 30), "2024-01-31 12:30:00"),  # noqa: DTZ001 - a workbook's dates have no zone
        ("=1+1", ""),
    ],
)
def test_a_cell_says_what_was_put_into_it(written: Written, value: object, text: str) -> None:
    (row,) = workbook_rows(written({"One": [[value, "end"]]}))
    assert row.cells == (text, "end")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=6), min_size=1, max_size=20))
def test_numbers_of_fifteen_digits_come_back_exactly(written: Written, numbers: list[Decimal]) -> None:
    (row,) = workbook_rows(written({"One": [["start", *map(float, numbers)]]}))
    assert [Decimal(cell) for cell in row.cells[1:]] == numbers


def test_a_file_that_is_broken_anywhere_is_refused_in_a_sentence(written: Written, tmp_path: Path) -> None:
    whole = written({"One": [[place, "text", 0.5] for place in range(50)]}).read_bytes()
    chance = random.Random(4)  # noqa: S311 - no secret, the same every time
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        path = tmp_path / "broken.xlsx"
        path.write_bytes(bytes(broken[: chance.choice((len(broken), chance.randrange(5, len(broken))))]))
        assert isinstance(first_rows(FileHead(path, ()), 3), list)
        try:
            for _row in workbook_rows(path):
                pass
        except ImportFileError as error:
            assert str(path) in error.message  # noqa: PT017 - some of them can still be read


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 2_000_000)
    monkeypatch.setattr(module, "_LARGEST", 1_000_000)
    with pytest.raises(ImportFileError, match="unpacks to more than"):
        list(workbook_rows(path))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="No such file"):
        list(workbook_rows(tmp_path / "none.xlsx"))
