"""The chain of price sources: who is asked, who stands in, what is crossed, what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given, settings, strategies as st
from kit_portfolio_tracker.core.fiat import MONEY
from kit_portfolio_tracker.core.prices import PriceBook
from kit_portfolio_tracker.quotes import Quotes, fetch_quotes
from kit_portfolio_tracker.settings import PortfolioSettings

from kit import (
    ExchangeType,
    FixedClock,
    KitError,
    NetworkFailure,
    Pair,
    PricePoint,
    PriceSourceState,
    PriceSourceType,
    Services,
    Ticker,
    plain,
)

NOW = datetime(2024, 3, 25, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Street:
    """Price sources made of tables, and what was asked of each."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.configured: dict[str, Any] = {}
        self.sources: list[PriceSourceType] = []
        self.venues: dict[str, str] = {}
        self.asked: list[tuple[str, tuple[str, ...], str]] = []

    def settings(self, section: str) -> PortfolioSettings:
        assert section == "skills.portfolio-tracker"
        return PortfolioSettings.model_validate(self.configured)

    def price_sources(self) -> list[PriceSourceType]:
        return self.sources

    def exchange_types(self) -> list[ExchangeType]:
        return [ExchangeType(name, name, open=lambda _: pytest.fail("opened")) for name in ("binance", "kraken")]

    def venue(self, name: str) -> str:
        return self.venues.get(name, name)

    def source(
        self,
        name: str,
        prices: dict[str, str],
        *,
        only: str | None = None,
        fault: Exception | None = None,
        needs: str = "",
        doubts: dict[str, str] | None = None,
        closes: dict[str, str] | None = None,
        fiat: bool = False,
        seconds: float = 0,
    ) -> None:
        """A source of prices written “BTC/USD”. `only` is the one currency it counts in."""

        async def quotes(assets: Collection[str], currency: str) -> list[PricePoint]:
            self.asked.append((name, tuple(sorted(assets)), currency))
            await asyncio.sleep(seconds)
            if fault is not None:
                raise fault
            counted = only or currency
            found = {asset: prices[f"{asset}/{counted}"] for asset in assets if f"{asset}/{counted}" in prices}
            return [
                PricePoint(NOW.date(), asset, Decimal(price), counted, name, NOW - SECOND)
                for asset, price in found.items()
            ]

        def past(assets: Iterable[str], currency: str, since: date, until: date) -> Iterator[PricePoint]:
            for asset in assets:
                if price := (closes or {}).get(f"{asset}/{currency}"):
                    yield PricePoint(date(2024, 3, 22), asset, Decimal(price), currency, name)

        self.sources.append(
            PriceSourceType(
                name,
                name.title(),
                past,
                offline=closes is not None,
                quotes=cast("Callable[[Collection[str], str], Awaitable[list[PricePoint]]]", quotes),
                fiat=fiat,
                state=lambda: PriceSourceState(needs, doubts=doubts or {}),
            )
        )

    def fetch(
        self,
        *assets: str,
        currency: str = "USD",
        preferred: str = "auto",
        tickers: dict[str, dict[str, str]] | None = None,
        patience: float | None = None,
    ) -> Quotes:
        told = {
            account: [Ticker(Pair(*pair.split("/")), Decimal(last), NOW) for pair, last in said.items()]
            for account, said in (tickers or {}).items()
        }
        found = asyncio.run(
            fetch_quotes(cast("Services", self), assets, currency, preferred=preferred, tickers=told, patience=patience)
        )
        assert all(point.time is not None and point.source for point in found.points)
        return found

    def asked_of(self, name: str) -> list[str]:
        return [asset for source, assets, _ in self.asked if source == name for asset in assets]


@pytest.fixture
def street() -> Street:
    return Street()


def price(quotes: Quotes, asset: str, currency: str = "USD", preferred: str = "auto") -> tuple[str, str] | None:
    """(amount, source) as the valuation sees it."""
    found = PriceBook(quotes.points, preferred=preferred).price(asset, currency)
    return None if found is None else (plain(found.amount), found.source)


def test_auto_takes_the_venue_that_holds_it_and_asks_nobody_else(street: Street) -> None:
    street.source("coingecko", {"BTC/USD": "1"})
    found = street.fetch("BTC", tickers={"kraken": {"BTC/USD": "67000.5"}})
    assert price(found, "BTC") == ("67000.5", "kraken")
    assert (street.asked, found.missing, found.problems) == ([], (), ())


