"""What hangs on one asset, account, venue, sector or issuer: worked cases and laws."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.concentration import Concentration, Kind, concentrate
from kit_portfolio_tracker.core.prices import PriceBook
from kit_portfolio_tracker.core.sectors import SectorMap, distribute
from kit_portfolio_tracker.core.valuation import Position, value_portfolio

from kit import PricePoint

DAY = date(2024, 1, 15)
VENUES = {"binance-1": "binance", "binance-2": "binance"}
Held = Mapping[tuple[str, str], str]


def _found(held: Held, limits: Mapping[Kind, str] | None = None) -> Concentration:
    """Every unit is worth a dollar; LUNA has no price."""
    positions = [Position(account, asset, calculated=Decimal(units)) for (account, asset), units in held.items()]
    points = [PricePoint(DAY, asset, Decimal(1), "USD", "test") for _, asset in held if asset != "LUNA"]
    valuation = value_portfolio(positions, PriceBook(points), "USD")
    sectors = distribute(valuation, SectorMap({"BTC": "Layer 1", "ETH": "Layer 1"}, {}))
    return concentrate(valuation, sectors, VENUES, {kind: Decimal(limit) for kind, limit in (limits or {}).items()})


def _shares(found: Concentration, kind: Kind) -> dict[str, str]:
    return {each.name: f"{each.share.value:.2f}" for each in found.exposures if each.kind is kind and each.share}


SPREAD: Held = {
    ("binance-1", "BTC"): "40",
    ("binance-2", "USDT"): "20",
    ("kraken", "ETH"): "25",
    ("kraken", "DAI"): "10",
    ("cold", "USDC"): "5",
}


def test_each_kind_has_its_shares_the_largest_first() -> None:
    found = _found(SPREAD)
    assert _shares(found, Kind.ASSET) == {"BTC": "0.40", "ETH": "0.25", "USDT": "0.20", "DAI": "0.10", "USDC": "0.05"}
    assert _shares(found, Kind.ACCOUNT) == {"binance-1": "0.40", "kraken": "0.35", "binance-2": "0.20", "cold": "0.05"}
    assert _shares(found, Kind.SECTOR) == {"Layer 1": "0.65", "Stablecoins": "0.35"}
    assert next(iter(_shares(found, Kind.ASSET))) == "BTC"


def test_two_accounts_at_one_venue_are_one_venue() -> None:
    assert _shares(_found(SPREAD), Kind.VENUE) == {"binance": "0.60", "kraken": "0.35", "cold": "0.05"}


def test_a_venue_is_one_in_capitals_and_in_small_letters() -> None:
    found = _found(
        {("coinbase", "BTC"): "1", ("Coinbase", "BTC"): "2", ("binance-1", "ETH"): "3", ("Binance", "ETH"): "4"}
    )
    assert _shares(found, Kind.VENUE) == {"Binance": "0.70", "Coinbase": "0.30"}


def test_stablecoins_count_by_who_issues_them() -> None:
    found = _found({**SPREAD, ("cold", "EURC"): "1", ("cold", "EUR"): "1"})
    assert list(_shares(found, Kind.ISSUER)) == ["Tether", "Sky", "Circle"]
    assert found.stablecoins is not None
    assert round(found.stablecoins.value, 4) == Decimal("0.3529")  # 36 of 102


def test_the_largest_position_is_the_largest_asset_over_all_accounts() -> None:
    found = _found({("a", "BTC"): "3", ("b", "BTC"): "3", ("c", "ETH"): "4"})
    assert found.largest is not None
    assert (found.largest.name, found.largest.value.amount) == ("BTC", Decimal(6))


def test_the_herfindahl_index_is_the_sum_of_squared_shares() -> None:
    found = _found({("a", "BTC"): "5", ("a", "ETH"): "3", ("a", "USDT"): "2"})
    assert found.herfindahl == Decimal("0.38")  # 0.25 + 0.09 + 0.04
    assert found.effective_assets == Decimal("2.631578947368")


def test_where_something_is_owed_there_is_no_index_but_there_are_shares() -> None:
    found = _found({("a", "BTC"): "15", ("a", "USD"): "-5"})
    assert (found.herfindahl, found.effective_assets) == (None, None)
    assert _shares(found, Kind.ASSET) == {"BTC": "1.50", "USD": "-0.50"}


def test_what_exceeds_a_limit_is_named_and_what_equals_it_does_not_exceed() -> None:
    found = _found(SPREAD, {Kind.ASSET: "0.25", Kind.VENUE: "0.6", Kind.ISSUER: "0.1", Kind.SECTOR: "0.5"})
    assert [(each.kind, each.name) for each in found.exceeded()] == [
        (Kind.ASSET, "BTC"),
        (Kind.SECTOR, "Layer 1"),
        (Kind.ISSUER, "Tether"),
    ]
    btc = found.exceeded()[0]
    assert btc.room is not None
    assert btc.room.value == Decimal("-0.15")


def test_state_money_has_no_limit_as_an_asset_or_a_sector_but_its_venue_has() -> None:
    found = _found({("kraken", "EUR"): "90", ("cold", "BTC"): "10"}, dict.fromkeys(Kind, "0.5"))
    assert [(each.kind, each.name) for each in found.exceeded()] == [(Kind.ACCOUNT, "kraken"), (Kind.VENUE, "kraken")]


def test_an_asset_without_a_price_has_no_exposure_and_is_named() -> None:
    found = _found({("a", "BTC"): "1", ("b", "LUNA"): "9"}, {Kind.ASSET: "1"})
    assert {each.name for each in found.exposures} == {"BTC", "a", "Layer 1"}
    assert found.coverage.unpriced == ("LUNA",)


def test_without_any_price_every_figure_is_missing() -> None:
    found = _found({("a", "LUNA"): "9"}, {Kind.ASSET: "0.1"})
    assert (found.total, found.largest, found.herfindahl, found.stablecoins) == (None, None, None, None)
    assert found.exposures == ()


places = st.tuples(st.sampled_from(["binance-1", "kraken", "cold"]), st.sampled_from(["BTC", "ETH", "USDT", "EUR"]))
spreads = st.dictionaries(places, st.decimals(Decimal("0.01"), Decimal("1e9"), places=2).map(str), min_size=1)


@given(spreads)
def test_the_effective_number_lies_between_one_and_the_number_of_assets(held: dict[tuple[str, str], str]) -> None:
    found = _found(held)
    assert found.effective_assets is not None
    assert 1 <= found.effective_assets <= found.coverage.priced


@given(spreads, st.decimals(Decimal(0), Decimal(1), places=3))
def test_exceeded_is_exactly_what_has_a_larger_share_than_its_limit(
    held: dict[tuple[str, str], str], limit: Decimal
) -> None:
    found = _found(held, {Kind.VENUE: str(limit)})
    above = {
        each.name for each in found.exposures if each.kind is Kind.VENUE and each.share and each.share.value > limit
    }
    assert {each.name for each in found.exceeded()} == above
