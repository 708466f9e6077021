"""DaLI's manual files: in, out and moves between own accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kit import Importer, ImportSource, Kind, Money, Quantity, Record, RejectedRow, SkippedRow

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
IN = (
    "Unique ID,Timestamp,Asset,Exchange,Holder,Transaction Type,Spot Price,Crypto In,Crypto Fee,USD In No Fee,"
    "USD In With Fee,USD Fee,Notes\n"
)
OUT = (
    "Unique ID,Timestamp,Asset,Exchange,Holder,Transaction Type,Spot Price,Crypto Out No Fee,Crypto Fee,"
    "Crypto Out With Fee,Fiat Out No Fee,Fiat Fee,Notes\n"
)
INTRA = (
    "Unique ID,Timestamp,Asset,From Exchange,From Holder,To Exchange,To Holder,Spot Price,Crypto Sent,"
    "Crypto Received,Notes\n"
)
WHO = "2022-01-02T18:11:09Z,BTC,FTX,Bob"


def valued(told: Told, rows: list[object]) -> list[str]:
    """The records as one line each, with their values."""
    values = [row.value for row in rows if isinstance(row, Record)]
    worth = [f" worth {value.amount.normalize():f} {value.currency}" if value else "" for value in values]
    return [line + more for line, more in zip(told(rows), worth, strict=True)]


@pytest.mark.parametrize(
    ("row", "event"),
    [
        ("Buy,35000,0.5,,,,490,", "buy +0.5 BTC worth 17990 USD"),
        ("Buy,35000,0.5,,17000,,,", "buy +0.5 BTC worth 17000 USD"),
        ("Buy,35000,0.5,,,17100,100,", "buy +0.5 BTC worth 17100 USD"),
        ("Buy,35000,0.5,0.001,,,,", "buy +0.5 BTC fee 0.001 BTC worth 17500 USD"),
        ("Airdrop,2,0.5,,,,,", "airdrop +0.5 BTC worth 1 USD"),
        ("Donate,2,0.5,,,,,", "gift_received +0.5 BTC worth 1 USD"),
        ("Gift,2,0.5,,,,,", "gift_received +0.5 BTC worth 1 USD"),
        ("Hardfork,2,0.5,,,,,", "fork +0.5 BTC worth 1 USD"),
        ("Income,2,0.5,,,,,", "reward +0.5 BTC worth 1 USD"),
        ("Interest,2,0.5,,,,,", "interest +0.5 BTC worth 1 USD"),
        ("MINING,2,0.5,,,,,", "mining +0.5 BTC worth 1 USD"),
        ("Staking,2,0.5,,,,,", "staking +0.5 BTC worth 1 USD"),
        ("Wages,2,0.5,,,,,", "reward +0.5 BTC worth 1 USD"),
    ],
)
def test_what_came_in(read: Read, told: Told, row: str, event: str) -> None:
    assert valued(told, read("dali", f"{IN},{WHO},{row}\n")) == [event]


@pytest.mark.parametrize(
    ("row", "event"),
    [
        ("Sell,40000,0.02,0.001,,,,", "sell -0.02 BTC fee 0.001 BTC worth 800 USD"),
        ("Sell,40000,,0.001,0.021,,,", "sell -0.02 BTC fee 0.001 BTC worth 800 USD"),
        ("Sell,40000,0.02,,,790,5,", "sell -0.02 BTC worth 785 USD"),
        ("Donate,40000,0.02,,,,,", "donation -0.02 BTC worth 800 USD"),
        ("Gift,40000,0.02,,,,,", "gift_sent -0.02 BTC worth 800 USD"),
        ("Lost,40000,0.02,,,,,", "lost -0.02 BTC worth 800 USD"),
        ("Staking,40000,0.02,,,,,", "lost -0.02 BTC worth 800 USD"),
        ("Fee,40000,,0.001,0.001,,,", "fee fee 0.001 BTC"),
        ("Fee,40000,0,0.001,,,,", "fee fee 0.001 BTC"),
    ],
)
def test_what_went_out(read: Read, told: Told, row: str, event: str) -> None:
    assert valued(told, read("dali", f"{OUT},{WHO},{row}\n")) == [event]


def test_income_has_the_value_that_its_price_gives(read: Read) -> None:
    (record,) = read("dali", f"{IN.replace('USD', 'EUR')},{WHO},Income,35000,0.5,,,,,salary\n")
    assert isinstance(record, Record)
    assert record == Record(
        record.id,
        datetime(2022, 1, 2, 18, 11, 9, tzinfo=UTC),
        "FTX",
        Kind.REWARD,
        Quantity(Decimal("0.5"), "BTC"),
        value=Money(Decimal(17500), "EUR"),
        note="income, salary",
        source="dali",
    )


def test_two_halves_are_one_transfer_and_one_half_alone_stays_visible(read: Read, told: Told) -> None:
    rows = read(
        "dali-intra",
        INTRA
        + "x,2022-01-14 10:35:10 +0000,BTC,FTX,Bob,,,41952,0.2002,,out\n"
        + "x,2022-01-14 11:35:10 +0000,BTC,,,Trezor,Bob,41952,,0.2,in\n"
        + "y,2022-01-15 10:35:10 +0000,BTC,FTX,Bob,,,41952,0.3,,\n"
        + ",2022-01-16 10:35:10 +0000,BTC,,,Trezor,Bob,41952,,0.4,\n",
    )
    assert told(rows) == ["transfer -0.2 BTC fee 0.0002 BTC", "deposit +0.4 BTC", "withdrawal -0.3 BTC"]
    first = rows[0]
    assert isinstance(first, Record)
    assert (first.account, first.to_account, first.note) == ("FTX", "Trezor", "out, in")
    assert first.time == datetime(2022, 1, 14, 10, 35, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2022-01-14,BTC,FTX,Bob,Trezor,Bob,41952,0.1,0.2,", "0.2 BTC arrived of 0.1 sent"),
        ("2022-01-14,BTC,FTX,Bob,FTX,Bob,41952,0.2,0.2,", "a move from FTX to itself"),
        ("2022-01-14,BTC,,,,,41952,,,", "needs what was sent or what was received"),
        ("2022-01-14,BTC,FTX,Bob,,,41952,-1,,", "negative"),
    ],
)
def test_a_move_that_does_not_fit_is_kept_aside(read: Read, row: str, reason: str) -> None:
    (rejected,) = read("dali-intra", f"{INTRA},{row}\n")
    assert isinstance(rejected, RejectedRow)
    assert reason in rejected.reason


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Steal,35000,0.5,,,,,", "the transaction type “Steal” is not known"),
        ("Buy,35000,,,17000,,,", "needs what was traded and its price"),
        ("Buy,,0.5,,,,,", "needs what was traded and its price"),
        ("Income,35000,,,,,,", "nothing was received"),
        ("Buy,-1,0.5,,,,,", "negative"),
    ],
)
def test_a_bad_row_is_kept_aside(read: Read, row: str, reason: str) -> None:
    (rejected,) = read("dali", f"{IN},{WHO},{row}\n")
    assert isinstance(rejected, RejectedRow)
    assert reason in rejected.reason


def test_real_files(importers: dict[str, Importer], real: Callable[[str], Path], told: Told) -> None:
    def rows(name: str, file: str) -> list[object]:
        return list(importers[name].read(ImportSource(real(f"exports/apache2_dali-rp2/test_manual_{file}.csv"))))

    assert valued(told, rows("dali", "in")) == ["buy +0.01 BTC worth 130 USD", "buy +0.99 BTC worth 35140 USD"]
    assert valued(told, rows("dali", "out")) == ["sell -0.02 BTC worth 892.5644 USD"]
    intra = rows("dali-intra", "intra")
    assert told(intra) == [
        "transfer -0.05 BTC fee 0.0003 BTC",
        "transfer -0.1 BTC fee 0.0001 BTC",
        "transfer -0.2 BTC fee 0.0002 BTC",
    ]
    assert [row.line for row in intra if isinstance(row, SkippedRow)] == [2, 3]
