"""Executing a plan at a Binance on this machine: partial fills, refusals, lost answers, a venue that dies meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from kit_exchanges.simulated import Fault
from kit_portfolio_tracker.rebalance_plans import OrderState, PlanState

from kit import KitError, UsageError

if TYPE_CHECKING:
    from kit_exchanges.simulated.kraken import KrakenServer

    from tests.rebalance.conftest import MakeDesk, MakeVenue, Venue

D = Decimal
ORDER = "/api/v3/order"


def test_the_fee_is_the_keys_own_and_the_orders_reach_the_venue(make_venue: MakeVenue) -> None:
    venue = make_venue()
    venue.server.account.fee_rate = D("0.00075")
    plan = venue.desk.plan()
    assert plan.own_fees
    assert plan.fees is not None
    assert plan.fees.amount == sum(each.value for each in plan.orders) * D("0.00075")
    done = venue.desk.execute(plan)
    assert done.state is PlanState.DONE
    assert venue.sides() == [("sell", "BTC/USDT", "filled"), ("buy", "ETH/USDT", "filled")]
    assert venue.desk.plan().orders == ()


def test_trading_is_off_until_it_is_switched_on(make_venue: MakeVenue) -> None:
    venue = make_venue(enabled=False)
    reply = venue.desk.reply()
    assert "Trading is off" in reply.data.why_not
    assert "Execute" not in str(reply.blocks)
    assert "Execute" not in str(venue.desk.host.run("portfolio plans", plan=reply.data.id).blocks)
    with pytest.raises(KitError, match="Trading is off"):
        venue.desk.execute(reply.data)
    assert venue.given == 0


def test_a_key_that_may_not_trade_is_told(make_venue: MakeVenue) -> None:
    venue = make_venue()
    venue.server.account.permissions = frozenset({"read"})
    plan = venue.desk.plan()
    assert plan.why_not == "The key of Binance may not trade."
    done = venue.desk.execute(plan)
    assert done.state is PlanState.PARTLY
    assert done.orders[0].state is OrderState.REJECTED
    assert done.orders[1].state is OrderState.SKIPPED


def test_what_is_filled_in_part_pays_for_what_it_brought_only(make_venue: MakeVenue) -> None:
    """All money of the buy comes from the sell: the market takes half of it, so half can be bought."""
    venue = make_venue(patience=1)
    venue.server.set_balance("USDT", free=D(0))
    plan = venue.desk.plan(to="50% BTC, 50% ETH", threshold=D("0.01"))
    sell, buy = plan.orders
    venue.server.account.depth = D("0.2")
    done = venue.desk.execute(plan)
    assert done.state is PlanState.PARTLY
    assert (done.orders[0].state, done.orders[0].filled) == (OrderState.PARTLY, D("0.2"))
    assert "took no more" in done.orders[0].reason
    assert done.orders[1].filled * 3000 <= D("0.2") * 60000
    assert done.orders[1].sent_quantity is not None
    assert done.orders[1].sent_quantity < buy.quantity
    assert sell.quantity == D("0.5")
    assert not [each for each in venue.server.account.orders.values() if each.status == "open"]


def test_a_sale_that_is_refused_buys_nothing(make_venue: MakeVenue) -> None:
    venue = make_venue()
    venue.server.set_balance("USDT", free=D(0))
    plan = venue.desk.plan()
    venue.server.set_balance("BTC", free=D("0.00000001"), locked=D("0.99999999"))
    done = venue.desk.execute(plan)
    assert done.state is PlanState.PARTLY
    assert [each.state for each in done.orders] == [OrderState.SKIPPED, OrderState.SKIPPED]
    assert [each.reason for each in done.orders] == [
        "there is too little BTC for it",
        "there is too little USDT for it",
    ]
    assert venue.given == 0


def test_an_order_that_the_venue_rejects_says_why(make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    venue.server.fail(ORDER, Fault.UNKNOWN_ERROR, times=1)
    reply = venue.desk.execution(plan)
    first = reply.data.orders[0]
    assert first.state is OrderState.REJECTED
    assert "A new kind of trouble" in first.reason
    assert reply.exit_code in (1, 3)


@pytest.mark.parametrize("fault", [Fault.RESET_IN_BODY, Fault.DONE_UNANSWERED])
def test_an_order_that_was_taken_and_not_answered_is_found_and_not_doubled(fault: Fault, make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    venue.server.fail(ORDER, fault, times=1)
    done = venue.desk.execute(plan)
    assert done.state is PlanState.DONE
    assert venue.given == 2
    assert venue.sides() == [("sell", "BTC/USDT", "filled"), ("buy", "ETH/USDT", "filled")]


def _then_hide_orders(venue: Venue) -> None:
    """Once an order is executed, the key may not look at the orders any more."""
    before = venue.server.account.executed

    def hide(*happened: object) -> None:
        before(*happened)  # type: ignore[arg-type]
        venue.server.fail("allOrders", Fault.PERMISSION_DENIED, times=None)

    venue.server.account.executed = hide


def test_a_venue_that_dies_between_sell_and_buy_leaves_a_clear_state(make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    server, sold = venue.server, venue.server.account.executed

    def die(*happened: object) -> None:
        sold(*happened)  # type: ignore[arg-type]
        server.account.executed = sold
        for path in ("/api/v3/ticker", "/api/v3/order", "/api/v3/account"):
            server.fail(path, Fault.HTTP_503, times=None)

    server.account.executed = die
    reply = venue.desk.execution(plan)
    assert reply.exit_code == 1
    assert "--resume" in str(reply.blocks)
    assert reply.data.state is PlanState.EXECUTING
    with pytest.raises(UsageError, match="interrupted"):
        venue.desk.execute(plan)
    server.recover()
    done = venue.desk.reply(resume=True).data
    assert done.state is PlanState.DONE
    assert venue.sides() == [("sell", "BTC/USDT", "filled"), ("buy", "ETH/USDT", "filled")]
    assert venue.given == 2


def test_after_its_time_an_interrupted_plan_is_ended_not_continued(make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    venue.server.fail(ORDER, Fault.RESET_BEFORE_ANSWER, times=None)
    venue.server.fail("allOrders", Fault.UNKNOWN_ERROR, times=None)
    assert venue.desk.execution(plan).data.state is PlanState.EXECUTING
    venue.server.recover()
    venue.desk.host.clock.advance(timedelta(minutes=20))
    done = venue.desk.reply(resume=True).data
    assert done.state is PlanState.PARTLY
    assert [each.reason for each in done.orders] == ["the plan had expired"] * 2
    assert venue.server.account.orders == {}


def test_least_amounts_and_steps_drop_what_is_too_small(make_venue: MakeVenue) -> None:
    """0.05 % of $70,000 are $35; the venue takes DOT from 50 USDT on here."""
    venue = make_venue()
    market = venue.server.market
    listing = market.listings["DOT/USDT"]
    market.list("DOT/USDT", D(5), listing=type(listing)("DOT", "USDT", least_cost=D(50)))
    plan = venue.desk.plan(to="49.95% BTC, 30% ETH, 0.05% DOT, 20% USDT", threshold=D("0.0001"))
    assert ("DOT", "the venue takes orders from 50 USDT") in {(each.asset, each.reason) for each in plan.untraded}
    assert all(each.quantity % D("0.00001") == 0 for each in plan.orders)


def test_a_limit_stands_on_the_venues_steps_within_the_slippage(make_venue: MakeVenue) -> None:
    venue = make_venue(maxSlippage=0.001)
    done = venue.desk.execute(venue.desk.plan())
    sell, buy = done.orders
    assert sell.limit is not None
    assert buy.limit is not None
    assert sell.limit >= D(60000) * D("0.999")
    assert buy.limit <= D(3000) * D("1.001")
    assert done.state is PlanState.DONE


def test_an_account_that_does_not_answer_counts_and_is_not_traded(make_venue: MakeVenue) -> None:
    venue = make_venue()
    assert venue.desk.cli("sync").code in (0, 3)
    venue.server.fail("/api/v3/account", Fault.HTTP_503, times=None)
    plan = venue.desk.plan()
    assert plan.total == D(70000)
    assert plan.orders == ()
    assert {each.account for each in plan.untraded if each.asset == "BTC"} == {"binance"}
    assert plan.notes[0].startswith("Binance counts with its last known balances: ")


def test_orders_held_by_the_venue_are_not_sold_twice(make_venue: MakeVenue) -> None:
    venue = make_venue()
    venue.server.set_balance("BTC", free=D("0.1"), locked=D("0.9"))
    plan = venue.desk.plan()
    assert plan.orders[0].quantity == D("0.1")
    assert ("BTC", "it is held by open orders or another wallet") in {
        (each.asset, each.reason) for each in plan.untraded
    }


def test_several_accounts_trade_each_with_its_own(make_venue: MakeVenue) -> None:
    """All bitcoins at one account, all dollars at another: one sells and pays its own buys, the other buys as well."""
    venue = make_venue()
    other = venue.server.add_account(permissions=frozenset({"read", "trade"}))
    other.deposit("USDT", D(60_000))
    venue.server.set_balance("USDT", free=D(0))
    section = {**venue.server.settings, "apiKey": other.key, "secret": other.secret}
    for key, value in section.items():
        assert venue.desk.cli("config", "set", f"exchanges.second.{key}", value).code in (0, 3)
    reply = venue.desk.cli("portfolio rebalance --to '20% BTC, 60% ETH, 20% USDT' --json").json["data"]
    assert D(reply["total"]) == 120_000
    assert reply["untraded"] == []
    said = venue.desk.cli(f"portfolio execute {reply['id']} --yes --json")
    assert said.code == 0
    held = [account.balances for account in (venue.server.account, other)]
    assert all(each["USDT"].free >= 0 for each in held)
    assert sum(each["ETH"].free for each in held) > D("23.9")
    again = venue.desk.cli("portfolio rebalance --to '20% BTC, 60% ETH, 20% USDT' --json").json["data"]
    assert again["orders"] == []


def test_what_lies_where_nothing_can_be_traded_is_said_to_have_to_move(make_venue: MakeVenue) -> None:
    """Two of three bitcoins lie in a wallet that no key opens: they count, and what they should pay for is missing."""
    venue = make_venue()
    file = venue.desk.host.home / "own.csv"
    file.write_text("time,account,kind,received_asset,received_quantity\n2024-01-02,wallet,deposit,BTC,2\n", "utf-8")
    assert venue.desk.cli("import", str(file)).code in (0, 3)
    plan = venue.desk.plan(to="10% BTC, 70% ETH, 20% USDT")
    assert plan.total == D(190_000)
    missing = {(each.asset, each.account): each.reason for each in plan.untraded}
    assert missing["BTC", "wallet"] == "it is not connected"
    assert missing["ETH", None] == "there is no more USDT to spend where it is traded"


def test_a_plan_whose_account_is_gone_for_good_can_be_ended(make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    venue.server.fail(ORDER, Fault.RESET_BEFORE_ANSWER, times=None)
    venue.server.fail("allOrders", Fault.UNKNOWN_ERROR, times=None)
    assert venue.desk.execution(plan).data.state is PlanState.EXECUTING
    assert venue.desk.cli("exchanges remove binance --yes").code in (0, 3)
    said = venue.desk.cli("portfolio rebalance --resume --json").json["data"]
    assert said["state"] == PlanState.PARTLY
    assert [each["state"] for each in said["orders"]] == [OrderState.UNKNOWN, OrderState.SKIPPED]


def test_a_venue_that_was_asked_too_often_is_asked_again(make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    venue.server.fail(ORDER, Fault.RATE_LIMIT_WAIT, times=1)
    assert venue.desk.execute(plan).state is PlanState.DONE
    assert len(venue.sides()) == 2


def test_a_venue_that_wants_to_be_left_alone_for_long_is_resumed_later(make_venue: MakeVenue) -> None:
    """Two minutes here, days where an address is banned: nobody waits for that, and nothing is given up."""
    venue = make_venue()
    plan = venue.desk.plan()
    venue.server.fail(ORDER, Fault.IP_BAN, times=1)
    reply = venue.desk.execution(plan)
    assert reply.data.state is PlanState.EXECUTING
    assert "was not taken" in str(reply.blocks)
    assert venue.sides() == []
    assert venue.desk.reply(resume=True).data.state is PlanState.DONE
    assert venue.sides() == [("sell", "BTC/USDT", "filled"), ("buy", "ETH/USDT", "filled")]


def test_kraken_with_its_fees_in_the_quote_ends_at_the_target(make_desk: MakeDesk, kraken_server: KrakenServer) -> None:
    """Bought with all the dollars there are: the fee is paid from what the plan kept back for it."""
    server = kraken_server
    server.limits.calls = None
    server.account.permissions = frozenset({"read", "trade"})
    server.deposit("USD", D(10_000))
    desk = make_desk(
        exchanges={"kraken": {**server.settings, "timeoutSeconds": 2}},
        target={"BTC": 0.6, "ETH": 0.4, "USD": 0.0},
        prices={},
        now=datetime.now(UTC),
        trading={"enabled": True},
    )
    done = desk.execute(desk.plan())
    assert done.state is PlanState.DONE
    assert [(each.side.value, str(each.pair), each.fee_asset) for each in done.orders] == [
        ("buy", "BTC/USD", "USD"),
        ("buy", "ETH/USD", "USD"),
    ]
    assert D(0) <= server.account.balances["USD"].free < D(1)


def test_an_order_that_was_taken_while_the_venue_refuses_to_say_so_is_no_rejected_one(make_venue: MakeVenue) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    venue.server.fail(ORDER, Fault.RESET_IN_BODY, times=1)
    _then_hide_orders(venue)
    stopped = venue.desk.execution(plan).data
    assert stopped.state is PlanState.EXECUTING
    assert stopped.orders[0].state is OrderState.SENDING
    assert venue.sides() == [("sell", "BTC/USDT", "filled")]
    venue.server.recover()
    assert venue.desk.reply(resume=True).data.state is PlanState.DONE
    assert venue.given == 2


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("enabled", "false", "Trading is off"),
        ("pairs", "'[\"BTC/USDT\"]'", "trading.pairs does not allow ETH/USDT"),
        ("maxOrder", "10", "maxOrder is less"),
    ],
)
def test_what_is_forbidden_meanwhile_is_not_gone_on_with(
    setting: str, value: str, reason: str, make_venue: MakeVenue
) -> None:
    venue = make_venue()
    plan = venue.desk.plan()
    venue.server.fail(ORDER, Fault.RESET_IN_BODY, times=1)
    _then_hide_orders(venue)
    assert venue.desk.execution(plan).data.state is PlanState.EXECUTING
    venue.server.recover()
    assert venue.desk.cli(f"config set skills.portfolio-tracker.trading.{setting} {value}").code == 0
    done = venue.desk.cli("portfolio rebalance --resume --json").json["data"]
    assert [each["state"] for each in done["orders"]] == [OrderState.FILLED, OrderState.SKIPPED]
    assert reason in done["orders"][1]["reason"]
    assert venue.given == 1
