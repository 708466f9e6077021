"""A history that was broken off: what was kept and what comes later are the whole, each record once.

The venues here answer in ccxt's own structures, in memory: what they test is the walk, not the wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from kit_exchanges.ccxt.history import History

from kit import FixedClock, HistoryBatch, Kind, NetworkFailure, Record

if TYPE_CHECKING:
    from kit_exchanges.ccxt.asking import Asker

_DAY = 86_400_000
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_N = int(_NOW.timestamp() * 1000)
_Answer = Callable[..., Awaitable[Any]]


@dataclass
class _Venue:
    """As much of an Asker as a walk asks for."""

    venue: str
    offers: Collection[str]
    answer: _Answer
    listed: Mapping[str, Any] = field(default_factory=dict)
    label: str = "The venue"
    client: Any = field(default_factory=lambda: SimpleNamespace(safe_currency_code=str))

    def has(self, capability: str) -> bool:
        return capability in self.offers

    async def markets(self) -> Mapping[str, Any]:
        return self.listed

    async def __call__(self, method: str, *words: Any, **_: Any) -> Any:
        return await self.answer(method, *words)

    ask = __call__


def _history(venue: _Venue, *, later: timedelta = timedelta(0), symbols: Collection[str] = ()) -> History:
    return History(cast("Asker", venue), "a", FixedClock(_NOW + later), symbols=symbols)


async def _walk(history: History, cursors: dict[str, str], *, batches: int | None = None) -> list[Record]:
    """The records of a walk that is broken off after so many batches; the cursors are kept with them."""
    found: list[Record] = []
    walk = history.walk(cursors)
    count = 0
    async for batch in walk:
        found += batch.records
        cursors[batch.stream] = batch.cursor
        count += 1
        if count == batches:
            break
    await walk.aclose()  # type: ignore[attr-defined]
    return found


def _deposit(own: str, at: int, status: str = "ok") -> dict[str, Any]:
    return {"id": own, "timestamp": at, "currency": "BTC", "amount": "1", "status": status, "type": "deposit"}


@pytest.mark.parametrize("batches", range(1, 8))
@pytest.mark.parametrize("before", [1, 2, 3])
def test_half_a_trade_is_no_withdrawal(batches: int, before: int) -> None:
    rows: list[tuple[str, dict[str, Any]]] = []

    def entry(own: str, reference: str, kind: str, code: str, quantity: str, at: int) -> None:
        info = {"refid": reference, "type": kind, "subtype": "", "asset": code, "amount": quantity, "fee": "0"}
        rows.append((own, {**info, "time": f"{at // 1000}.{at % 1000:03}"}))

    for number in range(60):
        at = _N - (800 - number) * _DAY
        entry(f"a{number}", f"T{number}", "trade", "EUR", "-10", at)
        entry(f"b{number}", f"T{number}", "trade", "BTC", "1", at)
    for number in range(before):
        entry(f"d{number}", f"R{number}", "deposit", "EUR", "7", _N - (10 - number) * _DAY)
    rows.reverse()

    async def answer(_method: str, params: Mapping[str, int]) -> Any:
        inside = [row for row in rows if params["start"] < float(row[1]["time"]) <= params["end"]]
        page = dict(inside[params["ofs"] : params["ofs"] + 50])
        return {"error": [], "result": {"ledger": page, "count": len(inside)}}

    async def all_of_it() -> tuple[list[Record], list[Record]]:
        venue = _Venue("kraken", {"fetchLedger"}, answer)
        whole = await _walk(_history(venue), {})
        cursors: dict[str, str] = {}
        parts = await _walk(_history(venue), cursors, batches=batches) + await _walk(_history(venue), cursors)
        return whole, parts

    whole, parts = asyncio.run(all_of_it())
    assert {record.id: record for record in parts} == {record.id: record for record in whole}
    assert not any(record.kind is Kind.WITHDRAWAL for record in whole)


@pytest.mark.parametrize("batches", [None, *range(1, 480, 13)])
def test_what_was_pending_arrives_when_it_has_settled(batches: int | None) -> None:
    rows = [_deposit("old", _N - 400 * _DAY), _deposit("slow", _N - 12 * _DAY, "pending"), _deposit("new", _N - _DAY)]

    async def answer(_method: str, _code: None, since: int, _limit: None, params: Mapping[str, int]) -> Any:
        return [row for row in rows if since <= row["timestamp"] <= params["until"]]

    async def later() -> list[Record]:
        venue, cursors = _Venue("kucoin", {"fetchDeposits"}, answer), dict[str, str]()
        found = await _walk(_history(venue), cursors, batches=batches)
        found += await _walk(_history(venue), cursors)
        rows[1]["status"] = "ok"
        return found + await _walk(_history(venue, later=timedelta(days=1)), cursors)

    assert {record.id for record in asyncio.run(later())} == {"deposit:old", "deposit:slow", "deposit:new"}


def test_conversions_that_failed_at_first_begin_where_they_would_have() -> None:
    conversion = {"id": "c", "timestamp": _N - 500 * _DAY, "fromCurrency": "EUR", "toCurrency": "BTC"}
    conversion |= {"fromAmount": "10", "toAmount": "1"}
    down = True

    async def answer(method: str, *words: Any) -> Any:
        if method.startswith("sapi"):
            return {"rows": []}
        if method == "fetch_convert_trade_history":
            if down:
                raise NetworkFailure("It is down.")
            return [conversion] if words[1] <= _N - 500 * _DAY <= words[3]["until"] else []
        if method == "fetch_deposits" and not words[3].get("fiat"):
            return [_deposit("d", _N - 600 * _DAY)] if words[1] <= _N - 600 * _DAY <= words[3]["until"] else []
        return []

    async def in_the_end() -> list[Record]:
        nonlocal down
        venue, cursors = _Venue("binance", {"fetchDeposits"}, answer), dict[str, str]()
        with pytest.raises(NetworkFailure):
            await _walk(_history(venue), cursors)
        down = False
        return await _walk(_history(venue, later=timedelta(days=1)), cursors)

    assert "convert:c" in {record.id for record in asyncio.run(in_the_end())}


def test_a_walk_that_nobody_follows_any_more_ends_at_once() -> None:
    listed = {
        f"A{number}/EUR": {"symbol": f"A{number}/EUR", "base": f"A{number}", "quote": "EUR"} for number in range(20)
    }
    bought = {"id": "1", "timestamp": _N - _DAY, "side": "buy", "amount": "1", "price": "1", "cost": "1"}

    async def answer(method: str, *words: Any) -> Any:
        if method.startswith("sapi"):
            return {"rows": []}
        return [{**bought, "symbol": words[0]}] if method == "fetch_my_trades" and not words[3]["fromId"] else []

    async def leave_early() -> HistoryBatch:
        venue = _Venue("binance", {"fetchMyTrades"}, answer, listed)
        walk = _history(venue, symbols=list(listed)).walk({})
        batch = await anext(walk)
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            await walk.aclose()  # type: ignore[attr-defined]
        return batch

    assert asyncio.run(leave_early()).stream.startswith("trades ")


def test_a_question_that_is_cancelled_by_nobody_ends_the_walk_with_an_error() -> None:
    async def answer(_method: str, *_words: Any) -> Any:
        raise asyncio.CancelledError

    async def walked() -> list[Record]:
        async with asyncio.timeout(60):
            return await _walk(_history(_Venue("kucoin", {"fetchDeposits"}, answer)), {})

    with pytest.raises(NetworkFailure, match="stopped coming"):
        asyncio.run(walked())
