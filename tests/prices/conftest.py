"""A server that speaks CoinGecko's, CoinMarketCap's, the ECB's and FRED's answers, and a desk to ask from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from aiohttp import web
from kit_importers.plugin import kit_importers
from kit_portfolio_tracker.settings import PortfolioSettings
from kit_prices.plugin import kit_price_sources
from kit_prices.settings import (
    CoinGeckoSettings,
    CoinMarketCapSettings,
    EcbSettings,
    FileSettings,
    SP500Settings,
)
from pydantic import BaseModel

from kit import ExchangeType, FixedClock, Importer, Network, NetworkOptions, PricePoint, PriceSourceType, Services

if TYPE_CHECKING:
    from tests.servers import Serve

NOW = datetime(2024, 3, 25, 12, tzinfo=UTC)
CMC_KEY = "cmc-secret-key"
_MODELS: dict[str, type[BaseModel]] = {
    "prices.coingecko": CoinGeckoSettings,
    "prices.coinmarketcap": CoinMarketCapSettings,
    "prices.ecb": EcbSettings,
    "prices.file": FileSettings,
    "prices.sp500": SP500Settings,
    "skills.portfolio-tracker": PortfolioSettings,
}


@dataclass
class Fault:
    """What is answered instead, `times` times, to paths that contain `part`."""

    part: str
    status: int = 200
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1


@dataclass
class CmcCoin:
    """A coin of CoinMarketCap; `price` as JSON."""

    id: int
    symbol: str
    price: str
    name: str = ""
    active: int = 1


class PriceServer:
    """Prices are JSON texts (“6.7e4”, “null”), so that a test says how they are written. `asked` are all requests."""

    def __init__(self, serve: Serve) -> None:
        self.gecko: dict[str, dict[str, str]] = {
            "bitcoin": {"usd": "67187.3358936566", "eur": "62000.5"},
            "ethereum": {"usd": "3450.25"},
            "tether": {"usd": "1.0005"},
        }
        self.updated: str = "1711366800"  # 2024-03-25 11:40:00
        self.coins: list[tuple[str, str]] = [("bitcoin", "btc"), ("solo-coin", "uniq"), ("a-coin", "twin")]
        self.coins.append(("b-coin", "twin"))
        self.chart: list[tuple[int, str]] = []
        self.daily: dict[tuple[str, str], dict[date, str]] = {}
        self.cmc = [CmcCoin(1, "BTC", "67000.12"), CmcCoin(1027, "ETH", "3449.99"), CmcCoin(5000, "UNIQ", "0.5")]
        self.cmc_daily: list[tuple[str, str]] = []
        self.all_tables: dict[str, dict[str, str]] = {}
        self.tables: dict[str, dict[str, str]] = {"2024-03-22": {"USD": "1.0823", "GBP": "0.85693"}}
        self.fred = "observation_date,SP500\n2024-03-20,5224.62\n2024-03-21,5241.53\n2024-03-22,5234.18\n2024-03-25,.\n"
        self.faults: list[Fault] = []
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.url = serve(self._application).url

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[self._watch])
        app.router.add_get("/api/v3/simple/price", self._simple_price)
        app.router.add_get("/api/v3/coins/list", self._coins_list)
        app.router.add_get("/api/v3/coins/{id}/market_chart/range", self._chart)
        app.router.add_get("/v2/cryptocurrency/quotes/latest", self._cmc_quotes)
        app.router.add_get("/v2/cryptocurrency/quotes/historical", self._cmc_history)
        app.router.add_get("/eurofxref-daily.xml", self._ecb_daily)
        app.router.add_get("/eurofxref-hist-90d.xml", self._ecb_recent)
        app.router.add_get("/eurofxref-hist.xml", self._ecb_all)
        app.router.add_get("/fredgraph.csv", self._fred)
        return app

    @web.middleware
    async def _watch(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append((request.path, dict(request.query), dict(request.headers)))
        for fault in self.faults:
            if fault.part in request.path and fault.times:
                fault.times -= 1
                return web.Response(status=fault.status, text=fault.text, headers=fault.headers)
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _simple_price(self, request: web.Request) -> web.Response:
        currency = request.query["vs_currencies"]
        known = {coin: self.gecko[coin] for coin in request.query["ids"].split(",") if coin in self.gecko}
        entries = []
        for coin, prices in known.items():
            told = [f'"{currency}":{prices[currency]}'] if currency in prices else []
            entries.append(f'"{coin}":{{{",".join([*told, f""""last_updated_at":{self.updated}"""])}}}')
        return _json(f"{{{','.join(entries)}}}")

    async def _coins_list(self, request: web.Request) -> web.Response:
        return _json(json.dumps([{"id": name, "symbol": symbol, "name": name} for name, symbol in self.coins]))

    async def _chart(self, request: web.Request) -> web.Response:
        if request.match_info["id"] not in {*self.gecko, *(coin for coin, _ in self.daily)}:
            return _json('{"error":"coin not found"}', status=404)
        begin, end = int(request.query["from"]) * 1000, int(request.query["to"]) * 1000
        told = self.daily.get((request.match_info["id"], request.query["vs_currency"]), {})
        stamps = [(_midnight_after(day), price) for day, price in told.items()]
        rows = ",".join(f"[{stamp},{price}]" for stamp, price in stamps or self.chart if begin <= stamp <= end)
        return _json(f'{{"prices":[{rows}],"market_caps":[],"total_volumes":[]}}')

    async def _cmc_quotes(self, request: web.Request) -> web.Response:
        if request.headers.get("X-CMC_PRO_API_KEY") != CMC_KEY:
            status = {"error_code": 1001, "error_message": "This API Key is invalid.", "credit_count": 0}
            return _json(json.dumps({"status": status}), status=401)
        currency = request.query["convert"]
        if "id" in request.query:
            wanted = set(request.query["id"].split(","))
            data = ",".join(f'"{coin.id}":{_cmc(coin, currency)}' for coin in self.cmc if str(coin.id) in wanted)
        else:
            symbols = request.query["symbol"].split(",")
            lists = {
                symbol: ",".join(_cmc(coin, currency) for coin in self.cmc if coin.symbol == symbol)
                for symbol in symbols
            }
            data = ",".join(f'"{symbol}":[{coins}]' for symbol, coins in lists.items())
        return _json(f'{{"status":{{"error_code":0,"credit_count":1}},"data":{{{data}}}}}')

    async def _cmc_history(self, request: web.Request) -> web.Response:
        if request.headers.get("X-CMC_PRO_API_KEY") != CMC_KEY:
            return _json('{"status":{"error_message":"This API Key is invalid."}}', status=401)
        currency, coin = request.query["convert"], request.query["id"]
        quotes = ",".join(
            f'{{"timestamp":"{stamp}","quote":{{"{currency}":{{"price":{price},"timestamp":"{stamp}"}}}}}}'
            for stamp, price in self.cmc_daily
        )
        return _json(f'{{"status":{{"error_code":0}},"data":{{"{coin}":{{"id":{coin},"quotes":[{quotes}]}}}}}}')

    async def _ecb_daily(self, request: web.Request) -> web.Response:
        newest = max(self.tables)
        return _xml({newest: self.tables[newest]})

    async def _ecb_recent(self, request: web.Request) -> web.Response:
        return _xml(self.tables)

    async def _ecb_all(self, request: web.Request) -> web.Response:
        return _xml(self.all_tables | self.tables)

    async def _fred(self, request: web.Request) -> web.Response:
        return web.Response(text=self.fred, content_type="text/csv")


def _midnight_after(day: date) -> int:
    """When a day's close is stamped, in milliseconds."""
    return int(datetime.combine(day, time(), UTC).timestamp() + 86_400) * 1000


