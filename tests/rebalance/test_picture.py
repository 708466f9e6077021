"""The founding document's picture of a rebalancing plan, as it is printed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.rebalance.conftest import MakeDesk, MakeVenue

D = Decimal
SEED_HOLDINGS = {"BTC": 0.15, "ETH": 1.2, "USDT": 1902.5}
# Worth $10,046.25, $3,474.75 and $1,911.50: the one portfolio of $15,432.50 whose plan has the picture's three actions.
PICTURED = {"BTC": 0.15, "ETH": 1.2, "USDT": 1911.5}
PICTURED_PRICES = {"BTC": "66975", "ETH": "2895.625", "USDT": "1"}
PICTURE = """\
🔄 Rebalancing Plan
═══════════════════════════════════════
Current vs. Target Allocation:
┌───────┬─────────┬────────┬─────────────┐
│ Asset │ Current │ Target │ Action      │
├───────┼─────────┼────────┼─────────────┤
│ BTC   │   65.1% │  50.0% │ Sell $2,330 │
│ ETH   │   22.5% │  30.0% │ Buy $1,155  │
│ USDT  │   12.4% │  20.0% │ Buy $1,175  │
└───────┴─────────┴────────┴─────────────┘
"""


def test_the_picture_is_printed_as_it_was_drawn(make_desk: MakeDesk) -> None:
    """But for two figures: USDT's share follows from its action (12.386 %), the fees from the fee (0.1 %)."""
    desk = make_desk({"practice": PICTURED}, prices=PICTURED_PRICES)
    said = desk.cli("portfolio rebalance").out
    assert said.startswith(PICTURE)
    assert "\nEstimated Fees: $3.48 (your own fee tier)\n" in said
    assert "\n[✅ Execute] [📋 View Only]\n" in said


def test_the_pictures_fee_takes_a_fee_tier_of_its_own(make_desk: MakeDesk) -> None:
    """$4.50 of $3,485 traded are 0.1291 %."""
    paper = {"type": "paper", "startingBalances": PICTURED, "fee": 0.001291}
    desk = make_desk(exchanges={"practice": paper}, prices=PICTURED_PRICES)
    assert "\nEstimated Fees: $4.50 (your own fee tier)\n" in desk.cli("portfolio rebalance").out


def test_of_the_documents_own_holdings_the_same_rules_give_these_actions(make_desk: MakeDesk) -> None:
    """$10,050, $3,480 and $1,902.50: 50 % of $15,432.50 are $7,716.25, 30 % are $4,629.75, 20 % are $3,086.50."""
    plan = make_desk({"practice": SEED_HOLDINGS}).plan()
    assert [(each.side.value, str(each.pair)) for each in plan.orders] == [("sell", "BTC/USDT"), ("buy", "ETH/USDT")]
    assert plan.total == D("15432.50")
    assert [(row.asset, row.change) for row in plan.rows] == [
        ("BTC", D("-2333.75")),
        ("ETH", D("1149.75")),
        ("USDT", D("1184.00")),
    ]
    assert [round(row.share * 100, 1) for row in plan.rows if row.share] == [D("65.1"), D("22.5"), D("12.3")]


def test_a_sale_tells_what_it_would_be_taxed_on(make_desk: MakeDesk) -> None:
    """Bought for $30,000 a coin: 0.0348321 BTC at $67,000 gain $37,000 each; held under a year."""
    desk = make_desk({"practice": {"USDT": 20000}}, prices={"BTC": "30000", "ETH": "2900", "USDT": "1"})
    desk.execute(desk.plan(to="100% BTC", all=True))
    desk.set_prices(BTC="67000")
    plan = desk.plan(to="50% BTC, 50% USDT")
    (sale,) = plan.sales
    sold = plan.orders[0].quantity
    assert sale.quantity == sold
    assert sale.gain is not None
    assert abs(sale.gain.amount - sold * 37000) < sold * 60  # the fees of the purchase are part of the cost
    assert sale.short_term == sale.gain


