"""What records mean for lots and for money, each kind and each place of a fee worked by hand. FORMULAS §6."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from kit_portfolio_tracker.core.disposals import Category
from kit_portfolio_tracker.core.events import Figure, Flag
from kit_portfolio_tracker.core.plan import BEGINNING, Plan, Rules, Scope, TransferFees

D = Decimal
Compute = Callable[..., Any]
BOUGHT = "2024-01-01 a buy got 2 BTC gave 20000 USD\n"


def test_a_fee_in_money_is_part_of_the_cost(compute: Compute) -> None:
    found = compute("2024-01-01 a buy got 1 BTC gave 10000 USD fee 10 USD")
    assert [(lot.quantity, lot.cost) for lot in found.lots("BTC")] == [(D(1), D(10010))]
    assert found.figure(Figure.FIAT_INVESTED) == D(10010)
    assert found.figure(Figure.FEES) == D(10)


def test_a_fee_in_the_received_coin_lowers_what_came(compute: Compute) -> None:
    found = compute("2024-01-01 a buy got 1 BTC gave 10000 USD fee 0.01 BTC")
    assert [(lot.quantity, lot.cost) for lot in found.lots("BTC")] == [(D("0.99"), D(10000))]
    assert found.figure(Figure.FEES) == D(100)
    assert not found.disposals


def test_a_fee_in_the_sold_coin_goes_with_it(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01 a sell got 15000 USD gave 1 BTC fee 0.01 BTC")
    [sale] = found.disposals
    assert (sale.quantity, sale.proceeds, sale.fee, sale.cost) == (D("1.01"), D(15000), D(0), D(10100))
    assert found.figure(Figure.FEES) == D(150)


def test_a_fee_of_a_sale_in_money_is_taken_off(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01 a sell got 15000 USD gave 1 BTC fee 15 USD")
    [sale] = found.disposals
    assert (sale.proceeds, sale.fee, sale.gain) == (D(15000), D(15), D(4985))
    assert found.figure(Figure.FIAT_PROCEEDS) == D(14985)


def test_a_third_coin_is_sold_and_its_value_added_to_the_cost(compute: Compute) -> None:
    text = "2023-12-01 a buy got 1 BNB gave 200 USD\n2024-01-01 a buy got 1 BTC gave 10000 USD fee 0.1 BNB"
    found = compute(text, rates={"BNB": "300"})
    assert found.lots("BTC")[0].cost == D(10030)
    [fee] = found.disposals
    assert (fee.asset, fee.proceeds, fee.cost, fee.gain) == ("BNB", D(30), D(20), D(10))


def test_a_third_coin_is_taken_off_the_proceeds_of_a_sale(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01 a sell got 15000 USD gave 1 BTC fee 0.1 BNB", rates={"BNB": "300"})
    assert found.disposals[0].gain == D(15000) - 30 - 10000
    assert found.figure(Figure.FIAT_PROCEEDS) == D(15000)


def test_both_legs_of_a_trade_have_one_value_that_of_what_was_given(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01 a trade got 10 ETH gave 1 BTC", rates={"BTC": "12000", "ETH": "1300"})
    assert found.disposals[0].proceeds == D(12000)
    assert found.lots("ETH")[0].cost == D(12000)


def test_without_a_price_of_what_was_given_that_of_what_was_received_counts(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01 a trade got 10 ETH gave 1 BTC", rates={"ETH": "1300"})
    assert found.disposals[0].proceeds == found.lots("ETH")[0].cost == D(13000)


def test_what_the_source_says_goes_before_the_market(compute: Compute) -> None:
    text = BOUGHT + "2024-02-01 a trade got 10 ETH gave 1 BTC worth 11111 USD"
    assert compute(text, rates={"BTC": "12000"}).disposals[0].proceeds == D(11111)


def test_other_state_money_counts_at_its_rate(compute: Compute) -> None:
    found = compute("2024-01-01 a buy got 1 BTC gave 10000 EUR fee 10 EUR", rates={"EUR": "1.1"})
    assert found.lots("BTC")[0].cost == D(11011)
    assert found.figure(Figure.FIAT_INVESTED) == D(11011)


def test_without_any_price_it_is_flagged_and_left_out(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01 a trade got 10 ETH gave 1 BTC")
    [sale] = found.disposals
    assert (sale.proceeds, sale.gain, sale.flags) == (None, None, {Flag.MISSING_PRICE})
    [lot] = found.lots("ETH")
    assert (lot.cost, lot.has_basis) == (D(0), False)
    assert found.ledger.assets["BTC"].totals.excluded == 1


def test_a_fee_without_a_price_is_left_out_and_not_the_trade(compute: Compute) -> None:
    """A sale of 15,000 would be missing from a year for want of the price of a coin's hundredth."""
    found = compute(
        "2024-01-01 a buy got 1 BNB gave 200 USD\n"
        "2024-01-02 a buy got 2 BTC gave 10000 USD fee 0.01 BNB\n"
        "2024-02-01 a sell got 15000 USD gave 1 BTC fee 0.01 BNB"
    )
    [sale] = [each for each in found.disposals if each.asset == "BTC"]
    assert (sale.proceeds, sale.fee, sale.gain, sale.flags) == (15000, 0, 10000, {Flag.MISSING_FEE})
    [lot] = found.lots("BTC")
    assert (lot.cost, lot.has_basis, lot.flags) == (5000, True, {Flag.MISSING_FEE})
    fees = [each for each in found.disposals if each.asset == "BNB"]
    assert [(each.gain, each.flags) for each in fees] == [(None, {Flag.MISSING_PRICE})] * 2
    assert found.ledger.assets["BTC"].totals.excluded == 0
    assert found.ledger.assets["BNB"].totals.uncounted == 2


