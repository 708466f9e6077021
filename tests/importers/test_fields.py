"""What a cell says. A comma that groups digits is told from one that may be a decimal point."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kit_importers.fields import money_number, ungrouped

from kit import RejectedRow

Read = Callable[..., list[object]]


@pytest.mark.parametrize(
    ("text", "plain"),
    [("1,000", "1000"), ("-12,345,678.9", "-12345678.9"), ("1,50,000.5", "150000.5"), ("1000.5", "1000.5")],
)
def test_commas_that_group_digits_are_dropped(text: str, plain: str) -> None:
    assert ungrouped(text) == plain


@pytest.mark.parametrize("text", ["1.000,5", "0,5", "15,30", "1,5000", "1,,000", ",000", "1,0000.5"])
def test_any_other_comma_stays(text: str) -> None:
    assert ungrouped(text) == text


@pytest.mark.parametrize("text", ["€15,30", "€1.234,56", "$0,5"])
def test_a_decimal_comma_makes_no_hundredfold(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        money_number(text)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "cointracking",
            'Type;Buy;Cur.;Sell;Cur.;Fee;Cur.;Exchange;Date\nStaking;"1.000,5";ADA;;;;;Kraken;01.02.2024 00:00\n',
        ),
        (
            "coinbase",
            "Timestamp,Transaction Type,Asset,Quantity Transacted,Spot Price Currency,Spot Price at Transaction,"
            "Subtotal,Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\n"
            '2024-01-31T10:00:00Z,Receive,BTC,"0,5",EUR,40000,,,,Received\n',
        ),
        (
            "revolut",
            'Symbol,Type,Quantity,Price,Value,Fees,Date\nBTC,Buy,"0,5","€40,000.00","€20,000.00",€1.00,'
            '"Jan 31, 2024, 10:00:00 AM"\n',
        ),
        (
            "binance-trades",
            "Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n2024-01-31 10:00:00,BTCUSDT,BUY,40000,"
            '"0,5BTC","20,000USDT",0.1BNB\n',
        ),
    ],
)
def test_an_amount_with_a_decimal_comma_is_rejected_not_multiplied(read: Read, name: str, rows: str) -> None:
    (row,) = read(name, rows)
    assert isinstance(row, RejectedRow)
    assert "0,5" in row.reason or "1.000,5" in row.reason
