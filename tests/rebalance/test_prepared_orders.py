"""An order thought through once more, before it is given: it spends what there is, and is one that the venue takes."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.rebalance_orders import Offer, drift, prepared
from kit_portfolio_tracker.rebalance_plans import Entry, OrderState

from kit import Pair, Side, TradingTerms, exact_math

D = Decimal
PAIR = Pair("BTC", "USDT")
SLIPPAGE = D("0.01")
cents = st.integers(1, 10**7).map(lambda number: D(number) / 100)


def entry(side: Side, quantity: Decimal, price: Decimal) -> Entry:
    return Entry(1, "binance", "BTC", PAIR, side, quantity, price, D(1), D("0.001"), "kitabc001")


@st.composite
def offers(draw: st.DrawFn, price: Decimal) -> Offer:
    """A price within the slippage; steps, least amounts and funds of all sorts."""
    moved = D(draw(st.integers(-100, 100))) / 10_000
    step = draw(st.sampled_from([D("0.01"), D("0.00001"), None]))
    with exact_math():
        now = (price * (1 + moved)).quantize(D("0.01")).max(D("0.01"))
    terms = TradingTerms(
        PAIR,
        taker=draw(st.sampled_from([None, D(0), D("0.001"), D("0.006")])),
        quantity_step=step,
        price_step=draw(st.sampled_from([None, D("0.01")])),
        least_quantity=draw(st.sampled_from([None, D("0.0001")])),
        least_value=draw(st.sampled_from([None, D(5)])),
    )
    return Offer(now, terms, draw(st.integers(0, 10**6).map(lambda number: D(number) / 100)))


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(Side), cents, cents, cents, st.booleans())
@exact_math()
def test_it_spends_no_more_than_there_is(
    data: st.DataObject, side: Side, quantity: Decimal, price: Decimal, budget: Decimal, limited: bool
) -> None:
    planned = entry(side, quantity, price)
    offer = data.draw(offers(price))
    ready = prepared(planned, offer, budget=budget, slippage=SLIPPAGE, limited=limited)
    if ready.state is OrderState.SKIPPED:
        assert ready.reason
        return
    assert ready.sent_quantity is not None
    assert 0 < ready.sent_quantity <= quantity
    assert ready.sent_quantity % (offer.terms.quantity_step or D("1E-8")) == 0
    if side is Side.SELL:
        assert ready.sent_quantity <= offer.free
    else:
        with_fee = 1 + (offer.terms.taker or 0)
        assert ready.sent_quantity * offer.price * with_fee <= min(budget, offer.free)
        assert ready.sent_quantity * (ready.limit or offer.price) * with_fee <= offer.free


@exact_math()
def test_a_limit_without_a_step_is_rounded_down_to_what_the_money_pays() -> None:
    offer = Offer(D("1.13"), TradingTerms(PAIR, taker=D("0.006"), quantity_step=D("0.01")), D("0.08"))
    planned = entry(Side.BUY, D("0.07"), D("1.13"))
    ready = prepared(planned, offer, budget=D("0.08"), slippage=SLIPPAGE, limited=True)
    assert ready.limit == D("1.13604089747")
    assert ready.sent_quantity == D("0.07")


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(Side), cents)
@exact_math()
def test_a_limit_is_never_worse_than_the_slippage_and_on_the_venues_steps(
    data: st.DataObject, side: Side, price: Decimal
) -> None:
    offer = data.draw(offers(price))
    ready = prepared(entry(side, D(1), price), offer, budget=D(10) ** 9, slippage=SLIPPAGE, limited=True)
    if ready.limit is not None:
        assert ready.limit % (offer.terms.price_step or ready.limit) == 0
        if side is Side.BUY:
            assert ready.limit <= price * (1 + SLIPPAGE)
        else:
            assert ready.limit >= price * (1 - SLIPPAGE)


def test_a_price_that_moved_by_more_stops_the_order_and_says_by_how_much() -> None:
    planned = entry(Side.SELL, D(1), D(60000))
    assert drift(planned, D("60600"), SLIPPAGE) == ""
    assert drift(planned, D("60601"), SLIPPAGE) == "BTC/USDT went from 60000 to 60601, by 1.0%"
    offer = Offer(D(50000), TradingTerms(PAIR), D(5))
    ready = prepared(planned, offer, budget=D(0), slippage=SLIPPAGE, limited=True)
    assert ready.state is OrderState.SKIPPED
    assert ready.reason == "BTC/USDT went from 60000 to 50000, by 16.7%"
