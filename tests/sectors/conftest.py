"""A host whose portfolio is said in two lines: what each account holds, and what a unit is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest

from kit.testing import HostFactory, HostUnderTest

NOW = datetime(2024, 1, 16, 12, tzinfo=UTC)
LEDGER_HEAD = (
    "time,account,kind,received_asset,received_quantity,sent_asset,sent_quantity,"
    "fee_asset,fee_quantity,value,value_currency,to_account,id,note\n"
)


class PortfolioFactory(Protocol):
    """`portfolio({"binance": "1 BTC, 2 ETH"}, {"BTC": "60000"}, riskLimits={"asset": 0.4})`.

    `paper` are accounts that are connected, all at the paper exchange.
    """

    def __call__(
        self, held: Mapping[str, str], prices: Mapping[str, str], *, paper: Sequence[str] = (), **settings: Any
    ) -> HostUnderTest: ...


def _row(account: str, quantity: str, asset: str) -> str:
    owed = quantity.removeprefix("-")
    legs = f"deposit,{asset},{quantity},,," if owed == quantity else f"withdrawal,,,{asset},{owed},"
    return f"2024-01-02,{account},{legs},,,,,{account}-{asset},"


@pytest.fixture
def portfolio(kit_host: HostFactory, tmp_path: Path) -> PortfolioFactory:
    """Makes the host; prices are in dollars, of the day before. A quantity below zero is owed."""

    def make(
        held: Mapping[str, str], prices: Mapping[str, str], *, paper: Sequence[str] = (), **settings: Any
    ) -> HostUnderTest:
        connected = {name: {"type": "paper"} for name in paper}
        config = {"exchanges": connected, "skills": {"portfolio-tracker": settings}}
        host = kit_host("kit_portfolio_tracker.plugin", config=config, now=NOW, beside=("importers", "prices", "paper"))
        rows = [_row(account, *word.split()) for account, words in held.items() for word in words.split(",")]
        closes = [f"2024-01-15,{asset},{close}" for asset, close in prices.items()]
        for command, name, lines in (
            ("import", "ledger.csv", [LEDGER_HEAD.strip(), *rows]),
            ("prices import", "prices.csv", ["date,asset,close", *closes]),
        ):
            file = tmp_path / name
            file.write_text("\n".join([*lines, ""]), encoding="utf-8")
            host.cli(*command.split(), str(file))
        return host

    return make
