"""Income and wallets: exports of BlockFi, Celsius, Nexo and Ledger Live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from kit import Money, RejectedRow, SkippedRow

Read = Callable[..., list[Any]]
Told = Callable[[object], list[str]]
Moved = Callable[[object], dict[str, Decimal]]
D = Decimal
CELSIUS = (
    "Internal id, Date and time, Transaction type, Coin type, Coin amount, USD Value, Original Reward Coin, "
    "Reward Amount In Original Coin, Confirmed\n"
)
NEXO = (
    "Transaction,Type,Input Currency,Input Amount,Output Currency,Output Amount,USD Equivalent,Details,"
    "Date / Time (UTC)\n"
)
NEXO_OLD = "Transaction,Type,Currency,Amount,USD Equivalent,Details,Outstanding Loan,Date / Time\n"
LEDGER = (
    "Operation Date,Status,Currency Ticker,Operation Type,Operation Amount,Operation Fees,Operation Hash,Account Name,"
    "Account xpub,Countervalue Ticker,Countervalue at Operation Date,Countervalue at CSV Export\n"
)


@pytest.mark.parametrize(("column", "cell"), [("", ""), ("Exchange Rate Per Coin (USD),", "1.1,")])
def test_blockfi_tells_what_moved_and_leaves_trades_to_their_file(
    read: Read, told: Told, column: str, cell: str
) -> None:
    lines = (
        ("ETH,0.5,Interest Payment", "2021-01-30 23:59:59"),
        ("BTC,0.0005,Referral Bonus", "2020-12-02 23:59:59"),
        ("ETH,-3,Withdrawal", "2020-11-21 16:59:31"),
        ("ETH,-0.015,Withdrawal Fee", "2020-11-21 16:59:31"),
        ("BTC,1.1,Deposit", "2020-07-20 12:10:55"),
        ("USDC,35,Crypto Transfer", "2021-01-27 07:57:38"),
        ("BTC,-2.1,Crypto Transfer", "2021-01-28 07:57:38"),
        ("LTC,-42,Trade", "2021-02-05 11:45:58"),
        ("ETH,0.5,Interest Payment", ""),
        ("ETH,-0.5,Interest Payment", "2021-01-30 23:59:59"),
        ("ETH,0.5,Loan", "2021-01-30 23:59:59"),
    )
    header = f"Cryptocurrency,Amount,Transaction Type,{column}Confirmed At\n"
    rows = read("blockfi", header + "".join(f"{start},{cell}{time}\n" for start, time in lines))
    assert told(rows) == [
        "interest +0.5 ETH",
        "reward +0.0005 BTC",
        "withdrawal -3 ETH",
        "fee fee 0.015 ETH",
        "deposit +1.1 BTC",
        "deposit +35 USDC",
        "withdrawal -2.1 BTC",
    ]
    assert [type(row) for row in rows[7:]] == [SkippedRow, SkippedRow, RejectedRow, RejectedRow]


def test_blockfi_trades(read: Read, told: Told) -> None:
    rows = read(
        "blockfi-trades",
        "Trade ID,Date,Buy Quantity,Buy Currency,Sold Quantity,Sold Currency,Rate Amount,Rate Currency,Type,Frequency,"
        "Destination\nt1,2021-01-30 23:59:59,6404.6,usdc,-42.2,LTC,151.6,USDC,One Time,,\n",
    )
    assert told(rows) == ["trade +6404.6 USDC -42.2 LTC"]
    assert rows[0].id == "t1"


def test_celsius_rewards_have_their_value_and_swaps_are_trades(read: Read, told: Told) -> None:
    rows = read(
        "celsius",
        CELSIUS + '"1","May 11, 2021 9:00 PM","Reward","BTC","0.0001","5.5","BTC","","Yes"\n'
        '"2","May 12, 2021 9:00 PM","inbound_transfer","MCDAI","10","10","","","Yes"\n'
        '"3","May 13, 2021 9:00 PM","Withdrawal","ETH","-1.5","3000","","","Yes"\n'
        '"4","May 13, 2021 9:00 PM","Promo Code Reward","BTC","0.001","50","","","Yes"\n'
        '"5","May 14, 2021 9:00 PM","Swap out","BTC","-0.1","5000","","","Yes"\n'
        '"6","May 14, 2021 9:00 PM","Swap in","ETH","1.2","5001","","","Yes"\n'
        '"7","May 15, 2021 9:00 PM","Reward","BTC","0.0001","5.5","BTC","","No"\n'
        '"8","May 15, 2021 9:00 PM","","BTC","0.0001","5.5","BTC","","Yes"\n'
        '"9","May 15, 2021 9:00 PM","Swap in","BTC","0.0001","5.5","BTC","","Yes"\n'
        '"10","5/15/21 21:00","Reward","BTC","0.0001","5.5","BTC","","Yes"\n'
        '"11","May 15, 2021 9:00 PM","Collateral","BTC","-0.1","5.5","BTC","","Yes"\n',
    )
    assert told(rows) == [
        "interest +0.0001 BTC",
        "deposit +10 DAI",
        "withdrawal -1.5 ETH",
        "reward +0.001 BTC",
        "trade +1.2 ETH -0.1 BTC",
    ]
    assert (rows[0].time, rows[0].value) == (datetime(2021, 5, 11, 21, tzinfo=UTC), Money(D("5.5"), "USD"))
    assert {row.line: row.reason for row in rows if isinstance(row, RejectedRow)} == {
        10: "which of the swaps at one time belong together cannot be told",
        11: "“5/15/21 21:00” is not a time: the year needs four digits",
        12: "the transaction type “Collateral” is not known",
    }


def test_nexo_money_comes_works_and_leaves_without_counting_twice(read: Read, told: Told, moved: Moved) -> None:
    rows = read(
        "nexo",
        NEXO + "N1,Deposit To Exchange,GBP,54,GBPX,54,$70.5,approved / GBP Top Up,2022-04-17 10:41:00\n"
        "N2,Exchange Deposited On,GBP,54,GBPX,54,$70.5,approved / GBP to GBPX,2022-04-17 10:41:00\n"
        "N3,Exchange,GBPX,-50,BTC,0.001,$65.1,approved / Exchange GBPX to Bitcoin,2022-04-17 10:42:00\n"
        "N4,Interest,BTC,0.0001,BTC,0.0001,$6.5,approved / BTC Interest Earned,2022-04-20 07:00:00\n"
        "N5,Referral Bonus,BTC,0.0002,,0.00000000,$13,approved / Reward,2022-04-20 07:00:00\n"
        "N6,Locking Term Deposit,BTC,-0.001,BTC,0.001,$65,approved / Transfer,2022-04-21 07:00:00\n"
        "N7,Fixed Term Interest,NEXONEXO,2,NEXONEXO,2,$4,approved / Interest,2022-04-22 07:00:00\n"
        "N8,Top up Crypto,LUNA2,3,LUNA2,3,$2,approved / LUNA2 Airdrop #2,2022-06-22 07:00:00\n"
        "N9,Withdrawal,BTC,-0.0005,BTC,0.0005,$30,approved / BTC withdrawal,2022-06-23 07:00:00\n"
        "N10,Exchange To Withdraw,GBPX,-4,GBP,4,$5,approved / GBPX to GBP,2022-06-24 07:00:00\n"
        "N11,Withdraw Exchanged,GBP,-4,GBP,4,$5,approved / GBP withdrawal,2022-06-25 07:00:00\n"
        "N12,Withdrawal,BTC,-9,BTC,9,$30,rejected / BTC withdrawal,2022-06-23 07:00:00\n",
    )
    assert told(rows) == [
        "deposit +54 GBP",
        "buy +0.001 BTC -50 GBP",
        "interest +0.0001 BTC",
        "reward +0.0002 BTC",
        "interest +2 NEXO",
        "airdrop +3 LUNA2",
        "withdrawal -0.0005 BTC",
        "withdrawal -4 GBP",
    ]
    assert moved(rows) == {"BTC": D("0.0008"), "NEXO": D(2), "LUNA2": D(3)}
    assert rows[1].value == Money(D("70.5"), "USD")
    assert rows[-1].reason == "it did not go through: rejected"


def test_of_loans_at_nexo_only_what_was_sold_for_them_is_kept(read: Read, told: Told) -> None:
    rows = read(
        "nexo",
        NEXO + "L1,Loan Withdrawal,USD,-500,USD,500,$500,approved / Loan,2022-05-01 00:00:00\n"
        "L2,Interest,USD,-0.01,,0.00000000,$0.01,approved / Interest,2022-06-30 22:00:02\n"
        "L3,Manual Sell Order,USDC,-0.17,USDC,0.17,$0.16,approved / Crypto Repayment,2022-07-01 19:03:47\n"
        "L4,Manual Repayment,USD,0.16,USD,0.00000000,$0.16,approved / Crypto Repayment,2022-07-01 19:03:53\n"
        "L5,Liquidation,BTC,-0.1,USD,2000,$2000,approved / Repayment,2022-07-02 00:00:00\n"
        "L6,Nexo Card Purchase,USD,-51.86,EUR,47.99,$51.86,approved / Shop,2024-02-03 23:30:38\n"
        "L7,Assimilation,BTC,-0.1,BTC,0.1,$1,approved / Dust,2024-02-03 23:30:38\n",
    )
    assert told(rows) == ["sell -0.17 USDC", "sell -0.1 BTC"]
    assert [row.value for row in rows if not isinstance(row, SkippedRow | RejectedRow)] == [
        Money(D("0.16"), "USD"),
        Money(D(2000), "USD"),
    ]
    assert rows[-1].reason == "the type “Assimilation” is not known"


def test_older_nexo_files_stand_in_the_time_of_zurich(read: Read, told: Told) -> None:
    rows = read(
        "nexo",
        NEXO_OLD + "N1,Interest,NEXONEXO,0.17,$0.38,approved / 0.004 AVAX,$0.00,2022-02-08 07:00:06\n"
        "N2,Exchange,BTC/EURX,-0.1 / +2000,$2100,approved / Exchange,$0.00,2022-07-08 07:00:06\n"
        "N3,Withdrawal,BTC,-0.2,$4000,approved / BTC,$0.00,2022-07-09 07:00:06\n",
    )
    assert told(rows) == ["interest +0.17 NEXO", "sell +2000 EUR -0.1 BTC", "withdrawal -0.2 BTC"]
    assert [row.time.hour for row in rows] == [6, 5, 5]


def test_what_a_ledger_sent_contains_its_fee_and_what_it_received_paid_none(
    read: Read, told: Told, moved: Moved
) -> None:
    end = "xpub,EUR,1,2\n"
    rows = read(
        "ledger-live",
        LEDGER + f"2024-03-02T18:00:00.000Z,Confirmed,BTC,IN,1,0.0001,a,Bitcoin 1,{end}"
        f"2024-03-03T18:00:00.000Z,Confirmed,BTC,OUT,0.2003,0.0003,b,Bitcoin 1,{end}"
        f"2024-03-04T18:00:00.000Z,Confirmed,ETH,OUT,0.002,0.002,c,Ethereum 1,{end}"
        f"2024-03-04T18:00:00.000Z,Confirmed,USDC,OUT,50,,c,Ethereum 1,{end}"
        f"2024-03-05T18:00:00.000Z,Confirmed,ATOM,DELEGATE,5,0.01,d,Cosmos 1,{end}"
        f"2024-03-06T18:00:00.000Z,Confirmed,ATOM,REWARD,0.5,0.01,e,Cosmos 1,{end}"
        f"2024-03-07T18:00:00.000Z,Failed,ETH,OUT,1,0.001,f,Ethereum 1,{end}"
        f"2024-03-08T18:00:00.000Z,Pending,BTC,IN,1,0,g,Bitcoin 1,{end}"
        f"2024-03-09T18:00:00.000Z,Confirmed,ETH,NFT_IN,1,0,h,Ethereum 1,{end}"
        f"2024-03-09T18:00:00.000Z,Confirmed,ETH,TELEPORT,1,0,i,Ethereum 1,{end}",
    )
    assert told(rows) == [
        "deposit +1 BTC",
        "withdrawal -0.2 BTC fee 0.0003 BTC",
        "fee fee 0.002 ETH",
        "withdrawal -50 USDC",
        "fee fee 0.01 ATOM",
        "staking +0.5 ATOM",
        "fee fee 0.001 ETH",
    ]
    assert [row.account for row in rows[:3]] == ["Bitcoin 1", "Bitcoin 1", "Ethereum 1"]
    assert rows[1].note == "tx b"
    assert [type(row) for row in rows[7:]] == [SkippedRow, SkippedRow, RejectedRow]
    assert moved(rows) == {"BTC": D("0.7997"), "ETH": D("-0.003"), "USDC": D(-50), "ATOM": D("0.49")}


@pytest.mark.parametrize(
    "columns",
    [
        "Operation Date,Currency Ticker,Operation Type,Operation Amount,Operation Fees,Operation Hash,Account Name,"
        "Account id",
        "Operation Date,Currency Ticker,Operation Type,Operation Amount,Operation Fees,Operation Hash,Account Name,"
        "Account xpub",
    ],
)
def test_older_ledger_files_lack_the_status(read: Read, told: Told, columns: str) -> None:
    rows = read("ledger-live", f"{columns}\n2021-03-02T18:00:00.000Z,BTC,IN,1,0.0001,a,Bitcoin 1,x\n")
    assert told(rows) == ["deposit +1 BTC"]
