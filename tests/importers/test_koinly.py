"""Koinly: the universal template, the transaction report, the export of the transactions page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kit import Kind, Money, Quantity, Record, RejectedRow, SkippedRow

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
TEMPLATE = (
    "Date,Sent Amount,Sent Currency,Received Amount,Received Currency,Fee Amount,Fee Currency,"
    "Net Worth Amount,Net Worth Currency,Label,Description,TxHash\n"
)
REPORT = (
    "Transaction report 2025\n\n"
    "Date,Type,Tag,Sending Wallet,Sent Amount,Sent Currency,Sent Cost Basis,Receiving Wallet,Received Amount,"
    "Received Currency,Received Cost Basis,Fee Amount,Fee Currency,Gain (EUR),Net Value (EUR),Fee Value (EUR),"
    "TxSrc,TxDest,TxHash,Description\n"
)
PAGE = (
    "ID (read-only),Parent ID (read-only),Date (UTC),Type,Tag,From Wallet (read-only),From Wallet ID,From Amount,"
    "From Currency,To Wallet (read-only),To Wallet ID,To Amount,To Currency,Fee Amount,Fee Currency,"
    "Net Worth Amount,Net Worth Currency,Net Value (read-only),Value Currency (read-only),Deleted,TxHash,Description\n"
)


@pytest.mark.parametrize(
    ("row", "event"),
    [
        ("2024-01-31 14:25 UTC,100,EUR,0.5,ETH,1,EUR,100,EUR,,,", "buy +0.5 ETH -100 EUR fee 1 EUR"),
        ("2024-01-31 14:25 UTC,1,BTC,20,ETH,,,,,swap,,", "trade +20 ETH -1 BTC"),
        ("2024-01-31 14:25 UTC,,,20,BTC,,,,,mining,,", "mining +20 BTC"),
        ("2024-01-31 14:25 UTC,,,20,BTC,,,,,staking,,", "staking +20 BTC"),
        ("2024-01-31 14:25 UTC,,,20,BTC,,,,,Reward,,", "reward +20 BTC"),
        ("2024-01-31 14:25 UTC,,,20,BTC,,,,,loan interest,,", "interest +20 BTC"),
        ("2024-01-31 14:25 UTC,,,20,BTC,,,,,airdrop,,", "airdrop +20 BTC"),
        ("2024-01-31 14:25 UTC,,,20,BTC,,,,,fork,,", "fork +20 BTC"),
        ("2024-01-31 14:25 UTC,,,20,BTC,,,,,gift,,", "gift_received +20 BTC"),
        ("2024-01-31 14:25 UTC,,,20,BTC,,,,,realized_gain,,", "margin_profit +20 BTC"),
        ("2024-01-31 14:25 UTC,,,20,BTC,,,,,,,", "deposit +20 BTC"),
        ("2024-01-31 14:25 UTC,20,BTC,,,0.1,BTC,,,,,", "withdrawal -20 BTC fee 0.1 BTC"),
        ("2024-01-31 14:25 UTC,20,BTC,,,,,,,gift,,", "gift_sent -20 BTC"),
        ("2024-01-31 14:25 UTC,20,BTC,,,,,,,lost,,", "lost -20 BTC"),
        ("2024-01-31 14:25 UTC,20,BTC,,,,,,,donation,,", "donation -20 BTC"),
        ("2024-01-31 14:25 UTC,20,BTC,,,,,,,cost,,", "spend -20 BTC"),
        ("2024-01-31 14:25 UTC,20,BTC,,,0.5,BTC,,,margin fee,,", "fee fee 20.5 BTC"),
        ("2024-01-31 14:25 UTC,20,BTC,,,,,,,realized gain,,", "margin_loss -20 BTC"),
    ],
)
def test_the_template_says_what_happened_by_its_label(read: Read, told: Told, row: str, event: str) -> None:
    assert told(read("koinly", f"{TEMPLATE}{row}\n")) == [event]


def test_a_row_of_the_template_becomes_this_record(read: Read) -> None:
    row = "2024-01-31 14:25 UTC,,,2,BTC,,,80000.50,USD,reward,thanks,0xabc\n"
    (record,) = read("koinly", TEMPLATE + row, account="cold")
    assert isinstance(record, Record)
    assert record == Record(
        record.id,
        datetime(2024, 1, 31, 14, 25, tzinfo=UTC),
        "cold",
        Kind.REWARD,
        Quantity(Decimal(2), "BTC"),
        value=Money(Decimal("80000.50"), "USD"),
        note="thanks",
        source="koinly",
    )


def test_in_the_simple_template_the_sign_tells_the_direction(read: Read, told: Told) -> None:
    header = "Koinly Date,Amount,Currency,Label,TxHash\n"
    rows = "2024-01-31 14:25 UTC,20,BTC,mining,0x1\n2024-01-31 14:25 UTC,-20,BTC,gift,0x2\n2024-01-31,--1,BTC,,\n"
    found = read("koinly", header + rows)
    assert told(found) == ["mining +20 BTC", "gift_sent -20 BTC"]
    assert isinstance(found[-1], RejectedRow)


def test_the_report_knows_wallets_transfers_and_values(read: Read) -> None:
    rows = read(
        "koinly",
        REPORT
        + "2025-01-05 10:00:00 UTC,buy,,Kraken,30,EUR,,Kraken,5000,DOGE,30,0.5,EUR,,30.00,0.5,,,,\n"
        + "2025-01-06 10:00:00 UTC,transfer,,Kraken,1,ETH,,Ledger,1,ETH,,0.01,ETH,,3000,30,,,0xabc,to cold\n"
        + "2025-01-07 10:00:00 UTC,transfer,,Kraken,1,ETH,,Ledger,0.99,ETH,,,,,3000,,,,0xdef,\n"
        + "2025-01-08 10:00:00 UTC,transfer,,Kraken,1,ETH,,Ledger,0.99,ETH,,0.01,ETH,,3000,,,,0x123,\n"
        + "2025-01-09 10:00:00 UTC,crypto_deposit,Reward,,0,,,Ledger,5,SOL,,,,,12.5,,,,0x456,\n",
    )
    records = [row for row in rows if isinstance(row, Record)]
    assert [(each.account, each.to_account, each.kind) for each in records] == [
        ("Kraken", None, Kind.BUY),
        ("Kraken", "Ledger", Kind.TRANSFER),
        ("Kraken", "Ledger", Kind.TRANSFER),
        ("Kraken", "Ledger", Kind.TRANSFER),
        ("Ledger", None, Kind.REWARD),
    ]
    assert records[1].sent == Quantity(Decimal(1), "ETH")
    assert [each.fee for each in records[1:4]] == [Quantity(Decimal("0.01"), "ETH")] * 3
    assert [each.sent for each in records[2:4]] == [Quantity(Decimal("0.99"), "ETH")] * 2
    assert records[4].value == Money(Decimal("12.5"), "EUR")
    assert len({each.id for each in records}) == 5
    assert rows == records


def test_the_page_s_export_has_ids_numbers_of_currencies_and_deleted_rows(read: Read, told: Told) -> None:
    rows = read(
        "koinly",
        PAGE
        + "A1,,2020/01/02 9:42,trade,,Kraken;kraken_connect,K,0.16,BTC;1,Kraken;kraken_connect,K,155631.32,JPY;13,"
        + "0.0002,BTC;1,0,,155631.32,JPY;13,FALSE,T1,\n"
        + "A2,,2020/01/01 22:33,withdrawal,loan_fee,Kraken;kraken_connect,K,6.163E-07,BTC;1,,,0,,0,,0,,0.98,JPY;13,"
        + "FALSE,,Rollover\n"
        + "A3,,2020/01/01 22:33,deposit,,,,0,,Kraken;kraken_connect,K,1,BTC;1,0,,0,,1,JPY;13,TRUE,,\n",
    )
    assert told(rows) == ["sell +155631.32 JPY -0.16 BTC fee 0.0002 BTC", "fee fee 0.0000006163 BTC"]
    records = [row for row in rows if isinstance(row, Record)]
    assert [(each.id, each.account) for each in records] == [("A1", "Kraken"), ("A2", "Kraken")]
    assert records[0].time == datetime(2020, 1, 2, 9, 42, tzinfo=UTC)
    assert records[0].value == Money(Decimal("155631.32"), "JPY")
    assert [row.reason for row in rows if isinstance(row, SkippedRow)] == ["deleted in Koinly"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2024-01-31,transfer,,Kraken,1,ETH,,Ledger,2,ETH,,,,,,,,,,", "1 ETH were sent and 2 received"),
        ("2024-01-31,transfer,,Kraken,1,ETH,,Kraken,1,ETH,,,,,,,,,,", "sent and received in Kraken"),
        ("2024-01-31,trade,,Kraken,1,ETH,,Ledger,1,BTC,,,,,,,,,,", "one side in Kraken and the other in Ledger"),
        ("2024-01-31,vote,,Kraken,1,ETH,,,,,,,,,,,,,,", "the type “vote” is not known"),
        ("2024-01-31,crypto_deposit,Luck,,,,,Kraken,1,ETH,,,,,,,,,,", "the tag “Luck” is not known"),
        ("2024-01-31,crypto_deposit,,,,,,Kraken,-1,ETH,,,,,,,,,,", "is negative"),
        ("2024-01-31,crypto_deposit,,,,,,Kraken,1,,,,,,,,,,,", "the asset is missing"),
        ("2024-01-31,crypto_deposit,,,,,,Kraken,,,,,,,,,,,,", "nothing was received"),
        ("31st of May,crypto_deposit,,,,,,Kraken,1,ETH,,,,,,,,,,", "not a time"),
    ],
)
def test_what_does_not_fit_is_kept_aside(read: Read, told: Told, row: str, reason: str) -> None:
    good = "2025-01-09 10:00:00 UTC,crypto_deposit,,,0,,,Ledger,5,SOL,,,,,,,,,,\n"
    rows = read("koinly", f"{REPORT}{row}\n{good}")
    (rejected,) = [each for each in rows if isinstance(each, RejectedRow)]
    assert reason in rejected.reason
    assert rejected.line == 4
    assert told(rows) == ["deposit +5 SOL"]


def test_reading_twice_gives_the_same_ids_and_equal_rows_are_two(read: Read) -> None:
    text = TEMPLATE + "2024-01-31 14:25 UTC,,,20,BTC,,,,,mining,,\n" * 2
    once = [row.id for row in read("koinly", text) if isinstance(row, Record)]
    assert once == [row.id for row in read("koinly", text) if isinstance(row, Record)]
    assert len(set(once)) == 2
