"""Exports of Bitstamp and Bitpanda."""

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
BITSTAMP = "Type,Datetime,Account,Amount,Value,Rate,Fee,Sub Type\n"
BITSTAMP_NEW = (
    "ID,Account,Type,Subtype,Datetime,Amount,Amount currency,Value,Value currency,Rate,Rate currency,Fee,Fee currency,"
    "Order ID\n"
)
PREAMBLE = (
    "Disclaimer: All data is without guarantee, errors and changes are reserved.\n"
    "Jo Doe\njo@example.org\nAccount opened at: 1/1/21 10:00\nVenue: Bitpanda\n\n"
)
BITPANDA = (
    '"Transaction ID",Timestamp,"Transaction Type",In/Out,"Amount Fiat",Fiat,"Amount Asset",Asset,"Asset market price",'
    '"Asset market price currency","Asset class","Product ID",Fee,"Fee asset",Spread,"Spread Currency","Tax Fiat"\n'
)
BITPANDA_OLD = "ID,Type,In/Out,Amount Fiat,Fee,Fiat,Amount Asset,Asset,Status,Created at\n"


def test_bitstamp_fees_stand_beside_and_months_are_words(read: Read, told: Told) -> None:
    rows = read(
        "bitstamp",
        BITSTAMP + 'Deposit,"Jan. 28, 2022, 12:13 AM",Main Account,2.00000000 ETH,,,,\n'
        'Market,"Jan. 28, 2022, 12:31 PM",Main Account,1.00000000 ETH,2214.01 EUR,2214.01 EUR,10.87 EUR,Sell\n'
        'Market,"Sept. 29, 2022, 01:00 AM",Main Account,0.50000000 BTC,10000.00 USD,20000.00 USD,,Buy\n'
        'Withdrawal,"Jan. 30, 2022, 11:40 AM",Main Account,2000.01 EUR,,,3.00 EUR,\n'
        'Ripple payment,"Jan. 30, 2022, 11:41 AM",Main Account,7 XRP,,,,\n'
        'Staking reward,"Jan. 31, 2022, 11:40 AM",Main Account,0.01 ETH,,,,\n',
    )
    assert told(rows) == [
        "deposit +2 ETH",
        "sell +2214.01 EUR -1 ETH fee 10.87 EUR",
        "buy +0.5 BTC -10000 USD",
        "withdrawal -2000.01 EUR fee 3 EUR",
        "withdrawal -7 XRP",
        "staking +0.01 ETH",
    ]
    assert [row.time for row in rows[1:3]] == [
        datetime(2022, 1, 28, 12, 31, tzinfo=UTC),
        datetime(2022, 9, 29, 1, 0, tzinfo=UTC),
    ]


def test_bitstamp_with_a_column_for_each_currency_says_the_same(read: Read, told: Told, moved: Moved) -> None:
    rows = read(
        "bitstamp",
        BITSTAMP_NEW + "351051,Main Account,Market,Buy,2018-04-19T08:14:00Z,0.2,BTC,25.93,USD,129.65,USD,0.13000,USD,\n"
        "67642304,Main Account,Market,Buy,2021-06-04T11:49:57Z,0.04,ETH,0.003,BTC,0.075,BTC,0.000006,BTC,1626588334\n"
        "7,Main Account,Deposit,,2018-04-18T08:14:00Z,30,USD,,,,,,,\n"
        "8,Savings,Withdrawal,,2022-04-18T08:14:00Z,0.1,BTC,,,,,0.0005,BTC,\n"
        "9,Main Account,Sub Account Transfer,,2022-04-18T08:14:00Z,0.1,BTC,,,,,,,\n"
        "10,Main Account,Market,Swap,2018-04-19T08:14:00Z,0.2,BTC,25.93,USD,129.65,USD,0.13000,USD,\n"
        "11,Main Account,Teleport,,2018-04-19T08:14:00Z,0.2,BTC,,,,,,,\n",
    )
    assert told(rows) == [
        "buy +0.2 BTC -25.93 USD fee 0.13 USD",
        "trade +0.04 ETH -0.003 BTC fee 0.000006 BTC",
        "deposit +30 USD",
        "withdrawal -0.1 BTC fee 0.0005 BTC",
    ]
    assert rows[3].note == "Savings"
    assert isinstance(rows[4], SkippedRow)
    assert [row.reason for row in rows[5:]] == ["“Swap” is neither BUY nor SELL", "the type “Teleport” is not known"]
    assert moved(rows) == {"BTC": D("0.096494"), "ETH": D("0.04"), "USD": D("3.94")}


def test_two_fills_that_bitstamp_tells_alike_stay_two_and_come_once(read: Read) -> None:
    fill = "5,Main Account,Market,Buy,2018-04-19T08:14:00Z,0.2,BTC,25.93,USD,129.65,USD,0.13000,USD,9\n"
    once, again = read("bitstamp", BITSTAMP_NEW + fill * 2), read("bitstamp", BITSTAMP_NEW + fill * 2)
    assert len({row.id for row in once}) == 2
    assert [row.id for row in once] == [row.id for row in again]


