"""BittyTax's records, CSV and XLSX."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from kit import FileHead, Importer, ImportFileError, ImportSource, Kind, Money, Quantity, Record, RejectedRow

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
HEADER = (
    "Type,Buy Quantity,Buy Asset,Buy Value in GBP,Sell Quantity,Sell Asset,Sell Value in GBP,Fee Quantity,Fee Asset,"
    "Fee Value in GBP,Wallet,Timestamp,Note\n"
)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("Deposit", "deposit"),
        ("Unstake", "deposit"),
        ("Mining", "mining"),
        ("Staking-Reward", "staking"),
        ("Staking", "staking"),
        ("Interest", "interest"),
        ("Dividend", "reward"),
        ("Income", "reward"),
        ("Gift-Received", "gift_received"),
        ("Fork", "fork"),
        ("Airdrop", "airdrop"),
        ("Referral", "reward"),
        ("Cashback", "reward"),
        ("Fee-Rebate", "reward"),
        ("Loan", "deposit"),
        ("Margin-Gain", "margin_profit"),
        ("Margin-Fee-Rebate", "margin_profit"),
    ],
)
def test_what_comes_in(read: Read, told: Told, kind: str, event: str) -> None:
    rows = read("bittytax", f"{HEADER}{kind},3,BTC,450.00,,,,,,,Desktop,2015-05-22 10:34:18,\n")
    assert told(rows) == [f"{event} +3 BTC"]
    assert [row.value for row in rows if isinstance(row, Record)] == [Money(Decimal(450), "GBP")]


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("Withdrawal", "withdrawal -3 BTC"),
        ("Stake", "withdrawal -3 BTC"),
        ("Spend", "spend -3 BTC"),
        ("Gift-Sent", "gift_sent -3 BTC"),
        ("Gift-Spouse", "gift_sent -3 BTC"),
        ("Charity-Sent", "donation -3 BTC"),
        ("Lost", "lost -3 BTC"),
        ("Loan-Repayment", "withdrawal -3 BTC"),
        ("Loan-Interest", "fee fee 3 BTC"),
        ("Margin-Loss", "margin_loss -3 BTC"),
        ("Margin-Fee", "fee fee 3 BTC"),
    ],
)
def test_what_goes_out(read: Read, told: Told, kind: str, event: str) -> None:
    rows = read("bittytax", f"{HEADER}{kind},,,,3,BTC,,,,,Desktop,2015-05-22 10:34:18,\n")
    assert told(rows) == [event]


def test_a_trade_becomes_this_record(read: Read) -> None:
    row = "Trade,0.5,BTC,300,257.53,USD,,1.29,USD,,Bitstamp,2014-07-23T10:58:00+01:00,first\n"
    (record,) = read("bittytax", HEADER + row)
    assert isinstance(record, Record)
    assert record == Record(
        record.id,
        datetime(2014, 7, 23, 9, 58, tzinfo=UTC),
        "Bitstamp",
        Kind.BUY,
        Quantity(Decimal("0.5"), "BTC"),
        Quantity(Decimal("257.53"), "USD"),
        Quantity(Decimal("1.29"), "USD"),
        Money(Decimal(300), "GBP"),
        note="first",
        source="bittytax",
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Wish,3,BTC,,,,,,,,W,2015-05-22,", "the type “Wish” is not known"),
        ("Income,,,,3,BTC,,,,,W,2015-05-22,", "a reward in which nothing was received"),
        ("Spend,3,BTC,,3,BTC,,,,,W,2015-05-22,", "a spend in which BTC was received"),
        ("Trade,3,BTC,,,,,,,,W,2015-05-22,", "nothing was sent"),
        ("Deposit,NaN,BTC,,,,,,,,W,2015-05-22,", "not a number"),
        ('Deposit,"1,5",BTC,,,,,,,,W,2015-05-22,', "not a number"),
        ("Deposit,1,,,,,,,,,W,2015-05-22,", "asset is missing"),
        ("Deposit,1,BTC,,,,,,,,W,,", "the time is missing"),
    ],
)
def test_bad_rows_are_kept_aside(read: Read, row: str, reason: str) -> None:
    (rejected,) = read("bittytax", f"{HEADER}{row}\n")
    assert isinstance(rejected, RejectedRow)
    assert reason in rejected.reason


def test_a_workbook_is_read_sheet_by_sheet(
    importers: dict[str, Importer], read: Read, told: Told, tmp_path: Path
) -> None:
    columns: list[object] = [*HEADER.strip().split(",")]
    morning = datetime(2024, 1, 31, 9)  # noqa: DTZ001 - a workbook's dates have no zone
    content = book(
        {
            "Kraken": [columns, ["Deposit", 870.5, "GBP", *[None] * 7, "K", morning]],
            "Notes": [["To do"], ["nothing"]],
            "Ledger": [columns, ["Spend", None, None, None, 0.1, "BTC", *[None] * 4, "L", "2024-02-01"]],
        }
    )
    rows = read("bittytax", content, name="records.xlsx")
    assert told(rows) == ["deposit +870.5 GBP", "spend -0.1 BTC"]
    assert [(row.account, row.time.hour) for row in rows if isinstance(row, Record)] == [("K", 9), ("L", 0)]
    path = tmp_path / "records.xlsx"
    head = FileHead(path, (), path.read_bytes()[:100])
    assert {name for name, each in importers.items() if each.detect(head) >= 0.5} == {"bittytax"}


def test_a_workbook_without_such_a_header_is_refused(read: Read) -> None:
    with pytest.raises(ImportFileError, match="no header line"):
        read("bittytax", book({"Notes": [["To do"], ["nothing"]]}))


def book(sheets: dict[str, list[list[object]]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def test_a_real_ledger_since_2013(
    importers: dict[str, Importer],
    real: Callable[[str], Path],
    moved: Callable[[Iterable[object]], dict[str, Decimal]],
) -> None:
    rows = list(importers["bittytax"].read(ImportSource(real("exports/agpl3_bittytax/example.csv"))))
    assert all(isinstance(row, Record) for row in rows)
    assert len(rows) == 60
    first = [row for row in rows if isinstance(row, Record) and row.account == "LocalBitcoins"]
    assert moved(first) == {}  # 870 pounds came, bought 10 BTC, which left
    bitstamp = [row for row in rows if isinstance(row, Record) and row.account == "Bitstamp" and row.time.year == 2014]
    assert moved(bitstamp) == {}  # 2693.80 dollars, spent with their fees; the coins left with theirs