def test_the_configured_source_goes_before_the_venue(street: Street) -> None:
    street.source("coingecko", {"BTC/USD": "66000"})
    found = street.fetch("BTC", "ABC", preferred="coingecko", tickers={"kraken": {"BTC/USD": "67000", "ABC/USD": "3"}})
    assert price(found, "BTC", preferred="coingecko") == ("66000", "coingecko")
    assert price(found, "ABC", preferred="coingecko") == ("3", "kraken"), "the venue stands in"


def test_a_configured_venue_is_its_connected_account(street: Street) -> None:
    street.source("binance", {"BTC/USDT": "1"}, only="USDT")
    street.venues = {"main": "binance"}
    found = street.fetch(
        "BTC", preferred="binance", tickers={"main": {"BTC/USD": "67000"}, "kraken": {"BTC/USD": "66999"}}
    )
    assert price(found, "BTC", preferred="binance") == ("67000", "binance")
    assert street.asked == []


def test_a_configured_venue_without_an_account_is_asked_in_public(street: Street) -> None:
    street.source("binance", {"BTC/USDT": "67000"}, only="USDT")
    street.source("coingecko", {"USDT/USD": "0.99", "BTC/USD": "1"})
    found = street.fetch("BTC", preferred="binance")
    assert price(found, "BTC", preferred="binance") == ("66330", "binance × coingecko (via USDT)")
    assert street.asked_of("coingecko") == ["USDT"]


def test_no_other_venue_is_asked_unbidden(street: Street) -> None:
    street.source("binance", {"BTC/USD": "67000"})
    found = street.fetch("BTC")
    assert (found.missing, street.asked) == (("BTC",), [])


def test_a_pegged_coin_is_priced_by_the_market_and_carries_what_it_quotes(street: Street) -> None:
    street.source("coingecko", {"USDT/USD": "0.95"})
    found = street.fetch("BTC", "ETH", "USDT", tickers={"binance": {"BTC/USDT": "100", "ETH/BTC": "0.05"}})
    assert price(found, "BTC") == ("95", "binance × coingecko (via USDT)")
    assert price(found, "USDT") == ("0.95", "coingecko")
    assert price(found, "ETH") == ("4.75", "binance × binance × coingecko (via USDT) (via BTC)")
    assert street.asked_of("coingecko") == ["USDT"]
    assert found.missing == ()


def test_a_rate_nobody_knows_lets_the_asset_itself_be_asked(street: Street) -> None:
    street.source("coingecko", {"ABC/USD": "7"})
    found = street.fetch("ABC", tickers={"binance": {"ABC/XYZ": "100"}})
    assert price(found, "ABC") == ("7", "coingecko")


def test_euros_come_from_the_source_of_money_and_coins_are_not_asked_there(street: Street) -> None:
    street.source("ecb", {"EUR/USD": "1.08"}, fiat=True)
    street.source("coingecko", {"BTC/USD": "67000", "EUR/USD": "0.0001"})
    found = street.fetch("BTC", "EUR", tickers={})
    assert price(found, "EUR") == ("1.08", "ecb")
    assert "EUR" not in street.asked_of("coingecko"), "there are coins that are called so"


def test_a_euro_quote_is_crossed_at_the_rate_of_the_ecb(street: Street) -> None:
    street.source("ecb", {"EUR/USD": "1.08"}, fiat=True)
    found = street.fetch("BTC", tickers={"kraken": {"BTC/EUR": "60000"}})
    assert price(found, "BTC") == ("64800", "kraken × ecb (via EUR)")
    assert found.missing == ()


def test_metals_and_forex_of_metatrader_are_valued_through_their_pairs(street: Street) -> None:
    tickers = {"mt5": {"XAU/USD": "2000", "EUR/USD": "1.25", "USD/JPY": "150"}}
    found = street.fetch("XAU", "EUR", "JPY", tickers=tickers)
    assert [price(found, asset) for asset in ("XAU", "EUR")] == [("2000", "mt5"), ("1.25", "mt5")]
    yen = price(found, "JPY")
    assert yen is not None
    assert abs(Decimal(yen[0]) * 150 - 1) < Decimal("1e-20")
    assert found.missing == ()


def test_the_base_currency_may_be_gold(street: Street) -> None:
    street.source("ecb", {"EUR/USD": "1.25", "USD/EUR": "0.8", "GBP/EUR": "1.2"}, only="EUR", fiat=True)
    tickers = {"mt5": {"XAU/USD": "2000"}, "kraken": {"BTC/USD": "60000"}}
    found = street.fetch("BTC", "EUR", "XAU", currency="XAU", tickers=tickers)
    assert price(found, "BTC", "XAU") == ("30", "kraken × mt5 (via USD)")
    assert found.missing == ()