def test_fees_count_nowhere_where_the_plan_says_so(compute: Compute) -> None:
    plan = Plan("USD", ((BEGINNING, Rules("fifo", Scope.UNIVERSAL)),), include_fees=False)
    found = compute(
        "2024-01-01 a buy got 1 BTC gave 10000 USD fee 10 USD\n2024-02-01 a sell got 15000 USD gave 1 BTC fee 15 USD",
        plan=plan,
    )
    assert found.disposals[0].gain == D(5000)


@pytest.mark.parametrize("kind", ["staking", "interest", "mining", "airdrop", "fork", "reward"])
def test_income_comes_in_at_market_value_by_kind(compute: Compute, kind: str) -> None:
    found = compute(f"2024-01-01 a {kind} got 2 DOT", rates={"DOT": "7"})
    [earned] = found.income
    assert (earned.kind, earned.value) == (kind, D(14))
    assert found.lots("DOT")[0].cost == D(14)
    assert found.ledger.assets["DOT"].totals.income == {kind: D(14)}


def test_interest_in_money_is_income_without_a_lot(compute: Compute) -> None:
    found = compute("2024-01-01 a interest got 5 USD")
    assert [each.value for each in found.income] == [D(5)]
    assert not found.lots("USD")


@pytest.mark.parametrize(
    ("kind", "category", "proceeds"),
    [
        ("spend", Category.TRADING, D(12000)),
        ("gift_sent", Category.GIFT, D(12000)),
        ("donation", Category.DONATION, D(12000)),
        ("lost", Category.LOSS, D(0)),
        ("margin_loss", Category.MARGIN, D(12000)),
    ],
)
def test_what_goes_alone_keeps_to_its_kind(compute: Compute, kind: str, category: str, proceeds: Decimal) -> None:
    found = compute(BOUGHT + f"2024-02-01 a {kind} gave 1 BTC", rates={"BTC": "12000"})
    [gone] = found.disposals
    assert (gone.category, gone.proceeds, gone.cost) == (category, proceeds, D(10000))
    assert set(found.ledger.assets["BTC"].totals.gains) == {category}


def test_a_gift_received_is_no_income(compute: Compute) -> None:
    found = compute("2024-01-01 a gift_received got 1 BTC", rates={"BTC": "12000"})
    assert found.lots("BTC")[0].cost == D(12000)
    assert found.ledger.assets["BTC"].totals.income == {}


def test_margin_results_have_a_bucket_of_their_own(compute: Compute) -> None:
    found = compute("2024-01-01 a margin_profit got 100 USD fee 4 USD\n2024-01-02 a margin_loss gave 30 USD")
    assert found.figure(Figure.MARGIN) == D(66)
    assert found.figure(Figure.FEES) == D(0)


