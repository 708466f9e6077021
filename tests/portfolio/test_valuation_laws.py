"""What holds for every portfolio."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.control import assume
from kit_portfolio_tracker.core.prices import PriceBook
from kit_portfolio_tracker.core.valuation import Position, value_portfolio
from kit_portfolio_tracker.health import checks
from kit_portfolio_tracker.store.reading import read_positions
from kit_portfolio_tracker.store.records import kept_positions, summed_positions
from kit_portfolio_tracker.store.tables import positions as position_table

from kit import PricePoint, exact_math

DAY = date(2024, 1, 15)
ASSETS = ["BTC", "ETH", "USDT", "EUR", "LUNA"]
amounts = st.decimals(min_value=Decimal("1e-18"), max_value=Decimal("1e12"), places=18)
positions = st.dictionaries(
    st.tuples(st.sampled_from(["binance", "kraken", "cold"]), st.sampled_from(ASSETS)),
    st.tuples(st.none() | amounts, amounts),
    max_size=12,
).map(lambda found: [Position(*key, reported, None, summed) for key, (reported, summed) in found.items()])
prices = st.dictionaries(st.sampled_from(ASSETS), st.decimals(Decimal("1e-9"), Decimal("1e6"), places=9)).map(
    lambda found: PriceBook([PricePoint(DAY, asset, close, "USD", "test") for asset, close in found.items()])
)


@given(positions, prices)
@exact_math()
def test_the_accounts_and_the_assets_sum_to_the_total_exactly(held: list[Position], book: PriceBook) -> None:
    valuation = value_portfolio(held, book, "USD")
    total = valuation.total.amount if valuation.total else Decimal(0)
    for parts in (valuation.assets, valuation.accounts, valuation.holdings):
        assert sum((part.value.amount for part in parts if part.value), Decimal(0)) == total


@given(positions, prices)
def test_shares_of_what_is_priced_sum_to_one(held: list[Position], book: PriceBook) -> None:
    valuation = value_portfolio(held, book, "USD")
    assume(valuation.total is not None)
    for parts in (valuation.assets, valuation.accounts):
        shares = [part.share.value for part in parts if part.share]
        assert abs(sum(shares, Decimal(0)) - 1) <= Decimal("1e-11")


@given(positions, prices)
def test_every_held_asset_is_either_priced_or_named_as_unpriced(held: list[Position], book: PriceBook) -> None:
    valuation = value_portfolio(held, book, "USD")
    priced = {each.asset for each in valuation.assets if each.value is not None}
    assert priced.isdisjoint(valuation.coverage.unpriced)
    assert priced | set(valuation.coverage.unpriced) == {each.asset for each in valuation.assets}
    assert valuation.coverage.held == len(valuation.assets)


def test_the_reported_quantity_counts_and_the_difference_is_told() -> None:
    position = Position("kraken", "BTC", reported=Decimal("0.5"), calculated=Decimal("0.7"))
    (holding,) = value_portfolio([position], PriceBook([]), "USD").holdings
    assert (holding.quantity, holding.basis, holding.discrepancy) == (Decimal("0.5"), "reported", Decimal("-0.2"))


def test_what_is_exactly_zero_is_not_shown() -> None:
    position = Position("kraken", "BTC", calculated=Decimal("0E-8"))
    assert value_portfolio([position], PriceBook([]), "USD").holdings == ()


def _book(*points: tuple[str, str, str], preferred: str = "auto") -> PriceBook:
    """Prices in the notation “BTC 67000 USD” as (asset, close, currency)."""
    return PriceBook([PricePoint(DAY, a, Decimal(c), q, "test") for a, c, q in points], preferred=preferred)


@pytest.mark.parametrize(
    ("points", "asset", "currency", "expected"),
    [
        ([], "USD", "USD", "1"),
        ([("BTC", "100", "USD")], "BTC", "USD", "100"),
        ([("BTC", "100", "USD"), ("USD", "0.9", "EUR")], "BTC", "EUR", "90"),
        ([("BTC", "100", "USD"), ("EUR", "1.25", "USD")], "BTC", "EUR", "80"),
        ([("BTC", "100", "USDT"), ("USDT", "0.5", "USD")], "BTC", "USD", "50"),
        ([("ABC", "2", "BTC"), ("BTC", "100", "USD")], "ABC", "USD", "200"),
        ([("ABC", "2", "GBP"), ("GBP", "1.2", "EUR"), ("USD", "0.8", "EUR")], "ABC", "USD", "3.0"),
    ],
)
def test_a_price_is_direct_or_crossed(
    points: list[tuple[str, str, str]], asset: str, currency: str, expected: str
) -> None:
    price = _book(*points).price(asset, currency)
    assert price is not None
    assert price.amount == Decimal(expected)


def test_a_pegged_coin_has_no_price_until_the_market_gives_one() -> None:
    assert _book(("BTC", "100", "USDT")).price("USDT", "USD") is None
    assert _book(("BTC", "100", "USDT")).price("BTC", "USD") is None


def test_the_preferred_source_goes_before_a_newer_price() -> None:
    points = [
        PricePoint(date(2024, 1, 1), "BTC", Decimal(1), "USD", "binance"),
        PricePoint(date(2024, 1, 2), "BTC", Decimal(2), "USD", "other"),
    ]
    for preferred, expected in (("Binance", 1), ("auto", 2), ("nowhere", 2)):
        price = PriceBook(points, preferred=preferred).price("BTC", "USD")
        assert price is not None
        assert price.amount == expected


def test_the_newest_price_counts_whatever_currency_it_is_in() -> None:
    points = [
        PricePoint(date(2024, 1, 1), "BTC", Decimal(50), "EUR", "a"),
        PricePoint(date(2024, 1, 9), "BTC", Decimal(100), "USD", "b"),
        PricePoint(date(2024, 1, 5), "USD", Decimal("0.9"), "EUR", "ECB"),
    ]
    today = PricePoint(date(2024, 1, 9), "BTC", Decimal(70), "EUR", "a")
    for known, preferred, expected in (
        (points, "auto", 90),
        (points, "A", 50),  # the configured source goes before a newer price
        (points[:2], "auto", 50),  # of a dollar nobody knows the price
        ([*points, today], "auto", 70),
    ):
        price = PriceBook(known, preferred=preferred).price("BTC", "EUR")
        assert price is not None
        assert price.amount == expected


def test_a_crossed_price_is_as_old_as_its_older_part() -> None:
    points = [
        PricePoint(date(2024, 1, 9), "BTC", Decimal(100), "USD", "a"),
        PricePoint(date(2024, 1, 5), "USD", Decimal("0.9"), "EUR", "ECB"),
    ]
    price = PriceBook(points).price("BTC", "EUR")
    assert price is not None
    assert (price.day, price.source) == (date(2024, 1, 5), "a × ECB (via USD)")


rows = st.lists(
    st.tuples(
        st.sampled_from(["binance", "kraken"]),
        st.sampled_from(["deposit", "withdrawal", "transfer"]),
        st.sampled_from(["BTC", "ETH"]),
        st.decimals(Decimal("1e-12"), Decimal("1e9"), places=12),
        st.sampled_from(["", "0.001"]),
    ),
    min_size=1,
    max_size=12,
)


def _line(number: int, account: str, kind: str, asset: str, quantity: Decimal, fee: str) -> str:
    legs = f"{asset},{quantity}," if kind == "deposit" else f",,{asset},{quantity}"
    legs = f"{asset},{quantity},," if kind == "deposit" else legs
    charge = f"BNB,{fee}" if fee else ","
    to = "cold" if kind == "transfer" else ""
    return f"2024-01-01,{account},{kind},{legs},{charge},,,{to},r{number},"


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(rows, st.data())
def test_the_order_of_files_does_not_matter_and_positions_are_the_sum_of_legs(
    benches: Callable[[], Any], made: list[Any], data: st.DataObject
) -> None:
    lines = [_line(number, *row) for number, row in enumerate(made)]
    cut = sorted(data.draw(st.lists(st.integers(0, len(lines)), min_size=2, max_size=2)))
    parts = [part for part in (lines[: cut[0]], lines[cut[0] : cut[1]], lines[cut[1] :]) if part]
    outcomes = []
    for order in list(permutations(range(len(parts))))[:3]:
        bench = benches()
        for index in order:
            reply = bench.run("import", files=[bench.ledger(f"{index}.csv", *parts[index])])
            assert reply.exit_code == 0
        with bench.store.read() as connection:
            kept, summed = kept_positions(connection), summed_positions(connection)
            outcomes.append({(each.account, each.asset): each.calculated for each in read_positions(connection)})
        assert kept == summed
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_doctor_finds_and_cures_a_position_that_is_not_the_sum(bench: Any) -> None:
    bench.run("import", files=[bench.ledger("a.csv", "2024-01-01,kraken,deposit,BTC,1,,,,,,,,r1,")])
    check = next(each for each in checks() if each.fix)
    assert check.run(bench).ok
    with bench.store.write() as connection:
        connection.execute(position_table.update().values(quantity=Decimal(2)))
    found = check.run(bench)
    assert (found.ok, "BTC on kraken" in found.what) == (False, True)
    assert check.fix is not None
    assert check.fix(bench).fixed
    assert check.run(bench).ok
