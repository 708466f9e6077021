"""Tables of CSV and XLSX files, and the tables of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from kit_importers.pages import PageRow, table_rows
from kit_importers.tables import Layout, TableRow, one_of
from openpyxl import Workbook

from kit import FileHead, ImportFileError, RejectedRow, SkippedRow

LAYOUT = Layout((("kind", "amount"), ("type", "amount")), one_of("cur.", r"value \([a-z]{3}\)"))


def test_a_column_that_comes_again_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Kind,Amount,Cur.,Cur.\nbuy, 1 ,BTC,EUR\n", encoding="utf-8")
    (row,) = LAYOUT.rows(path)
    assert row == TableRow(2, "buy, 1 ,BTC,EUR", {"kind": "buy", "amount": "1", "cur.": "BTC", "cur. 2": "EUR"})


def test_a_cell_is_asked_for_by_any_of_its_names(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Type,Amount,Value (EUR)\nbuy,1,7\n", encoding="utf-8")
    (row,) = LAYOUT.rows(path)
    assert isinstance(row, TableRow)
    assert (row.get("kind", "type"), row.get("mood")) == ("buy", "")
    assert row.named(one_of(r"value \(([a-z]{3})\)")) == ("EUR", "7")
    assert row.named(one_of("(mood)")) == ("", "")


def test_strange_columns_are_told_of_once_and_broken_rows_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Kind,Amount,Mood,Weather\nbuy,1,2,3\nbuy\nsell,1,2,3\n", encoding="utf-8")
    rows = list(LAYOUT.rows(path))
    assert [type(row) for row in rows] == [SkippedRow, TableRow, RejectedRow, TableRow]
    assert rows[0] == SkippedRow(1, "columns that are not known were not read", "mood, weather", told=True)


@pytest.mark.parametrize(
    ("header", "sureness"),
    [("Kind,Amount", 1.0), ("type,amount,cur.,value (eur)", 1.0), ("Kind,Amount,Mood", 0.9), ("Kind,Mood", 0.2)],
)
def test_text_and_workbook_are_as_sure(tmp_path: Path, header: str, sureness: float) -> None:
    assert LAYOUT.match(FileHead(Path("x.csv"), (header,))) == sureness
    path = tmp_path / "t.xlsx"
    path.write_bytes(book([["A title"], header.split(",")]))
    assert LAYOUT.match(FileHead(path, (), path.read_bytes()[:10])) == sureness


def test_a_row_of_a_workbook_may_be_short_or_long(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(book([["Kind", "Amount", "Cur."], ["buy"], ["buy", 0.1, "BTC", "beyond"]]))
    assert [row.cells for row in LAYOUT.rows(path) if isinstance(row, TableRow)] == [
        {"kind": "buy", "amount": "", "cur.": ""},
        {"kind": "buy", "amount": "0.1", "cur.": "BTC"},
    ]


@pytest.mark.parametrize("name", ["none.csv", "folder"])
def test_what_cannot_be_read_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(ImportFileError, match="cannot be read"):
        list(LAYOUT.rows(tmp_path / name))


def book(rows: Iterable[Iterable[object]]) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_page_shows_its_tables_as_a_browser_does(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        "<html><style>td {}</style><p>no table</p>\n"
        '<table><tr><th colspan="2">A &amp; B</th><th class="big hidden">secret</th><th>C</th></tr>\n'
        "<tr><td>1&nbsp;000<br>x<td hidden>no<td> 2 </tr>\n"
        '<tr><td colspan="x">3</td>\n</table>',
        encoding="utf-8",
    )
    assert list(table_rows(path)) == [
        PageRow(2, ("A & B", "", "C")),
        PageRow(3, ("1 000 x", "2")),
        PageRow(4, ("3",)),
    ]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.sampled_from(["<tr>", "</tr>", "<td>", "</td>", "<table>", "</table>", "a", "<", "&", "<!--", "<td"]))
)
def test_no_page_breaks_the_reading(tmp_path: Path, parts: list[str]) -> None:
    path = tmp_path / "page.html"
    path.write_text("x" + "".join(parts), encoding="utf-8")
    assert all(isinstance(row, PageRow) for row in table_rows(path))


@pytest.mark.parametrize(
    ("importer", "header"),
    [
        ("binance-history", "UTC_Time,Account,Operation,Coin,Change,Remark"),
        ("binance-trades", "Date(UTC),Pair,Side,Price,Executed,Amount,Fee"),
        ("kraken-ledgers", "txid,refid,time,type,subtype,aclass,asset,amount,fee,balance"),
        ("coinbase", "Timestamp,Transaction Type,Asset,Quantity Transacted,EUR Subtotal,EUR Fees,Notes"),
        ("coinbase-pro", "portfolio,type,time,amount,balance,amount/balance unit,transfer id,trade id,order id"),
    ],
)
def test_the_formats_with_readers_of_their_own_tell_of_strangers_too(
    read: Callable[..., list[object]], importer: str, header: str
) -> None:
    assert [row for row in read(importer, f"{header}\n") if isinstance(row, SkippedRow)] == []
    [told] = [row for row in read(importer, f"{header},Mood\n") if isinstance(row, SkippedRow)]
    assert (told.line, told.text, told.told) == (1, "mood", True)
