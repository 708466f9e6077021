"""A place to trade on paper: a store, a clock that stands still, and prices that a test sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from kit_exchanges.paper import plugin

from kit import AccountContext, Exchange, FixedClock, PricePoint, PriceSourceType, Services, Store


class Venue:
    """The paper exchange, hosted. `prices` are today's closes in US dollars."""

    def __init__(self, store: Store, clock: FixedClock) -> None:
        self.store = store
        self.clock = clock
        self.prices: dict[str, Decimal] = {}
        self.sources = [PriceSourceType("test", "Prices of the test", self._closes, offline=True)]

    def open(self, name: str = "practice", **settings: Any) -> Exchange:
        """The account, opened; `settings` as they stand in config.json."""
        (paper,) = plugin.kit_exchanges()
        return paper.open(AccountContext(name, {"type": "paper", **settings}, cast("Services", self)))

    def price_sources(self) -> list[PriceSourceType]:
        return self.sources

    def _closes(self, assets: Iterable[str], currency: str, since: date, until: date) -> Iterator[PricePoint]:
        for asset in assets:
            if asset in self.prices and currency == "USD":
                yield PricePoint(self.clock.now().date(), asset, self.prices[asset], currency, "test")


@pytest.fixture
def venue(tmp_path: Path) -> Iterator[Venue]:
    clock = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    with Store.open(f"sqlite:///{tmp_path / 'kit.db'}", plugin.kit_migrations(), clock=clock) as store:
        place = Venue(store, clock)
        place.prices = {"BTC": Decimal("67000.10"), "ETH": Decimal("2900"), "USDT": Decimal("0.9995")}
        yield place
