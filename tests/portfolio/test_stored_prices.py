"""What other plugins see of the stored prices."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from kit_exchanges.paper import plugin as paper
from kit_portfolio_tracker import plugin as portfolio
from kit_portfolio_tracker.store.price_rows import keep_prices

from kit import (
    AccountContext,
    ExchangeType,
    FixedClock,
    OrderRequest,
    Pair,
    PricePoint,
    PriceSourceType,
    Services,
    Side,
    Store,
)

TODAY = date(2026, 3, 10)


class _Host:
    """As much of the host as a price source and an exchange ask for."""

    def __init__(self, store: Store, clock: FixedClock) -> None:
        self.store = store
        self.clock = clock

    def price_sources(self) -> list[PriceSourceType]:
        return portfolio.kit_price_sources(cast("Services", self))

    def exchange_types(self) -> list[ExchangeType]:
        return paper.kit_exchanges()


@pytest.fixture
def host(tmp_path: Path) -> Iterator[_Host]:
    clock = FixedClock(datetime(2026, 3, 10, 12, tzinfo=UTC))
    tables = [*portfolio.kit_migrations(), *paper.kit_migrations()]
    with Store.open(f"sqlite:///{tmp_path / 'kit.db'}", tables, clock=clock) as store:
        yield _Host(store, clock)


def price(day: int, asset: str, close: str, currency: str = "USD") -> PricePoint:
    return PricePoint(date(2026, 3, day), asset, Decimal(close), currency, "my file")


def test_stored_closes_are_found_by_asset_currency_and_day(host: _Host) -> None:
    wanted = [price(8, "BTC", "100"), price(9, "ETH", "10"), price(10, "BTC", "101.50")]
    others = [price(7, "BTC", "99"), price(9, "BTC", "95", "EUR"), price(9, "SOL", "3")]
    keep_prices(host.store, wanted + others)
    (source,) = host.price_sources()
    assert source.offline
    assert list(source.closes(iter(["ETH", "BTC", "NONE"]), "USD", date(2026, 3, 8), TODAY)) == wanted


def test_a_paper_order_is_filled_at_the_newest_stored_price(host: _Host) -> None:
    keep_prices(host.store, [price(9, "BTC", "64000"), price(8, "BTC", "1"), price(10, "ETH", "1")])
    (kind,) = paper.kit_exchanges()
    account = kind.open(AccountContext("practice", {"type": "paper"}, cast("Services", host)))
    order = asyncio.run(account.place_order(OrderRequest(Pair("BTC", "USD"), Side.BUY, Decimal("0.1"))))
    assert order.average == Decimal(64_000)
