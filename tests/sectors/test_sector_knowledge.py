"""What is shipped about assets: their sectors, and which are stablecoins of whom."""

from __future__ import annotations

import csv
import re
from importlib.resources import files

import pytest
from kit_portfolio_tracker.core.fiat import FIAT
from kit_portfolio_tracker.core.stablecoins import is_stablecoin, issuer_of
from kit_portfolio_tracker.core.symbols import asset_of
from kit_portfolio_tracker.sector_map import sector_map, shipped_sectors
from kit_portfolio_tracker.settings import PortfolioSettings

SEEDS = {"BTC": "Layer 1", "ETH": "Layer 1", "SOL": "Layer 1", "AAVE": "DeFi", "UNI": "DeFi", "IMX": "Gaming"}


def _rows() -> list[list[str]]:
    text = files("kit_portfolio_tracker").joinpath("sectors.csv").read_text(encoding="utf-8")
    return list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))


def test_the_file_has_several_hundred_assets_each_once_and_each_with_a_sector_and_a_name() -> None:
    head, *rows = _rows()
    assert head == ["asset", "sector", "name"]
    assert len(rows) > 500
    assert [row for row in rows if len(row) != 3 or not all(row)] == []
    assert len({row[0] for row in rows}) == len(rows)
    assert [row[0] for row in rows if not re.fullmatch(r"[A-Z0-9][A-Z0-9.]{0,15}", row[0])] == []


def test_the_file_says_where_it_is_from() -> None:
    text = files("kit_portfolio_tracker").joinpath("sectors.csv").read_text(encoding="utf-8")
    assert "Provenance:" in text.partition("asset,sector,name")[0]


def test_each_asset_is_known_in_one_place_only() -> None:
    """State money and stablecoins have their own; a line for one here would never be read."""
    assert [asset for asset in shipped_sectors() if asset in FIAT or is_stablecoin(asset)] == []


def test_a_renamed_asset_has_the_sector_of_its_new_name() -> None:
    shipped = shipped_sectors()
    known = {asset for asset in shipped if asset_of(asset) != asset}
    assert {asset for asset in known if shipped.get(asset_of(asset), shipped[asset]) != shipped[asset]} == set()


@pytest.mark.parametrize(("asset", "sector"), SEEDS.items())
def test_the_assets_of_the_founding_picture_are_in_the_sectors_printed_there(asset: str, sector: str) -> None:
    assert shipped_sectors()[asset] == sector


@pytest.mark.parametrize(
    ("asset", "issuer"),
    [("USDT", "Tether"), ("EURC", "Circle"), ("USDC.E", "Circle"), ("DAI", "Sky"), ("PAX", "Paxos")],
)
def test_a_stablecoin_has_its_issuer(asset: str, issuer: str) -> None:
    assert is_stablecoin(asset)
    assert issuer_of(asset) == issuer


@pytest.mark.parametrize("asset", ["BTC", "USD", "EUR", "USTC", "PAXG", "BUIDL", "FRAX", "USDX", "usdt", ""])
def test_what_is_no_stablecoin_has_no_issuer(asset: str) -> None:
    assert not is_stablecoin(asset)
    assert issuer_of(asset) is None


def test_a_sector_said_for_an_old_ticker_is_that_of_the_asset() -> None:
    settings = PortfolioSettings.model_validate(
        {"sectors": {"MATIC": "Roads", "OLD": "Hills"}, "assetNames": {"OLD": "NEW"}}
    )
    found = sector_map(settings)
    assert (list(found.sectors_of("POL")), list(found.sectors_of("NEW"))) == (["Roads"], ["Hills"])


@pytest.mark.parametrize("said", ["MATIC", "POL"])
@pytest.mark.parametrize("held", ["MATIC", "POL"])
def test_a_renamed_asset_is_found_under_either_name(said: str, held: str) -> None:
    assert list(sector_map(PortfolioSettings.model_validate({"sectors": {said: "Roads"}})).sectors_of(held)) == [
        "Roads"
    ]


def test_an_old_ticker_without_a_line_of_its_own_has_the_sector_of_the_new_one() -> None:
    assert "UST" not in shipped_sectors()
    assert list(sector_map(PortfolioSettings()).sectors_of("UST")) == ["DeFi"]
