"""A venue whose accounts say what a JSON file says, so that tests script it for other processes, too.

What it is asked is appended to the file's neighbour with the suffix .log, a word a line.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import kit
from kit import (
    AccountContext,
    Balance,
    Exchange,
    ExchangeType,
    HistoryBatch,
    Kind,
    OpenPosition,
    Order,
    OrderRequest,
    Pair,
    Quantity,
    Record,
    Refused,
    Side,
    Ticker,
    hookimpl,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PRICES = {"BTC": "60000", "ETH": "3000", "USDT": "1"}


@hookimpl
def kit_exchanges() -> list[ExchangeType]:
    return [ExchangeType("scripted", "Scripted", open=ScriptedExchange)]


class ScriptedExchange:
    """One account. The file is read at each question."""

    def __init__(self, context: AccountContext) -> None:
        self._name = context.name
        self._clock = context.services.clock
        self._file = Path(context.settings["script"])

    async def balances(self) -> list[Balance]:
        script = await self._asked("balances")
        now = self._clock.now()
        locked, staked = script.get("locked", {}), script.get("staked", {})
        return [
            Balance(
                self._name, asset, Decimal(total), now, Decimal(locked.get(asset, 0)), Decimal(staked.get(asset, 0))
            )
            for asset, total in script.get("holds", {}).items()
        ]

    async def tickers(self, pairs: Collection[Pair] | None = None) -> list[Ticker]:
        script = await self._asked("tickers")
        now = self._clock.now()
        prices = {**PRICES, **script.get("prices", {})}
        return [Ticker(Pair(asset, "USD"), Decimal(price), now) for asset, price in prices.items()]

    async def positions(self) -> list[OpenPosition]:
        script = await self._asked("positions")
        now = self._clock.now()
        return [
            OpenPosition(
                self._name, symbol, symbol, Side.BUY, Decimal(quantity), Decimal(100), None, Decimal(7), None, None,
                "USDT", now,
            )
            for symbol, quantity in script.get("positions", {}).items()
        ]  # fmt: skip

    async def history(self, cursors: Mapping[str, str], *, assets: Collection[str] = ()) -> AsyncIterator[HistoryBatch]:
        """`deposits` of one BTC cent each, `page` in a batch, then what stands in `records`."""
        begin = int(cursors.get("all", "0"))
        script = await self._asked(f"history {begin}")
        records = [_deposit(self._name, number) for number in range(script.get("deposits", 0))]
        records += [_record(self._name, place, *row) for place, row in enumerate(script.get("records", []))]
        page = script.get("page", 500)
        for start in range(begin, len(records), page):
            part = tuple(records[start : start + page])
            yield HistoryBatch("all", part, str(start + len(part)))
            await asyncio.sleep(script.get("pause", 0))
            if start + len(part) >= script.get("breaks_at", len(records) + 1):
                raise kit.Maintenance("Closed in the middle of the history.")

    def left_out(self) -> tuple[str, ...]:
        found: list[str] = json.loads(self._file.read_text(encoding="utf-8")).get("left_out", [])
        return tuple(found)

    async def records(self, since: datetime | None = None) -> AsyncIterator[Record]:
        async for batch in self.history({}):
            for record in batch.records:
                yield record

    async def ticker(self, pair: Pair) -> Ticker:
        raise Refused("no")

    async def place_order(self, request: OrderRequest) -> Order:
        raise Refused("no")

    async def fetch_order(self, order_id: str) -> Order:
        raise Refused("no")

    async def open_orders(self) -> list[Order]:
        return []

    async def cancel_order(self, order_id: str) -> Order:
        raise Refused("no")

    async def close(self) -> None: ...

    async def _asked(self, question: str) -> dict[str, Any]:
        """The script, after what it wants to go wrong with this question has gone wrong."""
        with self._file.with_suffix(".log").open("a", encoding="utf-8") as log:
            log.write(f"{question}\n")
        script: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        kind = question.partition(" ")[0]
        if fault := script.get("faults", {}).get(kind):
            if fault == "hang":
                await asyncio.Event().wait()
            error = TypeError if fault == "TypeError" else getattr(kit, fault)
            raise error("Something is wrong.")
        return script


_: type[Exchange] = ScriptedExchange


def _deposit(account: str, number: int) -> Record:
    time = BEGIN + timedelta(seconds=number)
    return Record(f"d{number:07d}", time, account, Kind.DEPOSIT, received=Quantity(Decimal("0.01"), "BTC"))


def _record(account: str, place: int, kind: str, asset: str, amount: str) -> Record:
    """A signed amount that came or went."""
    leg = Quantity(abs(Decimal(amount)), asset)
    time = BEGIN + timedelta(days=30, seconds=place)
    came, went = (leg, None) if Decimal(amount) > 0 else (None, leg)
    return Record(f"r{place}", time, account, Kind(kind), received=came, sent=went)
