"""The time axis of a chart: round times of the reader's calendar, as fine as their labels have room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo

from .scales import Scale, Tick

_GAP = 2  # blanks between two labels
_HOUR, _DAY = 60, 1440
_DAYS = (_DAY, 2 * _DAY, 7 * _DAY, 14 * _DAY)
_MINUTES = (1, 5, 15, 30, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, *_DAYS)
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ORIGIN = datetime(1, 1, 1, tzinfo=UTC)  # a Monday


def seconds(x: date) -> float:
    """Where a day or an instant lies in time."""
    return (_instant(x, UTC) - _EPOCH).total_seconds()


def time_scale(x: tuple[date, ...]) -> Scale:
    """From the first day to the last; a single one stands in the middle."""
    low, high = seconds(x[0]), seconds(x[-1])
    return Scale(low, high) if high > low else Scale(low - 1, high + 1)


def time_ticks(x: tuple[date, ...], *, zone: tzinfo, width: int) -> list[Tick]:
    """Labels that fit side by side into `width` characters: the finest round hours, days, months or years that do.

    Days have no hours between them. Where no two of a kind do, the first and the last of `x` are written out, or the
    first alone.
    """
    instants = isinstance(x[0], datetime)
    if not instants:
        zone = UTC
    scale = time_scale(x)
    first, last = _instant(x[0], zone), _instant(x[-1], zone)
    most, spans = width // (len("2024") + _GAP), _MINUTES if instants else _DAYS
    for form, ticks in _kinds(first.replace(tzinfo=UTC), last.replace(tzinfo=UTC), most=most, spans=spans):
        found = [Tick(scale.place(seconds(at.replace(tzinfo=zone))), f"{at:{form}}") for at in ticks]
        found = [tick for tick in found if 0 <= tick.place <= 1]
        if len(found) > 1 and sum(len(tick.label) + _GAP for tick in found) <= width:
            return found
    form = "%Y-%m-%d %H:%M" if instants else "%Y-%m-%d"
    ends = [Tick(scale.place(seconds(at)), f"{at:{form}}") for at in ([first] if first == last else [first, last])]
    return ends if sum(len(tick.label) + _GAP for tick in ends) <= width else ends[:1]


def _instant(x: date, zone: tzinfo) -> datetime:
    return x.astimezone(zone) if isinstance(x, datetime) else datetime(x.year, x.month, x.day, tzinfo=zone)


def _kinds(
    first: datetime, last: datetime, *, most: int, spans: tuple[int, ...]
) -> Iterator[tuple[str, list[datetime]]]:
    """The round times between two, the finest kind first, each with its form; kinds of more than `most` left out.

    `spans` are those below a month, in minutes. All times are the reader's wall clock, written as if it were UTC.
    """
    minute = timedelta(minutes=1)
    within_a_day = first.date() == last.date()
    for each in spans:
        since, until = -((_ORIGIN - first) // (each * minute)), (last - _ORIGIN) // (each * minute)
        if until - since < most:
            form = "%Y-%m-%d" if each >= _DAY else "%H:%M" if within_a_day else "%m-%d %H:%M"
            yield form, [_ORIGIN + at * each * minute for at in range(since, until + 1)]
    start = _month_of(first) + (first > _month(_month_of(first)))
    for each in _MONTHS:
        since, until = -(-start // each), _month_of(last) // each
        if until - since < most:
            yield "%Y" if each >= 12 else "%Y-%m", [_month(at * each) for at in range(since, until + 1)]


def _month_of(at: datetime) -> int:
    return at.year * 12 + at.month - 1


def _month(count: int) -> datetime:
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)