def test_a_fee_record_is_a_sale_at_market_value(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01 a fee fee 0.1 BTC", rates={"BTC": "12000"})
    assert (found.disposals[0].proceeds, found.disposals[0].cost) == (D(1200), D(1000))
    assert found.figure(Figure.FEES) == D(1200)


TRANSFER = "2024-02-01T10:00 a withdrawal gave 1 BTC fee 0.01 BTC\n2024-02-01T11:00 b deposit got 0.999 BTC\n"


def test_the_fees_of_a_transfer_are_sold_what_the_network_kept_included(compute: Compute) -> None:
    found = compute(BOUGHT + TRANSFER, rates={"BTC": "12000"})
    assert sorted(each.quantity for each in found.disposals) == [D("0.001"), D("0.01")]
    assert found.figure(Figure.NETWORK_FEES) == D("0.011") * 12000
    assert found.ledger.assets["BTC"].units == {"a": D("0.99"), "b": D("0.999")}


def test_the_fees_of_a_transfer_may_go_without_gain(compute: Compute) -> None:
    rules = ((BEGINNING, Rules("fifo", Scope.UNIVERSAL)),)
    plan = Plan("USD", rules, transfer_fees=TransferFees.NO_GAIN)
    found = compute(BOUGHT + TRANSFER, plan=plan, rates={"BTC": "12000"})
    assert [each.gain for each in found.disposals] == [None, None]
    assert not any(found.ledger.assets["BTC"].totals.gains.values())
    assert all(Flag.MISSING_PRICE not in each.flags for each in found.disposals)


def test_a_withdrawal_that_came_back_moves_nothing(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01T10:00 a withdrawal gave 1 BTC\n2024-02-01T11:00 a deposit got 1 BTC")
    assert not found.disposals
    assert [(lot.quantity, lot.account) for lot in found.lots("BTC")] == [(D(2), "a")]


@pytest.mark.parametrize("scope", ["universal", "per-account"])
def test_a_deposit_may_be_told_before_its_withdrawal(compute: Compute, scope: str) -> None:
    text = BOUGHT + (
        "2024-02-01T10:05 a withdrawal gave 1 BTC\n2024-02-01T10:00 b deposit got 1 BTC\n"
        "2024-02-01T10:02 b sell got 15000 USD gave 1 BTC"
    )
    found = compute(text, scope=scope)
    assert [(each.cost, each.flags) for each in found.disposals] == [(D(10000), frozenset())]


def test_coins_on_their_way_are_nowhere_yet(compute: Compute) -> None:
    found = compute(
        BOUGHT
        + "2024-02-01 a withdrawal gave 1 BTC\n2024-02-03 b deposit got 1 BTC\n2024-02-02 b sell got 9 USD gave 1 BTC",
        scope="per-account",
    )
    [sale] = found.disposals
    assert sale.flags == {Flag.MISSING_HISTORY}


def test_a_withdrawal_to_nowhere_leaves_at_cost(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01 a withdrawal gave 1 BTC", rates={"BTC": "12000"})
    [gone] = found.disposals
    assert (gone.category, gone.cost, gone.gain, gone.flags) == (Category.MOVED_OUT, D(10000), None, {Flag.UNMATCHED})
    assert found.ledger.assets["BTC"].totals.gains == {}


def test_a_deposit_from_nowhere_costs_nothing_and_is_flagged(compute: Compute) -> None:
    found = compute("2024-02-01 a deposit got 1 BTC\n2024-03-01 a sell got 9000 USD gave 1 BTC", rates={"BTC": "12000"})
    [sale] = found.disposals
    assert (sale.gain, sale.flags) == (D(9000), {Flag.MISSING_HISTORY})


def test_deposits_of_money_invest_nothing(compute: Compute) -> None:
    found = compute("2024-02-01 a deposit got 5000 USD\n2024-02-02 a withdrawal gave 1000 USD")
    assert found.figure(Figure.FIAT_INVESTED) == found.figure(Figure.FIAT_PROCEEDS) == D(0)


def test_a_purchase_of_which_only_the_value_is_known_is_invested(compute: Compute) -> None:
    found = compute("2024-02-01 a buy got 1 BTC worth 9000 USD\n2024-02-02 a sell gave 1 BTC worth 9500 USD")
    assert (found.figure(Figure.FIAT_INVESTED), found.figure(Figure.FIAT_PROCEEDS)) == (D(9000), D(9500))
    assert found.disposals[0].gain == D(500)


def test_a_fee_greater_than_what_came_is_taken_from_what_was_there(compute: Compute) -> None:
    found = compute(BOUGHT + "2024-02-01 a buy got 0.1 BTC gave 1000 USD fee 0.3 BTC")
    assert found.ledger.assets["BTC"].units == {"a": D("1.8")}
    assert sum(lot.quantity for lot in found.lots("BTC")) == D("1.8")


@pytest.mark.parametrize("amount", ["1E-30", "1E+30", "0.123456789012345678901234567891"])
def test_any_size_stays_exact(compute: Compute, amount: str) -> None:
    found = compute(f"2024-01-01 a buy got {amount} BTC gave 3 USD\n2024-02-01 a sell got 4 USD gave {amount} BTC")
    [sale] = found.disposals
    assert (sale.cost, sale.gain) == (D(3), D(1))
    assert not found.lots("BTC")


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_a_quantity_that_is_none_moves_nothing(compute: Compute, amount: str) -> None:
    found = compute(BOUGHT + f"2024-02-01 a sell got 10 USD gave {amount} BTC")
    assert [lot.quantity for lot in found.lots("BTC")] == [D(2)]