def test_bitpanda_below_the_lines_about_the_account(read: Read, told: Told, moved: Moved) -> None:
    rows = read(
        "bitpanda",
        PREAMBLE
        + BITPANDA
        + "F1,2022-01-03T12:56:40+01:00,deposit,incoming,100.00,EUR,-,EUR,-,-,Fiat,-,1.50000000,EUR,-,-,0.00\n"
        "T1,2022-01-29T16:21:30+01:00,buy,outgoing,90.00,EUR,0.04,ETH,2250.00,EUR,Cryptocurrency,5,-,-,-,-,0.00\n"
        "C1,2022-03-21T18:56:17+01:00,withdrawal,outgoing,0,EUR,0.03,ETH,0.00,-,Cryptocurrency,5,0.002,ETH,-,-,-\n"
        "T2,2022-04-21T18:56:17+01:00,sell,incoming,8.00,EUR,0.004,ETH,2000.00,EUR,Cryptocurrency,5,-,-,-,-,0.27\n"
        "C2,2022-05-21T18:56:17+02:00,reward,incoming,-,EUR,2,BEST,-,-,Cryptocurrency,33,-,-,-,-,0.00\n"
        "C5,2022-05-21T19:56:17+02:00,withdrawal,outgoing,0,EUR,0.001,ETH,0.00,-,Cryptocurrency,5,0.5,BEST,-,-,-\n"
        "C3,2022-05-21T18:56:17+02:00,transfer(stake),outgoing,-,EUR,2,BEST,-,-,Cryptocurrency,33,-,-,-,-,0.00\n"
        "C4,2022-05-21T18:56:17+02:00,transfer,incoming,-,EUR,2,BEST,-,-,Cryptocurrency,33,-,-,-,-,0.00\n",
    )
    assert told(rows) == [
        "deposit +101.5 EUR fee 1.5 EUR",
        "buy +0.04 ETH -90 EUR",
        "withdrawal -0.03 ETH fee 0.002 ETH",
        "sell +8 EUR -0.004 ETH",
        "reward +2 BEST",
        "withdrawal -0.001 ETH fee 0.5 BEST",
    ]
    assert rows[0].time == datetime(2022, 1, 3, 11, 56, 40, tzinfo=UTC)
    assert rows[3].note == "tax told: 0.27 EUR"
    assert isinstance(rows[6], SkippedRow)
    assert rows[7].reason == "the transaction type “transfer” is not known"
    assert moved(rows) == {"EUR": D(18), "ETH": D("0.003"), "BEST": D("1.5")}


@pytest.mark.parametrize(
    ("row", "event"),
    [
        ("buy,outgoing,1005.00,EUR,0.05,BTC,20000.00", "buy +0.05 BTC -1000 EUR fee 5 EUR"),
        ("buy,outgoing,1000.00,EUR,0.05,BTC,20000.00", "buy +0.05 BTC -1000 EUR fee 5 EUR"),
        ("sell,incoming,995.00,EUR,0.05,BTC,20000.00", "sell +1000 EUR -0.05 BTC fee 5 EUR"),
        ("sell,incoming,1000.00,EUR,0.05,BTC,20000.00", "sell +1000 EUR -0.05 BTC fee 5 EUR"),
    ],
)
def test_bitpanda_prices_tell_whether_the_fee_is_in_the_amount(read: Read, told: Told, row: str, event: str) -> None:
    text = f"{BITPANDA}T1,2024-01-29T16:21:30+01:00,{row},EUR,Cryptocurrency,1,5.00,EUR,-,-,0.00\n"
    assert told(read("bitpanda", text)) == [event]


def test_of_bitpandas_shares_and_metals_the_money_is_kept(read: Read, told: Told) -> None:
    rows = read(
        "bitpanda",
        BITPANDA + "T1,2022-01-29T16:21:30Z,buy,outgoing,90.00,EUR,2,AMZN,45.00,EUR,Stock (derivative),5,-,-,-,-,0.00\n"
        "T2,2022-01-30T16:21:30Z,sell,incoming,55.00,EUR,1,XAU,55.00,EUR,Metal,5,-,-,-,-,0.00\n"
        "T3,2022-01-31T16:21:30Z,transfer,incoming,0,EUR,1,KO,-,EUR,Stock (derivative),5,-,-,-,-,0.00\n"
        "T4,2022-01-31T16:21:30Z,deposit,incoming,0,EUR,1,XAU,-,EUR,Metal,5,-,-,-,-,0.00\n",
    )
    assert told(rows) == ["withdrawal -90 EUR", "deposit +55 EUR"]
    assert rows[0].note == "for 2 AMZN (Stock (derivative))"
    assert isinstance(rows[2], RejectedRow)
    assert isinstance(rows[3], SkippedRow)


def test_bitpandas_older_tables_stand_below_one_another(read: Read, told: Told) -> None:
    rows = read(
        "bitpanda",
        BITPANDA_OLD + "a,deposit,incoming,50.00,0.00,EUR,0.00000000,,finished,2018-01-03T12:56:40+01:00\n"
        "b,withdrawal,outgoing,20.00,1.00,EUR,0.00000000,,canceled,2018-01-03T12:56:40+01:00\n"
        "Cryptocoin wallets\n"
        + BITPANDA_OLD
        + "c,buy,incoming,40.00,0.00,EUR,0.01000000,BTC,finished,2018-01-04T12:56:40+01:00\n",
    )
    assert told(rows) == ["deposit +50 EUR", "buy +0.01 BTC -40 EUR"]
    assert [row.reason for row in rows if isinstance(row, SkippedRow)] == [
        "it did not go through: canceled",
        "a line between the tables",
        "the header once more",
    ]
