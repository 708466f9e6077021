"""Binance's conversions, auto-invest, BETH, purchases, deposits and withdrawals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kit import Importer, ImportSource, Money, Record, RejectedRow, SkippedRow

Read = Callable[..., list[Any]]
Told = Callable[[object], list[str]]
OLD_COINS = "Date(UTC),Coin,Amount,TransactionFee,Address,TXID,SourceAddress,PaymentID,Status\n"
MONEY = "Date(UTC),Coin,Amount,Status,Payment Method,Indicated Amount,Fee,Order ID\n"


def test_conversions_of_both_layouts_in_the_zone_of_the_files_name(read: Read, told: Told) -> None:
    old = read(
        "binance-convert",
        "Date,Pair,Type,Sell,Buy,Price,Inverse Price,Date Updated,Status\n"
        "2021-05-11 00:44:32,ETHBUSD,Instant,124.6 BUSD,0.03 ETH,x,x,2021-05-11 00:44:33,Successful\n",
    )
    new = read(
        "binance-convert",
        "Time,Wallet,Pair,Type,Sell,Buy,Price,Inverse Price,Date Updated,Status\n"
        "21-05-10 18:44:32,SPOT,ETHBUSD,Instant,124.6 BUSD,0.03 ETH,x,x,21-05-10 18:44:33,Successful\n"
        "21-05-10 18:44:32,SPOT,ETHBUSD,Instant,124.6 BUSD,0.03 ETH,x,x,21-05-10 18:44:33,Failed\n"
        "21-05-10 18:44:32,SPOT,ETHBUSD,Instant,124.6,0.03 ETH,x,x,21-05-10 18:44:33,Successful\n",
        name="Binance-Convert-Order-History-202603230441(UTC--6)_abcd.csv",
    )
    assert told(old) == told(new) == ["trade +0.03 ETH -124.6 BUSD"]
    assert old[0].time == new[0].time == datetime(2021, 5, 11, 0, 44, 32, tzinfo=UTC)
    assert isinstance(new[1], SkippedRow)
    assert new[2].reason == "sell: the asset is missing"


def test_auto_invest_pays_its_fee_beside_the_amount(read: Read, told: Told) -> None:
    header = "Auto-Invest Date(UTC),Holding Coin,Amount per period,Trading Fee,Units,From,Status\n"
    rows = read(
        "binance-auto-invest",
        f"{header}2022-05-01 14:00,ETH,10.00000000 USDT,0.00250000 USDT,0.01000000 ETH,Spot Wallet,Success\n"
        "2022-05-02 14:00,ETH,10.00000000 USDT,--,0.01000000 ETH,Spot Wallet,Success\n",
    )
    assert told(rows) == ["trade +0.01 ETH -10 USDT fee 0.0025 USDT", "trade +0.01 ETH -10 USDT"]
    assert (rows[0].time, rows[0].note) == (datetime(2022, 5, 1, 14, tzinfo=UTC), "auto-invest, from Spot Wallet")


def test_staked_ether_is_beth_one_for_one(read: Read, told: Told) -> None:
    rows = read("binance-beth", "Date(UTC),Coin,Token,Amount,Status\n2021-03-01 12:00:00,ETH,BETH,0.1,Success\n")
    assert told(rows) == ["trade +0.1 BETH -0.1 ETH"]


def test_money_of_a_card_never_was_in_the_account(read: Read, told: Told) -> None:
    card, cash = read(
        "binance-purchases",
        "Date(UTC),Method,Amount,Price,Fees,Final Amount,Status,Transaction ID\n"
        "2021-01-30 23:59:59,Debit Card,500.00 CAD,1.25 USDT/CAD,10.00 CAD,392 USDT,Completed,a0\n"
        "2021-01-30 23:59:59,Cash Balance,500.00 CAD,1.25 USDT/CAD,10.00 CAD,392 USDT,Completed,b1\n",
    )
    assert told([card, cash]) == ["buy +392 USDT", "buy +392 USDT -490 CAD fee 10 CAD"]
    assert card.value == Money(Decimal(500), "CAD")


def test_the_name_of_an_older_file_tells_deposits_from_withdrawals(read: Read, told: Told) -> None:
    row = "2021-02-03 04:05:06,BTC,0.5,0.0005,1Abc,0xfeed,,,Completed\n"
    [came] = read("binance-transfers", OLD_COINS + row, name="DepositHistory.csv")
    [gone] = read("binance-transfers", OLD_COINS + row, name="withdraw-history.csv")
    [nobody_knows] = read("binance-transfers", OLD_COINS + row, name="history.csv")
    assert told([came, gone]) == ["deposit +0.5 BTC fee 0.0005 BTC", "withdrawal -0.5 BTC fee 0.0005 BTC"]
    assert (came.note, gone.note) == ("tx 0xfeed", "to 1Abc, tx 0xfeed")
    assert "only the file's name tells" in nobody_knows.reason


@pytest.mark.parametrize("time", ["Date(UTC+0)", "Date(UTC)", "Time"])
def test_in_newer_files_the_column_of_the_fee_tells_withdrawals(read: Read, told: Told, time: str) -> None:
    deposits = read(
        "binance-transfers",
        f"{time},Coin,Network,Amount,Address,TXID,Status\n"
        "23-05-06 23:05:55,USDT,MATIC,125.5,addr,t1,Completed\n"
        "23-05-06 23:05:55,USDT,MATIC,125.5,addr,t2,Pending\n",
    )
    withdrawals = read(
        "binance-transfers",
        f"{time},Coin,Network,Amount,Fee,Address,TXID,Status\n23-09-20 22:25:57,HNT,SOL,12,0.1,addr,t3,Completed\n",
    )
    assert told([*deposits, *withdrawals]) == ["deposit +125.5 USDT", "withdrawal -12 HNT fee 0.1 HNT"]
    assert deposits[0].time == datetime(2023, 5, 6, 23, 5, 55, tzinfo=UTC)
    assert isinstance(deposits[1], SkippedRow)


def test_money_is_what_was_indicated_when_it_came_and_the_amount_when_it_left(read: Read, told: Told) -> None:
    row = "2021-05-20 20:21:02,EUR,340.77,Successful,bank transfer,341.57,0.80,o1\n"
    rows = [
        *read("binance-fiat", MONEY + row, name="Deposit.csv"),
        *read("binance-fiat", MONEY + row, name="Withdraw.csv"),
        *read("binance-fiat", MONEY.replace("(UTC)", "(UTC+2)") + row, name="Withdraw.csv"),
    ]
    assert told(rows[:2]) == ["deposit +341.57 EUR fee 0.8 EUR", "withdrawal -340.77 EUR fee 0.8 EUR"]
    assert [row.time.hour for row in rows] == [20, 20, 18]


def test_real_exports(importers: dict[str, Importer], real: Callable[[str], Path]) -> None:
    folder = real("exports/apache2_dali-rp2")
    [beth] = importers["binance-beth"].read(ImportSource(folder / "test_binance_betheth.csv"))
    assert isinstance(beth, Record)
    invested = list(importers["binance-auto-invest"].read(ImportSource(folder / "test_binance_autoinvest.csv")))
    assert [type(row) for row in invested] == [RejectedRow] * 2  # a spreadsheet made 5/1/2022 of their dates
