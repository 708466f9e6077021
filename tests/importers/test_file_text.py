"""Files as people have them: encodings, delimiters, broken quotes, and what is no text at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from kit_importers.text import MAX_LINE

from kit import ImportFileError, Record, RejectedRow

Read = Callable[..., list[object]]
HEADER = "time,account,kind,received_asset,received_quantity,note\n"
ROW = "2024-01-01,Zürich,deposit,BTC,1,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_common_encoding_is_read(read: Read, encoding: str) -> None:
    (row,) = read("kit-csv", (HEADER + ROW).encode(encoding))
    assert isinstance(row, Record)
    assert row.account == "Zürich"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_common_delimiter_and_line_end_is_read(read: Read, delimiter: str, end: str) -> None:
    rows = read("kit-csv", (HEADER + ROW).replace(",", delimiter).replace("\n", end))
    assert [type(row) for row in rows] == [Record]


def test_lines_are_counted_as_an_editor_counts_them(read: Read) -> None:
    text = HEADER + '2024-01-01,a,deposit,BTC,1,"two\nlines"\n' + "\n,,,,,\n" + "2024-01-01,a,deposit,BTC,x,\n"
    good, bad = read("kit-csv", text)
    assert isinstance(good, Record)
    assert good.note == "two\nlines"
    assert isinstance(bad, RejectedRow)
    assert bad.line == 6


def test_an_open_quote_costs_one_row_and_not_the_rest(read: Read) -> None:
    rows = read("kit-csv", HEADER + '2024-01-01,a,deposit,BTC,1,"open\n' + ROW * 5)
    assert [type(row) for row in rows] == [RejectedRow] + [Record] * 5
    assert isinstance(rows[0], RejectedRow)
    assert (rows[0].line, rows[0].reason) == (2, "a quote is opened and not closed")


def test_an_open_quote_in_a_long_file_costs_one_row(read: Read) -> None:
    rows = read("kit-csv", HEADER + ROW + '2024-01-01,a,deposit,BTC,1,"open\n' + ROW * 3000)
    assert [type(row) for row in rows] == [Record, RejectedRow] + [Record] * 3000


def test_text_behind_a_closing_quote_is_rejected(read: Read) -> None:
    bad, good = read("kit-csv", HEADER + '2024-01-01,a,deposit,BTC,1,"a"b\n' + ROW)
    assert isinstance(bad, RejectedRow)
    assert bad.reason == "text stands behind a closing quote"
    assert isinstance(good, Record)


def test_a_line_without_end_is_rejected_and_the_next_is_read(read: Read) -> None:
    rows = read("kit-csv", HEADER + "x" * (MAX_LINE * 2 + 5) + "\n" + ROW)
    assert [type(row) for row in rows] == [RejectedRow, Record]
    assert isinstance(rows[0], RejectedRow)
    assert len(rows[0].text) <= 500


def test_nul_bytes_are_rejected_where_they_stand(read: Read) -> None:
    bad, good = read("kit-csv", HEADER + "2024-01-01,a,deposit,BTC,1,\0\n" + ROW)
    assert isinstance(bad, RejectedRow)
    assert "NUL" in bad.reason
    assert "\0" not in bad.text
    assert isinstance(good, Record)


def test_a_header_alone_has_no_rows(read: Read) -> None:
    assert read("kit-csv", HEADER) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04" + bytes(100), "a zip or Excel file"),
        (b"\x1f\x8b" + bytes(100), "a gzip file"),
        (b"%PDF-1.7", "a PDF"),
        (bytes(range(256)) * 10, "is not a text file"),
        (b"a,b,c\n1,2,3\n", "has no header line with the columns kind, time"),
        (b"time,time,kind,sent_asset\n", "more than once"),
    ],
)
def test_what_cannot_be_read_at_all_says_so(read: Read, content: bytes, reason: str) -> None:
    with pytest.raises(ImportFileError, match=reason) as caught:
        read("kit-csv", content)
    assert caught.value.next_step


def test_a_folder_is_not_a_file(importers: dict[str, object], read: Read, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises((ImportFileError, OSError)):
        read("kit-csv", "", name="sub")
