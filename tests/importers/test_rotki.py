"""rotki: the files that people fill in, and the export of history events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from kit_importers.rotki_assets import rotki_asset

from kit import Importer, ImportSource, Kind, Money, Quantity, Record, RejectedRow, SkippedRow

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
USDC = "eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
STRANGER = "eip155:1/erc20:0x00000000000000000000000000000000DeaDBeef"
TRADES = "Location,Spend Currency,Receive Currency,Receive Amount,Spend Amount,Fee,Fee Currency,Description,Timestamp\n"
EVENTS = "Type,Location,Currency,Amount,Fee,Fee Currency,Description,Timestamp\n"
HISTORY = (
    "timestamp,event_type,event_subtype,location,location_label,asset,asset_symbol,amount,fiat_value,"
    "event_identifier,sequence_index,direction,user_notes\n"
)
OLD_HISTORY = (
    "identifier,event_identifier,sequence_index,timestamp,location,asset,event_type,event_subtype,location_label,"
    "notes,balance_amount,balance_usd_value\n"
)


@pytest.mark.parametrize(
    ("identifier", "ticker"),
    [
        ("BTC", "BTC"),
        ("eur", "EUR"),
        ("ETH2", "ETH"),
        (USDC, "USDC"),
        (USDC.lower(), "USDC"),
        ("eip155:8453/erc20:0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "USDC"),
    ],
)
def test_an_identifier_stands_for_a_ticker(identifier: str, ticker: str) -> None:
    assert rotki_asset(identifier) == ticker


@pytest.mark.parametrize(
    "identifier",
    [
        STRANGER,
        USDC.replace("eip155:1", "eip155:56"),  # the same address means something else on another chain
        USDC.replace("erc20", "erc721"),
        "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:abc",
        "LUNA-7",
        "",
        "two words",
    ],
)
def test_what_nobody_knows_is_no_asset(identifier: str) -> None:
    with pytest.raises(ValueError, match=r"not a known one|missing|not an asset name"):
        rotki_asset(identifier)


def test_real_generic_trades(importers: dict[str, Importer], real: Callable[[str], Path], told: Told) -> None:
    rows = list(importers["rotki-trades"].read(ImportSource(real("exports/agpl3_rotki/rotki_generic_trades.csv"))))
    assert told(rows) == [
        "trade +1 ETH -1875.64 USDC",
        "trade +4.3241 BTC -392.887 LTC",
        "trade +880 DAI -20 UNI fee 0.104 USD",
        "trade +16.3444 BCH -4576.64 ADA fee 5.1345 USD",
        "trade +16.3444 BCH -4576.64 ADA fee 5.1345 USD",
    ]
    records = [row for row in rows if isinstance(row, Record)]
    assert len({each.id for each in records}) == 5
    assert (records[0].account, records[0].time) == ("binance", datetime(2022, 7, 29, 9, tzinfo=UTC))
    assert [row.line for row in rows if isinstance(row, RejectedRow)] == [7]


def test_real_generic_events(importers: dict[str, Importer], real: Callable[[str], Path], told: Told) -> None:
    rows = list(importers["rotki-events"].read(ImportSource(real("exports/agpl3_rotki/rotki_generic_events.csv"))))
    assert told(rows) == [
        "deposit +1000 EUR",
        "withdrawal -99 USDT fee 1 USDT",
        "withdrawal -1.01 BNB",
        "staking +0.0513 ETH",
        "lost -0.091 BTC",
        "reward +1000 DAI",
    ]
    assert [row.reason for row in rows if isinstance(row, RejectedRow)] == ["the type “Invalid” is not known"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (f"Deposit,kraken,{STRANGER},1,,,,1659686400000", "not a known one"),
        ("Deposit,kraken,BTC,-1,,,,1659686400000", "is negative"),
        ("Deposit,kraken,,1,,,,1659686400000", "the asset is missing"),
        ("Deposit,kraken,BTC,,,,,1659686400000", "nothing was received"),
        ("Deposit,kraken,BTC,1,,,,9999999999999999999999", "milliseconds"),
    ],
)
def test_bad_generic_rows_are_kept_aside(read: Read, row: str, reason: str) -> None:
    (rejected,) = read("rotki-events", f"{EVENTS}{row}\n")
    assert isinstance(rejected, RejectedRow)
    assert reason in rejected.reason


def test_a_group_of_history_is_a_trade_with_its_fee_and_the_rest_by_itself(read: Read) -> None:
    rows = read(
        "rotki-history",
        HISTORY
        + f"01/02/2024 10:00:00 UTC,trade,spend,uniswap,0xme,{USDC},USDC,2000,1999,g1,0,out,\n"
        + "01/02/2024 10:00:00 UTC,trade,receive,uniswap,0xme,ETH,ETH,1,2000,g1,1,in,\n"
        + "01/02/2024 10:00:00 UTC,trade,fee,uniswap,0xme,ETH,ETH,0.003,6,g1,2,out,\n"
        + "01/02/2024 10:00:00 UTC,spend,fee,ethereum,0xme,ETH,ETH,0.001,2,g1,3,out,gas\n"
        + "02/02/2024 10:00:00 UTC,staking,reward,kraken,,ETH,ETH,0.01,20,g2,0,in,\n",
    )
    start = datetime(2024, 2, 1, 10, tzinfo=UTC)
    assert rows == [
        Record(
            *("g1:0", start, "uniswap 0xme", Kind.TRADE),
            received=Quantity(Decimal(1), "ETH"),
            sent=Quantity(Decimal(2000), "USDC"),
            fee=Quantity(Decimal("0.003"), "ETH"),
            note="trade spend",
            source="rotki-history",
        ),
        Record(
            *("g1:3", start, "ethereum 0xme", Kind.FEE),
            fee=Quantity(Decimal("0.001"), "ETH"),
            note="spend fee, gas",
            source="rotki-history",
        ),
        Record(
            *("g2:0", start.replace(day=2), "kraken", Kind.STAKING),
            received=Quantity(Decimal("0.01"), "ETH"),
            note="staking reward",
            source="rotki-history",
        ),
    ]


@pytest.mark.parametrize(
    ("event", "direction", "expected"),
    [
        ("receive,none", "in", "deposit +1 BTC"),
        ("receive,airdrop", "in", "airdrop +1 BTC"),
        ("receive,reward", "in", "reward +1 BTC"),
        ("receive,interest", "in", "interest +1 BTC"),
        ("receive,donate", "in", "gift_received +1 BTC"),
        ("receive,payment", "in", "reward +1 BTC"),
        ("staking,block production", "in", "staking +1 BTC"),
        ("staking,deposit asset", "out", "withdrawal -1 BTC"),
        ("staking,remove asset", "in", "deposit +1 BTC"),
        ("deposit,deposit asset", "in", "deposit +1 BTC"),
        ("withdrawal,remove_asset", "out", "withdrawal -1 BTC"),
        ("spend,none", "out", "withdrawal -1 BTC"),
        ("spend,payment", "out", "spend -1 BTC"),
        ("spend,donate", "out", "donation -1 BTC"),
        ("spend,liquidate", "out", "lost -1 BTC"),
        ("spend,fee", "out", "fee fee 1 BTC"),
        ("renew,none", "out", "spend -1 BTC"),
        ("receive,generate debt", "in", "deposit +1 BTC"),
        ("spend,payback debt", "out", "withdrawal -1 BTC"),
    ],
)
def test_a_single_event_has_the_kind_of_its_type_and_direction(
    read: Read, told: Told, event: str, direction: str, expected: str
) -> None:
    row = f"01/02/2024 10:00:00 UTC,{event},kraken,,BTC,BTC,1,2,g,0,{direction},\n"
    assert told(read("rotki-history", HISTORY + row)) == [expected]


def test_a_coin_and_its_wrapped_twin_are_a_trade(read: Read, told: Told) -> None:
    weth = "eip155:1/erc20:0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2"
    rows = (
        "01/02/2024 10:00:00 UTC,deposit,deposit asset,weth,,ETH,ETH,1,2,g,0,out,\n"
        f"01/02/2024 10:00:00 UTC,receive,receive wrapped,weth,,{weth},WETH,1,2,g,1,in,\n"
    )
    assert told(read("rotki-history", HISTORY + rows)) == ["trade +1 WETH -1 ETH"]


def test_sides_in_two_accounts_are_no_trade(read: Read, told: Told) -> None:
    rows = (
        "01/02/2024 10:00:00 UTC,trade,spend,kraken,,ETH,ETH,1,2,g,0,out,\n"
        "01/02/2024 10:00:00 UTC,trade,receive,bitstamp,,BTC,BTC,1,2,g,1,in,\n"
    )
    assert told(read("rotki-history", HISTORY + rows)) == ["withdrawal -1 ETH", "deposit +1 BTC"]


def test_a_trade_without_its_other_side_stays_visible(read: Read, told: Told) -> None:
    rows = "01/02/2024 10:00:00 UTC,trade,spend,kraken,,ETH,ETH,1,2,g,0,out,\n"
    assert told(read("rotki-history", HISTORY + rows)) == ["withdrawal -1 ETH"]


def test_neutral_rows_are_skipped_and_strange_ones_kept_aside(read: Read) -> None:
    rows = read(
        "rotki-history",
        HISTORY
        + "01/02/2024 10:00:00 UTC,informational,approve,ethereum,,ETH,ETH,0,0,g1,0,neutral,\n"
        + f"01/02/2024 10:00:00 UTC,receive,none,ethereum,,{STRANGER},SCAM,1000,0,g2,0,in,\n"
        + "01/02/2024 10:00:00 UTC,receive,mystery,ethereum,,ETH,ETH,1,0,g3,0,in,\n"
        + "01/02/2024 10:00:00 UTC,deposit,deposit asset,kraken,,ETH,ETH,1,0,g4,0,,\n"
        + "01/02/2024 10:00:00 CET,receive,none,ethereum,,ETH,ETH,1,0,g5,0,in,\n",
    )
    assert isinstance(rows[0], SkippedRow)
    assert sorted((row.line, row.reason.split(";")[0]) for row in rows if isinstance(row, RejectedRow)) == [
        (3, f"the token {STRANGER} is not a known one"),
        (4, "the event “receive, mystery” is not known"),
        (5, "whether “deposit, deposit asset” came in or went out is not told"),
        (6, "which zone “CET” is, is not clear"),
    ]


def test_an_older_export_tells_dollars_and_the_type_the_direction(read: Read) -> None:
    row = "7,g1,0,1659345600000,kraken,ETH,receive,airdrop,,thanks,2,3000.5\n"
    (record,) = read("rotki-history", OLD_HISTORY + row)
    assert isinstance(record, Record)
    assert (record.id, record.kind, record.note) == ("g1:0", Kind.AIRDROP, "receive airdrop, thanks")
    assert record.value == Money(Decimal("3000.5"), "USD")
    assert record.time == datetime(2022, 8, 1, 9, 20, tzinfo=UTC)
    trade = "8,g2,0,1659345600000,kraken,ETH,trade,spend,,,2,3000.5\n"
    trade += "9,g2,1,1659345600000,kraken,EUR,trade,receive,,,2900,2999\n"
    (record,) = read("rotki-history", OLD_HISTORY + trade)
    assert isinstance(record, Record)
    assert (record.kind, record.value) == (Kind.SELL, Money(Decimal("3000.5"), "USD"))
