"""KuCoin's orders, transfers and account history, of all years."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from kit import RejectedRow, SkippedRow

Read = Callable[..., list[Any]]
Told = Callable[[object], list[str]]
Moved = Callable[[object], dict[str, Decimal]]
D = Decimal
MORNING = datetime(2024, 1, 9, 4, 30, tzinfo=UTC)
BUNDLE = (
    "UID,Account Type,Order ID,Symbol,Side,Order Type,Avg. Filled Price,Filled Amount,Filled Volume,"
    "Filled Volume (USDT),Filled Time{zone},Fee,Tax,Maker/Taker,Fee Currency\n"
    "9,Trading Account,o1,BTC-USDT,BUY,LIMIT,40000,0.5,20000,20000,{time},20,,MAKER,USDT\n"
)
HISTORY = "UID,Account Type,Currency,Side,Amount,Fee,Time(UTC+08:00),Remark,Type\n"


@pytest.mark.parametrize(
    "text",
    [
        "uid,symbol,direction,deal_price,amount,deal_value,created_at\n"
        "9,BTC-USDT,BUY,40000,0.5,20000,2024-01-09 12:30:00\n",
        "uid,symbol,order_type,price,amount_coin,direction,funds,fee,created_at\n"
        "9,BTC-USDT,limit,40000,0.5,buy,20000,20,2024-01-09 12:30:00\n",
        'oid,symbol,dealPrice,dealValue,amount,fee,direction,createdDate,""\n'
        "o1,BTC-USDT,40000,20000,0.5,20,BUY,2024-01-09 12:30:00,\n",
        "Time,Pair,Side,FilledPrice,FilledPriceCoin,Amount,AmountCoin,Volume,VolumeCoin,Fee,FeeCoin\n"
        "2024/01/09 12:30:00,BTC/USDT,Buy,40000,USDT,0.5,BTC,20000,USDT,20,USDT\n",
        "tradeCreatedAt,orderId,symbol,side,price,size,funds,fee,liquidity,feeCurrency,orderType,\n"
        "2024-01-09 12:30:00,o1,BTC-USDT,buy,40000,0.5,20000,20,maker,USDT,limit,\n",
        BUNDLE.format(zone="(UTC)", time="2024-01-09 04:30:00"),
        BUNDLE.format(zone="(UTC+02:00)", time="2024-01-09 06:30:00"),
        BUNDLE.format(zone="", time="2024-01-09 12:30:00"),
        "UID,Account Type,Order ID,Order Time(UTC),Symbol,Side,Order Type,Order Price,Order Amount,Avg. Filled Price,"
        "Filled Amount,Filled Volume,Filled Volume (USDT),Filled Time(UTC),Fee,Fee Currency,Tax,Status\n"
        "9,Trading,o1,2024-01-09 04:29:00,BTC-USDT,BUY,LIMIT,40000,1,40000,0.5,20000,20000,2024-01-09 04:30:00,20,USDT,"
        ",part_deal\n",
    ],
)
def test_the_same_purchase_in_the_columns_of_all_years(read: Read, told: Told, text: str) -> None:
    [bought] = read("kucoin", text)
    fee = "" if "deal_price" in text else " fee 20 USDT"
    assert told([bought]) == [f"trade +0.5 BTC -20000 USDT{fee}"]
    assert bought.time == MORNING


def test_orders_of_which_nothing_was_filled_are_skipped_and_a_tax_is_told(read: Read) -> None:
    header = BUNDLE.format(zone="(UTC)", time="").partition("\n")[0]
    unfilled, taxed = read(
        "kucoin",
        f"{header}\n9,Trading,o1,BTC-USDT,BUY,LIMIT,0,0,0,0,2024-01-09 04:30:00,0,,MAKER,USDT\n"
        "9,Trading,o1,BTC-USDT,SELL,LIMIT,1,2,2,2,2024-01-09 04:30:00,0,0.02,MAKER,USDT\n",
    )
    assert isinstance(unfilled, SkippedRow)
    assert taxed.note == "tax told: 0.02"


def test_conversions_are_trades(read: Read, told: Told) -> None:
    rows = read(
        "kucoin",
        "UID,Account Type,Payment Account,Sell,Buy,Price,Tax,Time of Update(UTC),Status\n"
        "9,main,Funding,100 USDT,0.05 ETH,1 ETH=2000 USDT,,2024-01-09 04:30:00,SUCCESS\n"
        "9,main,Funding,100 USDT,0.05 ETH,1 ETH=2000 USDT,,2024-01-09 04:30:00,FAILED\n",
    )
    assert told(rows) == ["trade +0.05 ETH -100 USDT"]
    assert isinstance(rows[1], SkippedRow)


@pytest.mark.parametrize(
    ("name", "text", "event"),
    [
        (
            "a.csv",
            "coin_type,type,add,hash,vol,created_at\nBTC,DEPOSIT,1A,0x1,0.5,2024-01-09 12:30:00\n",
            "deposit +0.5 BTC",
        ),
        (
            "a.csv",
            "coin_type,type,add,hash,vol,created_at\nBTC,WITHDRAW,1A,0x1,0.5,2024-01-09 12:30:00\n",
            "withdrawal -0.5 BTC",
        ),
        (
            "a.csv",
            "Time,Coin,Network,Amount,Type,Remark,Fee\n2024-01-09 12:30:00,BTC,BTC,0.5,BLOCKCHAIN,Deposit,0\n",
            "deposit +0.5 BTC",
        ),
        (
            "a.csv",
            "Time,Coin,Network,Amount,Type,Wallet Address/Account,Remark\n"
            "2024-01-09 12:30:00,BTC,BTC,0.5,BLOCKCHAIN,1A,\n",
            "withdrawal -0.5 BTC",
        ),
        (
            "a.csv",
            "UID,Account Type,Time(UTC),Coin,Amount,Fee,Hash,Deposit Address,Transfer Network,Status,Remarks\n"
            "9,main,2024-01-09 04:30:00,BTC,0.5,0,0x1,1A,BTC,SUCCESS,\n",
            "deposit +0.5 BTC",
        ),
        (
            "a.csv",
            "UID,Account Type,Time(UTC),Coin,Amount,Fee,Withdrawal Address/Account,Transfer Network,Status,Remarks\n"
            "9,main,2024-01-09 04:30:00,BTC,0.5,0.001,1A,BTC,SUCCESS,\n",
            "withdrawal -0.5 BTC fee 0.001 BTC",
        ),
        (
            "a.csv",
            "UID,Account Type,Time(UTC+02:00),Remarks,Status,Fee,Amount,Coin,Transfer Network\n"
            "****9,mainAccount,2024-01-09 06:30:00,Withdrawal,SUCCESS,0,0.5,BTC,BTC\n",
            "withdrawal -0.5 BTC",
        ),
        (
            "Deposit_Withdrawal History_Deposit History.csv",
            "UID,Account Type,Time(UTC+02:00),Remarks,Status,Fee,Amount,Coin,Transfer Network\n"
            "****9,mainAccount,2024-01-09 06:30:00,Deposit,SUCCESS,0,0.5,BTC,BTC\n",
            "deposit +0.5 BTC",
        ),
        (
            "a.csv",
            "Order ID,Currency (Fiat),Fiat Amount,Fee,Deposit Method,Status,Time(UTC+02:00)\n"
            "o1,EUR,100,1,SEPA,SUCCEEDED,2024-01-09 06:30:00\n",
            "deposit +100 EUR fee 1 EUR",
        ),
        (
            "a.csv",
            "UID,Account Type,Order ID,Time(UTC),Staked Coin,Product Type,Product Name,Earnings Coin,Earnings Type,"
            "Remarks,Amount,Amount（USDT）,Fee\n"
            "9,main,o1,2024-01-09 04:30:00,DOT,Staking,DOT 30 days,DOT,Interest,,0.5,3.1,0\n",
            "staking +0.5 DOT",
        ),
    ],
)
def test_transfers_and_earnings_of_all_years(read: Read, told: Told, name: str, text: str, event: str) -> None:
    rows = read("kucoin-transfers", text, name=name)
    assert told(rows) == [event]
    assert rows[0].time == MORNING


def test_a_move_that_says_nowhere_which_way_it_went_is_rejected_and_an_empty_file_is_fine(read: Read) -> None:
    header = "UID,Account Type,Time(UTC),Remarks,Status,Fee,Amount,Coin,Transfer Network\n"
    [odd] = read("kucoin-transfers", f"{header}9,main,2024-01-09 06:30:00,,SUCCESS,0,0.5,BTC,BTC\n")
    assert "deposit or a withdrawal" in odd.reason
    [none] = read("kucoin-transfers", f"{header}No matching records found.\n")
    assert isinstance(none, SkippedRow)
    [pending] = read("kucoin-transfers", f"{header}9,main,2024-01-09 06:30:00,Deposit,PROCESSING,0,0.5,BTC,BTC\n")
    assert isinstance(pending, SkippedRow)


def test_what_leaves_contains_its_fee_in_the_account_history_and_what_comes_does_not(read: Read, told: Told) -> None:
    rows = read(
        "kucoin-account",
        HISTORY + "9,mainAccount,XMR,Deposit,15.197539,0,2025-01-23 21:24:57,Deposit,Deposit\n"
        "9,mainAccount,BTC,Withdrawal,0.030015,0.000015,2025-01-24 05:04:14,,Withdraw\n"
        "9,mainAccount,EUR,Deposit,99,1,2025-07-01 10:00:00,sepa,Fiat Deposit\n"
        "9,mainAccount,XMR,Withdrawal,0.2,0,2025-01-23 20:36:07,Trading Account,Transfer\n"
        "9,mainAccount,ABC,Deposit,5,0,2025-01-23 20:36:07,,Distribution\n"
        "9,mainAccount,ABC,Deposit,5,0,2025-01-23 20:36:07,,Lottery\n",
    )
    assert told(rows) == [
        "deposit +15.197539 XMR",
        "withdrawal -0.03 BTC fee 0.000015 BTC",
        "deposit +100 EUR fee 1 EUR",
        "airdrop +5 ABC",
    ]
    assert rows[0].time == datetime(2025, 1, 23, 13, 24, 57, tzinfo=UTC)
    assert isinstance(rows[3], SkippedRow)
    assert rows[5].reason == "a Deposit of the type “Lottery” is not known"


def test_the_rows_of_one_second_are_one_trade(read: Read, told: Told, moved: Moved) -> None:
    rows = read(
        "kucoin-account",
        HISTORY + "9,tradeAccount,USDT,Withdrawal,189.43,0.18943,2025-10-12 10:00:00,,Spot\n"
        "9,tradeAccount,XLM,Deposit,338.61,0,2025-10-12 10:00:00,,Spot\n"
        "9,mainAccount,KCS,Deposit,0.1,0,2025-10-12 10:00:00,,KCS Bonus\n"
        "9,tradeAccount,USDT,Withdrawal,110.87,0.11087,2025-10-12 10:00:00,,Spot\n"
        "9,tradeAccount,XLM,Deposit,578.54,0,2025-10-12 10:00:00,,Spot\n"
        "9,mainAccount,EUR,Withdrawal,100,0,2025-10-12 09:55:40,,Fiat Transactions\n"
        "9,mainAccount,USDT,Deposit,110,0,2025-10-12 09:55:41,,Fiat Transactions\n"
        "9,mainAccount,DOGE,Withdrawal,15.5,0,2025-10-13 03:00:00,,Convert Dust to KCS\n"
        "9,mainAccount,KCS,Deposit,0.12,0,2025-10-13 03:00:00,,Convert Dust to KCS\n",
    )
    assert told(rows) == [
        "reward +0.1 KCS",
        "trade +917.15 XLM -299.9997 USDT fee 0.3003 USDT",
        "buy +110 USDT -100 EUR",
        "trade +0.12 KCS -15.5 DOGE",
    ]
    assert moved(rows) == {
        "KCS": D("0.22"),
        "XLM": D("917.15"),
        "USDT": D("-190.30"),
        "EUR": D(-100),
        "DOGE": D("-15.5"),
    }


def test_what_cannot_be_told_apart_in_one_second_is_rejected_row_by_row(read: Read, told: Told) -> None:
    rows = read(
        "kucoin-account",
        HISTORY + "9,t,XRP,Deposit,10,0,2025-06-01 10:00:00,,Spot\n"
        "9,t,ADA,Deposit,20,0,2025-06-01 10:00:00,,Spot\n"
        "9,t,USDT,Withdrawal,50,0,2025-06-01 10:00:00,,Spot\n"
        "9,t,ETH,Deposit,1,0,2025-06-01 11:00:00,,Spot\n"
        "9,t,USDT,Withdrawal,3000,0,2025-06-01 11:00:00,,Spot\n"
        "9,t,ETH,Sideways,1,0,2025-06-01 11:00:00,,Spot\n",
    )
    assert told(rows) == ["trade +1 ETH -3000 USDT"]
    assert [row.line for row in rows if isinstance(row, RejectedRow)] == [7, 2, 3, 4]
