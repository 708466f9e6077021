"""Assets that got another name: lots keep their dates and their cost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from kit_portfolio_tracker.core.asset_changes import SHIPPED, AssetChange, AssetNames, asset_names
from kit_portfolio_tracker.core.plan import BEGINNING, Plan, Rules, Scope
from kit_portfolio_tracker.settings import PortfolioSettings
from pydantic import ValidationError

D = Decimal
Compute = Callable[..., Any]


def plan(*own: AssetChange) -> Plan:
    return Plan("USD", ((BEGINNING, Rules("fifo", Scope.UNIVERSAL)),), names=asset_names(own))


def test_a_change_of_name_is_no_sale(compute: Compute) -> None:
    found = compute(
        """
        2019-01-01 a buy got 1000 LEND gave 100 USD
        2020-10-05 a trade got 10 AAVE gave 1000 LEND worth 500 USD
        2021-01-01 a sell got 900 USD gave 10 AAVE
        """,
        plan=plan(),
    )
    [sale] = found.disposals
    assert (sale.asset, sale.cost, sale.gain) == ("AAVE", D(100), D(800))
    assert sale.parts[0].origin.time.year == 2019
    assert set(found.ledger.assets) == {"AAVE"}


def test_without_any_record_of_the_change_lots_go_on_all_the_same(compute: Compute) -> None:
    found = compute(
        "2019-01-01 a buy got 100 MATIC gave 50 USD\n2025-01-01 a sell got 70 USD gave 100 POL", plan=plan()
    )
    assert [(each.asset, each.cost, each.flags) for each in found.disposals] == [("POL", D(50), frozenset())]


def test_what_it_was_worth_is_looked_up_under_the_name_of_the_record(compute: Compute) -> None:
    found = compute("2020-01-01 a staking got 100 LEND", plan=plan(), rates={"LEND": "0.02"})
    assert [(lot.asset, lot.quantity, lot.cost) for lot in found.lots("AAVE")] == [("AAVE", D(1), D(2))]


def test_what_the_change_cost_is_a_fee(compute: Compute) -> None:
    text = "2019-01-01 a buy got 100 LEND gave 100 USD\n2020-10-05 a trade got 0.9 AAVE gave 100 LEND"
    found = compute(text, plan=plan(), rates={"AAVE": "50"})
    [fee] = found.disposals
    assert (fee.kind, fee.quantity, fee.cost, fee.proceeds) == ("fee", D("0.1"), D(10), D(5))


def test_changes_follow_each_other() -> None:
    names = asset_names()
    assert names.latest("XRB") == names.latest("NANO") == "XNO"
    assert names.scaled("VEN", D("1.5")) == D(150)
    assert names.latest("BTC") == "BTC"


def test_the_users_own_changes_count_and_take_shipped_ones_back() -> None:
    names = asset_names((AssetChange("OLD", "NEW", D("2.5")), AssetChange("MATIC", "MATIC", D(1))))
    assert names.scaled("OLD", D(4)) == D(10)
    assert names.latest("MATIC") == "MATIC"


def test_a_circle_ends() -> None:
    names = AssetNames([AssetChange("X", "Y", D(1)), AssetChange("Y", "X", D(1))])
    assert {names.latest("X"), names.latest("Y")} == {"X", "Y"}


def test_no_shipped_change_leads_to_a_name_that_was_one_of_another() -> None:
    assert len({change.old for change in SHIPPED}) == len(SHIPPED)
    assert all(change.factor > 0 for change in SHIPPED)


@pytest.mark.parametrize("said", ["AAVE", "0 AAVE", "-1 AAVE", "1e3 AAVE", "0.01 aave", "0.01  AAVE", "1 "])
def test_a_setting_that_says_no_change_is_refused(said: str) -> None:
    with pytest.raises(ValidationError):
        PortfolioSettings.model_validate({"assetChanges": {"LEND": said}})


def test_a_setting_is_taken_as_it_is_written() -> None:
    settings = PortfolioSettings.model_validate({"assetChanges": {"OLD": "2.5 NEW"}})
    assert settings.asset_changes == {"OLD": "2.5 NEW"}
