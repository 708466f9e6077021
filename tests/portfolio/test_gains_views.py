"""The commands that answer from lots: summary, holdings, explain, what-if, harvest, match, reconcile, suspected."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kit_portfolio_tracker.store.records import report_balances

from kit import Balance, FixedClock, Money, Reply, Table, UnknownName, UsageError
from kit.render import render_csv, render_text

D = Decimal
ROWS = (
    "2023-01-10T10:00:00Z,a,buy,BTC,1,USD,10000,USD,10,,,,buy-1,",
    "2023-02-10T10:00:00Z,a,buy,BTC,1,USD,20000,,,,,,buy-2,",
    "2023-03-10T10:00:00Z,a,buy,ETH,10,USD,30000,,,,,,buy-3,",
    "2023-06-10T10:00:00Z,a,sell,USD,15000,BTC,0.5,USD,5,,,,sell-1,",
    "2023-07-01T10:00:00Z,a,staking,ETH,0.1,,,,,200,USD,,earn-1,",
    "2023-08-01T10:00:00Z,a,withdrawal,,,BTC,0.5,BTC,0.001,,,,out-1,",
    "2023-08-01T11:00:00Z,b,deposit,BTC,0.4995,,,,,,,,in-1,",
    "2023-09-01T10:00:00Z,a,withdrawal,,,ETH,2,,,,,,out-2,to my hardware wallet",
)
PRICES = ("2023-08-01,BTC,29000,USD", "2024-01-15,BTC,40000,USD", "2024-01-15,ETH,2500,USD")


@pytest.fixture
def held(bench: Any) -> Any:
    bench.run("import", files=[bench.ledger("a.csv", *ROWS)])
    bench.run("prices import", files=[bench.prices("p.csv", *PRICES)])
    return bench


def text(reply: Reply) -> str:
    return render_text(reply, width=160)


def usd(amount: str) -> Money:
    return Money(D(amount), "USD")


def test_the_summary_is_the_portfolio_page(held: Any) -> None:
    """BTC: 1 + 1 bought, 0.5 sold, 0.001 and 0.0005 lost in fees of the transfer; ETH: 2 of 10.1 left for nowhere."""
    found = held.run("portfolio summary").data
    coins = D("1.4985") * 40000 + D("8.1") * 2500
    cash = D("-45015")  # nothing says where the dollars came from
    assert found.balance == Money(coins + cash, "USD")
    assert found.fiat_invested == usd("60010")
    assert found.fiat_proceeds == usd("14995")
    assert found.total_return == Money(coins + cash + 14995 - 60010, "USD")
    assert found.fees_paid == usd("58.5")  # 10 + 5 + 0.0015 BTC at 29,000
    assert found.income == {"staking": usd("200")}
    sale = D(15000) - 5 - D(5005)
    fees = D("0.0015") * 29000 - D("0.0015") * 10010
    assert found.realized.amount == sale + fees
    assert [gain.asset for gain in found.winners] == ["BTC"]
    assert [gain.asset for gain in found.losers] == ["ETH"]
    assert found.unrealized == found.winners[0].unrealized + found.losers[0].unrealized


def test_without_any_known_cost_there_is_no_gain_to_tell(bench: Any) -> None:
    bench.run("import", files=[bench.ledger("a.csv", "2023-10-01T00:00:00Z,a,deposit,ETH,5,,,,,,,,in-1,")])
    bench.run("prices import", files=[bench.prices("p.csv", *PRICES)])
    reply = bench.run("portfolio summary")
    assert (reply.data.cost_base, reply.data.unrealized, reply.data.based) == (None, None, ())
    shown = text(reply)
    assert "Unrealized Gains: N/A" in shown
    assert "Cost Base: N/A (0 of 1 coins)" in shown
    assert "Winners: no asset that you hold has both a price and a known cost." in shown
    assert "Losers: no asset that you hold has both a price and a known cost." in shown


def test_what_happened_without_any_price_is_no_zero(bench: Any) -> None:
    """And what did not happen is one. What lots are kept says the same."""
    rows = (
        "2023-01-10T10:00:00Z,a,buy,AAA,2,XYZ,1,ZZZ,1,,,,t1,",
        "2023-02-10T10:00:00Z,a,staking,AAA,1,,,,,,,,i1,",
        "2023-03-10T10:00:00Z,a,gift_sent,,,AAA,1,,,,,,g1,",
    )
    bench.run("import", files=[bench.ledger("a.csv", *rows)])
    for _ in range(2):
        found = bench.run("portfolio summary").data
        assert (found.realized, found.fees_paid, found.total_return) == (None, None, None)
        assert found.realized_by == {"gift": None}
        assert found.income == {"staking": None}
        assert (found.fiat_invested, found.fiat_proceeds, found.margin) == (usd("0"), usd("0"), usd("0"))
    assert "Realized: N/A" in text(bench.run("portfolio summary"))
    bench.run("prices import", files=[bench.prices("p.csv", "2023-02-10,AAA,5,USD")])
    assert bench.run("portfolio summary").data.income == {"staking": usd("5")}


def test_the_summary_says_which_part_of_the_total_return_came_in_as_deposits(held: Any) -> None:
    before = held.run("portfolio summary").data
    held.run("import", files=[held.ledger("cash.csv", "2023-01-01T10:00:00Z,a,deposit,USD,70000,,,,,,,,cash-1,")])
    reply = held.run("portfolio summary")
    assert reply.data.total_return.amount - before.total_return.amount == 70000
    assert reply.data.apart.gain == before.apart.gain
    assert reply.data.apart.came.amount - before.apart.came.amount == 70000
    assert "Total Return counts deposits of cash and coins as gained" in text(reply)
    assert "kit performance --period all" in text(reply)
    held.configured = {"historicalData": False}
    assert held.run("portfolio summary").data.apart is None


@pytest.mark.parametrize("late", [False, True])
def test_what_got_a_price_late_is_no_deposit(bench: Any, *, late: bool) -> None:
    rows = ("2024-01-01,a,deposit,USD,200,,,,,,,,d1,", "2024-01-02,a,buy,BTC,1,USD,100,,,,,,b1,")
    bench.run("import", files=[bench.ledger("a.csv", *rows)])
    price = f"2024-01-{'10' if late else '02'},BTC,150,USD"
    bench.run("prices import", files=[bench.prices("p.csv", price)])
    reply = bench.run("portfolio summary")
    assert reply.data.apart.repriced is late
    assert ("got or lost their price" in render_text(reply, width=400)) is late


def test_margin_is_told_apart_from_the_coins_that_paid_for_it(held: Any) -> None:
    rows = (
        "2023-11-01T10:00:00Z,a,margin_profit,USD,500,,,,,,,,m-1,",
        "2023-11-02T10:00:00Z,a,margin_loss,,,BTC,0.1,,,3000,USD,,m-2,",
    )
    held.run("import", files=[held.ledger("m.csv", *rows)])
    reply = held.run("portfolio summary")
    assert reply.data.margin == usd("-2500")
    assert "Margin Profit and Loss: -$2,500.00" in text(reply)
    assert f"Realized (coins that paid for margin): +${reply.data.realized_by['margin'].amount:,.2f}" in text(reply)


def test_fees_count_as_the_settings_say(held: Any) -> None:
    held.configured = {"trackGas": False}
    assert held.run("portfolio summary").data.fees_paid == usd("15")
    held.configured = {"includeFees": False}
    summary = held.run("portfolio summary").data
    assert summary.fees_paid == usd("0")


def test_winners_are_green_and_losers_red(held: Any) -> None:
    shown = render_text(held.run("portfolio summary"), width=100, color=True)
    assert "\x1b[32m• BTC" in shown
    assert "\x1b[31m• ETH" in shown


def test_holdings_tell_cost_roi_and_gain(held: Any) -> None:
    cells = render_csv(held.run("holdings")).splitlines()
    assert cells[0].endswith("cost,cost_currency,roi,unrealized_gain,unrealized_gain_currency")
    basis = held.run("holdings", asset="ETH").data.basis
    assert basis.cost == usd("24200")  # 8 of 10 at 3,000, and 0.1 earned at 200
    assert basis.unrealized.amount == D("8.1") * 2500 - 24200
    assert "Unrealized Gain: -$3,950.00" in text(held.run("holdings", asset="ETH"))


def test_of_several_holdings_each_has_a_row_and_all_of_them_a_total(held: Any) -> None:
    whole = {each.asset: each for each in held.run("holdings").data.assets}
    some = held.run("holdings", asset="ETH", others=("BTC", "ETH")).data
    assert {each.asset: each for each in some.assets} == {name: whole[name] for name in ("BTC", "ETH")}
    assert some.total == whole["BTC"].value + whole["ETH"].value
    assert held.run("holdings", asset="ETH", others=("ETH",)).data == held.run("holdings", asset="ETH").data
    with pytest.raises(UnknownName, match="XYZ"):
        held.run("holdings", asset="ETH", others=("XYZ",))


def test_what_has_no_known_cost_is_said_and_not_counted(held: Any) -> None:
    held.run("import", files=[held.ledger("b.csv", "2023-10-01T00:00:00Z,b,deposit,ETH,5,,,,,,,,in-2,")])
    basis = held.run("holdings", asset="ETH").data.basis
    assert (basis.quantity, basis.without) == (D("8.1"), D(5))
    assert "5 ETH without a known cost" in text(held.run("holdings", asset="ETH"))
    reply = held.run("portfolio summary")
    assert reply.data.unbased == ("ETH",)
    assert reply.exit_code == 3


def test_detailed_tells_cost_of_each_asset(held: Any) -> None:
    reply = held.run("portfolio", detailed=True)
    assert reply.data.bases["BTC"].roi is not None
    assert reply.data.total == held.run("portfolio").data.total
    assert "Unrealized Gain" in text(reply)


def test_a_sale_is_explained_lot_by_lot(held: Any) -> None:
    shown = text(held.run("ledger explain", id="sell-1"))
    assert "0.5 BTC left A (sell) for $15,000.00, less a fee of $5.00. A gain of $9,990.00." in shown
    assert "0.5 BTC acquired 2023-01-10 10:00 on A (buy, buy-1) for $5,005.00; held 151 days." in shown


def test_times_are_told_in_the_zone_of_the_user(held: Any) -> None:
    """As all other commands show them. In Auckland it was the next day."""
    held.timezone = ZoneInfo("Pacific/Auckland")
    story = held.run("ledger explain", id="sell-1")
    assert "acquired 2023-01-10 23:00 on A" in text(story)
    assert "Sell of 2023-06-10 22:00" in text(story)
    assert "A (2023-08-01 22:00, out-1) and B (2023-08-01 23:00, in-1)" in text(held.run("ledger unmatch", id="in-1"))


def test_what_was_bought_back_was_not_held(bench: Any) -> None:
    bench.configured = {"tax": {"form": "uk-cgt"}}
    rows = ("2024-01-01,a,buy,BTC,2,USD,200,,,,,,b1,", "2024-02-01,a,sell,USD,150,BTC,1,,,,,,s1,")
    bench.run("import", files=[bench.ledger("a.csv", *rows, "2024-02-02,a,buy,BTC,1,USD,90,,,,,,b2,")])
    shown = text(bench.run("ledger explain", id="s1"))
    assert "for $90.00; bought back 1 day after the sale; matched by the rule “30 days”." in shown


def test_a_transfer_an_income_and_a_withdrawal_to_nowhere_are_explained(held: Any) -> None:
    moved = text(held.run("ledger explain", id="out-1"))
    assert "0.4995 BTC went from A to B, and arrived 2023-08-01 11:00" in moved
    arrived = text(held.run("ledger explain", id="in-1"))
    assert "the other end of a transfer: 0.5 BTC left A 2023-08-01 10:00 (out-1)" in arrived
    assert "0.1 ETH came to A (staking) and made a lot that cost $200.00: what it was worth, which is income." in text(
        held.run("ledger explain", id="earn-1")
    )
    assert "no account of yours received it" in text(held.run("ledger explain", id="out-2"))
    with pytest.raises(UsageError, match="no record"):
        held.run("ledger explain", id="nothing")


def test_a_withdrawal_that_failed_is_explained_at_both_ends(held: Any) -> None:
    rows = (
        "2023-10-01T10:00:00Z,a,withdrawal,,,ETH,1,,,,,,fail-1,",
        "2023-10-01T10:20:00Z,a,deposit,ETH,1,,,,,,,,back-1,",
    )
    held.run("import", files=[held.ledger("f.csv", *rows)])
    assert "It failed: the same came back 2023-10-01 10:20 (back-1), so nothing left." in text(
        held.run("ledger explain", id="fail-1")
    )
    assert "It failed, and is back: 1 ETH left A 2023-10-01 10:00 (fail-1)." in text(
        held.run("ledger explain", id="back-1")
    )


def test_a_cost_that_is_not_known_is_no_zero_in_the_story(held: Any) -> None:
    rows = (
        "2023-10-01T10:00:00Z,b,deposit,SOL,5,,,,,,,,in-2,",
        "2023-10-02T10:00:00Z,b,sell,USD,100,SOL,5,,,,,,sell-2,",
    )
    held.run("import", files=[held.ledger("s.csv", *rows)])
    shown = text(held.run("ledger explain", id="sell-2"))
    assert "at a cost that is not known" in shown
    assert "$0.00" not in shown


def test_what_if_tells_a_sale_before_it_is_made(held: Any) -> None:
    sale = held.run("portfolio what-if", action="sell", quantity=D("0.75"), asset="BTC", price=None, account=None).data
    assert sale.proceeds == usd("30000")
    assert [lot.quantity for lot in sale.lots] == [D("0.4985"), D("0.2515")]
    assert [lot.long_term for lot in sale.lots] == [True, False]  # it is 16 January 2024
    assert sale.gain == sale.short_term + sale.long_term
    assert held.run("holdings", asset="BTC").data.quantity.amount == D("1.4985")


def test_what_if_says_where_more_is_sold_than_held(held: Any) -> None:
    reply = held.run("portfolio what-if", action="sell", quantity=D(2), asset="BTC", price=D(50000), account=None)
    assert reply.exit_code == 3
    assert reply.data.short == D("0.5015")
    assert "The records tell of 0.5015 BTC less than that" in text(reply)


def test_what_if_says_which_units_have_no_known_cost(held: Any) -> None:
    """5 ETH that came from nowhere are sold after the 8 that were bought and the 0.1 that were earned."""
    held.run("import", files=[held.ledger("b.csv", "2023-10-01T00:00:00Z,b,deposit,ETH,5,,,,,,,,in-2,")])
    reply = held.run("portfolio what-if", action="sell", quantity=D(10), asset="ETH")
    assert (reply.data.unbased, reply.data.short) == (D("1.9"), D(0))
    assert [lot.flags for lot in reply.data.lots] == [(), (), ("missing purchase history",)]
    assert [problem.key for problem in reply.problems] == ["portfolio.unbased"]
    assert reply.exit_code == 3
    assert "Cost: $24,200.00 (1.9 ETH without a known cost)" in text(reply)


def test_what_if_has_no_cost_where_none_is_known(held: Any) -> None:
    held.run("import", files=[held.ledger("b.csv", "2023-10-01T00:00:00Z,b,deposit,SOL,5,,,,,,,,in-2,")])
    shown = text(held.run("portfolio what-if", action="sell", quantity=D(5), asset="SOL", price=D(20)))
    assert "Cost: N/A (5 SOL without a known cost)" in shown
    assert "Gain: +$100.00 (their cost taken as zero)" in shown


def test_what_if_tells_its_price_and_how_old_it_is(held: Any) -> None:
    fresh = held.run("portfolio what-if", action="sell", quantity=D(1), asset="BTC")
    assert "Price: $40,000.00 (p.csv, 2024-01-15, 1 day old)" in text(fresh)
    assert fresh.problems == ()
    held.clock = FixedClock(held.clock.now() + timedelta(days=495))
    old = held.run("portfolio what-if", action="sell", quantity=D(1), asset="BTC")
    assert [problem.key for problem in old.problems] == ["portfolio.stale"]
    assert "2024-01-15, which is 496 days old" in text(old)
    assert old.exit_code == 3
    said = held.run("portfolio what-if", action="sell", quantity=D(1), asset="BTC", price=D(50000))
    assert said.exit_code == 0
    assert "Price: $50,000.00 (as you said)" in text(said)


@pytest.mark.parametrize(("quantity", "asset", "why"), [("0", "BTC", "more than nothing"), ("1", "USD", "no lots")])
def test_what_if_refuses_what_is_no_sale(held: Any, quantity: str, asset: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        held.run("portfolio what-if", action="sell", quantity=D(quantity), asset=asset, price=None, account=None)
    with pytest.raises(UnknownName):
        held.run("portfolio what-if", action="sell", quantity=D(1), asset="DOGE", price=D(1), account=None)


def test_harvest_lists_losing_lots_the_largest_loss_first(held: Any) -> None:
    found = held.run("portfolio harvest", min_loss=None).data
    assert [(lot.asset, lot.quantity, lot.loss.amount) for lot in found.lots] == [("ETH", D(8), D(-4000))]
    assert (found.short_term, found.long_term) == (usd("-4000"), usd("0"))
    assert not held.run("portfolio harvest", min_loss=D(4001)).data.lots


def test_harvest_refuses_a_loss_below_zero(held: Any) -> None:
    with pytest.raises(UsageError, match="without a sign"):
        held.run("portfolio harvest", min_loss=D(-5))


def test_harvest_leaves_out_what_loses_next_to_nothing_and_says_so(held: Any) -> None:
    """0.0001 ETH bought for 30 cents are worth 25."""
    rows = [f"2023-05-0{day}T10:00:00Z,b,buy,ETH,0.0001,USD,0.3,,,,,,tiny-{day}," for day in (1, 2)]
    held.run("import", files=[held.ledger("tiny.csv", *rows)])
    reply = held.run("portfolio harvest")
    assert [lot.asset for lot in reply.data.lots] == ["ETH"]
    assert (reply.data.least, reply.data.smaller, reply.data.smaller_lots) == (usd("1"), usd("-0.1"), 2)
    assert "2 lots lose less than $1.00 each, -$0.10 together, and are left out. With all: --min-loss 0" in text(reply)
    everything = held.run("portfolio harvest", min_loss=D(0))
    assert len(everything.data.lots) == 3
    assert "left out" not in text(everything)


def test_match_lists_what_fits_and_what_does_not(held: Any) -> None:
    found = held.run("ledger match", out=None, into=None).data
    assert [(pair.out.id, pair.into.id) for pair in found.matches] == [("out-1", "in-1")]
    assert [end.key.id for end in found.unmatched] == ["out-2"]


def test_unmatch_and_match_take_each_other_back(held: Any) -> None:
    before = held.run("holdings", asset="BTC").data.basis
    held.run("ledger unmatch", id="in-1")
    apart = held.run("holdings", asset="BTC").data.basis
    assert apart.without == D("0.4995")
    assert apart.cost is not None
    assert apart.cost != before.cost
    held.run("ledger match", out="out-1", into="in-1")
    assert held.run("holdings", asset="BTC").data.basis == before
    with pytest.raises(UsageError, match="two ends"):
        held.run("ledger match", out="out-1", into=None)
    with pytest.raises(UsageError, match="matched with no other"):
        held.run("ledger unmatch", id="out-2")
    with pytest.raises(UsageError, match="that is no transfer"):
        held.run("ledger match", out="out-2", into="in-1")


def test_a_match_that_loses_much_on_the_way_is_doubted(held: Any) -> None:
    held.run("import", files=[held.ledger("c.csv", "2023-09-01T11:00:00Z,b,deposit,ETH,1,,,,,,,,in-2,")])
    reply = held.run("ledger match", out="out-2", into="in-2")
    assert reply.exit_code == 3
    assert "1 ETH less came than left: that part counts as the network's fee, which is a sale." in text(reply)


def test_suspected_accounts_count_only_where_they_are_asked_for(held: Any) -> None:
    usual, all_of_it = held.run("portfolio"), held.run("portfolio", suspected=True)
    assert all_of_it.data.total.amount - usual.data.total.amount == 5000
    assert "hardware wallet (suspected)" in text(all_of_it)
    assert held.run("portfolio summary").data.balance == usual.data.total


def test_reconcile_tells_the_likely_cause(held: Any) -> None:
    now = held.clock.now()
    said = (("a", "BTC", "0.999"), ("b", "ETH", "2"), ("b", "BTC", "0.4995"), ("a", "ETH", "8.2"))
    with held.store.write() as connection:
        report_balances(connection, [Balance(account, asset, D(total), now) for account, asset, total in said])
    reply = held.run("portfolio reconcile")
    found = {(each.account, each.asset): each for each in reply.data.differences}
    assert reply.exit_code == 3
    assert found["b", "ETH"].cause == "a transfer is recorded at one end only"
    assert [key.id for key in found["b", "ETH"].evidence] == ["out-2"]
    assert found["a", "ETH"].cause == "staking or interest that no record tells"
    assert set(found) == {("b", "ETH"), ("a", "ETH")}
    assert "2 of 4 reported balances are not what the records sum to." in text(reply)
    table = next(block for block in reply.blocks if isinstance(block, Table))
    assert len(table.rows) == 2


def test_reconcile_says_whose_balances_nobody_reports(held: Any) -> None:
    with held.store.write() as connection:
        report_balances(connection, [Balance("b", "BTC", D("0.4995"), held.clock.now())])
    reply = held.run("portfolio reconcile")
    assert reply.data.silent == ("a",)
    assert "All 1 reported balances are what the records sum to." in text(reply)
    assert "Not compared, since nobody reports what they hold: A." in text(reply)


def test_reconcile_suspects_only_beyond_what_was_asked_for(held: Any) -> None:
    def suspected(**chosen: str) -> list[str]:
        return [each.name for each in held.run("portfolio reconcile", **chosen).data.suspected]

    assert suspected() == suspected(exchange="a") == suspected(asset="ETH") == ["hardware wallet"]
    assert suspected(exchange="b") == suspected(asset="BTC") == []
    with pytest.raises(UnknownName):
        suspected(asset="DOGE")


def test_reconcile_recommends_suspected_accounts_only_where_something_is_held(held: Any) -> None:
    assert "kit portfolio --suspected" in text(held.run("portfolio reconcile"))
    back = "2023-12-01T10:00:00Z,a,deposit,ETH,2,,,,,,,,back-1,from my hardware wallet"
    held.run("import", files=[held.ledger("back.csv", back)])
    assert "kit portfolio --suspected" not in text(held.run("portfolio reconcile"))


def test_reconcile_without_differences_says_so(held: Any) -> None:
    reply = held.run("portfolio reconcile")
    assert reply.exit_code == 0
    assert "No account has told what it holds" in text(reply)


def test_what_if_refuses_a_price_below_zero(held: Any) -> None:
    with pytest.raises(UsageError, match="below zero"):
        held.run("portfolio what-if", action="sell", quantity=D(1), asset="BTC", price=D(-5))