def test_the_base_currency_may_be_a_coin(street: Street) -> None:
    street.source("ecb", {"USD/EUR": "0.8"}, only="EUR", fiat=True)
    found = street.fetch("EUR", "ETH", currency="BTC", tickers={"kraken": {"BTC/EUR": "50000", "ETH/BTC": "0.05"}})
    assert price(found, "ETH", "BTC") == ("0.05", "kraken")
    assert price(found, "EUR", "BTC") == ("0.00002", "kraken")


def test_money_no_source_of_money_knows_goes_through_bitcoin(street: Street) -> None:
    street.source("ecb", {"EUR/USD": "1.08"}, fiat=True)
    street.source("coingecko", {"BTC/ARS": "60000000", "BTC/USD": "60000"})
    found = street.fetch("ARS")
    pesos = price(found, "ARS")
    assert pesos is not None
    assert abs(Decimal(pesos[0]) - Decimal("0.001")) < Decimal("1e-20")
    assert found.missing == ()


def test_a_source_that_fails_stops_nothing_and_is_named(street: Street) -> None:
    street.source("coingecko", {}, fault=NetworkFailure("CoinGecko did not answer in time."))
    street.source("coinmarketcap", {"BTC/USD": "67000", "ETH/USD": "3400"})
    found = street.fetch("BTC", "ETH", preferred="coingecko")
    assert price(found, "BTC") == ("67000", "coinmarketcap")
    (problem,) = found.problems
    assert problem.key == "quotes:source.coingecko"
    assert "Coingecko gave no fresh prices; coinmarketcap stood in. CoinGecko did not answer" in problem.what
    assert problem.next_step
    assert len([name for name, _, _ in street.asked if name == "coingecko"]) == 1, "asked again though it is down"


def test_when_patience_ends_what_was_said_until_then_counts(street: Street) -> None:
    street.source("coingecko", {"ETH/USD": "3400"}, seconds=20)
    found = street.fetch("BTC", "ETH", tickers={"kraken": {"BTC/USD": "67000"}}, patience=0.05)
    assert price(found, "BTC") == ("67000", "kraken")
    assert found.missing == ("ETH",)
    (problem,) = found.problems
    assert "Coingecko did not answer in time" in problem.what


def test_all_sources_down_is_all_missing_and_no_error(street: Street) -> None:
    for name in ("ecb", "coingecko", "coinmarketcap"):
        street.source(name, {}, fault=NetworkFailure(f"{name} is down."), fiat=name == "ecb")
    found = street.fetch("BTC", "EUR")
    assert (found.points, found.missing) == ((), ("BTC", "EUR"))
    assert sorted(problem.key for problem in found.problems) == [
        "quotes:source.coingecko",
        "quotes:source.coinmarketcap",
        "quotes:source.ecb",
    ]
    assert all("gave no fresh prices; no other stood in." in problem.what for problem in found.problems)


def test_a_source_that_breaks_is_its_authors_fault_and_stops_nothing(street: Street) -> None:
    street.source("broken", {}, fault=ZeroDivisionError("hush-hush"))
    street.source("coingecko", {"BTC/USD": "67000"})
    found = street.fetch("BTC")
    assert found.missing == ()
    (problem,) = found.problems
    assert "The price source broken failed with ZeroDivisionError" in problem.what
    assert "hush-hush" not in problem.what


def test_a_source_of_money_that_is_down_answers_with_what_it_has(street: Street) -> None:
    street.source("ecb", {}, fault=NetworkFailure("The bank is closed."), fiat=True, closes={"EUR/USD": "1.07"})
    found = street.fetch("EUR")
    assert price(found, "EUR") == ("1.07", "ecb")
    assert [point.time for point in found.points] == [datetime(2024, 3, 23, tzinfo=UTC)]
    (problem,) = found.problems
    assert problem.key == "quotes:source.ecb"
    assert "its older prices stood in" in problem.what


def test_a_source_that_is_down_is_not_asked_why_it_does_not_know(street: Street) -> None:
    street.source("coingecko", {}, fault=NetworkFailure("down"), doubts={"TWIN": "The list could not be read."})
    assert [problem.key for problem in street.fetch("TWIN").problems] == ["quotes:source.coingecko"]


def test_a_source_without_its_key_is_never_asked(street: Street) -> None:
    street.source("coinmarketcap", {"BTC/USD": "1"}, needs="It needs a key: do this.")
    street.source("coingecko", {"BTC/USD": "67000"})
    found = street.fetch("BTC", preferred="coinmarketcap")
    assert price(found, "BTC") == ("67000", "coingecko")
    assert street.asked_of("coinmarketcap") == []
    (problem,) = found.problems
    assert (problem.key, problem.next_step) == ("quotes:preferred", "It needs a key: do this.")


