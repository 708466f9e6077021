"""Pages: whatever a venue shows at once, from whichever end, the whole history comes out, each entry once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from kit_exchanges.ccxt.history_paging import Row, Step, by_id, by_offset, by_page, by_time

from kit import OddAnswer

_END = 1000


def _rows(times: Sequence[int]) -> list[dict[str, Any]]:
    return [{"id": str(number), "timestamp": at} for number, at in enumerate(sorted(times))]


def _all(steps: AsyncIterator[Step]) -> list[Step]:
    async def gather() -> list[Step]:
        return [step async for step in steps]

    return asyncio.run(gather())


def _ids(steps: Sequence[Step]) -> list[str]:
    return sorted((str(row["id"]) for step in steps for row in step.rows), key=int)


# At most as many entries in one instant as the smallest page shows: more cannot be told from time alone.
_TIMES = st.lists(st.integers(0, _END), max_size=60, unique=True)


def _venue(
    rows: Sequence[Row], page: int, *, newest_first: bool, minds_until: bool = True
) -> Callable[[int, int], Awaitable[Sequence[Row]]]:
    async def ask(since: int, until: int) -> Sequence[Row]:
        found = [row for row in rows if since <= row["timestamp"] and (not minds_until or row["timestamp"] <= until)]
        return found[::-1][:page] if newest_first else found[:page]

    return ask


@settings(deadline=None)
@given(_TIMES, st.integers(1, 70), st.booleans(), st.one_of(st.none(), st.integers(1, 400)))
def test_a_span_is_told_whole_whatever_the_page_and_the_order(
    times: list[int], page: int, newest_first: bool, window: int | None
) -> None:
    rows = _rows(times)
    steps = _all(by_time(_venue(rows, max(page, 2), newest_first=newest_first), 0, _END, window=window))
    assert _ids(steps) == [row["id"] for row in rows]
    assert not any(step.doubt for step in steps)


@settings(deadline=None)
@given(_TIMES, st.integers(2, 70))
def test_a_venue_that_minds_no_end_of_a_span_is_told_whole_from_the_beginning(times: list[int], page: int) -> None:
    rows = _rows(times)
    steps = _all(by_time(_venue(rows, page, newest_first=False, minds_until=False), 0, _END))
    assert _ids(steps) == [row["id"] for row in rows]


@settings(deadline=None)
@given(_TIMES, st.integers(2, 70), st.integers(1, 400), st.integers(0, 10))
def test_a_walk_goes_on_where_it_was_left(times: list[int], page: int, window: int, kept: int) -> None:
    rows = _rows(times)
    ask = _venue(rows, page, newest_first=True)
    before = _all(by_time(ask, 0, _END, window=window))[:kept]
    after = _all(by_time(ask, before[-1].position if before else 0, _END, window=window))
    assert _ids([*before, *after]) == [row["id"] for row in rows]


def test_a_venue_that_shows_only_its_newest_entries_is_doubted() -> None:
    newest = _rows(range(100))[-50:]

    async def ask(since: int, until: int) -> Sequence[Row]:
        return newest

    (step,) = _all(by_time(ask, 0, 99))
    assert len(step.rows) == 50
    assert step.doubt == "it shows only the newest entries"


def test_an_instant_with_more_than_a_page_is_passed_and_doubted() -> None:
    rows = _rows([5, *[10] * 60, 20])
    steps = _all(by_time(_venue(rows, 30, newest_first=False), 0, _END))
    assert {"0", "61"} <= set(_ids(steps))
    assert steps[0].doubt == "more happened in one instant than it shows at once"


def test_an_entry_without_a_time_stops_nothing_and_is_handed_on() -> None:
    rows = [*_rows([1, 2]), {"id": "x", "timestamp": None}]

    async def ask(since: int, until: int) -> Sequence[Row]:
        return rows

    (step,) = _all(by_time(ask, 0, _END))
    assert {row["id"] for row in step.rows} == {"0", "1", "x"}


@settings(deadline=None)
@given(st.lists(st.integers(0, 500), max_size=80, unique=True), st.integers(1, 50), st.integers(0, 200))
def test_ids_are_walked_to_an_empty_page_however_short_the_pages(numbers: list[int], page: int, cut: int) -> None:
    rows: list[dict[str, Any]] = [{"id": str(number), "timestamp": 0} for number in sorted(numbers)]
    asked = 0

    async def ask(first: int) -> Sequence[Row]:
        nonlocal asked
        asked += 1
        found = [row for row in rows if int(row["id"]) >= first]
        return found[: 1 if asked % 3 == cut % 3 else page]

    assert _ids(_all(by_id(ask, 0))) == [row["id"] for row in rows]


@settings(deadline=None)
@given(st.integers(0, 120), st.integers(1, 50), st.integers(0, 60))
def test_offsets_go_on_behind_what_came(count: int, page: int, begin: int) -> None:
    rows = _rows(range(count))

    async def ask(offset: int) -> Sequence[Row]:
        return rows[offset : offset + max(1, page - offset % 3)]

    assert _ids(_all(by_offset(ask, begin))) == [row["id"] for row in rows[begin:]]


@pytest.mark.parametrize("walk", [by_offset, by_page])
def test_a_page_that_repeats_for_ever_ends_the_walk(
    walk: Callable[[Callable[[int], Awaitable[Sequence[Row]]], int], AsyncIterator[Step]],
) -> None:
    async def ask(position: int) -> Sequence[Row]:
        return _rows([1, 2, 3])

    with pytest.raises(OddAnswer, match="same page"):
        _all(walk(ask, 1))
