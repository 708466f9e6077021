"""What could not be used is asked for again, ever more seldom, for a week; half a trade is booked then.

The venues here answer in memory: what they test is the walk from one time to the next, not the wire.
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
from kit_exchanges.ccxt.history_cursor import Cursor

from kit import FixedClock, Kind, Record

if TYPE_CHECKING:
    from kit_exchanges.ccxt.asking import Asker

_DAY = 86_400_000
_NOW = datetime(2026, 11, 1, tzinfo=UTC)
_N = int(_NOW.timestamp() * 1000)


@dataclass
class _Venue:
    """As much of an Asker as a walk asks for, and the account that walks there."""

    venue: str
    offers: Collection[str]
    answer: Callable[..., Awaitable[Any]]
    listed: Mapping[str, Any] = field(default_factory=dict)
    label: str = "The venue"
    client: Any = field(default_factory=lambda: SimpleNamespace(safe_currency_code=lambda code: code))
    clock: FixedClock = field(default_factory=lambda: FixedClock(_NOW))
    cursors: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def has(self, capability: str) -> bool:
        return capability in self.offers

    async def markets(self) -> Mapping[str, Any]:
        return self.listed

    async def __call__(self, method: str, *words: Any, **_: Any) -> Any:
        return await self.answer(method, *words)

    ask = __call__

    def walk(self, *, later: timedelta = timedelta(0)) -> list[Record]:
        self.clock.advance(later)
        history = History(cast("Asker", self), "a", self.clock, symbols=list(self.listed))

        async def whole() -> list[Record]:
            found: list[Record] = []
            async for batch in history.walk(self.cursors):
                found += batch.records
                self.cursors[batch.stream] = batch.cursor
            return found

        found = asyncio.run(whole())
        self.said = list(history.left_out())
        return found


def _kraken(entries: list[tuple[str, dict[str, Any]]], *, page: int = 50, count: int | None = None) -> _Venue:
    async def answer(_method: str, params: Mapping[str, int]) -> Any:
        odd = {None, "x"}
        inside = [
            (own, row)
            for own, row in entries
            if row["time"] in odd or params["start"] < float(row["time"]) <= params["end"]
        ]
        shown = dict(inside[params["ofs"] : params["ofs"] + page])
        return {"error": [], "result": {"ledger": shown, "count": len(inside) if count is None else count}}

    return _Venue("kraken", {"fetchLedger"}, answer)


def _entry(own: str, reference: str, code: str, amount: str | None, days: float, kind: str = "trade") -> Any:
    info = {"refid": reference, "type": kind, "subtype": "", "asset": code, "amount": amount, "fee": "0"}
    return own, {**info, "time": str((_N - days * _DAY) / 1000)}


def test_half_a_trade_waits_a_week_for_its_other_side_and_is_booked_then() -> None:
    venue = _kraken([_entry("went", "T1", "EUR", "-10", 400)])
    assert venue.walk() == []
    assert venue.said == ["The venue: ledger may not be whole: one side of a trade is not shown."]
    found = [record for _ in range(40) for record in venue.walk(later=timedelta(hours=12))]
    assert [(record.id, record.kind) for record in found] == [("went", Kind.WITHDRAWAL)]
    assert "whose other side Kraken does not show" in found[0].note
    assert venue.said == []


def test_the_other_side_that_comes_later_makes_it_a_trade() -> None:
    entries = [_entry("went", "T1", "EUR", "-10", 400)]
    venue = _kraken(entries)
    venue.walk()
    entries.insert(0, _entry("came", "T1", "BTC", "1", 400))
    assert [record.id for record in venue.walk(later=timedelta(minutes=1))] == ["T1"]
    assert venue.said == []
    assert [record.id for record in venue.walk(later=timedelta(days=30))] == []


@pytest.mark.parametrize("broken", [{"amount": None}, {"amount": "x"}, {"asset": None}, {"time": None}, {"time": "x"}])
def test_a_side_that_cannot_be_understood_is_said_and_makes_nothing_up(broken: dict[str, Any]) -> None:
    own, entry = _entry("came", "T1", "BTC", "1", 400)
    entries = [
        (own, {**entry, **broken}),
        _entry("went", "T1", "EUR", "-10", 400),
        _entry("d", "D", "EUR", "7", 500, "deposit"),
    ]
    venue = _kraken(entries)
    assert [record.id for record in venue.walk()] == ["d"]
    assert any("1 entry of ledger could not be used" in text for text in venue.said)
    entries[0] = own, entry
    assert "T1" in {record.id for record in venue.walk(later=timedelta(hours=1))}


def test_a_fee_in_a_third_asset_is_a_record_of_its_own_wherever_it_stands() -> None:
    sides = [_entry("came", "T1", "BTC", "1", 400), _entry("went", "T1", "EUR", "-10", 400)]
    own, fee = _entry("paid", "T1", "KFEE", "0", 400)
    found = []
    for place in range(3):
        entries = list(sides)
        entries.insert(place, (own, {**fee, "fee": "5"}))
        found.append({record.id: record.kind for record in _kraken(entries).walk()})
    assert found == [{"T1": Kind.BUY, "paid": Kind.FEE}] * 3


def test_entries_that_are_counted_and_not_shown_are_asked_for_again() -> None:
    entries = [_entry(f"d{number}", f"D{number}", "EUR", "7", 400 + number, "deposit") for number in range(3)]
    shown = entries[:2]
    venue = _kraken(shown, count=3)
    assert len(venue.walk()) == 2
    assert venue.said == ["The venue: ledger may not be whole: it has 3 entries and shows 2."]
    shown.append(entries[2])
    assert [record.id for record in venue.walk(later=timedelta(hours=1))] == ["d0", "d1", "d2"]
    assert venue.said == []


def _trades(broken: set[str], asked: list[int]) -> _Venue:
    """Ten numbered trades, of which some have no quantity."""
    symbol = "BTC/EUR"
    row = {"symbol": symbol, "side": "buy", "price": "7", "cost": "7"}

    async def answer(method: str, *words: Any) -> Any:
        if method.startswith("sapi"):
            return {"rows": []}
        if method != "fetch_my_trades":
            return []
        first = words[3]["fromId"]
        asked.append(first)
        rows = [{**row, "id": str(number), "timestamp": _N - (500 - number) * _DAY} for number in range(10)]
        return [{**each, "amount": None if each["id"] in broken else "1"} for each in rows[first:]]

    listed = {symbol: {"symbol": symbol, "base": "BTC", "quote": "EUR"}}
    return _Venue("binance", {"fetchMyTrades"}, answer, listed)


def test_a_numbered_trade_that_could_not_be_read_comes_when_it_can() -> None:
    broken, asked = {"3", "6"}, list[int]()
    venue = _trades(broken, asked)
    assert len(venue.walk()) == 8
    assert any("2 entries of trades BTC/EUR could not be used" in text for text in venue.said)
    broken.remove("6")
    assert [record.id for record in venue.walk(later=timedelta(hours=1))][2:3] == ["trade:BTC/EUR:6"]
    venue.walk(later=timedelta(minutes=1))
    assert any("it is asked for again" in text for text in venue.said)
    broken.clear()
    assert "trade:BTC/EUR:3" in {record.id for record in venue.walk(later=timedelta(hours=1))}
    assert not any("trades BTC/EUR" in text for text in venue.said)


def test_what_stays_odd_is_asked_for_ever_more_seldom_and_then_no_more() -> None:
    asked = list[int]()
    venue = _trades({"3"}, asked)
    for _ in range(30 * 24):
        venue.walk(later=timedelta(hours=1))
    assert 3 < asked.count(3) < 12
    assert not any("trades BTC/EUR" in text for text in venue.said)
    assert asked[-1] == 10


@pytest.mark.parametrize("text", [None, "", "x", "[]", '{"done": "5"}', '{"done": true}', "7"])
def test_a_cursor_that_cannot_be_read_begins_anew(text: str | None) -> None:
    assert Cursor.read(text) == Cursor()


def test_a_cursor_is_read_as_it_was_written() -> None:
    cursor = Cursor(1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert Cursor.read(cursor.text()) == cursor
