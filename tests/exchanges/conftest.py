"""A place to trade on paper (a store, a clock that stands still, prices that a test sets); simulated terminals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol, cast

import pytest
from kit_exchanges.metatrader import plugin as metatrader
from kit_exchanges.metatrader.exchange import MetaTraderExchange
from kit_exchanges.paper import plugin
from kit_exchanges.simulated.metatrader import MetaTraderServer

from kit import (
    AccountContext,
    Clock,
    Exchange,
    ExchangeType,
    FixedClock,
    PricePoint,
    PriceSourceType,
    Services,
    Store,
    SystemClock,
)


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

    def exchange_types(self) -> list[ExchangeType]:
        return plugin.kit_exchanges()

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


class OpenTerminal(Protocol):
    """`open_terminal(server, brokerTimezone="+03:00")`: the account of a simulated terminal, opened."""

    def __call__(
        self, at: MetaTraderServer, /, clock: Clock | None = None, name: str = "forex", **settings: Any
    ) -> MetaTraderExchange: ...


@pytest.fixture
def open_terminal() -> OpenTerminal:
    def open_it(
        at: MetaTraderServer, /, clock: Clock | None = None, name: str = "forex", **settings: Any
    ) -> MetaTraderExchange:
        services = cast("Services", SimpleNamespace(clock=clock or SystemClock()))
        (kind,) = metatrader.kit_exchanges()
        return cast("MetaTraderExchange", kind.open(AccountContext(name, {**at.settings, **settings}, services)))

    return open_it
