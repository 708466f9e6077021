"""Walking through what a venue shows page by page, without ever taking a short page for the end.

Four ways, by how a venue counts its pages. Each yields `Step`s: rows, and where to go on once they are kept.

- `by_time`: for venues that take a span of time. A span is complete when asking for what lies before and
  behind the rows it brought brings nothing new. So it does not matter from which end a venue gives its rows,
  how many it gives at once, or that a page was cut short. What it cannot see is said: an instant with more
  rows than a page, and a venue that minds neither end of a span.
- `by_id`: for venues that give what follows an id. Complete at an empty page.
- `by_offset`: for venues that skip rows. It goes on behind the rows that came, not behind those that were asked
  for; complete at an empty page. A page that brings nothing new would be a walk without an end: OddAnswer.
- `by_page`: for venues that number pages of a fixed size. Complete at an empty page.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kit import OddAnswer, Refused, content_id

Row = Mapping[str, Any]
AskSpan = Callable[[int, int], Awaitable[Sequence[Row]]]
AskFrom = Callable[[int], Awaitable[Sequence[Row]]]
# What tells rows without an id from one another, whatever else ccxt comes to know of them.
_TELLING = ("timestamp", "symbol", "currency", "side", "type", "amount", "order", "txid", "referenceId")
# No venue shows fewer at once, so fewer are surely not a full page.
_SMALLEST_PAGE = 10
_DAY = 86_400_000
_WINDOWS = (90 * _DAY, 30 * _DAY, 7 * _DAY)
_DAYS_KEPT = (730, 365, 180, 90, 30)


@dataclass(frozen=True, slots=True)
class Step:
    """`rows` that came, and the position that the walk has reached with them.

    `doubt` says what may be missing; `again` are times from which on it may be there another time.
    """

    rows: Sequence[Row]
    position: int
    doubt: str = ""
    again: tuple[int, ...] = ()


async def by_time(ask: AskSpan, since: int, until: int, *, window: int | None = None) -> AsyncIterator[Step]:
    """Everything in [since, until], in milliseconds, in spans of at most `window`.

    A position is where the next span begins; what cannot be asked for is told as a step's `doubt`.
    """
    begin = since
    while begin <= until:
        end = until if window is None else min(begin + window - 1, until)
        rows, doubt = await _complete(ask, begin, end)
        begin = end + 1
        yield Step(rows, begin, doubt)


async def by_fitting_time(ask: AskSpan, since: int, until: int, *, window: int | None = None) -> AsyncIterator[Step]:
    """`by_time`, in ever shorter spans where a venue refuses those that were asked for.

    One that refuses the shortest, too, may keep only what is young: then its youngest is told, with a doubt.
    Raises Refused where nothing helps.
    """
    refusal: Refused | None = None
    for width in (window, *(each for each in _WINDOWS if window is None or each < window)):
        try:
            async for step in by_time(ask, since, until, window=width):
                since = step.position
                yield step
        except Refused as error:
            if type(error) is not Refused:
                raise
            refusal = error
        else:
            return
    for days in _DAYS_KEPT:
        begin = until - days * _DAY
        try:
            async for step in by_time(ask, max(begin, since), until, window=_WINDOWS[-1]):
                since = step.position
                yield replace(step, doubt=step.doubt or f"it tells only of the last {days} days")
        except Refused:
            continue
        else:
            return
    if refusal is not None:
        raise refusal


async def by_id(ask: AskFrom, position: int) -> AsyncIterator[Step]:
    """Everything from this id on. A position is the id behind the last."""
    while rows := [row for row in await ask(position) if _number(row) >= position]:
        position = max(map(_number, rows)) + 1
        yield Step(rows, position)


async def by_offset(ask: AskFrom, position: int) -> AsyncIterator[Step]:
    """Everything behind the first `position` rows. A position is how many rows were passed."""
    seen: set[str] = set()
    while rows := await ask(position):
        fresh = [row for row in rows if key_of(row) not in seen]
        if not fresh:
            raise OddAnswer("The venue gives the same page of its history again and again.")
        seen.update(map(key_of, fresh))
        position += len(rows)
        yield Step(fresh, position)


async def by_page(ask: AskFrom, position: int) -> AsyncIterator[Step]:
    """Everything on the pages from this one on, which are counted from 1. A position is the next page."""
    seen: set[str] = set()
    while rows := await ask(position):
        if seen.issuperset(map(key_of, rows)):
            raise OddAnswer("The venue gives the same page of its history again and again.")
        seen.update(map(key_of, rows))
        position += 1
        yield Step(rows, position)


def key_of(row: Row) -> str:
    """What tells one row from another."""
    own = row.get("id")
    return str(own) if own is not None else content_id(*(row.get(name) for name in _TELLING))


def _has_time(row: Row) -> bool:
    return isinstance(row.get("timestamp"), int) and not isinstance(row["timestamp"], bool)


def time_of(row: Row) -> int:
    """The row's instant in milliseconds. Raises OddAnswer where it has none."""
    if not _has_time(row):
        raise OddAnswer("The venue gave an entry of its history without a time.")
    at: int = row["timestamp"]
    return at


def place_of(row: Row, *, numbered: bool, otherwise: int) -> int:
    """Where a row stands in its walk: its number or its time; `otherwise` where it has no time."""
    if numbered:
        return _number(row)
    return time_of(row) if _has_time(row) else otherwise


async def _complete(ask: AskSpan, since: int, until: int) -> tuple[list[Row], str]:
    """The rows of a span, and what may be missing of them."""
    seen: dict[str, Row] = {}
    waiting = [(since, until)]
    doubt = ""
    while waiting:
        begin, end = waiting.pop()
        # Rows beside the part that was asked for are believed, too: some venues mind only one of its ends.
        told = await ask(begin, end)
        seen |= {key_of(row): row for row in told if not _has_time(row)}  # whoever reads it will say so
        rows = [row for row in told if _has_time(row) and since <= time_of(row) <= until]
        times = [at for row in rows if begin <= (at := time_of(row)) <= end]
        fresh = {key: row for row in rows if (key := key_of(row)) not in seen}
        seen |= fresh
        if not times:
            if len(rows) >= _SMALLEST_PAGE and not fresh:
                doubt = "it shows only the newest entries"
            continue
        first, last = min(times), max(times)
        if fresh and begin < end:
            waiting += [(begin, first)] if first > begin else []
            waiting += [(last, end)] if last < end else []
        elif first == last and begin < end:
            # One instant fills the page: it is passed, on both sides.
            waiting += [(begin, first - 1)] if first > begin else []
            waiting += [(last + 1, end)] if last < end else []
            if len(times) >= _SMALLEST_PAGE:
                doubt = "more happened in one instant than it shows at once"
    return list(seen.values()), doubt


def _number(row: Row) -> int:
    try:
        return int(row["id"])
    except (KeyError, TypeError, ValueError):
        raise OddAnswer("The venue gave an entry of its history without a number.") from None
