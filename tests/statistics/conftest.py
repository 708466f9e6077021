"""Real daily closes, read in place."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from kit_portfolio_tracker.core.returns import daily_returns

_DATA = Path(__file__).parents[3] / "shared" / "data"
_SERIES = {
    "BTC": "prices/open/ohlcv_yahoo/BTC.csv",
    "ETH": "prices/open/ohlcv_yahoo/ETH.csv",
    "S&P 500": "benchmarks/SP500_close.csv",
}


@pytest.fixture
def data() -> Path:
    if not _DATA.is_dir():
        pytest.skip("the real prices (../shared/data) are not on this machine")
    return _DATA


@pytest.fixture(params=_SERIES)
def real_returns(request: pytest.FixtureRequest, data: Path) -> list[float]:
    """The daily returns of BTC, ETH and the S&P 500 over all the years there are."""
    with (data / _SERIES[request.param]).open(newline="", encoding="utf-8") as file:
        closes = [float(row["close"]) for row in csv.DictReader(file)]
    none = [0.0] * (len(closes) - 1)
    return daily_returns(closes[1:], none, none, before=closes[0])
