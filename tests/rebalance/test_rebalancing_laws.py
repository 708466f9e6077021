"""Laws of the plan: money is created nowhere, what stays off has its reason, rebalancing twice trades once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.core.rebalance_planning import rebalance
from kit_portfolio_tracker.core.rebalancing import Market, Rebalancing, Situation, Stake

from kit import Side, exact_math

D = Decimal
ASSETS = ("BTC", "ETH", "SOL", "DOT")
ACCOUNTS = ("binance", "kraken", "paper")
QUOTE = "USDT"


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Up to three accounts with up to four assets and a quote, in venues of coarse and fine steps."""
    assets = draw(st.lists(st.sampled_from(ASSETS), min_size=1, max_size=4, unique=True))
    accounts = draw(st.lists(st.sampled_from(ACCOUNTS), min_size=1, max_size=3, unique=True))
    cents = st.integers(0, 10**6)
    parts = draw(st.lists(st.integers(0, 100), min_size=len(assets) + 1, max_size=len(assets) + 1).filter(any))
    named = [*assets, QUOTE] if draw(st.booleans()) else assets
    parts = parts[: len(named)] if any(parts[: len(named)]) else [1] * len(named)
    with exact_math():
        target = {asset: D(part) / sum(parts) for asset, part in zip(named, parts, strict=True)}
        prices = {asset: D(draw(st.integers(1, 10**6))) / 100 for asset in assets} | {QUOTE: D(1)}
        stakes = []
        for account in accounts:
            for asset in (*assets, QUOTE):
                quantity = D(draw(cents)) / 100 / prices[asset].quantize(D(1)).max(D(1))
                free = quantity * draw(st.sampled_from([0, 50, 100, 100, 100])) / 100
                stakes.append(Stake(account, asset, quantity, free))
        markets = {
            (account, asset): Market(
                account,
                asset,
                prices[asset],
                fee=D(draw(st.integers(0, 50))) / 10_000,
                step=D(draw(st.sampled_from(["1E-18", "0.00001", "0.01", "1"]))),
                least_quantity=draw(st.sampled_from([None, D("0.0001"), D("0.5")])),
                least_value=draw(st.sampled_from([None, D(5), D(100)])),
            )
            for account in accounts
            for asset in assets
            if draw(st.integers(0, 9))
        }
    closed = {account: "not connected" for account in accounts if not draw(st.integers(0, 5))}
    return Situation(
        target=target,
        threshold=D(draw(st.integers(2, 30))) / 100,
        quote=QUOTE,
        stakes=tuple(replace(each, free=D(0)) if each.account in closed else each for each in stakes),
        prices=prices,
        markets={key: market for key, market in markets.items() if key[0] not in closed},
        closed=closed,
        whole=draw(st.booleans()),
    )


@exact_math()
def filled(situation: Situation, plan: Rebalancing, *, fee_in_bought: bool = False) -> Situation:
    """The situation once every order is filled at its price, fees paid in the quote, or in what was bought."""
    changes: dict[tuple[str, str], Decimal] = {}

    def change(account: str, asset: str, amount: Decimal) -> None:
        changes[account, asset] = changes.get((account, asset), D(0)) + amount

    for each in plan.orders:
        sign, fee = 1 if each.side is Side.BUY else -1, each.fee or D(0)
        of_quantity, of_cost = (fee, D(0)) if fee_in_bought and sign > 0 else (D(0), fee)
        change(each.account, each.asset, (sign - of_quantity) * each.quantity)
        change(each.account, QUOTE, -(sign + of_cost) * each.cost)
    known = {(each.account, each.asset) for each in situation.stakes}
    stakes = (*situation.stakes, *(Stake(*key, D(0), D(0)) for key in changes if key not in known))
    return replace(
        situation,
        stakes=tuple(
            replace(
                each,
                quantity=each.quantity + changes.get((each.account, each.asset), D(0)),
                free=each.free + changes.get((each.account, each.asset), D(0)),
            )
            for each in stakes
        ),
    )


