"""Exports of Gate.io and Pionex."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from kit import Importer, ImportSource, Record, RejectedRow, SkippedRow

Read = Callable[..., list[Any]]
Told = Callable[[object], list[str]]
Moved = Callable[[object], dict[str, Decimal]]
D = Decimal
GATE = "no,time,action_desc,action_data,type,change_amount,amount,total\n"
TRADES = "Date,Received Quantity,Received Currency,Sent Quantity,Sent Currency,Fee Amount,Fee Currency,Tag\n"
MOVES = "date(UTC+0),tx_type,amount,coin,network,txid,fee\n"


def test_all_rows_of_an_order_are_one_trade_when_the_last_of_it_came(read: Read, told: Told, moved: Moved) -> None:
    rows = read(
        "gate",
        GATE + "1,2024-03-01 10:00:00,Order Placed,77,USDT,-2000,0,0\n"
        "2,2024-03-01 10:00:01,Order Filled,77,BTC,0.02,0,0\n"
        "3,2024-03-01 10:00:01,Trading Fees,77,BTC,-0.00004,0,0\n"
        "4,2024-03-01 11:00:00,Deposits,d1,ETH,2,0,0\n"
        "5,2024-03-02 10:00:01,Order Fullfilled,77,BTC,0.01,0,0\n"
        "6,2024-03-02 10:00:01,Trade Fee,77,BTC,-0.00002,0,0\n"
        "7,2024-03-03 10:00:00,Order Cancelled,77,USDT,500,0,0\n"
        "8,2024-03-03 10:00:00,Order Placed,78,USDT,-100,0,0\n"
        "9,2024-03-03 10:00:05,Order Cancelled,78,USDT,100,0,0\n",
    )
    assert told(rows) == ["deposit +2 ETH", "trade +0.03 BTC -1500 USDT fee 0.00006 BTC"]
    assert rows[1].time == datetime(2024, 3, 2, 10, 0, 1, tzinfo=UTC)
    assert [row.reason for row in rows[2:]] == ["an order of which nothing was filled"] * 2
    assert moved(rows) == {"ETH": D(2), "BTC": D("0.02994"), "USDT": D(-1500)}


def test_single_movements_at_gate(read: Read, told: Told) -> None:
    rows = read(
        "gate",
        GATE + "1,2024-05-01 09:00:00,Airdrop,a,GT,10,0,0\n"
        "2,2024-05-01 09:00:01,Airdrop,a,GT,-10,0,0\n"
        "3,2024-05-02 09:00:00,HODL Interest,i,USDT,5,0,0\n"
        "4,2024-05-03 09:00:00,Referral Superior Rebate,r,USDT,2,0,0\n"
        "5,2024-05-04 09:00:00,Withdrawals,w,USDT,-100,0,0\n"
        "6,2024-05-04 09:00:00,Withdrawals,w,USDT,0,0,0\n"
        "7,2024-05-04 09:00:00,Withdrawals,w,USDT,100,0,0\n"
        "8,2024-05-04 09:00:00,Liquidation,w,USDT,-100,0,0\n",
    )
    assert told(rows) == [
        "airdrop +10 GT",
        "spend -10 GT",
        "interest +5 USDT",
        "reward +2 USDT",
        "withdrawal -100 USDT",
    ]
    assert isinstance(rows[5], SkippedRow)
    assert [row.reason for row in rows[6:]] == [
        "a withdrawal in which USDT was received",
        "the action “Liquidation” is not known",
    ]


def test_an_order_with_one_side_and_dust_of_several_coins_are_rejected_row_by_row(read: Read, told: Told) -> None:
    rows = read(
        "gate",
        GATE + "1,2024-06-01 09:00:00,Order Filled,o,BTC,0.05,0,0\n"
        "2,2024-06-01 09:00:00,Dust Swap-Small Balances Deducted,d,ABC,-1,0,0\n"
        "3,2024-06-01 09:00:00,Dust Swap-Small Balances Deducted,d,XYZ,-2,0,0\n"
        "4,2024-06-01 09:00:00,Dust Swap-GT Added,d,GT,0.1,0,0\n"
        "5,2024-06-01 09:00:00,Dust Swap-Small Balances Deducted,e,ABC,-1,0,0\n"
        "6,2024-06-01 09:00:00,Dust Swap-GT Added,e,GT,0.1,0,0\n",
    )
    assert told(rows) == ["trade +0.1 GT -1 ABC"]
    assert [row.line for row in rows if isinstance(row, RejectedRow)] == [2, 3, 4, 5]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(("Order Placed", "Order Filled", "Order Cancelled", "Trading Fees", "Deposits", "Odd")),
            st.sampled_from(("1", "2", "")),
            st.sampled_from(("BTC", "USDT", "GT")),
            st.sampled_from(("1", "-1", "2", "-3", "0", "0.5", "soon")),
        ),
        max_size=8,
    )
)
def test_what_gates_records_move_is_what_their_rows_say(
    importers: dict[str, Importer],
    tmp_path: Path,
    moved: Moved,
    rows: list[tuple[str, str, str, str]],
) -> None:
    path = tmp_path / "gate.csv"
    lines = [
        f"{place},2024-01-01 00:00:0{place},{action},{order},{asset},{change},0,0"
        for place, (action, order, asset, change) in enumerate(rows)
    ]
    path.write_text(GATE + "\n".join(lines), encoding="utf-8")
    found = list(importers["gate"].read(ImportSource(path)))
    left_out = {row.line for row in found if isinstance(row, RejectedRow | SkippedRow)}
    expected: dict[str, Decimal] = {}
    for line, (_, _, asset, change) in enumerate(rows, 2):
        if line not in left_out:
            expected[asset] = expected.get(asset, D(0)) + D(change)
    assert moved(found) == {asset: amount for asset, amount in expected.items() if amount}


def test_pionex_trades_leave_deposits_to_the_other_file(read: Read, told: Told) -> None:
    rows = read(
        "pionex",
        TRADES + "2022-02-27 12:09:00,0.1,ETH,200,BUSD,0.0001,ETH,\n"
        "2022-02-27 12:10:00,115,BUSD,,,,,\n"
        "2022-02-27 12:11:00,0,ETH,0,BUSD,0,ETH,\n"
        "2022-02-27 12:12:00,0.1,ETH,0,BUSD,0,ETH,\n",
    )
    assert told(rows) == ["trade +0.1 ETH -200 BUSD fee 0.0001 ETH"]
    assert [type(row) for row in rows[1:]] == [SkippedRow, SkippedRow, RejectedRow]


def test_pionex_coins_lose_the_name_of_their_network_and_the_file_tells_the_order_of_days(
    read: Read, told: Told
) -> None:
    rows = read(
        "pionex-transfers",
        MOVES + "2/3/2022 12:02,DEPOSIT,115,BUSDBEP20,BEP20,0xabc,0\n"
        "3/25/2022 11:02,WITHDRAW,99,TRX,TRX,,1\n"
        "3/25/2022 11:03,TELEPORT,99,USDTTRC20,TRC20,,1\n",
    )
    assert told(rows) == ["deposit +115 BUSD", "withdrawal -99 TRX fee 1 TRX"]
    assert (rows[0].time, rows[0].note) == (datetime(2022, 2, 3, 12, 2, tzinfo=UTC), "BEP20, tx 0xabc")
    assert rows[2].reason == "the type “TELEPORT” is not known"


@pytest.mark.parametrize(
    ("importer", "file", "records"),
    [("pionex", "test_pionex_trades.csv", 2), ("pionex-transfers", "test_pionex_transfers.csv", 2)],
)
def test_real_exports_of_pionex(
    importers: dict[str, Importer], real: Callable[[str], Path], importer: str, file: str, records: int
) -> None:
    found = list(importers[importer].read(ImportSource(real(f"exports/apache2_dali-rp2/{file}"))))
    assert [type(row) for row in found] == [Record] * records
