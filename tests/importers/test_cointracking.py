"""CoinTracking: fees that amounts contain, dates in the user's format, its own types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kit import Importer, ImportSource, Kind, Quantity, Record, RejectedRow, SkippedRow

Read = Callable[..., list[object]]
Told = Callable[[object], list[str]]
HEADER = '"Type","Buy","Cur.","Sell","Cur.","Fee","Cur.","Exchange","Group","Comment","Date","Tx-ID"\n'
WHEN = ",Kraken,,,2024-01-31 10:12:27,"


@pytest.mark.parametrize(
    ("row", "event"),
    [
        # The examples of CoinTracking's help page on fees.
        ("Trade,1,BTC,505,USD,5,USD", "buy +1 BTC -500 USD fee 5 USD"),
        ("Trade,0.99,BTC,500,USD,0.01,BTC", "buy +1 BTC -500 USD fee 0.01 BTC"),
        ("Spend,,,0.201,BTC,0.001,BTC", "spend -0.2 BTC fee 0.001 BTC"),
        ("Withdrawal,-,,1.001,BTC,0.001,BTC", "withdrawal -1 BTC fee 0.001 BTC"),
        ("Trade,1,BTC,15,ETH,1,BNB", "trade +1 BTC -15 ETH"),
        ("Other Fee,,,1,BNB,,", "fee fee 1 BNB"),
        ("Other Fee,,,1,BNB,1,BNB", "fee fee 1 BNB"),
        ("Gift/Tip,1,BTC,,,,", "gift_received +1 BTC"),
        ("Gift/Tip,,,1,BTC,,", "gift_sent -1 BTC"),
        ("Gift,,,1,BTC,,", "gift_sent -1 BTC"),
        ("Staking,1,ETH,,,2,EUR", "staking +1 ETH"),
        ("Lending Income,1,ETH,,,,", "interest +1 ETH"),
        ("Mining (commercial),1,ETH,,,,", "mining +1 ETH"),
        ("Airdrop (non taxable),1,ETH,,,,", "airdrop +1 ETH"),
        ("Reward / Bonus,1,ETH,,,,", "reward +1 ETH"),
        ("Margin Profit,1,ETH,,,,", "margin_profit +1 ETH"),
        ("Margin Loss,,,1,ETH,,", "margin_loss -1 ETH"),
        ("Derivatives / Futures Loss,,,1,ETH,,", "margin_loss -1 ETH"),
        ("Margin Fee,,,1,ETH,,", "fee fee 1 ETH"),
        ("Stolen,,,1,ETH,,", "lost -1 ETH"),
        ("Donation,,,1,ETH,,", "donation -1 ETH"),
    ],
)
def test_a_type_has_its_kind_and_a_fee_stands_beside(read: Read, told: Told, row: str, event: str) -> None:
    assert told(read("cointracking", f"{HEADER}{row}{WHEN}\n")) == [event]


def test_a_currency_belongs_to_the_amount_left_of_it_in_whatever_order(read: Read, told: Told) -> None:
    text = '"Date","Fee","Cur.","Sell","Cur.","Exchange","Type","Buy","Cur."\n'
    text += "2024-01-31 10:12:27,5,USD,505,USD,Kraken,Trade,1,BTC\n"
    assert told(read("cointracking", text)) == ["buy +1 BTC -500 USD fee 5 USD"]


def test_an_amount_without_its_currency_beside_it_is_rejected(read: Read) -> None:
    text = '"Type","Buy","Sell","Cur.","Cur.","Fee","Cur.","Exchange","Date"\n'
    (row,) = read("cointracking", text + "Trade,1,505,BTC,USD,5,USD,Kraken,2024-01-31 10:12:27\n")
    assert isinstance(row, RejectedRow)
    assert row.reason == "the column right of “buy” is not its currency"


def test_a_fee_in_a_third_asset_is_only_noted(read: Read) -> None:
    (record,) = read("cointracking", f"{HEADER}Trade,1,BTC,15,ETH,1,BNB{WHEN}\n")
    assert isinstance(record, Record)
    assert record.fee is None
    assert record.note == "fee told: 1 BNB"


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["20.09.2019 13:00:00", "02.09.2019"], [(20, 9), (2, 9)]),
        (["2019-09-20 13:00:00"], [(20, 9)]),
        (["09/20/2019 13:00", "03/04/2019 13:00"], [(20, 9), (4, 3)]),
        (["20/09/2019 13:00", "03/04/2019 13:00"], [(20, 9), (3, 4)]),
    ],
)
def test_dates_are_read_in_the_order_that_the_file_shows(
    read: Read, dates: list[str], days: list[tuple[int, int]]
) -> None:
    lines = "".join(f"Deposit,1,BTC,,,,,Kraken,,,{date},\n" for date in dates)
    rows = read("cointracking", HEADER + lines)
    assert [(row.time.day, row.time.month) for row in rows if isinstance(row, Record)] == days


def test_a_file_that_does_not_tell_day_from_month_is_not_guessed(read: Read) -> None:
    rows = read("cointracking", HEADER + "Deposit,1,BTC,,,,,Kraken,,,03/04/2019 13:00,\n")
    assert [row.reason for row in rows if isinstance(row, RejectedRow)] == [
        "“03/04/2019 13:00” may be day and month or month and day"
    ]


def test_times_follow_the_zone_that_the_user_names(importers: dict[str, Importer], tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    lines = "".join(
        f"Deposit,1,BTC,,,,,Kraken,,,{date},\n"
        for date in ("01.07.2024 12:00:00", "27.10.2024 02:30:00", "31.03.2024 02:30:00")
    )
    path.write_text(HEADER + lines, encoding="utf-8")
    rows = list(importers["cointracking"].read(ImportSource(path, timezone="Europe/Berlin")))
    assert [row.time for row in rows if isinstance(row, Record)] == [
        datetime(2024, 7, 1, 10, tzinfo=UTC),
        datetime(2024, 10, 27, 0, 30, tzinfo=UTC),  # comes twice: the first
    ]
    (rejected,) = [row for row in rows if isinstance(row, RejectedRow)]
    assert "clocks were put forward" in rejected.reason


def test_an_open_position_is_skipped_and_a_strange_type_kept_aside(read: Read) -> None:
    rows = read("cointracking", f"{HEADER}Margin Trade,1,BTC,15,ETH,,{WHEN}\nSorcery,1,BTC,,,,{WHEN}\n")
    assert [type(row) for row in rows] == [SkippedRow, RejectedRow]
    assert "the type “Sorcery” is not known" in str(rows[1])


def test_columns_nobody_knows_are_told_of(read: Read, told: Told) -> None:
    header = HEADER.replace('"Tx-ID"', '"Mood"')
    rows = read("cointracking", f"{header}Deposit,1,BTC,,,,{WHEN}fine\n")
    assert [(row.line, row.text) for row in rows if isinstance(row, SkippedRow)] == [(1, "mood")]
    assert told(rows) == ["deposit +1 BTC"]


def test_the_german_table_and_the_older_column_names(read: Read, told: Told) -> None:
    german = '"Typ","Kauf","Cur.","Verkauf","Cur.","Gebühr","Cur.","Börse","Gruppe","Kommentar","Datum"\n'
    older = "Type,Buy,Cur.,Sell,Cur.,Fee,Cur.,Exchange,Trade Group,Comment,Trade Date\n"
    rows = read("cointracking", german + "Einzahlung,1,BTC,,,,,Kraken,g,k,31.01.2024 10:12:27\n")
    assert told(rows) == ["deposit +1 BTC"]
    assert [(row.account, row.note) for row in rows if isinstance(row, Record)] == [("Kraken", "g, k")]
    assert told(read("cointracking", older + "Trade,1,BTC,505,USD,5,USD,Kraken,g,k,31.01.2024 10:12\n")) == [
        "buy +1 BTC -500 USD fee 5 USD"
    ]


def test_a_real_list_of_2019(importers: dict[str, Importer], real: Callable[[str], Path], told: Told) -> None:
    path = real("exports/agpl3_rotki/cointracking_trades_list.csv")
    rows = list(importers["cointracking"].read(ImportSource(path)))
    assert told(rows) == [
        "withdrawal -0.001267 ETH fee 0.0001 ETH",
        "deposit +0.02 ETH",
        "gift_received +0.001 BTC",
        "reward +2 ETH",
        "deposit +0.33676476 BTC",
        "deposit +5 XMR",
        "buy +0.05772716 ETH -10.97 EUR fee 0.02 EUR",
        "withdrawal -0.05760427 ETH fee 0.0001 ETH",
        "staking +1 AXS",
        "staking +2.12 ETH",
        "staking +1 AXS",
    ]
    records = [row for row in rows if isinstance(row, Record)]
    assert len({each.id for each in records}) == 11
    assert records[0].time == datetime(2019, 9, 20, 13, tzinfo=UTC)
    assert records[6].account == "Coinbase"
    assert [row.reason for row in rows if isinstance(row, RejectedRow)] == ["a trade in which nothing was received"]


def test_a_real_list_of_2025_in_both_of_its_date_formats(
    importers: dict[str, Importer], real: Callable[[str], Path]
) -> None:
    path = real("exports/apache2_export-to-ghostfolio/cointracking-export.csv")
    rows = [row for row in importers["cointracking"].read(ImportSource(path)) if isinstance(row, Record)]
    assert [(row.time, row.kind) for row in rows[:2]] == [
        (datetime(2025, 1, 18, 15, 18, 55, tzinfo=UTC), Kind.STAKING),
        (datetime(2025, 1, 1, 10, 12, 27, tzinfo=UTC), Kind.BUY),
    ]
    assert (rows[1].sent, rows[1].fee) == (Quantity(Decimal(481), "EUR"), Quantity(Decimal(19), "EUR"))
    assert len(rows) == 6
