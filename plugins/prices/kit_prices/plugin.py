"""What the price sources bring: themselves, and a section of config.json each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import SettingsSection, hookimpl

if TYPE_CHECKING:
    from kit import PriceSourceType, Services

_SETTINGS = f"{__package__}.settings"


@hookimpl
def kit_settings() -> list[SettingsSection]:
    return [
        SettingsSection("prices.coingecko", f"{_SETTINGS}:CoinGeckoSettings"),
        SettingsSection("prices.coinmarketcap", f"{_SETTINGS}:CoinMarketCapSettings"),
        SettingsSection("prices.ecb", f"{_SETTINGS}:EcbSettings"),
        SettingsSection("prices.file", f"{_SETTINGS}:FileSettings"),
        SettingsSection("prices.sp500", f"{_SETTINGS}:SP500Settings"),
    ]


@hookimpl
def kit_price_sources(services: Services) -> list[PriceSourceType]:
    """Where prices come from, in the order in which they stand in for each other."""
    from .sources import price_sources

    return price_sources(services)
