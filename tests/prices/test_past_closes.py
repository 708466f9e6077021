"""Past closes through the whole program: a year of trades, the sources that know the days, and what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from kit.testing import HostFactory, HostUnderTest

if TYPE_CHECKING:
    from .conftest import PriceServer

NOW = datetime(2024, 3, 25, 12, tzinfo=UTC)
FIRST, LAST = date(2023, 4, 1), date(2024, 3, 24)
HEADER = "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity\n"
YEAR = (
    "2023-04-01 09:00,wallet,deposit,USD,30000,,",
    "2023-04-01 10:00,wallet,buy,BTC,1,USD,28000",
    "2023-06-01 10:00,wallet,trade,ETH,5,BTC,0.35",
    "2023-09-01 10:00,wallet,sell,USD,4500,ETH,2",
)


def days(since: date, until: date) -> Iterator[date]:
    return (since + timedelta(days=count) for count in range((until - since).days + 1))


def year_of(price: Decimal, since: date = FIRST, until: date = LAST) -> dict[date, str]:
    """A price that rises by one a day."""
    return {day: str(price + count) for count, day in enumerate(days(since, until))}


@pytest.fixture
def desk_of(kit_host: HostFactory, server: PriceServer) -> Callable[..., HostUnderTest]:
    """A host whose only network is the local server, with a year of trades in its store."""

    def make(*rows: str, beside: tuple[str, ...] = (), config: dict[str, Any] | None = None, **settings: Any) -> Any:
        quick = {"callsPerMinute": 10_000}
        whole = {
            "prices": {
                "coingecko": {"baseUrl": f"{server.url}/api/v3", **quick},
                "ecb": {"baseUrl": server.url, **quick},
                "sp500": {"baseUrl": f"{server.url}/fredgraph.csv", **quick},
            },
            "skills": {"portfolio-tracker": settings},
        } | (config or {})
        plugins = ("portfolio-tracker", "importers", *beside)
        host = kit_host("kit_prices.plugin", config=whole, now=NOW, beside=plugins)
        ledger = host.home / "ledger.csv"
        ledger.write_text(HEADER + "".join(f"{row}\n" for row in rows or YEAR), encoding="utf-8")
        assert host.cli("import", str(ledger)).code == 0
        return host

    return make


def missing(host: HostUnderTest) -> list[tuple[str, str, str]]:
    return [(each["asset"], each["since"], each["until"]) for each in host.cli("prices missing --json").json["data"]]


def test_a_year_of_trades_is_priced_whole_by_one_fetch(
    desk_of: Callable[..., HostUnderTest], server: PriceServer
) -> None:
    server.daily["bitcoin", "usd"] = year_of(Decimal("28000.5"))
    server.daily["ethereum", "usd"] = year_of(Decimal("1800.25"))
    host = desk_of()
    assert missing(host) == [("BTC", "2023-04-01", "2024-03-24"), ("ETH", "2023-06-01", "2024-03-24")]
    fetched = host.cli("prices fetch")
    assert fetched.code == 0
    assert missing(host) == []
    charts = [path for path in server.paths() if "market_chart" in path]
    assert len(charts) == 2
    said = host.cli("portfolio summary --offline")
    assert said.code == 0
    assert "N/A" not in said.out
    assert host.cli("prices fetch").code == 0
    assert [path for path in server.paths() if "market_chart" in path] == charts, "nothing is asked for twice"
