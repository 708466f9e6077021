"""The sample data of `kit demo`: made up, made here, and read by the same importers as real files."""

from __future__ import annotations

from pathlib import Path

from kit import Demo, Services

BINANCE = "sample-binance.csv"
KRAKEN = "sample-kraken.csv"
METATRADER = "sample-metatrader.csv"
PRICES = "sample-prices.csv"


def prepare(folder: Path, services: Services) -> None:
    """Write the four files into `folder`; they end today."""
    from . import binance, forex, kraken
    from .market import Market

    market = Market(services.clock.now().date())
    for name, text in (
        (BINANCE, binance.history(market)),
        (KRAKEN, kraken.ledgers(market)),
        (METATRADER, forex.records(market)),
        (PRICES, market.csv()),
    ):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


DEMO = Demo(
    "portfolio",
    prepare,
    lines=(("import", BINANCE, KRAKEN, METATRADER), ("prices", "import", PRICES)),
    show=("portfolio",),
    tries=(
        "portfolio --detailed",
        "portfolio --exchange kraken",
        "holdings BTC",
        'ask "What BTC do I have?"',
        "holdings --format csv",
    ),
)
