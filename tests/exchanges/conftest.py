"""A place to trade on paper (a store, a clock that stands still, prices that a test sets); simulated terminals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol, cast

import pytest
from aiohttp import web
from kit_exchanges.ccxt.exchange import CcxtExchange
from kit_exchanges.ccxt.settings import CcxtSettings
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
    Network,
    NetworkOptions,
    PricePoint,
    PriceSourceType,
    Services,
    Store,
    SystemClock,
)

if TYPE_CHECKING:
    from tests.servers import Serve


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


class OpenVenue(Protocol):
    """`open_venue(server.settings)`: an account at a venue of ccxt; further settings as in config.json."""

    network: Network
    cache: Path

    def __call__(self, given: dict[str, Any], name: str = ..., clock: Clock = ..., **settings: Any) -> CcxtExchange: ...


class _Venues:
    """Opens accounts that share a network and a cache folder."""

    def __init__(self, network: Network, cache: Path) -> None:
        self.network = network
        self.cache = cache

    def __call__(
        self, given: dict[str, Any], name: str = "main", clock: Clock | None = None, **settings: Any
    ) -> CcxtExchange:
        services = SimpleNamespace(clock=clock or SystemClock(), network=self.network, cache=self.cache)
        return CcxtExchange(name, CcxtSettings.model_validate({**given, **settings}), cast("Services", services))


@pytest.fixture
def open_venue(tmp_path: Path) -> Iterator[OpenVenue]:
    network = Network(NetworkOptions(timeout_seconds=30))
    yield _Venues(network, tmp_path / "cache")
    network.close()


class RecordedVenue:
    """A server that gives recorded answers by path, and 404 elsewhere. `asked` are the paths it was asked for.

    An answer is data, which become JSON; a text, which is sent as it is; or a (status, text).
    """

    def __init__(self, serve: Serve) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        self.url = serve(self._application).url

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        return application

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        answer = self.answers.get(request.path, (404, '{"message": "not recorded"}'))
        status, text = answer if isinstance(answer, tuple) else (200, answer)
        body = text if isinstance(text, str) else json.dumps(text)
        return web.Response(status=status, text=body, content_type="application/json")


@pytest.fixture
def recorded(serve: Serve) -> RecordedVenue:
    return RecordedVenue(serve)
