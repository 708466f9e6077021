"""A venue's tickers and the ECB together, through the whole program: a sync, then the value."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from kit_exchanges.simulated import BinanceServer

from kit.testing import HostFactory

if TYPE_CHECKING:
    from .conftest import PriceServer


def test_a_sync_values_what_a_venue_holds_in_a_currency_it_does_not_quote(
    kit_host: HostFactory, server: PriceServer, binance_server: BinanceServer
) -> None:
    now = datetime.now(UTC)
    server.tables = {now.date().isoformat(): {"USD": "1.25", "CHF": "1.00"}}
    binance_server.deposit("USDT", Decimal(1000))
    binance_server.trade("BTC/USDT", "buy", Decimal("0.01"), Decimal(60000))
    binance_server.set_price("BTC/USD", Decimal(58800))
    binance_server.set_price("USDT/USD", Decimal("0.98"))
    config = {
        "exchanges": {"mine": binance_server.settings},
        "prices": {"coingecko": {"baseUrl": f"{server.url}/api/v3"}, "ecb": {"baseUrl": server.url}},
        "skills": {"portfolio-tracker": {"baseCurrency": "CHF", "priceSource": "mine"}},
    }
    beside = ("ccxt", "portfolio-tracker", "importers")
    host = kit_host("kit_prices.plugin", config=config, now=now, beside=beside)
    synced = host.cli("sync")
    assert synced.code in (0, 3), synced.err
    found = host.cli("portfolio --detailed --offline --json").json["data"]
    prices = {each["asset"]: each["price"] for each in found["assets"]}
    said = {asset: (Decimal(price["amount"]), price["source"]) for asset, price in prices.items()}
    assert said == {
        "BTC": (58800 * Decimal("0.8"), "binance × ECB (via USD)"),
        "USDT": (Decimal("0.98") * Decimal("0.8"), "binance × ECB (via USD)"),
    }
    assert server.paths() == ["/eurofxref-hist-90d.xml"], "nobody else was needed"
