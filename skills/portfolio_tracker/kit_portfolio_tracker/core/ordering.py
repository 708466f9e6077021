"""Records in order, as events in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from kit import Record

from .events import Event, order_of


def in_order(records: Iterable[Record], events_of: Callable[[Record], Iterable[Event]]) -> Iterator[Event]:
    """The events of records that come by time, in the order of `order_of`. The caller is in exact_math."""
    together: list[Record] = []
    for record in records:
        if together and record.time != together[0].time:
            yield from _events(together, events_of)
            together.clear()
        together.append(record)
    yield from _events(together, events_of)


def _events(together: Sequence[Record], events_of: Callable[[Record], Iterable[Event]]) -> Iterable[Event]:
    """Those of records of one instant."""
    if len(together) == 1:
        return events_of(together[0])
    return sorted(chain.from_iterable(map(events_of, together)), key=order_of)
