"""Two processes that trade on one paper account at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from kit import Pair

if TYPE_CHECKING:
    from tests.exchanges.conftest import Venue

TRADER = """
import asyncio, sys
from datetime import UTC, datetime
from decimal import Decimal
from kit import *
from kit_exchanges.paper import plugin

class Host:
    clock = FixedClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    store = Store.open(sys.argv[1], plugin.kit_migrations(), clock=clock)
    def exchange_types(self):
        return plugin.kit_exchanges()
    def price_sources(self):
        day = self.clock.now().date()
        price = PricePoint(day, "BTC", Decimal(100), "USD", "test")
        return [PriceSourceType("test", "Test", lambda *_: [price], offline=True)]

settings = {"startingBalances": {"USD": "1000"}, "fee": 0}
account = plugin.kit_exchanges()[0].open(AccountContext("practice", settings, Host()))

async def trade():
    placed = 0
    for number in range(10):
        for client_id in (f"shared-{number}", f"{sys.argv[2]}-{number}"):
            request = OrderRequest(Pair("BTC", "USD"), Side.BUY, Decimal("0.5"), client_id=client_id)
            try:
                await account.place_order(request)
                placed += 1
            except ExchangeError as error:
                assert "Insufficient" in error.message, error
    return placed

asyncio.run(trade())
"""


def test_two_processes_never_spend_the_same_money_twice(venue: Venue, tmp_path: Path) -> None:
    script = tmp_path / "trader.py"
    script.write_text(TRADER, encoding="utf-8")
    url = f"sqlite:///{tmp_path / 'kit.db'}"
    traders = [
        subprocess.Popen([sys.executable, "-W", "ignore", script, url, name], stderr=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    for trader in traders:
        _, complaint = trader.communicate(timeout=120)
        assert trader.returncode == 0, complaint
    account = venue.open(fee=0)
    venue.prices["BTC"] = Decimal(100)

    async def look() -> tuple[dict[str, Decimal], list[str]]:
        totals = {balance.asset: balance.total for balance in await account.balances()}
        return totals, [record.id async for record in account.records()]

    totals, ids = asyncio.run(look())
    # 1,000 USD buy twenty times half a bitcoin at 100; 30 different orders were tried.
    assert totals == {"BTC": Decimal(10)}
    assert len(ids) == len(set(ids)) == 1 + 20
    assert asyncio.run(account.ticker(Pair("BTC", "USD"))).last == 100