def test_a_sale_whose_cost_nobody_knows_says_so(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": SEED_HOLDINGS})
    desk.cli("sync")
    said = desk.cli("portfolio rebalance").out
    (sale,) = desk.plan().sales
    assert sale.unbased == sale.quantity
    assert f"No cost is known of {sale.unbased} BTC, so it counts as zero." in said


def test_dry_run_keeps_nothing_and_offers_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": SEED_HOLDINGS})
    said = desk.cli("portfolio rebalance --dry-run").out
    assert "Sell $2,334" in said
    assert "Execute" not in said
    assert desk.host.run("portfolio plans").data == []


def test_the_phrases_show_a_plan_and_trade_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": SEED_HOLDINGS})
    for words in (
        "Rebalance my portfolio",
        "Rebalance to 60% BTC, 20% ETH, 20% USDT",
        "rebalance to 50% BTC and 50% USDT",
    ):
        said = desk.cli("ask", words)
        assert said.code in (0, 3)
        assert "[✅ Execute] [📋 View Only]" in said.out
    assert desk.orders() == []
    assert desk.cli("ask", "please do not rebalance my portfolio").code == 2


def test_without_a_target_there_is_a_next_step(make_desk: MakeDesk) -> None:
    said = make_desk({"practice": SEED_HOLDINGS}, target={}).cli("portfolio rebalance")
    assert said.code == 2
    assert "targetAllocation" in said.err


def test_what_is_within_the_threshold_is_left_as_it_is(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": SEED_HOLDINGS})
    plan = desk.plan(threshold=D("0.16"))
    assert plan.orders == ()
    assert "within 16.0% of its weight" in desk.cli("portfolio rebalance --threshold 16%").out


def test_what_the_target_does_not_name_is_sold_only_with_all(make_desk: MakeDesk) -> None:
    desk = make_desk(
        {"practice": {**SEED_HOLDINGS, "SOL": 10}}, prices={"BTC": "67000", "ETH": "2900", "USDT": "1", "SOL": "100"}
    )
    kept = desk.plan()
    assert dict(kept.left_alone) == {"SOL": D(1000)}
    assert "SOL" not in {each.asset for each in kept.orders}
    sold = desk.plan(all=True)
    assert {(each.asset, each.quantity) for each in sold.orders if each.asset == "SOL"} == {("SOL", D(10))}
    said = desk.cli("portfolio rebalance --to '100% BTC'").out
    assert "the target does not name them: " in said
    assert "their weights are 0%" in " ".join(said.split())
    one = desk.cli("portfolio rebalance").out
    assert "the target does not name it: SOL ($1,000.00). With --all its weight is" in " ".join(one.split())


def test_a_held_asset_of_the_target_without_a_price_stops_the_plan(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": {**SEED_HOLDINGS, "LUNA": 5}})
    said = desk.cli("portfolio", "rebalance", "--to", "50% BTC, 50% LUNA")
    assert said.code == 1
    assert "No price for LUNA" in said.err


def test_an_asset_without_a_market_is_listed_with_its_reason(make_venue: MakeVenue) -> None:
    venue = make_venue()
    venue.desk.set_prices(NOBODY="5")
    reply = venue.desk.reply(to="50% BTC, 10% NOBODY, 40% USDT")
    assert reply.exit_code == 3
    reasons = {(each.asset, each.reason) for each in reply.data.untraded}
    assert ("NOBODY", "no connected account trades NOBODY/USDT") in reasons


def test_nothing_is_sold_for_an_asset_that_nobody_knows(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": SEED_HOLDINGS})
    said = desk.cli("portfolio", "rebalance", "--all", "--to", "50% BTCC, 50% USDT")
    assert said.code == 1
    assert "No price for BTCC in USD, and no account that trades it" in said.err
    assert "Correct the target" in said.err


def test_where_nothing_of_the_target_is_held_there_is_nothing_to_weigh(make_desk: MakeDesk) -> None:
    said = make_desk({"practice": {"USDT": 1000}}).cli("portfolio", "rebalance", "--to", "100% BTC")
    assert said.code == 0
    assert "Nothing of the target is held" in said.out
    assert "--all" in said.out
