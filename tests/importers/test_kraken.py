"""Kraken's ledgers and trades."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from kit_importers.kraken_assets import kraken_asset, kraken_pair

from kit import Balance, Importer, ImportSource, Record, RejectedRow, SkippedRow

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
OLD = "txid,refid,time,type,subtype,aclass,asset,amount,fee,balance\n"
NEW = '"txid","refid","time","type","subtype","aclass","subclass","asset","wallet","amount","fee","balance"\n'
TRADES = "txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin,misc,ledgers\n"


def ledger(*rows: str) -> str:
    """“T1 trade tradespot XXBT 0.5 0.001 9”: refid, type, subtype (- for none), asset, amount, fee, balance."""
    text = OLD
    for number, row in enumerate(rows):
        refid, kind, subtype, asset, amount, fee, balance = row.split()
        subtype = subtype.replace("-", "")
        text += f"L{number},{refid},2024-01-01 12:00:{number:02},{kind},{subtype},currency,"
        text += f"{asset},{amount},{fee},{balance}\n"
    return text


@pytest.mark.parametrize(
    ("rows", "events"),
    [
        (["T1 trade - ZEUR -100 0.26 0", "T1 trade - XXBT 0.01 0 1"], ["buy +0.01 BTC -100 EUR fee 0.26 EUR"]),
        (["T1 trade - XXBT -0.01 0 1", "T1 trade - ZUSD 400 1 9"], ["sell +400 USD -0.01 BTC fee 1 USD"]),
        (["T1 spend - ZEUR -50 0.75 0", "T1 receive - SOL 1 0 1"], ["buy +1 SOL -50 EUR fee 0.75 EUR"]),
        (
            ["T1 trade - ZEUR -9 0.1 0", "T1 trade - ETH 1 0.001 1"],
            ["buy +1 ETH -9 EUR fee 0.001 ETH", "fee fee 0.1 EUR"],
        ),
        (["D1 deposit - XETH 2 0.01 2"], ["deposit +2 ETH fee 0.01 ETH"]),
        (["W1 withdrawal - XXBT -0.5 0.0005 0"], ["withdrawal -0.5 BTC fee 0.0005 BTC"]),
        (["S1 staking - DOT.S 0.1 0 1"], ["staking +0.1 DOT"]),
        (["E1 earn reward ETH 0.1 0.02 1"], ["staking +0.1 ETH fee 0.02 ETH"]),
        (
            ["M1 margin - ZEUR 5 0.1 1", "M2 margin - ZEUR -5 0 1"],
            ["margin_profit +5 EUR fee 0.1 EUR", "margin_loss -5 EUR"],
        ),
        (["R1 rollover - ZEUR 0 0.02 1"], ["fee fee 0.02 EUR"]),
        (["A1 adjustment - XXDG -3 0 1"], ["withdrawal -3 DOGE"]),
        (["X1 transfer - BSV 1 0 1"], ["fork +1 BSV"]),
        (["T1 trade - ZEUR -9 0 0"], ["withdrawal -9 EUR"]),
    ],
)
def test_ledger_rows_become_events(read: Read, told: Told, rows: list[str], events: list[str]) -> None:
    assert sorted(told(read("kraken-ledgers", ledger(*rows)))) == sorted(events)


def test_moves_inside_kraken_and_pending_twins_are_skipped(read: Read) -> None:
    text = ledger(
        "T1 transfer spottostaking DOT -1 0 0",
        "T1 transfer stakingfromspot DOT.S 1 0 1",
        "T2 earn allocation ETH -1 0 0",
        "T3 hybridearnwithdrawal - USDC -1 0 0",
    )
    text += ',Q1,2024-01-02 00:00:00,deposit,,currency,ZEUR,100,0,""\n'
    rows = read("kraken-ledgers", text)
    assert [type(row) for row in rows if not isinstance(row, Balance)] == [SkippedRow] * 5


def test_a_row_that_overlapping_exports_tell_twice_counts_once(read: Read, told: Told) -> None:
    header, *rows = ledger("T1 trade - ZEUR -500 1.3 0", "T1 trade - XXBT 0.03 0 1").splitlines(keepends=True)
    assert told(read("kraken-ledgers", header + "".join(rows + rows))) == ["buy +0.03 BTC -500 EUR fee 1.3 EUR"]


def test_legs_far_apart_are_joined_and_the_memory_stays_bounded(read: Read, told: Told) -> None:
    text = ledger("T1 trade - ZEUR -9 0.1 0") + "".join(
        f"D{number},D{number},2024-01-02 00:00:00,deposit,,currency,ZEUR,1,0,1\n" for number in range(50)
    )
    text += "L9,T1,2024-01-03 00:00:00,trade,,currency,XXBT,1,0,1\n"
    events = told(read("kraken-ledgers", text))
    assert events[-1] == "buy +1 BTC -9 EUR fee 0.1 EUR"
    assert len(events) == 51


def test_the_last_balance_of_every_wallet_is_reported_whichever_way_the_file_runs(read: Read) -> None:
    rows = ledger(
        "D1 deposit - DOT 5 0 5",
        "D2 deposit - DOT 1 0 6",
        "S1 staking - DOT.S 2 0 2",
        "W1 withdrawal - DOT -4 0 2",
    ).splitlines(keepends=True)
    for text in ("".join(rows), "".join([rows[0], *reversed(rows[1:])])):
        (balance,) = [row for row in read("kraken-ledgers", text, account="k") if isinstance(row, Balance)]
        assert (balance.account, balance.asset, balance.total, balance.staked) == ("k", "DOT", Decimal(4), Decimal(2))
        assert balance.time == datetime(2024, 1, 1, 12, 0, 3, tzinfo=UTC)


def test_the_newest_columns_are_read(read: Read, told: Told) -> None:
    text = NEW + (
        '"L1","T1","2024-03-03 08:20:02","trade","tradespot","currency","fiat","EUR","spot / main",-400,1.0000,599\n'
        '"L2","T1","2024-03-03 08:20:02","trade","tradespot","currency","crypto","BTC","spot / main",0.007,0,0.007\n'
    )
    rows = read("kraken-ledgers", text)
    assert told(rows) == ["buy +0.007 BTC -400 EUR fee 1 EUR"]
    assert [row.id for row in rows if isinstance(row, Record)] == ["T1"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("D1 dance - XXBT 1 0 1", "the type “dance” is not known"),
        ("D1 deposit - XXBT -1 0 1", "wrong sign"),
        ("D1 withdrawal - XXBT 1 0 1", "wrong sign"),
        ("D1 deposit - XXBT x 0 1", "is not a number"),
        ("D1 deposit - XXBT 1 -1 1", "the fee -1 is negative"),
    ],
)
def test_a_bad_ledger_row_is_rejected(read: Read, row: str, reason: str) -> None:
    (rejected,) = read("kraken-ledgers", ledger(row))
    assert isinstance(rejected, RejectedRow)
    assert reason in rejected.reason


def test_the_real_ledgers_move_what_their_balances_say(
    importers: dict[str, Importer], real: Callable[[str], Path], told: Told
) -> None:
    rows = list(importers["kraken-ledgers"].read(ImportSource(real("exports/agpl3_perfi/kraken_ledgers.csv"))))
    assert told(rows) == [
        "deposit +0.7625 BTC",
        "withdrawal -0.762 BTC fee 0.0005 BTC",
        "fork +0.00000594 BSV",
        "staking +0.041884056 ETH",
        "deposit +0.00119 ZEC",
    ]
    balances = {row.asset: row.total for row in rows if isinstance(row, Balance)}
    assert balances == {
        "BTC": Decimal(0),
        "ZEC": Decimal("0.00419288"),
        "BSV": Decimal("0.00000594"),
        "ETH": Decimal("0.041884056"),
    }


def test_a_trade_counts_once_whether_it_comes_from_ledgers_or_trades(read: Read, told: Told) -> None:
    (from_trades,) = read(
        "kraken-trades", TRADES + "T1,O1,XXBTZEUR,2024-01-01 12:00:00.1234,buy,limit,40000,400,1.04,0.01,0,,L1\n"
    )
    from_ledgers = read("kraken-ledgers", ledger("T1 trade - ZEUR -400 1.04 1", "T1 trade - XXBT 0.01 0 1"))[0]
    assert isinstance(from_trades, Record)
    assert isinstance(from_ledgers, Record)
    assert from_trades.id == from_ledgers.id
    assert told([from_trades]) == told([from_ledgers]) == ["buy +0.01 BTC -400 EUR fee 1.04 EUR"]


def test_a_trade_on_margin_is_left_to_the_ledgers(read: Read) -> None:
    (row,) = read("kraken-trades", TRADES + "T1,O1,XXBTZEUR,2024-01-01 12:00:00,buy,limit,1,400,1,0.01,80,,L1\n")
    assert isinstance(row, RejectedRow)
    assert "import the ledgers" in row.reason


@pytest.mark.parametrize(
    ("code", "asset"),
    [
        *[("XXBT", "BTC"), ("XBT", "BTC"), ("XBT.M", "BTC"), ("XETH", "ETH"), ("ETH2.S", "ETH"), ("ETH2", "ETH")],
        *[("ZEUR", "EUR"), ("EUR.HOLD", "EUR"), ("ZUSD", "USD"), ("XXDG", "DOGE"), ("XZEC", "ZEC"), ("XTZ.S", "XTZ")],
        *[("DOT28.S", "DOT"), ("USDC.F", "USDC"), ("ZETA", "ZETA"), ("XRP", "XRP"), ("sol", "SOL"), ("CHF", "CHF")],
    ],
)
def test_assets_get_their_common_names(code: str, asset: str) -> None:
    assert kraken_asset(code) == asset


@pytest.mark.parametrize(
    ("code", "pair"),
    [
        *[("XXBTZEUR", ("BTC", "EUR")), ("XBTUSDT", ("BTC", "USDT")), ("XETHXXBT", ("ETH", "BTC"))],
        *[("XTZUSD", ("XTZ", "USD")), ("ETH/EUR", ("ETH", "EUR")), ("DOTXBT", ("DOT", "BTC"))],
        *[("XXDGZUSD", ("DOGE", "USD")), ("ZEURZUSD", ("EUR", "USD")), ("USDCEUR", ("USDC", "EUR"))],
    ],
)
def test_pairs_get_their_common_names(code: str, pair: tuple[str, str]) -> None:
    assert kraken_pair(code) == pair
