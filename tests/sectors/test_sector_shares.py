"""The portfolio by sector: worked cases, and what holds for every portfolio and every map."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.prices import PriceBook
from kit_portfolio_tracker.core.sectors import SectorDistribution, SectorMap, distribute
from kit_portfolio_tracker.core.valuation import Position, Valuation, value_portfolio

from kit import PricePoint, exact_math

DAY = date(2024, 1, 15)
SHIPPED = {"BTC": "Layer 1", "ETH": "Layer 1", "AAVE": "DeFi", "GALA": "Gaming"}


def _valued(held: Mapping[str, str], prices: Mapping[str, str]) -> Valuation:
    positions = [Position("binance", asset, calculated=Decimal(quantity)) for asset, quantity in held.items()]
    points = [PricePoint(DAY, asset, Decimal(close), "USD", "test") for asset, close in prices.items()]
    return value_portfolio(positions, PriceBook(points), "USD")


def _by_sector(found: SectorDistribution) -> dict[str, tuple[str, str]]:
    return {
        each.name: (str(each.value.amount.normalize()), "" if each.share is None else f"{each.share.value:.4f}")
        for each in found.sectors
    }


def test_each_asset_counts_for_its_sector() -> None:
    valuation = _valued({"BTC": "1", "ETH": "10", "AAVE": "100"}, {"BTC": "50", "ETH": "2", "AAVE": "0.3"})
    found = distribute(valuation, SectorMap(SHIPPED, {}))
    assert _by_sector(found) == {"Layer 1": ("7E+1", "0.7000"), "DeFi": ("3E+1", "0.3000")}
    assert [part.asset for part in found.sectors[0].assets] == ["BTC", "ETH"]


def test_an_asset_may_be_split_between_sectors() -> None:
    own = {"XYZ": {"DeFi": Decimal("0.6"), "Gaming": Decimal("0.4")}}
    found = distribute(_valued({"XYZ": "10"}, {"XYZ": "1"}), SectorMap(SHIPPED, own))
    assert _by_sector(found) == {"DeFi": ("6", "0.6000"), "Gaming": ("4", "0.4000")}


def test_what_the_user_says_comes_before_what_is_known() -> None:
    own = {"BTC": {"Digital gold": Decimal(1)}, "USDT": {"DeFi": Decimal(1)}, "USD": {"Savings": Decimal(1)}}
    sectors = SectorMap(SHIPPED, own)
    assert [dict(sectors.sectors_of(asset)) for asset in own] == [dict(weights) for weights in own.values()]


def test_state_money_is_cash_and_stablecoins_are_stablecoins() -> None:
    sectors = SectorMap(SHIPPED, {})
    assert list(sectors.sectors_of("EUR")) == ["Cash"]
    assert list(sectors.sectors_of("USDC")) == ["Stablecoins"]


def test_an_asset_that_nobody_knows_is_unclassified_and_comes_last() -> None:
    found = distribute(_valued({"ZZZ": "9", "BTC": "1"}, {"ZZZ": "1", "BTC": "1"}), SectorMap(SHIPPED, {}))
    assert [each.name for each in found.sectors] == ["Layer 1", "Unclassified"]


def test_a_sector_is_one_in_capitals_and_in_small_letters() -> None:
    own = {"XYZ": {"defi": Decimal("0.5"), "DEFI": Decimal("0.5")}, "ABC": {"layer 1": Decimal(1)}}
    found = distribute(
        _valued({"XYZ": "1", "AAVE": "1", "ABC": "1"}, dict.fromkeys(["XYZ", "AAVE", "ABC"], "1")),
        SectorMap(SHIPPED, own),
    )
    assert {each.name: len(each.assets) for each in found.sectors} == {"DeFi": 2, "Layer 1": 1}


def test_an_asset_without_a_price_has_no_part_and_is_named() -> None:
    found = distribute(_valued({"BTC": "1", "GALA": "100"}, {"BTC": "50"}), SectorMap(SHIPPED, {}))
    assert _by_sector(found) == {"Layer 1": ("5E+1", "1.0000")}
    assert found.coverage.unpriced == ("GALA",)


def test_three_equal_thirds_sum_to_one_all_the_same() -> None:
    held = {"BTC": "1", "AAVE": "1", "GALA": "1"}
    found = distribute(_valued(held, dict.fromkeys(held, "1")), SectorMap(SHIPPED, {}))
    shares = [each.share.value for each in found.sectors if each.share]
    assert sorted(shares) == [Decimal("0.333333333333"), Decimal("0.333333333333"), Decimal("0.333333333334")]


def test_without_a_positive_total_there_are_values_and_no_shares() -> None:
    found = distribute(_valued({"BTC": "1", "USD": "-50"}, {"BTC": "40"}), SectorMap(SHIPPED, {}))
    assert _by_sector(found) == {"Layer 1": ("4E+1", ""), "Cash": ("-5E+1", "")}


def test_nothing_held_is_in_no_sector() -> None:
    found = distribute(_valued({}, {}), SectorMap(SHIPPED, {}))
    assert (found.sectors, found.total) == ((), None)


ASSETS = ["BTC", "ETH", "AAVE", "GALA", "USDT", "EUR", "XYZ", "ZZZ"]
amounts = st.decimals(Decimal("-1e3"), Decimal("1e9"), places=12)
holdings = st.dictionaries(st.sampled_from(ASSETS), amounts.map(str), min_size=1)
prices = st.dictionaries(st.sampled_from(ASSETS), st.decimals(Decimal("1e-9"), Decimal("1e6"), places=9).map(str))


def _weights(cuts: list[int]) -> dict[str, Decimal]:
    """Weights of so many thousandths, and the last what they leave of 1."""
    edges = [0, *sorted(set(cuts)), 1000]
    names = ["DeFi", "Gaming", "Layer 1", "Music"]
    return {
        name: Decimal(high - low) / 1000 for name, low, high in zip(names, edges, edges[1:], strict=False) if high > low
    }


maps = st.dictionaries(st.sampled_from(ASSETS), st.lists(st.integers(1, 999), max_size=3).map(_weights)).map(
    lambda own: SectorMap(SHIPPED, own)
)


@given(holdings, prices, maps)
@exact_math()
def test_sectors_and_their_assets_sum_to_the_total_and_to_one_exactly(
    held: dict[str, str], closes: dict[str, str], sectors: SectorMap
) -> None:
    found = distribute(_valued(held, closes), sectors)
    parts = [part for sector in found.sectors for part in sector.assets]
    total = found.total.amount if found.total else Decimal(0)
    assert sum((each.value.amount for each in found.sectors), Decimal(0)) == total
    assert sum((each.value.amount for each in parts), Decimal(0)) == total
    if total > 0:
        assert sum((each.share.value for each in found.sectors if each.share), Decimal(0)) == 1
        assert sum((each.share.value for each in parts if each.share), Decimal(0)) == 1


@given(holdings, prices, maps)
@exact_math()
def test_no_share_is_rounded_by_more_than_a_step(
    held: dict[str, str], closes: dict[str, str], sectors: SectorMap
) -> None:
    found = distribute(_valued(held, closes), sectors)
    for part in (part for sector in found.sectors for part in sector.assets):
        assert found.total is not None
        assert (part.share is None) == (found.total.amount <= 0)
        assert part.share is None or abs(part.share.value - part.value.amount / found.total.amount) <= Decimal("1E-12")


@given(holdings, prices, maps, st.randoms(use_true_random=False))
def test_the_order_of_the_holdings_does_not_matter(
    held: dict[str, str], closes: dict[str, str], sectors: SectorMap, chance: Random
) -> None:
    shuffled = list(held.items())
    chance.shuffle(shuffled)
    assert distribute(_valued(dict(shuffled), closes), sectors) == distribute(_valued(held, closes), sectors)


@given(holdings, prices, maps)
def test_every_priced_asset_is_in_a_sector_with_weights_that_sum_to_one(
    held: dict[str, str], closes: dict[str, str], sectors: SectorMap
) -> None:
    valuation = _valued(held, closes)
    found = distribute(valuation, sectors)
    weights: dict[str, Decimal] = {}
    for part in (part for sector in found.sectors for part in sector.assets):
        weights[part.asset] = weights.get(part.asset, Decimal(0)) + part.weight.value
    assert weights == {each.asset: Decimal(1) for each in valuation.assets if each.value is not None}


@pytest.mark.parametrize("asset", ["BTC", "USDT", "EUR", "ZZZ"])
def test_a_weight_of_nothing_is_left_out(asset: str) -> None:
    own = {asset: {"DeFi": Decimal(0), "Gaming": Decimal(1)}}
    assert dict(SectorMap(SHIPPED, own).sectors_of(asset)) == {"Gaming": Decimal(1)}
