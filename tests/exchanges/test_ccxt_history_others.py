"""Venues that nobody here has seen: how much they want to be told, and how much they tell, is found out by asking."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st
from kit_exchanges.ccxt.errors import TooVague
from kit_exchanges.ccxt.history_paging import Row, Step, by_fitting_time

from kit import MissingPermission, Record, Refused

if TYPE_CHECKING:
    from tests.exchanges.conftest import OpenVenue, RecordedVenue

_DAY = 86_400_000
_NOW = 20_000 * _DAY


def _walk(rows: Sequence[Row], *, widest: int | None = None, oldest: int = 0) -> list[Step]:
    """All steps through a venue that refuses spans wider than `widest` days or older than `oldest`."""

    async def ask(since: int, until: int) -> Sequence[Row]:
        if widest is not None and until - since >= widest * _DAY:
            raise Refused("The time range is too long.")
        if since < oldest:
            raise Refused("That is too long ago.")
        return [row for row in rows if since <= row["timestamp"] <= until]

    async def gather() -> list[Step]:
        return [step async for step in by_fitting_time(ask, _NOW - 3000 * _DAY, _NOW)]

    return asyncio.run(gather())


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(_NOW - 3000 * _DAY, _NOW), max_size=30, unique=True),
    st.one_of(st.none(), st.sampled_from([100, 31, 8, 7])),
)
def test_a_span_too_wide_is_asked_in_shorter_ones(times: list[int], widest: int | None) -> None:
    rows = [{"id": str(at), "timestamp": at} for at in times]
    steps = _walk(rows, widest=widest)
    assert sorted(str(row["id"]) for step in steps for row in step.rows) == sorted(str(row["id"]) for row in rows)
    assert not any(step.doubt for step in steps)


def test_a_venue_that_keeps_only_what_is_young_tells_that_and_is_doubted() -> None:
    rows = [{"id": str(days), "timestamp": _NOW - days * _DAY} for days in (2000, 100, 80, 1)]
    steps = _walk(rows, widest=8, oldest=_NOW - 95 * _DAY)
    assert {row["id"] for step in steps for row in step.rows} == {"80", "1"}
    assert {step.doubt for step in steps} == {"it tells only of the last 90 days"}


def test_a_venue_that_refuses_everything_is_heard() -> None:
    with pytest.raises(Refused, match="too long"):
        _walk([], widest=0)


@pytest.mark.parametrize("failure", [TooVague("Which market?"), MissingPermission("No.")])
def test_what_shorter_spans_do_not_cure_is_not_asked_again(failure: Exception) -> None:
    asked = 0

    async def ask(since: int, until: int) -> Sequence[Row]:
        nonlocal asked
        asked += 1
        raise failure

    async def gather() -> list[Step]:
        return [step async for step in by_fitting_time(ask, 0, _NOW)]

    with pytest.raises(type(failure)):
        asyncio.run(gather())
    assert asked == 1


_MARKETS = [
    {
        "market": "BTC-EUR",
        "status": "trading",
        "base": "BTC",
        "quote": "EUR",
        "pricePrecision": "5",
        "minOrderInBaseAsset": "0.0001",
        "minOrderInQuoteAsset": "5",
        "orderTypes": ["market", "limit"],
    }
]
_TRADE = {
    "id": "108c3633-0276-4480-a902-17a01829deae",
    "timestamp": 1_700_000_000_000,
    "market": "BTC-EUR",
    "side": "buy",
    "amount": "0.123456789012345678",
    "price": "30000",
    "taker": True,
    "fee": "9.26",
    "feeCurrency": "EUR",
    "settled": True,
}


def _bitvavo(recorded: RecordedVenue, **answers: Any) -> None:
    recorded.answers |= {f"/v2/{path}": answer for path, answer in {"markets": _MARKETS, **answers}.items()}


def _records(open_venue: OpenVenue, recorded: RecordedVenue) -> tuple[list[Record], tuple[str, ...]]:
    exchange = open_venue({"type": "bitvavo", "apiKey": "k" * 20, "secret": "s" * 20, "baseUrl": recorded.url})

    async def walk() -> tuple[list[Record], tuple[str, ...]]:
        found = [record async for batch in exchange.history({}, assets=["BTC", "EUR"]) for record in batch.records]
        left_out = exchange.left_out()
        await exchange.close()
        return found, left_out

    return open_venue.network.run(walk())


def test_a_venue_with_parts_that_are_not_there_tells_the_others(open_venue: OpenVenue, recorded: RecordedVenue) -> None:
    _bitvavo(recorded, trades=[_TRADE], depositHistory=[])
    found, left_out = _records(open_venue, recorded)
    (bought,) = {record.id: record for record in found}.values()
    assert bought.received is not None
    assert str(bought.received.amount) == "0.123456789012345678"
    assert bought.fee is not None
    assert str(bought.fee.amount) == "9.26"
    assert any("withdrawals are not told" in sentence for sentence in left_out)