def test_a_source_that_is_not_there_is_said_not_to_be(street: Street) -> None:
    street.source("coingecko", {"BTC/USD": "67000"})
    found = street.fetch("BTC", preferred="coingeko")
    assert found.missing == ()
    (problem,) = found.problems
    assert "“coingeko” is no price source" in problem.what
    assert "auto, coingecko" in problem.next_step


def test_what_nobody_knows_is_missing_with_the_reason_where_there_is_one(street: Street) -> None:
    street.source("coingecko", {"BTC/USD": "1"}, doubts={"TWIN": "2 coins have this symbol.", "BTC": "old"})
    found = street.fetch("BTC", "TWIN", "NOSUCH")
    assert found.missing == ("NOSUCH", "TWIN")
    (problem,) = found.problems
    assert problem.what == "No price for TWIN: 2 coins have this symbol."


@pytest.mark.parametrize("nonsense", ["0", "-1", "NaN", "Infinity"])
def test_a_price_that_is_none_is_not_taken_from_anyone(street: Street, nonsense: str) -> None:
    street.source("coingecko", {"BTC/USD": nonsense})
    found = street.fetch("BTC", "ETH", tickers={"kraken": {"ETH/USD": nonsense}})
    assert found.missing == ("BTC", "ETH")
    assert found.points == ()


def test_tickers_are_named_by_what_they_are(street: Street) -> None:
    street.venues = {"main": "kraken"}
    street.configured = {"assetNames": {"kraken:ABC": "ABC2"}}
    found = street.fetch("BTC", "POL", "ABC2", tickers={"main": {"XBT/USD": "1", "MATIC/USD": "2", "ABC/USD": "3"}})
    assert {point.asset for point in found.points} == {"BTC", "POL", "ABC2"}
    assert found.missing == ()


def test_pairs_that_price_nothing_wanted_are_left_out(street: Street) -> None:
    told = {"binance": {"BTC/USDT": "1", "DOGE/USDT": "2", "ABC/DEF": "3", "USDT/USD": "1"}}
    found = street.fetch("BTC", tickers=told)
    assert {(point.asset, point.currency) for point in found.points} == {("BTC", "USDT"), ("USDT", "USD")}


def test_nothing_wanted_is_nothing_asked(street: Street) -> None:
    street.source("coingecko", {"BTC/USD": "1"})
    assert street.fetch() == Quotes((), (), ())
    assert street.fetch("USD", currency="USD").missing == ()
    assert street.asked == []


def test_a_bank_that_nobody_needs_is_not_asked(street: Street) -> None:
    street.source("ecb", {}, fault=NetworkFailure("The bank is closed."), fiat=True)
    found = street.fetch("BTC", "EUR", tickers={"kraken": {"BTC/EUR": "60000", "BTC/USD": "65000", "EUR/USD": "1.08"}})
    assert (street.asked, found.problems) == ([], ())


def test_a_source_is_not_asked_twice_for_the_same(street: Street) -> None:
    street.source("coingecko", {"BTC/USD": "1"})
    street.source("coinmarketcap", {})
    street.fetch("BTC", "NOSUCH", "ABC", preferred="coingecko", tickers={"binance": {"ABC/XYZ": "1"}})
    for name in ("coingecko", "coinmarketcap"):
        asked = street.asked_of(name)
        assert len(asked) == len(set(asked)), name


NAMES = ["BTC", "ETH", "USDT", "EUR", "XAU", "JPY", "ABC"]
pairs = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["USD", *NAMES])).filter(lambda pair: pair[0] != pair[1]),
    st.decimals(Decimal("0.0001"), Decimal("100000"), places=4),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(NAMES)), pairs, pairs, st.sampled_from(["USD", "EUR", "BTC", "XAU"]), st.booleans())
def test_every_asset_has_a_price_or_is_missing_whoever_fails(
    assets: set[str],
    told: dict[tuple[str, str], Decimal],
    known: dict[tuple[str, str], Decimal],
    currency: str,
    down: bool,
) -> None:
    street = Street()
    fault: KitError | None = NetworkFailure("down") if down else None
    rates = {f"{base}/{quote}": str(rate) for (base, quote), rate in known.items()}
    street.source("ecb", {pair: rate for pair, rate in rates.items() if pair[:3] in MONEY}, fiat=True)
    street.source("coingecko", rates, fault=fault)
    tickers = {"kraken": {f"{base}/{quote}": str(rate) for (base, quote), rate in told.items()}}
    found = street.fetch(*assets, currency=currency, tickers=tickers)
    book = PriceBook(found.points)
    for asset in assets - {currency}:
        assert (book.price(asset, currency) is None) == (asset in found.missing)
    assert set(found.missing) <= assets
