"""A price file that is a source, and the S&P 500 from a file or from the network."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kit_prices.sp500 import index_closes

from kit import ConfigError, OddAnswer

if TYPE_CHECKING:
    from .conftest import Desk, Fault, PriceServer

REAL = Path(__file__).parents[3] / "shared" / "data" / "benchmarks" / "SP500_close.csv"


def write(desk: Desk, *rows: str) -> Path:
    path = desk.home / "mine.csv"
    path.write_text("date,asset,close,currency\n" + "".join(f"{row}\n" for row in rows))
    desk.configured["prices.file"] = {"path": "mine.csv"}
    return path


def test_the_newest_row_is_the_price_and_dated(desk: Desk) -> None:
    write(desk, "2024-03-01,HOUSE,350000,EUR", "2024-02-01,HOUSE,340000,EUR", "2024-03-20,BTC,65000,")
    point = desk.quotes("file", ["HOUSE", "ETH"], "EUR")["HOUSE"]
    assert (point.close, point.currency, point.source) == (Decimal(350_000), "EUR", "file")
    assert point.time == datetime(2024, 3, 2, tzinfo=UTC)


def test_another_currency_is_given_as_it_stands(desk: Desk) -> None:
    write(desk, "2024-03-01,HOUSE,350000,EUR")
    assert desk.quotes("file", ["HOUSE"], "USD")["HOUSE"].currency == "EUR"


def test_the_file_is_read_anew_when_it_changes(desk: Desk) -> None:
    path = write(desk, "2024-03-01,HOUSE,350000,EUR")
    desk.quotes("file", ["HOUSE"], "EUR")
    write(desk, "2024-03-01,HOUSE,360000,EUR")
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1_000_000))
    assert desk.quotes("file", ["HOUSE"], "EUR")["HOUSE"].close == 360_000


def test_a_price_of_the_future_and_a_bad_row_are_left_out(desk: Desk) -> None:
    write(desk, "2030-01-01,HOUSE,1,EUR", "2024-03-01,HOUSE,-5,EUR", "2024-03-01,CAR,9000,EUR")
    assert desk.quotes("file", ["HOUSE", "CAR"], "EUR").keys() == {"CAR"}


def test_no_file_is_a_need_and_a_missing_one_an_error(desk: Desk) -> None:
    state = desk.source("file").state
    assert state is not None
    assert "prices.file.path" in state().needs
    assert desk.quotes("file", ["HOUSE"]) == {}
    desk.configured["prices.file"] = {"path": "gone.csv"}
    with pytest.raises(ConfigError, match=r"gone\.csv cannot be read"):
        desk.quotes("file", ["HOUSE"])


def test_closes_are_the_rows_of_these_days(desk: Desk) -> None:
    write(desk, "2024-03-01,HOUSE,1,EUR", "2024-03-02,HOUSE,2,EUR", "2024-03-03,HOUSE,3,USD")
    assert desk.closes("file", ["HOUSE"], "EUR", "2024-03-02", "2024-03-09") == {"2024-03-02": Decimal(2)}


def test_the_index_closes_on_trading_days_in_dollars(desk: Desk, server: PriceServer) -> None:
    assert desk.closes("sp500", ["SP500"], "USD", "2024-03-21", "2024-03-31") == {
        "2024-03-21": Decimal("5241.53"),
        "2024-03-22": Decimal("5234.18"),
    }
    assert desk.closes("sp500", ["SP500"], "EUR", "2024-03-21", "2024-03-31") == {}
    assert desk.closes("sp500", ["BTC"], "USD", "2024-03-21", "2024-03-31") == {}
    assert len(server.asked) == 1


def test_the_newest_close_of_the_index_is_its_price(desk: Desk, server: PriceServer) -> None:
    point = desk.quotes("sp500", ["SP500", "BTC"], "EUR")["SP500"]
    assert (point.close, point.currency) == (Decimal("5234.18"), "USD")
    assert point.time == datetime(2024, 3, 22, 20, tzinfo=UTC)  # 16:00 in New York's summer
    assert desk.quotes("sp500", ["BTC"]) == {}
    desk.quotes("sp500", ["SP500"])
    assert len(server.asked) == 1
    desk.clock.advance(timedelta(hours=7))
    desk.quotes("sp500", ["SP500"])
    assert len(server.asked) == 2


def test_a_file_replaces_the_network(desk: Desk, server: PriceServer) -> None:
    (desk.home / "index.csv").write_text("Date,Open,Close\n2024-03-21,5200,5241.53\n")
    desk.configured["prices.sp500"] = {"path": "index.csv"}
    assert desk.closes("sp500", ["SP500"], "USD", "2024-03-01", "2024-03-31") == {"2024-03-21": Decimal("5241.53")}
    assert server.asked == []
    (desk.home / "index.csv").write_text("nothing,of,this\n")
    with pytest.raises(ConfigError, match="no columns date and close"):
        desk.quotes("sp500", ["SP500"])


def test_a_page_instead_of_closes_is_an_error(desk: Desk, server: PriceServer, fault: type[Fault]) -> None:
    server.faults.append(fault("fredgraph", text="<html>", times=9))
    with pytest.raises(OddAnswer):
        desk.quotes("sp500", ["SP500"])


def test_the_real_series_is_read_whole() -> None:
    if not REAL.exists():
        pytest.skip("no real data here: benchmarks/SP500_close.csv")
    text = REAL.read_text(encoding="utf-8")
    closes = index_closes(text)
    assert len(closes) == len(text.splitlines()) - 1
    assert closes[date(1990, 1, 2)] == Decimal("359.69")
