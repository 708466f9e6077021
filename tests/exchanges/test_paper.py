"""What the paper exchange charges, locks, fills and refuses; figures worked by hand."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from kit_exchanges.paper.settings import PaperSettings
from pydantic import ValidationError

from kit import (
    Exchange,
    ExchangeError,
    Kind,
    KitError,
    Order,
    OrderRequest,
    OrderStatus,
    Pair,
    PricePoint,
    PriceSourceType,
    Quantity,
    Record,
    Side,
    exact_math,
)

if TYPE_CHECKING:
    from tests.exchanges.conftest import Venue

BTC = Pair("BTC", "USD")
D = Decimal


def place(exchange: Exchange, side: Side, quantity: str, limit: str | None = None, pair: Pair = BTC) -> Order:
    wanted = OrderRequest(pair, side, D(quantity), limit=None if limit is None else D(limit))
    return asyncio.run(exchange.place_order(wanted))


def holds(exchange: Exchange) -> dict[str, tuple[Decimal, Decimal]]:
    """Asset: (total, locked)."""
    return {entry.asset: (entry.total, entry.locked) for entry in asyncio.run(exchange.balances())}


def records(exchange: Exchange) -> list[Record]:
    async def collect() -> list[Record]:
        return [record async for record in exchange.records()]

    return asyncio.run(collect())


def test_starting_balances_are_granted_once(venue: Venue) -> None:
    assert holds(venue.open(startingBalances={"USD": "1000"})) == {"USD": (D(1000), D(0))}
    venue.clock.advance(timedelta(days=1))
    account = venue.open(startingBalances={"USD": "9999", "BTC": "1"})
    assert holds(account) == {"USD": (D(1000), D(0))}
    (grant,) = records(account)
    assert (grant.id, grant.kind, grant.received) == ("start:USD", Kind.DEPOSIT, Quantity(D(1000), "USD"))


def test_a_buyer_pays_the_price_and_a_fee_of_what_arrives(venue: Venue) -> None:
    venue.prices["BTC"] = D(50_000)
    account = venue.open(startingBalances={"USD": "1000"})
    order = place(account, Side.BUY, "0.01")
    assert (order.average, order.fee, order.fee_asset) == (D(50_000), D("0.00001"), "BTC")
    assert holds(account) == {"BTC": (D("0.00999"), D(0)), "USD": (D(500), D(0))}
    bought = records(account)[-1]
    assert bought.kind is Kind.BUY
    assert (bought.received, bought.sent) == (Quantity(D("0.01"), "BTC"), Quantity(D(500), "USD"))
    assert bought.fee == Quantity(D("0.00001"), "BTC")


def test_a_seller_pays_the_fee_out_of_the_proceeds(venue: Venue) -> None:
    venue.prices["BTC"] = D(50_000)
    account = venue.open(startingBalances={"BTC": "1"})
    order = place(account, Side.SELL, "0.01")
    assert (order.fee, order.fee_asset) == (D("0.5"), "USD")
    assert holds(account) == {"BTC": (D("0.99"), D(0)), "USD": (D("499.5"), D(0))}


def test_a_fee_in_the_quote_comes_on_top_of_what_is_paid(venue: Venue) -> None:
    venue.prices["BTC"] = D(50_000)
    account = venue.open(startingBalances={"USD": "501"}, feeAsset="quote", fee=0.002)
    place(account, Side.BUY, "0.01")
    assert holds(account) == {"BTC": (D("0.01"), D(0))}


def test_the_fee_in_the_quote_must_be_affordable_too(venue: Venue) -> None:
    venue.prices["BTC"] = D(50_000)
    account = venue.open(startingBalances={"USD": "500.99"}, feeAsset="quote", fee=0.002)
    with pytest.raises(ExchangeError, match=r"501 USD needed, 500\.99 free"):
        place(account, Side.BUY, "0.01")


def test_a_pair_without_dollars_is_priced_through_both_assets(venue: Venue) -> None:
    venue.prices |= {"ETH": D(3000), "BTC": D(60_000)}
    ticker = asyncio.run(venue.open().ticker(Pair("ETH", "BTC")))
    assert ticker.last == D("0.05")
    assert ticker.time == venue.clock.now()


def test_a_resting_order_is_filled_at_its_limit_once_the_market_is_there(venue: Venue) -> None:
    venue.prices["BTC"] = D(50_000)
    account = venue.open(startingBalances={"USD": "1000"}, fee=0)
    order = place(account, Side.BUY, "0.02", limit="40000")
    assert holds(account) == {"USD": (D(1000), D(800))}
    venue.prices["BTC"] = D(40_001)
    assert asyncio.run(account.fetch_order(order.id)).status is OrderStatus.OPEN
    venue.prices["BTC"] = D(39_000)
    venue.clock.advance(timedelta(hours=1))
    filled = asyncio.run(account.fetch_order(order.id))
    assert (filled.status, filled.average) == (OrderStatus.FILLED, D(40_000))
    assert holds(account) == {"BTC": (D("0.02"), D(0)), "USD": (D(200), D(0))}
    assert records(account)[-1].time == venue.clock.now()


def test_a_limit_the_market_is_already_beyond_is_filled_at_the_better_price(venue: Venue) -> None:
    venue.prices["BTC"] = D(50_000)
    account = venue.open(startingBalances={"BTC": "1"}, fee=0)
    assert place(account, Side.SELL, "0.5", limit="45000").average == D(50_000)


def test_a_resting_order_keeps_the_terms_it_was_given_under(venue: Venue) -> None:
    venue.prices["BTC"] = D(50_000)
    place(venue.open(startingBalances={"USD": "1000"}, fee=0.01, feeAsset="quote"), Side.BUY, "0.02", limit="40000")
    venue.prices["BTC"] = D(40_000)
    assert holds(venue.open(fee=0.5)) == {"BTC": (D("0.02"), D(0)), "USD": (D(192), D(0))}


def test_what_is_locked_cannot_be_spent(venue: Venue) -> None:
    venue.prices["BTC"] = D(50_000)
    account = venue.open(startingBalances={"USD": "1000"})
    place(account, Side.BUY, "0.02", limit="40000")
    with pytest.raises(ExchangeError, match="250 USD needed, 200 free"):
        place(account, Side.BUY, "0.005")


def test_no_price_is_an_error_that_says_what_to_do(venue: Venue) -> None:
    with pytest.raises(ExchangeError, match=r"No price for DOGE in USD .* kit prices import FILE"):
        place(venue.open(), Side.BUY, "1", pair=Pair("DOGE", "USD"))


def test_an_order_goes_on_resting_while_its_price_is_unknown(venue: Venue) -> None:
    account = venue.open(startingBalances={"USD": "1000"})
    order = place(account, Side.BUY, "0.01", limit="40000")
    del venue.prices["BTC"]
    assert [entry.id for entry in asyncio.run(account.open_orders())] == [order.id]


def test_of_two_closes_of_a_day_it_trades_at_the_one_that_the_portfolio_is_valued_at(venue: Venue) -> None:
    def told(*_: object) -> list[PricePoint]:
        today = venue.clock.now().date()
        return [PricePoint(today, "DOGE", D(close), "USD", f"file{at}") for at, close in enumerate((3, 5, 4))]

    venue.sources.append(PriceSourceType("stored", "Stored", told, offline=True))
    assert asyncio.run(venue.open().ticker(Pair("DOGE", "USD"))).last == D(4)


def test_a_price_source_that_fails_is_named_only_where_its_price_is_missed(venue: Venue) -> None:
    def unreachable(*_: object) -> list[object]:
        raise KitError("Prices of the far side cannot be reached.")

    venue.sources.append(PriceSourceType("far", "Far", unreachable))  # type: ignore[arg-type]
    account = venue.open()
    assert asyncio.run(account.ticker(BTC)).last == venue.prices["BTC"]
    with pytest.raises(ExchangeError, match="far side cannot be reached"):
        asyncio.run(account.ticker(Pair("DOGE", "USD")))


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-1", "0", "1E+18", "1E-19"])
def test_a_quantity_no_venue_takes_is_refused(venue: Venue, figure: str) -> None:
    with pytest.raises(ExchangeError):
        place(venue.open(), Side.BUY, figure)
    with pytest.raises(ExchangeError):
        place(venue.open(), Side.BUY, "1", limit=figure)


def test_accounts_are_apart(venue: Venue) -> None:
    one, other = venue.open("one"), venue.open("other")
    place(one, Side.BUY, "0.01")
    assert holds(other) == {"USD": (D(10_000), D(0))}


@pytest.mark.parametrize(
    "wrong",
    [
        {"fee": 1},
        {"fee": -0.1},
        {"fee": float("nan")},
        {"fee": "0.1"},
        {"fee": True},
        {"feeAsset": "base"},
        {"startingBalances": {}},
        {"startingBalances": {"BTC": 0}},
        {"startingBalances": {"BTC": "0.000"}},
        {"startingBalances": {"BTC": "1e3"}},
        {"startingBalances": {"BTC": float("inf")}},
        {"startingBalances": {"BTC": 10**18}},
        {"startingBalances": {"BTC": True}},
        {"startingBalances": {"BTC": "-1"}},
        {"startingBalances": {"btc": 1}},
        {"slipage": 1},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PaperSettings.model_validate({"type": "paper", **wrong})


def test_a_long_amount_keeps_every_digit() -> None:
    known = PaperSettings.model_validate({"startingBalances": {"ETH": "123456789.123456789012345678", "BTC": 0.1}})
    assert known.starting_balances == {"ETH": Decimal("123456789.123456789012345678"), "BTC": Decimal("0.1")}


amounts = st.decimals(min_value=D("1E-18"), max_value=D(100), places=18)
orders = st.tuples(st.sampled_from(Side), amounts, st.none() | st.sampled_from(["0.9", "0.999", "1", "1.001", "1.1"]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    requests=st.lists(orders, min_size=1, max_size=6),
    price=st.decimals(min_value=D("1E-6"), max_value=D(10**6), places=6),
    fee=st.decimals(min_value=0, max_value=D("0.9"), places=8),
    fee_asset=st.sampled_from(["received", "quote"]),
)
def test_money_is_created_nowhere(
    venue: Venue, requests: list[tuple[Side, Decimal, str | None]], price: Decimal, fee: Decimal, fee_asset: str
) -> None:
    """Whatever is ordered: value before = value after + fees, at the price of each fill; and records say the same."""
    venue.prices["BTC"] = price
    account = venue.open(
        f"law-{next(_numbers)}", fee=fee, feeAsset=fee_asset, startingBalances={"BTC": 50, "USD": 5000}
    )
    last = asyncio.run(account.ticker(BTC)).last
    for side, quantity, factor in requests:
        before = holds(account)
        limit = None if factor is None else (last * D(factor)).quantize(D("1E-18"))
        try:
            order = asyncio.run(account.place_order(OrderRequest(BTC, side, quantity, limit=limit)))
        except ExchangeError:
            assert holds(account) == before
            continue
        with exact_math():
            paid = order.fee * (last if order.fee_asset == "BTC" else 1)
            assert _worth(before, last) == _worth(holds(account), last) + paid
    with exact_math():
        told: dict[str, Decimal] = {}
        for record in records(account):
            for _, asset, change in record.legs():
                told[asset] = told.get(asset, D(0)) + change
    assert {asset: total for asset, (total, _) in holds(account).items()} == {k: v for k, v in told.items() if v}
    assert all(0 <= locked <= total for total, locked in holds(account).values())


_numbers = iter(range(10**9))


def _worth(balances: dict[str, tuple[Decimal, Decimal]], price: Decimal) -> Decimal:
    rates = {"BTC": price, "USD": D(1)}
    return sum((total * rates[asset] for asset, (total, _) in balances.items()), D(0))
