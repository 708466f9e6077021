"""Price files: many assets in one, or one asset's candles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kit import FileHead, Importer, ImportFileError, ImportSource, PricePoint, RejectedRow

Read = Callable[..., list[object]]
Real = Callable[[str], Path]


def test_the_currency_is_usd_unless_it_says_otherwise(read: Read) -> None:
    plain, euro = read(
        "price-csv", "date,asset,close,currency,source\n2024-01-01,btc,42000.5,,\n2024-01-01,ETH,9,eur,me\n"
    )
    assert plain == PricePoint(date(2024, 1, 1), "BTC", Decimal("42000.5"), "USD", "file.csv")
    assert euro == PricePoint(date(2024, 1, 1), "ETH", Decimal(9), "EUR", "me")


def test_a_days_close_is_its_last_row_whichever_way_the_file_runs(read: Read) -> None:
    rows = [f"2024-01-0{day}T{hour:02}:00:00Z,BTC,{day}{hour}\n" for day in (1, 2) for hour in (0, 12, 23)]
    for order in (rows, rows[::-1]):
        points = read("price-csv", "date,asset,close\n" + "".join(order))
        assert {(p.day.day, p.close) for p in points if isinstance(p, PricePoint)} == {
            (1, Decimal(123)),
            (2, Decimal(223)),
        }


@pytest.mark.parametrize("close", ["0", "-1", "", "N/A", "1,5"])
def test_a_close_that_is_no_price_is_rejected(read: Read, close: str) -> None:
    (row,) = read("price-csv", f'date,asset,close\n2024-01-01,BTC,"{close}"\n')
    assert isinstance(row, RejectedRow)
    assert row.line == 2


@pytest.mark.parametrize(
    ("name", "asset", "currency"),
    [
        ("BTC.csv", "BTC", "USD"),
        ("eth-usd.csv", "ETH", "USD"),
        ("ADA_EUR.csv", "ADA", "EUR"),
        ("SOLUSDT.csv", "SOL", "USD"),
        ("ltceur.csv", "LTC", "EUR"),
        ("FDUSD.csv", "FDUSD", "USD"),
        ("1INCH-USD_daily.csv", "1INCH", "USD"),
        ("^GSPC.csv", "GSPC", "USD"),
        ("^spx_d.csv", "SPX", "USD"),
        ("S&P 500.csv", "S&P", "USD"),
    ],
)
def test_candles_belong_to_the_asset_the_file_is_named_after(read: Read, name: str, asset: str, currency: str) -> None:
    (point,) = read("ohlcv-csv", "date,open,high,low,close,volume\n2024-01-01,1,2,0.5,1.5,9\n", name=name)
    assert point == PricePoint(date(2024, 1, 1), asset, Decimal("1.5"), currency, name)


@pytest.mark.parametrize("text", ["date,close\n2024-01-02,4742.83\n", "Date,Close,Source\n2024-01-02,4742.83,\n"])
def test_closes_alone_belong_to_the_asset_the_file_is_named_after(
    read: Read, importers: dict[str, Importer], text: str
) -> None:
    assert importers["ohlcv-csv"].detect(FileHead(Path("SP500_close.csv"), tuple(text.splitlines()))) == 1
    assert read("ohlcv-csv", text, name="SP500_close.csv") == [
        PricePoint(date(2024, 1, 2), "SP500", Decimal("4742.83"), "USD", "SP500_close.csv")
    ]


def test_the_index_may_be_written_with_its_blank_and_no_asset_may(read: Read) -> None:
    asset, index = read("price-csv", "date,asset,close\n2024-01-02,S&P 500,4742.83\n2024-01-02,BITCOIN CASH,258\n")
    assert isinstance(index, PricePoint)
    assert index.asset == "S&P 500"
    assert isinstance(asset, RejectedRow)


def test_candles_of_no_asset_are_refused_with_a_way_out(read: Read) -> None:
    with pytest.raises(ImportFileError, match=r"Name the file after the asset"):
        read("ohlcv-csv", "date,open,high,low,close\n2024-01-01,1,2,0.5,1.5\n", name="?.csv".replace("?", "…"))


def test_every_real_price_file_is_read_without_a_rejected_row(importers: dict[str, Importer], real: Real) -> None:
    closes = list(importers["price-csv"].read(ImportSource(real("prices/open/daily_close_usd.csv"))))
    assert len(closes) == 28_694
    candles = list(importers["ohlcv-csv"].read(ImportSource(real("prices/open/ohlcv_yahoo/BTC.csv"))))
    assert candles[-1] == PricePoint(date(2024, 12, 31), "BTC", Decimal("93429.20312"), "USD", "BTC.csv")
    hours = list(importers["ohlcv-csv"].read(ImportSource(real("prices/open/hourly_binance_2024/BTC.csv"))))
    days = list(importers["ohlcv-csv"].read(ImportSource(real("prices/open/ohlcv_binance_2024/BTC.csv"))))
    assert all(isinstance(point, PricePoint) for point in (*closes, *candles, *hours, *days))
    by_day = {point.day: point.close for point in days if isinstance(point, PricePoint)}
    agreeing = [by_day[p.day] == p.close for p in hours if isinstance(p, PricePoint) and p.day in by_day]
    assert len(agreeing) > 240
    assert sum(agreeing) >= len(agreeing) - 2
