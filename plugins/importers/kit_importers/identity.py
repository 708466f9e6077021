"""Stable ids for rows that have none, so that the same file or an overlapping one changes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from kit import content_id


class Occurrences:
    """Tells identical rows apart by counting them: the nth identical row has the same id in every export.

    In a file sorted by time, identical rows share their instant, so only one instant's counts are
    kept. In an unsorted one all are: about 100 bytes a row.
    """

    def __init__(self, *, in_time_order: bool) -> None:
        self._forget = in_time_order
        self._instant: object = None
        self._counts: dict[object, int] = {}

    def id(self, instant: object, *parts: object) -> str:
        """The id of what `parts` say happened at `instant`."""
        if self._forget and instant != self._instant:
            self._counts.clear()
            self._instant = instant
        first = content_id(instant, *parts)
        seen = self._counts.get(first, 0)
        self._counts[first] = seen + 1
        return first if seen == 0 else content_id(instant, *parts, occurrence=seen)


def in_time_order(times: Iterable[str]) -> bool:
    """Whether these texts only rise or only fall, compared as texts; equal neighbours are fine."""
    rising = falling = True
    previous = ""
    for text in times:
        if previous:
            rising = rising and text >= previous
            falling = falling and text <= previous
            if not (rising or falling):
                return False
        previous = text
    return True