def _cmc(coin: CmcCoin, currency: str) -> str:
    quote = f'"quote":{{"{currency}":{{"price":{coin.price},"last_updated":"2024-03-25T11:39:00.000Z"}}}}'
    return f'{{"id":{coin.id},"name":"{coin.name}","symbol":"{coin.symbol}","is_active":{coin.active},{quote}}}'


def _json(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="application/json", status=status)


def _xml(tables: dict[str, dict[str, str]]) -> web.Response:
    days = "".join(
        f"<Cube time='{day}'>"
        + "".join(f"<Cube currency='{code}' rate='{rate}'/>" for code, rate in rates.items())
        + "</Cube>"
        for day, rates in sorted(tables.items(), reverse=True)
    )
    envelope = f"<gesmes:Envelope xmlns:gesmes='x'><Cube>{days}</Cube></gesmes:Envelope>"
    return web.Response(text=f"<?xml version='1.0'?>{envelope}", content_type="text/xml")


class Desk:
    """The services that price sources use, over a real network."""

    def __init__(self, folder: Path, server: PriceServer) -> None:
        self.home = folder
        self.cache = folder / "cache"
        self.clock = FixedClock(NOW)
        self.network = Network(NetworkOptions(timeout_seconds=30))
        self.configured: dict[str, dict[str, Any]] = {
            "prices.coingecko": {"baseUrl": f"{server.url}/api/v3"},
            "prices.coinmarketcap": {"baseUrl": server.url, "apiKey": CMC_KEY},
            "prices.ecb": {"baseUrl": server.url},
            "prices.sp500": {"baseUrl": f"{server.url}/fredgraph.csv"},
        }

    def settings(self, section: str) -> Any:
        return _MODELS[section].model_validate(self.configured.get(section, {}))

    def importers(self) -> list[Importer]:
        return kit_importers()

    def exchange_types(self) -> list[ExchangeType]:
        return []

    def venue(self, name: str) -> str:
        return name

    def price_sources(self) -> list[PriceSourceType]:
        return kit_price_sources(cast("Services", self))

    def source(self, name: str) -> PriceSourceType:
        """A source as a new process has it: nothing in memory."""
        return next(source for source in self.price_sources() if source.name == name)

    def quotes(self, name: str, assets: Collection[str], currency: str = "USD") -> dict[str, PricePoint]:
        """What the source says now, by asset."""
        ask = self.source(name).quotes
        assert ask is not None

        async def asked() -> list[PricePoint]:
            return await ask(assets, currency)

        points = self.network.run(asked())
        assert all(point.time is not None and point.time.tzinfo is not None for point in points)
        assert all(isinstance(point.close, Decimal) and point.source for point in points)
        assert len({point.asset for point in points}) == len(points)
        return {point.asset: point for point in points}

    def closes(self, name: str, assets: list[str], currency: str, since: str, until: str) -> dict[str, Decimal]:
        points = self.source(name).closes(assets, currency, date.fromisoformat(since), date.fromisoformat(until))
        return {point.day.isoformat(): point.close for point in points}

    def doubts(self, name: str) -> dict[str, str]:
        state = self.source(name).state
        assert state is not None
        return dict(state().doubts)


@pytest.fixture
def server(serve: Serve) -> PriceServer:
    return PriceServer(serve)


@pytest.fixture
def desk(tmp_path: Path, server: PriceServer) -> Iterator[Desk]:
    opened = Desk(tmp_path, server)
    yield opened
    opened.network.close()


@pytest.fixture
def fault() -> type[Fault]:
    return Fault


@pytest.fixture
def cmc_coin() -> type[CmcCoin]:
    return CmcCoin
