"""Coinbase, its raw report, and Coinbase Pro."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from kit import Balance, Importer, ImportSource, Money, Record, RejectedRow, SkippedRow

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
Real = Callable[[str], Path]
PREAMBLE = "\nTransactions\nUser,Someone,0000\n"
NEW = (
    "ID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,"
    "Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
)
RAW = (
    'Transaction ID,Transaction Type,Date & time,Asset Acquired,"Quantity Acquired (Bought, Received, etc)",'
    'Cost Basis (incl. fees paid) (USD),Data Source,"Asset Disposed (Sold, Sent, etc)",Quantity Disposed,'
    "Proceeds (excl. fees paid) (USD)\n"
)
PRO = "portfolio,type,time,amount,balance,amount/balance unit,transfer id,trade id,order id\n"


def row(kind: str, asset: str, quantity: str, *, total: str = "€100.00", fees: str = "€1.00", notes: str = "") -> str:
    return f'id1,2024-01-01 12:00:00 UTC,{kind},{asset},{quantity},EUR,€1,"€1,099.00","{total}",{fees},"{notes}"\n'


@pytest.mark.parametrize(
    ("text", "event"),
    [
        (row("Buy", "BTC", "0.5"), "buy +0.5 BTC -1099 EUR fee 1 EUR"),
        (row("Advanced Trade Buy", "BTC", "0.5"), "buy +0.5 BTC -1099 EUR fee 1 EUR"),
        (row("Sell", "BTC", "-0.5"), "sell +1099 EUR -0.5 BTC fee 1 EUR"),
        (row("Sell", "BTC", "0.5"), "sell +1099 EUR -0.5 BTC fee 1 EUR"),
        (
            row("Advanced Trade Sell", "ETH", "-2", notes="Sold 2 ETH for 3960 USDC on ETH-USDC at 2000 USDC/ETH"),
            "trade +4000 USDC -2 ETH fee 40 USDC",
        ),
        (row("Convert", "BTC", "-0.1", notes="Converted 0.1 BTC to 1,234.5 XRP"), "trade +1234.5 XRP -0.1 BTC"),
        (row("Send", "BTC", "0.5"), "withdrawal -0.5 BTC"),
        (row("Receive", "BTC", "0.5"), "deposit +0.5 BTC"),
        (row("Receive", "XLM", "5", notes="Received 5 XLM from Coinbase Earn"), "reward +5 XLM"),
        (row("Staking Income", "ETH2", "0.1"), "staking +0.1 ETH"),
        (row("Learning Reward", "GRT", "3"), "reward +3 GRT"),
        (row("Exchange Deposit", "USDC", "3"), "withdrawal -3 USDC"),
        (row("Pro Withdrawal", "USDC", "3"), "deposit +3 USDC"),
        (row("Deposit", "EUR", "10"), "deposit +10 EUR"),
    ],
)
def test_every_type_becomes_its_event(read: Read, told: Told, text: str, event: str) -> None:
    assert told(read("coinbase", PREAMBLE + NEW + text)) == [event]


def test_income_keeps_the_worth_that_coinbase_states(read: Read) -> None:
    (record,) = read("coinbase", NEW + row("Staking Income", "ETH", "0.1"))
    assert isinstance(record, Record)
    assert record.value == Money(Decimal("1099.00"), "EUR")


def test_staking_moves_and_a_change_of_name_are_skipped(read: Read) -> None:
    rows = read(
        "coinbase",
        NEW
        + row("Retail Staking Transfer", "ETH", "-1")
        + row("Convert", "ETH", "1", notes="Converted 1 ETH to 1 ETH2")
        + row("Send", "ETH", "0"),
    )
    assert [type(each) for each in rows] == [SkippedRow] * 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (row("Teleport", "BTC", "1"), "the transaction type “teleport” is not known"),
        (row("Convert", "BTC", "1", notes="Converted"), "do not say what was received"),
        (row("Buy", "", "1"), "the asset is missing"),
        (row("Buy", "BTC", "one"), "is not a number"),
        ("id1,2024-01-01 12:00:00 UTC,Buy,BTC,1,EUR,,,,,\n", "the subtotal is missing"),
        ("id1,,Buy,BTC,1,EUR,1,1,1,0,\n", "the time is missing"),
    ],
)
def test_a_bad_row_is_rejected(read: Read, text: str, reason: str) -> None:
    (rejected,) = read("coinbase", NEW + text)
    assert isinstance(rejected, RejectedRow)
    assert reason in rejected.reason


def test_the_real_export_with_one_id_twice_keeps_both_rows(
    importers: dict[str, Importer], real: Real, told: Told
) -> None:
    path = real("exports/apache2_export-to-ghostfolio/coinbase-export.csv")
    rows = list(importers["coinbase"].read(ImportSource(path)))
    assert told(rows) == [
        "staking +0.000037835729 ETH",
        "staking +0.000022652183 ETH",
        "withdrawal -0.180914809326 ETH",
        "deposit +0.180914809326 ETH",
        "trade +156.145683 XRP -0.00363125 BTC",
        "buy +0.00166779 BTC -67.01 EUR fee 2.99 EUR",
        "buy +0.00166779 BTC -67.01 USD fee 2.99 USD",
    ]
    ids = [each.id for each in rows if isinstance(each, Record)]
    assert len(set(ids)) == len(ids)
    assert rows == list(importers["coinbase"].read(ImportSource(path)))


def test_the_real_older_export_has_its_currency_in_the_header(
    importers: dict[str, Importer], real: Real, told: Told
) -> None:
    path = real("exports/gpl2_everytrade/coinbase_v001_M.csv")
    assert told(importers["coinbase"].read(ImportSource(path))) == [
        "buy +0.03182812 BTC -295.6 EUR fee 4.4 EUR",
        "sell +240.32 EUR -0.03517833 BTC fee 3.58 EUR",
        "trade +4.7987194 ETH -0.12141 BTC",
    ]


def test_the_real_raw_report(importers: dict[str, Importer], real: Real, told: Told) -> None:
    path = real("exports/agpl3_perfi/coinbase_raw_tx_report.csv")
    events = told(importers["coinbase-raw"].read(ImportSource(path)))
    assert len(events) == 13
    assert "sell +838.0499999999999992456 USD -30.341 ETH" in events
    assert "buy +50 ETH -1031.71 USD" in events
    assert "fork +0.49972881 BSV" in events


def test_both_sides_of_a_raw_conversion_are_joined_where_they_stand_together(read: Read, told: Told) -> None:
    text = RAW + (
        "a,Converted from,2020-01-08T00:00:00Z,,,,,ETH,5,1000\n"
        "b,Converted to,2020-01-08T00:00:00Z,XLM,650,999,Coinbase,,,\n"
        "c,Converted from,2020-01-09T00:00:00Z,,,,,ETH,1,200\n"
    )
    assert told(read("coinbase-raw", text)) == ["trade +650 XLM -5 ETH", "withdrawal -1 ETH"]


def test_the_real_pro_statement_moves_what_its_balances_say(
    importers: dict[str, Importer], real: Real, moved: Callable[[object], dict[str, Decimal]]
) -> None:
    rows = list(importers["coinbase-pro"].read(ImportSource(real("exports/agpl3_rotki/coinbasepro.csv"))))
    balances = {each.asset: each.total for each in rows if isinstance(each, Balance)}
    assert moved(rows) == balances == {"BTC": Decimal("4.622085780"), "ETH": Decimal("18.5")}


def test_a_pro_trade_counts_once_whether_it_comes_from_statement_or_fills(read: Read, told: Told) -> None:
    statement = PRO + (
        "default,match,2020-05-18T20:08:39.184Z,2,2,LTC,,7,o\n"
        "default,match,2020-05-18T20:08:39.184Z,-80,20,EUR,,7,o\n"
        "default,fee,2020-05-18T20:08:39.184Z,-0.4,19.6,EUR,,7,o\n"
    )
    fills = (
        "portfolio,trade id,product,side,created at,size,size unit,price,fee,total,price/fee/total unit\n"
        "default,7,LTC-EUR,BUY,2020-05-18T20:08:39.184Z,2,LTC,40,0.4,-80.4,EUR\n"
    )
    one, other = read("coinbase-pro", statement)[0], read("coinbase-pro-fills", fills)[0]
    assert isinstance(one, Record)
    assert isinstance(other, Record)
    assert one.id == other.id
    assert told([one]) == told([other]) == ["buy +2 LTC -80 EUR fee 0.4 EUR"]


def test_a_pro_row_that_overlapping_exports_tell_twice_counts_once(read: Read, told: Told) -> None:
    bought = "default,match,2020-05-18T20:08:39.184Z,2,2,LTC,,7,o\n"
    paid = "default,match,2020-05-18T20:08:39.184Z,-80,20,EUR,,7,o\n"
    assert told(read("coinbase-pro", PRO + 2 * bought + 2 * paid)) == ["buy +2 LTC -80 EUR"]


def test_the_real_fills_add_up_to_their_totals(
    importers: dict[str, Importer], real: Real, moved: Callable[[object], dict[str, Decimal]]
) -> None:
    rows = importers["coinbase-pro-fills"].read(ImportSource(real("exports/gpl2_everytrade/coinbasepro_v001.csv")))
    assert moved(rows)["EUR"] == Decimal("117.9117789975") - Decimal("123.6699996787425")


def test_a_fill_whose_total_has_the_wrong_sign_is_rejected(read: Read) -> None:
    header = "portfolio,trade id,product,side,created at,size,size unit,price,fee,total,price/fee/total unit\n"
    (rejected,) = read("coinbase-pro-fills", header + "d,7,LTC-EUR,BUY,2020-05-18T20:08:39Z,2,LTC,40,0.4,80.4,EUR\n")
    assert isinstance(rejected, RejectedRow)
