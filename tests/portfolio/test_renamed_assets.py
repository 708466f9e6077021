"""What was bought under an older name of an asset is held, priced and costed under the name of now."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.asset_changes import asset_names
from kit_portfolio_tracker.core.renamed import renamed_positions, renamed_prices
from kit_portfolio_tracker.core.valuation import Position
from kit_portfolio_tracker.store.records import report_balances

from kit import Balance, PricePoint, UnknownName

D = Decimal
NAMES = asset_names()
BUY = "2023-01-10T10:00:00Z,a,buy,MATIC,100,USD,80,,,,,,buy-1,"
LEND = "2019-01-10T10:00:00Z,a,buy,LEND,500,USD,10,,,,,,buy-2,"
PRICES = ("2024-01-15,MATIC,0.5,USD",)


@pytest.fixture
def held(bench: Any) -> Any:
    bench.run("import", files=[bench.ledger("a.csv", BUY, LEND)])
    bench.run("prices import", files=[bench.prices("p.csv", *PRICES)])
    return bench


def test_cost_and_price_meet_under_the_name_of_now(held: Any) -> None:
    assets = {each.asset: each.quantity for each in held.run("portfolio").data.assets}
    assert assets["POL"] == 100
    assert assets["AAVE"] == 5
    basis = held.run("holdings", asset="POL").data.basis
    assert (basis.cost.amount, basis.unrealized.amount) == (80, -30)
    assert [gain.asset for gain in held.run("portfolio summary").data.losers] == ["POL"]


def test_the_older_name_may_be_asked_for(held: Any) -> None:
    assert held.run("holdings", asset="MATIC").data == held.run("holdings", asset="POL").data
    sale = held.run("portfolio what-if", action="sell", quantity=D(50), asset="MATIC").data
    assert (sale.asset, sale.gain.amount) == ("POL", -15)
    with pytest.raises(UnknownName):
        held.run("portfolio what-if", action="sell", quantity=D(1), asset="NOSUCH", price=D(1))


def test_a_sale_is_of_as_many_as_the_older_name_counts(held: Any) -> None:
    """A hundred LEND are one AAVE, and a price said of a LEND is one of a LEND."""
    sale = held.run("portfolio what-if", action="sell", quantity=D(200), asset="LEND", price=D("0.5")).data
    assert (sale.asset, sale.quantity, sale.price.amount) == ("AAVE", 2, 50)
    assert (sale.proceeds.amount, sale.cost.amount, sale.short) == (100, 4, 0)


def test_the_exchange_of_an_asset_for_itself_is_explained(held: Any) -> None:
    held.run("import", files=[held.ledger("b.csv", "2020-11-10T10:00:00Z,a,trade,AAVE,3,LEND,300,,,,,,swap,")])
    [sentence] = held.run("ledger explain", id="swap").data.sentences
    assert sentence.startswith("300 LEND became 3 AAVE, the same asset under another name.")


def test_what_a_venue_reports_under_the_new_name_is_no_second_holding(held: Any) -> None:
    with held.store.write() as connection:
        report_balances(connection, [Balance("a", "POL", D(100), held.clock.now())])
    found = held.run("holdings", asset="POL").data
    assert found.quantity.amount == 100
    reply = held.run("portfolio reconcile", asset="POL")
    assert (reply.data.compared, reply.data.differences) == (1, ())


def test_a_price_under_the_name_of_now_comes_first() -> None:
    def points(*assets: str) -> list[PricePoint]:
        return [PricePoint(date(2024, 1, 1), asset, D(2), "USD", "file") for asset in assets]

    assert [(each.asset, each.close) for each in renamed_prices(points("LEND"), NAMES)] == [
        ("LEND", D(2)),
        ("AAVE", D(200)),
    ]
    assert [each.asset for each in renamed_prices(points("LEND", "AAVE"), NAMES)] == ["LEND", "AAVE"]


units = st.none() | st.decimals(-1000, 1000, places=4)
positions = st.builds(
    Position,
    account=st.sampled_from("ab"),
    asset=st.sampled_from(("MATIC", "POL", "LEND", "AAVE", "BTC")),
    reported=units,
    reported_at=st.just(datetime(2024, 1, 1, tzinfo=UTC)),
    calculated=units,
)


@given(st.lists(positions, unique_by=lambda each: (each.account, each.asset)))
def test_renaming_neither_makes_nor_loses_anything_and_once_is_enough(held_before: list[Position]) -> None:
    now = renamed_positions(held_before, NAMES)
    for part in ("reported", "calculated"):
        before = sum(NAMES.scaled(each.asset, getattr(each, part) or D(0)) for each in held_before)
        assert sum(getattr(each, part) or D(0) for each in now) == before
    assert renamed_positions(now, NAMES) == now
    assert len({(each.account, each.asset) for each in now}) == len(now)