def spent_and_had(situation: Situation, plan: Rebalancing, account: str) -> tuple[Decimal, Decimal]:
    orders = [each for each in plan.orders if each.account == account]
    buys = sum((each.cost * (1 + (each.fee or 0)) for each in orders if each.side is Side.BUY), D(0))
    sells = sum((each.cost * (1 - (each.fee or 0)) for each in orders if each.side is Side.SELL), D(0))
    takes_part = QUOTE in {row.asset for row in plan.rows}
    free = sum((each.free for each in situation.stakes if (each.account, each.asset) == (account, QUOTE)), D(0))
    return buys, sells + (free if takes_part else D(0))


@settings(max_examples=150, deadline=None)
@given(situations())
@exact_math()
def test_money_is_created_nowhere(situation: Situation) -> None:
    plan = rebalance(situation)
    for account in {each.account for each in situation.stakes}:
        spent, had = spent_and_had(situation, plan, account)
        assert spent <= had
    free = {(each.account, each.asset): each.free for each in situation.stakes}
    for order in plan.orders:
        assert order.side is Side.BUY or order.quantity <= free[order.account, order.asset]


@settings(max_examples=150, deadline=None)
@given(situations())
@exact_math()
def test_what_stays_off_by_the_threshold_has_its_reason(situation: Situation) -> None:
    plan = rebalance(situation)
    after = filled(situation, plan)
    values: dict[str, Decimal] = {}
    for each in after.stakes:
        values[each.asset] = values.get(each.asset, D(0)) + each.quantity * situation.prices[each.asset]
    total = sum((values.get(row.asset, D(0)) for row in plan.rows), D(0))
    explained = {each.asset for each in plan.untraded}
    for row in plan.rows:
        if total and abs(values.get(row.asset, D(0)) / total - row.weight) >= situation.threshold:
            assert row.asset in explained


def everything_traded(situation: Situation) -> Situation:
    """Everything is traded everywhere, in the finest steps: needed where what is left has no place in the target."""
    accounts = {each.account for each in situation.stakes} - set(situation.closed)
    assets = set(situation.prices) - {QUOTE}
    markets = {
        (account, asset): Market(account, asset, situation.prices[asset]) for account in accounts for asset in assets
    }
    return replace(situation, markets={key: replace(market, fee=D("0.001")) for key, market in markets.items()})


@settings(max_examples=150, deadline=None)
@given(situations(), st.booleans())
def test_rebalancing_twice_trades_once(situation: Situation, fee_in_bought: bool) -> None:
    if QUOTE not in situation.target and not situation.whole:
        situation = everything_traded(situation)
    first = rebalance(situation)
    assert rebalance(filled(situation, first, fee_in_bought=fee_in_bought)).orders == ()


@settings(max_examples=100, deadline=None)
@given(situations())
@exact_math()
def test_every_order_is_one_that_the_venue_takes(situation: Situation) -> None:
    for order in rebalance(situation).orders:
        market = situation.markets[order.account, order.asset]
        assert order.quantity > 0
        assert order.quantity % max(market.step or D(0), D("1E-8")) == 0
        assert order.quantity >= (market.least_quantity or D(0))
        assert order.cost >= (market.least_value or D(0))


@settings(max_examples=100, deadline=None)
@given(situations(), st.integers(1, 2000), st.integers(0, 5000))
@exact_math()
def test_no_order_and_no_day_goes_beyond_its_limit(situation: Situation, most: int, left: int) -> None:
    plan = rebalance(replace(situation, most_order=D(most), turnover_left=D(left)))
    assert all(each.value <= most for each in plan.orders)
    assert plan.sold + plan.bought <= left


def by_asset(plan: Rebalancing) -> Mapping[str, Decimal]:
    return {row.asset: row.change for row in plan.rows}


@settings(max_examples=100, deadline=None)
@given(situations())
@exact_math()
def test_what_one_asset_gains_another_loses(situation: Situation) -> None:
    plan = rebalance(situation)
    if QUOTE in by_asset(plan):
        assert abs(sum(by_asset(plan).values(), D(0))) < D("1E-50")
