"""Executing a plan on paper: once, confirmed, within its limits, at its prices."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from kit_portfolio_tracker.rebalance_plans import OrderState, PlanState

from kit import Invocation, KitError, OrderRequest, Pair, Side, UsageError, exact_math

if TYPE_CHECKING:
    from tests.rebalance.conftest import MakeDesk

D = Decimal
HOLDINGS = {"BTC": 0.15, "ETH": 1.2, "USDT": 1902.5}


def test_rebalancing_twice_trades_once(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    done = desk.execute(desk.plan())
    assert done.state is PlanState.DONE
    assert [(each.side.value, each.state) for each in done.orders] == [
        ("sell", OrderState.FILLED),
        ("buy", OrderState.FILLED),
    ]
    again = desk.plan()
    assert again.orders == ()
    assert [round(row.share * 100, 1) for row in again.rows if row.share] == [D("50.0"), D("30.0"), D("20.0")]
    assert len(desk.orders()) == 2


def test_what_was_traded_is_in_the_ledger_at_once(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    desk.execute(desk.plan())
    rows = desk.cli("ledger list --json --kind sell").json["data"]
    assert "BTC" in str(rows)


def test_without_a_yes_nothing_moves(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    plan = desk.plan()
    said = desk.cli(f"portfolio execute {plan.id}")
    assert said.code == 2
    assert "nobody is here to confirm it" in said.err
    assert f"kit portfolio plans {plan.id}" in said.err
    with pytest.raises(UsageError, match="nobody has confirmed"):
        desk.host.services.invoke(Invocation("portfolio execute", {"plan": plan.id}))
    assert desk.orders() == []
    assert desk.cli(f"portfolio execute {plan.id} --yes").code == 0
    assert len(desk.orders()) == 2


def test_a_plan_is_executed_once(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    plan = desk.plan()
    desk.execute(plan)
    with pytest.raises(UsageError, match="executed already"):
        desk.execute(plan)
    assert len(desk.orders()) == 2


def test_an_expired_a_replaced_and_an_unshown_plan_are_refused(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    first = desk.plan()
    second = desk.plan()
    with pytest.raises(UsageError, match="newer plan"):
        desk.execute(first)
    desk.host.clock.advance(timedelta(minutes=16))
    with pytest.raises(UsageError, match="expired"):
        desk.execute(second)
    with pytest.raises(UsageError, match="no plan"):
        desk.host.services.run("portfolio execute", {"plan": "nosuchid"}, confirmed=True)
    assert desk.orders() == []


def test_moved_prices_ask_anew_with_a_new_plan(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    plan = desk.plan()
    desk.set_prices(BTC="68000")
    reply = desk.execution(plan)
    assert reply.exit_code == 3
    assert reply.data.id not in ("", plan.id)
    assert reply.data.total == D("15582.50")
    assert "BTC/USDT went from 67000 to 68000, by 1.5%" in str(reply.blocks)
    assert desk.orders() == []
    assert desk.execute(reply.data).state is PlanState.DONE


def test_a_price_within_the_slippage_is_good_enough(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    plan = desk.plan()
    desk.set_prices(BTC="67500")
    done = desk.execute(plan)
    assert done.state is PlanState.DONE
    assert done.orders[0].average == D(67500)
    assert done.orders[0].limit == D("66330.00")


def test_market_orders_have_no_limit(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, trading={"orderType": "market"})
    done = desk.execute(desk.plan())
    assert [each.limit for each in done.orders] == [None, None]
    assert [each.limit for each in desk.orders()] == [None, None]


def test_an_order_above_the_limit_is_made_smaller_and_says_so(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, trading={"maxOrder": 1000})
    plan = desk.plan()
    assert all(each.value <= 1000 for each in plan.orders)
    assert ("BTC", "an order is worth maxOrder at most") in {(each.asset, each.reason) for each in plan.untraded}


def test_a_day_has_its_turnover_and_the_next_one_its_own(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, trading={"maxDailyTurnover": 2000})
    done = desk.execute(desk.plan())
    assert D(1990) < sum(each.value for each in done.orders) <= 2000
    assert desk.plan().orders == ()
    desk.host.clock.advance(timedelta(days=1))
    desk.set_prices()
    assert desk.plan().orders != ()


def test_only_allowed_pairs_are_traded(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS}, trading={"pairs": ["BTC/USDT"]})
    plan = desk.plan()
    assert {str(each.pair) for each in plan.orders} == {"BTC/USDT"}
    assert ("ETH", "trading.pairs does not allow ETH/USDT") in {(each.asset, each.reason) for each in plan.untraded}


def test_the_settings_of_the_moment_count_not_those_of_the_plan(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    plan = desk.plan()
    for name, strict, loose in (("maxOrder", "500", "0"), ("maxDailyTurnover", "600", "0"), ("pairs", '["A/B"]', "[]")):
        assert desk.cli("config", "set", f"skills.portfolio-tracker.trading.{name}", strict).code == 0
        said = desk.cli(f"portfolio execute {plan.id} --yes")
        assert said.code == 1
        assert name in said.err
        assert desk.cli("config", "set", f"skills.portfolio-tracker.trading.{name}", loose).code == 0
    assert desk.orders() == []


def test_what_was_sold_by_hand_meanwhile_is_not_sold_again(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    plan = desk.plan()
    request = OrderRequest(Pair("BTC", "USDT"), Side.SELL, D("0.14"))

    async def by_hand() -> None:
        await desk.host.services.exchange("practice").place_order(request)

    desk.host.services.network.run(by_hand())
    done = desk.execute(plan)
    assert done.orders[0].filled == D("0.01")
    assert done.orders[0].reason == "less than planned: only 0.01 was there"
    assert done.state is PlanState.PARTLY
    assert "BTC" not in desk.held()


def test_the_simulated_and_the_real_are_told_apart(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS, "other": {"USDT": 100}})
    assert desk.plan().notes == ()
    file = desk.host.home / "own.csv"
    file.write_text("time,account,kind,received_asset,received_quantity\n2024-01-02,wallet,deposit,BTC,0.1\n", "utf-8")
    assert desk.cli("import", str(file)).code == 0
    plan = desk.plan()
    assert "--account" in plan.notes[0]
    assert ("BTC", "wallet", "it is not connected") not in {(e.asset, e.account, e.reason) for e in plan.untraded}


def test_where_nothing_can_be_traded_the_next_step_is_named(make_desk: MakeDesk) -> None:
    desk = make_desk({})
    file = desk.host.home / "own.csv"
    row = "2024-01-02,wallet,deposit,BTC,0.1\n"
    file.write_text(f"time,account,kind,received_asset,received_quantity\n{row}", "utf-8")
    assert desk.cli("import", str(file)).code == 0
    said = desk.cli("portfolio rebalance --to '50% BTC, 50% USDT'").out
    assert "Nothing of this can be traded." in said
    assert "kit exchanges add NAME" in said


def test_one_account_alone_is_rebalanced_by_itself(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS, "other": {"USDT": 100000}})
    plan = desk.plan(account="practice")
    assert plan.total == D("15432.50")
    assert {each.account for each in plan.orders} == {"practice"}
    with pytest.raises(UsageError, match="account"):
        desk.plan(account="nobody")


def test_each_account_trades_with_its_own_money(make_desk: MakeDesk) -> None:
    """All bitcoins are at one account and all dollars at the other: each does its part, and nothing has to be moved."""
    desk = make_desk({"coins": {"BTC": 1}, "cash": {"USDT": 67000}})
    plan = desk.plan(to="25% BTC, 50% ETH, 25% USDT")
    assert {(each.account, each.side.value) for each in plan.orders} == {
        ("coins", "sell"),
        ("coins", "buy"),
        ("cash", "buy"),
    } or {(each.account, each.side.value) for each in plan.orders} == {("coins", "sell"), ("cash", "buy")}
    done = desk.execute(plan)
    assert done.state is PlanState.DONE
    assert desk.plan(to="25% BTC, 50% ETH, 25% USDT").orders == ()


def test_a_plan_can_be_looked_at_again(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    plan = desk.plan()
    again = desk.host.run("portfolio plans", plan=plan.id).data
    assert again == plan
    done = desk.execute(plan)
    said = desk.cli(f"portfolio plans {plan.id}").out
    assert "filled" in said
    assert done.id in desk.cli("portfolio plans").out
    with pytest.raises(KitError, match="no plan"):
        desk.host.run("portfolio plans", plan="xxxxxxxx")


def test_json_and_csv_say_the_same(make_desk: MakeDesk) -> None:
    desk = make_desk({"practice": HOLDINGS})
    data = desk.cli("portfolio rebalance --json").json["data"]
    assert D(data["rows"][0]["change"]) == D("-2333.75")
    assert data["fees"]["currency"] == "USD"
    assert desk.cli("portfolio rebalance --format csv").out.startswith("asset,current,target,action\nBTC,0.651")


def test_resuming_without_an_interruption_does_nothing(make_desk: MakeDesk) -> None:
    said = make_desk({"practice": HOLDINGS}).cli("portfolio rebalance --resume")
    assert said.code == 0
    assert "nothing to go on with" in said.out


@pytest.mark.parametrize("fee_asset", ["received", "quote"])
@pytest.mark.parametrize(
    ("holdings", "target", "whole"),
    [
        ({"BTC": 0.15, "ETH": 1.2, "USDT": 1902.5}, "50% BTC, 30% ETH, 20% USDT", False),
        ({"USDT": 1000}, "50% BTC, 50% ETH", True),
        ({"BTC": 1, "ETH": 0.001}, "1% BTC, 99% ETH", False),
    ],
)
@exact_math()
def test_money_is_created_nowhere_and_only_fees_are_lost(
    holdings: dict[str, float], target: str, whole: bool, fee_asset: str, make_desk: MakeDesk
) -> None:
    paper = {"type": "paper", "startingBalances": holdings, "fee": 0.004, "feeAsset": fee_asset}
    desk = make_desk(exchanges={"practice": paper})
    prices = {asset: D(price) for asset, price in desk.prices.items()} | {"USD": D(1)}
    before = sum(amount * prices[asset] for asset, amount in desk.held().items())
    plan = desk.plan(to=target, all=whole)
    done = desk.execute(plan)
    fees = sum(each.fee * prices[each.fee_asset] for each in done.orders if each.fee_asset)
    after = {asset: amount * prices[asset] for asset, amount in desk.held().items()}
    assert done.state is PlanState.DONE
    assert sum(after.values()) == before - fees
    for row in plan.rows:
        assert abs(after.get(row.asset, D(0)) / sum(after.values()) - row.weight) < plan.wish.threshold
    assert desk.plan(to=target, all=whole).orders == ()
