"""The price sources, as the host sees them."""

from __future__ import annotations

from kit import PriceSourceType, Services

from .coingecko import CoinGecko
from .coinmarketcap import CoinMarketCap
from .fresh_rates import EcbRates
from .price_file import PriceFile
from .sp500 import SP500


def price_sources(services: Services) -> list[PriceSourceType]:
    """Each reads its settings when it is first asked, and imports its HTTP client when the network is."""
    ecb, file, gecko, cap, index = (
        EcbRates(services),
        PriceFile(services),
        CoinGecko(services),
        CoinMarketCap(services),
        SP500(services),
    )
    return [
        PriceSourceType(
            "ecb",
            "European Central Bank",
            ecb.closes,
            offline=True,
            quotes=ecb.quotes,
            fiat=True,
            state=ecb.state,
            past=ecb.past,
        ),
        PriceSourceType(
            "file",
            "Your price file",
            file.closes,
            offline=True,
            quotes=file.quotes,
            fiat=True,
            state=file.state,
            past=file.past,
        ),
        PriceSourceType(
            "sp500", "S&P 500 (FRED)", index.closes, quotes=index.quotes, state=index.state, past=index.past
        ),
        PriceSourceType(
            "coingecko", "CoinGecko", gecko.closes, quotes=gecko.quotes, state=gecko.state, past=gecko.past
        ),
        PriceSourceType(
            "coinmarketcap", "CoinMarketCap", cap.closes, quotes=cap.quotes, state=cap.state, past=cap.past
        ),
    ]
