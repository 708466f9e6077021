"""Binance's transaction history: loose rows of one second become events, and nothing is lost."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from kit_importers.binance_operations import Meaning, meaning

from kit import Importer, ImportSource, Kind, Record, RejectedRow, SkippedRow, exact_math

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
HEADER = "User_ID,UTC_Time,Account,Operation,Coin,Change,Remark\n"
REAL = "exports/agpl3_rotki/binance_history.csv"


def history(*rows: str, second: str = "2024-01-01 12:00:00") -> str:
    """“Buy +1 BTC”, “Fee -0.1 BNB”: rows of one second in the spot wallet."""
    text = HEADER
    for row in rows:
        operation, change, coin = row.rsplit(" ", 2)
        text += f"1,{second},Spot,{operation},{coin},{change},\n"
    return text


@pytest.fixture(scope="module")
def rows(importers: dict[str, Importer]) -> list[object]:
    path = Path(__file__).parents[3] / "shared" / "data" / REAL
    if not path.exists():
        pytest.skip(f"no real data here: {REAL}")
    return list(importers["binance-history"].read(ImportSource(path)))


@exact_math()
def test_the_real_file_moves_exactly_what_its_rows_say(
    rows: list[object], moved: Callable[[object], dict[str, Decimal]], real: Callable[[str], Path]
) -> None:
    aside = {row.line for row in rows if isinstance(row, RejectedRow | SkippedRow)}
    said: dict[str, Decimal] = {}
    with real(REAL).open(encoding="utf-8", newline="") as file:
        for line, cells in enumerate(csv.reader(file), 1):
            if line > 1 and line not in aside:
                said[cells[4]] = said.get(cells[4], Decimal(0)) + Decimal(cells[5])
    assert moved(rows) == {asset: amount for asset, amount in said.items() if amount}


def test_the_real_file_rejects_its_three_broken_rows_and_skips_the_moves_inside(rows: list[object]) -> None:
    rejected = {row.line: row.reason for row in rows if isinstance(row, RejectedRow)}
    assert rejected == {
        5: "the time is missing",
        6: "the change is missing",
        42: "the operation “ABC” is not known",
    }
    skipped = [row for row in rows if isinstance(row, SkippedRow)]
    assert len(skipped) == 15
    assert all("own wallets" in row.reason for row in skipped)


def test_the_real_file_gives_these_events(rows: list[object], told: Told) -> None:
    events = told(rows)
    for event in (
        "deposit +245.25 EUR",
        "buy +0.576474665 BNB -245.25 EUR",
        "buy +0.09825 ETH -392.299062 EUR fee 0.00009009 BNB",
        "fee fee 0.00008345 ETH",
        "trade +0.036 BETH -0.036 ETH",
        "staking +0.000004615 BETH",
        "withdrawal -0.16 KNC",
        "trade +0.20244869304439999 BTC -1.9156222799999999 ETH fee 0.087689537396799996 BNB",
        "interest +0.00003634 BUSD",
        "trade +26.8249 USDT -1.07 SOL fee 0.00008316 BNB",
        "margin_loss -0.07779065 USDT",
        "margin_profit +1.29642 USDT",
        "trade +2011.678 HIGH -0.14999997 BTC fee 2.011678 HIGH",
        "trade +60 ZRX -0.0627012 ETH fee 0.06 ZRX",
        "trade +35.45074574 ETH -25656 ZRX fee 0.03545075 ETH",
    ):
        assert event in events
    ids = [row.id for row in rows if isinstance(row, Record)]
    assert len(ids) == len(set(ids))


def test_several_coins_bought_in_one_second_get_the_price_that_fits(rows: list[object], told: Told) -> None:
    """Three EUR fills: 6.65, 5.04 and 5.03; two ETH fills of one size can only be the last two."""
    assert "buy +0.003 ETH -10.070385 EUR fee 0.00000808 BNB" in told(rows)
    assert "buy +0.00007 BTC -6.6466386 EUR fee 0.00000526 BNB" in told(rows)


def test_newest_first_and_oldest_first_are_the_same_events(
    importers: dict[str, Importer], real: Callable[[str], Path], tmp_path: Path
) -> None:
    lines = real(REAL).read_text().splitlines()
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join([lines[0], *reversed(lines[1:])]))
    forth, back = (
        {row.id for row in importers["binance-history"].read(ImportSource(path)) if isinstance(row, Record)}
        for path in (real(REAL), turned)
    )
    assert forth == back


def test_a_purchase_and_a_sale_of_one_second_stay_apart(read: Read, told: Told) -> None:
    text = history(
        "Transaction Buy 1 BTC",
        "Transaction Spend -40000 USDT",
        "Transaction Sold -2 ETH",
        "Transaction Revenue 5000 USDT",
        "Transaction Fee -0.001 BTC",
    )
    assert sorted(told(read("binance-history", text))) == [
        "trade +1 BTC -40000 USDT fee 0.001 BTC",
        "trade +5000 USDT -2 ETH",
    ]


def test_what_has_no_other_side_is_kept_and_says_so(read: Read, told: Told) -> None:
    rows = read("binance-history", history("Buy 1 BTC"))
    assert told(rows) == ["deposit +1 BTC"]
    (row,) = rows
    assert isinstance(row, Record)
    assert "the other side is not in the file" in row.note


def test_a_fee_without_a_trade_is_a_fee(read: Read, told: Told) -> None:
    futures = f"{HEADER}1,2024-01-01 12:00:00,USD-MFutures,Fee,USDT,-0.5,\n"
    assert told(read("binance-history", history("Fee -0.5 USDT"))) == ["fee fee 0.5 USDT"]
    assert told(read("binance-history", futures)) == ["fee fee 0.5 USDT"]


def test_a_futures_fee_is_not_the_fee_of_a_spot_trade_in_the_same_second(read: Read, told: Told) -> None:
    text = history("Buy 1 BTC", "Buy -40000 USDT") + "1,2024-01-01 12:00:00,USD-MFutures,Fee,USDT,-3,\n"
    assert sorted(told(read("binance-history", text))) == ["fee fee 3 USDT", "trade +1 BTC -40000 USDT"]


@pytest.mark.parametrize("row", ["Withdraw 1 BTC", "Deposit -1 BTC", "Dance 1 BTC", "Deposit x BTC"])
def test_impossible_rows_are_rejected(read: Read, row: str) -> None:
    (rejected,) = read("binance-history", history(row))
    assert isinstance(rejected, RejectedRow)
    assert rejected.line == 2


def test_identical_rewards_are_kept_apart_and_stay_the_same(read: Read) -> None:
    text = history(*["Simple Earn Flexible Interest 0.1 USDT"] * 3)
    once, again = read("binance-history", text), read("binance-history", text)
    assert len({row.id for row in once if isinstance(row, Record)}) == 3
    assert once == again


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("Simple Earn Flexible Subscription", Meaning.INTERNAL),
        ("Transfer Between Spot Account and UM Futures Account", Meaning.INTERNAL),
        ("BNB Vault Rewards", Meaning.REWARD),
        ("ETH 2.0 Staking", Meaning.TRADE),
        ("ETH 2.0 Staking Rewards", Meaning.STAKING),
        ("Airdrop Assets", Meaning.AIRDROP),
        ("Some New Flexible Interest", Meaning.INTEREST),
        ("Cash Voucher Distribution", Meaning.REWARD),
        ("Staking Purchase", Meaning.INTERNAL),
        ("Small Assets Exchange BNB", Meaning.TRADE),
        ("Fiat Withdraw", Meaning.MOVE),
        ("ABC", Meaning.UNKNOWN),
    ],
)
def test_operations_mean_what_they_say(operation: str, expected: Meaning) -> None:
    assert meaning(operation) is expected


def test_the_account_is_the_venue_unless_named(read: Read) -> None:
    for account, expected in ((None, "binance"), ("main", "main")):
        (row,) = read("binance-history", history("Deposit 1 BTC"), account=account)
        assert isinstance(row, Record)
        assert (row.account, row.kind) == (expected, Kind.DEPOSIT)


@pytest.mark.parametrize(
    ("name", "hour"),
    [
        ("history.csv", 12),
        ("Binance-Transaction-History-202604281735(UTC+2)-part1-of1.csv", 10),
        ("Binance-Transaction-History-202603230400(UTC--6)_abcd.csv", 18),
        ("history(UTC-3).csv", 15),
        ("history(UTC+5_30).csv", 6.5),
    ],
)
def test_newer_exports_stand_in_the_zone_that_their_name_tells(read: Read, name: str, hour: float) -> None:
    text = "User ID,Time,Account,Operation,Coin,Change,Remark\n1,24-03-01 12:00:00,Spot,Deposit,BTC,1,\n"
    (row,) = read("binance-history", text, name=name)
    assert isinstance(row, Record)
    assert row.time == datetime(2024, 3, 1, tzinfo=UTC) + timedelta(hours=hour)


def test_older_exports_are_utc_whatever_their_name(read: Read) -> None:
    (row,) = read("binance-history", history("Deposit 1 BTC"), name="history(UTC+2).csv")
    assert isinstance(row, Record)
    assert row.time == datetime(2024, 1, 1, 12, tzinfo=UTC)
