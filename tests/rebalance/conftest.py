"""A portfolio on paper, and one at a Binance on this machine: hosts whose accounts can be traded at."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from kit_exchanges.simulated.binance import BinanceServer
from kit_portfolio_tracker.rebalance_plans import Plan

from kit import Order, Reply
from kit.testing import Answer, HostFactory, HostUnderTest

NOW = datetime(2024, 1, 16, 12, tzinfo=UTC)
SEED = {"BTC": 0.5, "ETH": 0.3, "USDT": 0.2}
_PAPER = ("paper", "importers")
_VENUES = (*_PAPER, "ccxt")


@dataclass
class Desk:
    """A host that rebalances. `prices` are today's closes in US dollars."""

    host: HostUnderTest
    prices: dict[str, str] = field(default_factory=dict)

    def set_prices(self, **closes: str) -> None:
        self.prices |= closes
        day = self.host.clock.now().date().isoformat()
        rows = "".join(f"{day},{asset},{close}\n" for asset, close in self.prices.items())
        file = self.host.home / "prices.csv"
        file.write_text(f"date,asset,close\n{rows}", encoding="utf-8")
        assert self.host.cli("prices", "import", str(file)).code in (0, 3)

    def reply(self, **params: Any) -> Reply:
        return self.host.run("portfolio rebalance", **params)

    def plan(self, **params: Any) -> Plan:
        found = self.reply(**params).data
        assert isinstance(found, Plan)
        return found

    def execute(self, plan: Plan) -> Plan:
        """The plan as it stands afterwards."""
        found = self.execution(plan).data
        assert isinstance(found, Plan)
        return found

    def execution(self, plan: Plan) -> Reply:
        return self.host.services.run("portfolio execute", {"plan": plan.id}, confirmed=True)

    def cli(self, *words: str) -> Answer:
        return self.host.cli(*words)

    def held(self, account: str = "practice") -> Mapping[str, Decimal]:
        """What the account has, by asset."""

        async def ask() -> dict[str, Decimal]:
            exchange = self.host.services.exchange(account)
            return {each.asset: each.total for each in await exchange.balances()}

        return self.host.services.network.run(ask())

    def orders(self, account: str = "practice") -> list[Order]:
        """Its orders, by the numbers a paper account gives them."""
        return [order for number in range(1, 50) if (order := self._order(account, str(number))) is not None]

    def _order(self, account: str, number: str) -> Order | None:
        from kit import ExchangeError

        async def ask() -> Order | None:
            try:
                return await self.host.services.exchange(account).fetch_order(number)
            except ExchangeError:
                return None

        return self.host.services.network.run(ask())


MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(kit_host: HostFactory) -> MakeDesk:
    """`make_desk({"practice": {…}}, trading={…})`: paper accounts by name with what they hold; the skill's settings."""

    def make(
        accounts: Mapping[str, Mapping[str, float]] | None = None,
        *,
        target: Mapping[str, float] | None = None,
        prices: Mapping[str, str] | None = None,
        exchanges: Mapping[str, Any] | None = None,
        now: datetime | None = None,
        **settings: Any,
    ) -> Desk:
        paper = {
            name: {"type": "paper", "startingBalances": dict(balances)} for name, balances in (accounts or {}).items()
        }
        skill = {"targetAllocation": dict(SEED if target is None else target), **settings}
        config = {"exchanges": {**paper, **(exchanges or {})}, "skills": {"portfolio-tracker": skill}}
        plain = json.loads(json.dumps(config))
        beside = _VENUES if exchanges else _PAPER
        desk = Desk(kit_host("kit_portfolio_tracker.plugin", config=plain, now=now or NOW, beside=beside))
        if prices != {}:
            desk.set_prices(**(prices or {"BTC": "67000", "ETH": "2900", "USDT": "1"}))
        return desk

    return make


@dataclass
class Venue:
    """A desk whose account is at a Binance on this machine, holding 1 BTC at 60,000 and 10,000 USDT."""

    desk: Desk
    server: BinanceServer

    @property
    def given(self) -> int:
        """How many orders were asked for."""
        return sum(each.method == "POST" and each.path == "/api/v3/order" for each in self.server.requests)

    def sides(self) -> list[tuple[str, str, str]]:
        """(side, symbol, status) of every order that the venue has."""
        return [(each.side, each.symbol, each.status) for each in self.server.account.orders.values()]


MakeVenue = Callable[..., Venue]


@pytest.fixture
def make_venue(make_desk: MakeDesk, binance_server: BinanceServer) -> MakeVenue:
    """`make_venue(maxSlippage=0.02)`: with these settings of `trading`, which is on."""

    def make(rebalance: Mapping[str, Any] | None = None, **trading: Any) -> Venue:
        server = binance_server
        server.account.permissions = frozenset({"read", "trade"})
        server.deposit("BTC", Decimal(1))
        server.deposit("USDT", Decimal(10_000))
        desk = make_desk(
            exchanges={"binance": {**server.settings, "timeoutSeconds": 2}},
            target={"BTC": 0.5, "ETH": 0.3, "USDT": 0.2},
            prices={},
            now=datetime.now(UTC),
            trading={"enabled": True, **trading},
            rebalance=dict(rebalance or {}),
        )
        return Venue(desk, server)

    return make
