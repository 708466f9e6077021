"""Records in order, as events in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import TypeVar

from kit import Record

from .events import Event, order_of

_BLOCK = 256
_Each = TypeVar("_Each")


def in_order(records: Iterable[Record], events_of: Callable[[Record], Iterable[Event]]) -> Iterator[Event]:
    """The events of records that come by time, in the order of `order_of`. The caller is in exact_math."""
    return _in_blocks(_events(_in_blocks(records), events_of))


def _events(records: Iterable[Record], events_of: Callable[[Record], Iterable[Event]]) -> Iterator[Event]:
    for _, instant in groupby(records, attrgetter("time")):
        first, *others = instant
        if others:
            yield from sorted(chain.from_iterable(map(events_of, (first, *others))), key=order_of)
        else:
            yield from events_of(first)


def _in_blocks(each: Iterable[_Each]) -> Iterator[_Each]:
    """The same, some hundred at a time: a processor that goes on doing the same thing does it a quarter faster."""
    those = iter(each)
    while block := list(islice(those, _BLOCK)):
        yield from block
