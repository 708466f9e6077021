"""Records in order, as events in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from operator import attrgetter

from kit import Record

from .events import Event, order_of


def in_order(records: Iterable[Record], events_of: Callable[[Record], Iterable[Event]]) -> Iterator[Event]:
    """The events of records that come by time, in the order of `order_of`. The caller is in exact_math."""
    for _, found in groupby(records, key=attrgetter("time")):
        group = list(found)
        if len(group) == 1:
            yield from events_of(group[0])
        else:
            yield from sorted(chain.from_iterable(map(events_of, group)), key=order_of)
