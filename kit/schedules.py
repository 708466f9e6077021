"""When a schedule is due: arithmetic on instants, without a clock.

A due time is an instant in UTC. Both questions are asked about one instant and see the whole
schedule, so the answer does not depend on what was asked before: `next_due` gives the first due time
strictly after it, `latest_due` the last one at or before it.

Daily times are local. Where the clocks are put forward over one, it is due at the instant of the
change (02:30 becomes 03:00); where they are put back over one, the first of the two counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .jobs import Daily, Every, Schedule

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_UNITS = (
    (timedelta(weeks=1), "week", "weeks"),
    (_DAY, "day", "days"),
    (timedelta(hours=1), "hour", "h"),
    (timedelta(minutes=1), "minute", "min"),
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# A week to find the weekday, and a day at each end for the zones' own dates.
_DAYS_TO_LOOK = 9


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """The first due time strictly after this instant."""
    if isinstance(schedule, Every):
        return _EPOCH + ((after - _EPOCH) // schedule.interval + 1) * schedule.interval
    today = after.astimezone(ZoneInfo(schedule.timezone)).replace(tzinfo=None)
    days = (today + _DAY * step for step in range(-1, _DAYS_TO_LOOK))
    return next(due for day in days if _falls_on(schedule, day) and (due := _instant(schedule, day)) > after)


def latest_due(schedule: Schedule, until: datetime) -> datetime:
    """The last due time at or before this instant."""
    if isinstance(schedule, Every):
        return _EPOCH + (until - _EPOCH) // schedule.interval * schedule.interval
    today = until.astimezone(ZoneInfo(schedule.timezone)).replace(tzinfo=None)
    days = (today - _DAY * step for step in range(-1, _DAYS_TO_LOOK))
    return next(due for day in days if _falls_on(schedule, day) and (due := _instant(schedule, day)) <= until)


def in_words(schedule: Schedule) -> str:
    """“every 5 min”, “daily at 09:00”, “Mon, Fri at 09:00 (Europe/Berlin)”."""
    if isinstance(schedule, Every):
        return f"every {_span(schedule.interval)}"
    days = ", ".join(_WEEKDAYS[day] for day in sorted(set(schedule.weekdays))) or "daily"
    return f"{days} at {schedule.at:%H:%M} ({schedule.timezone})"


def _falls_on(schedule: Daily, day: datetime) -> bool:
    return not schedule.weekdays or day.weekday() in schedule.weekdays


def _instant(schedule: Daily, day: datetime) -> datetime:
    """The instant of that local day's time."""
    zone = ZoneInfo(schedule.timezone)
    local = datetime.combine(day, schedule.at.replace(tzinfo=None, fold=0), zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(zone, local.replace(fold=1).astimezone(UTC), instant)


def _end_of_gap(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The instant between these two at which the zone's offset changes; changes happen on whole seconds."""
    old = before.astimezone(zone).utcoffset()
    low, high = 0, (after - before) // _SECOND
    while low + 1 < high:
        middle = (low + high) // 2
        if (before + middle * _SECOND).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return (before + high * _SECOND).replace(microsecond=0)


def _span(interval: timedelta) -> str:
    for unit, one, many in _UNITS:
        if interval % unit == timedelta(0):
            count = interval // unit
            return one if count == 1 else f"{count} {many}"
    return f"{interval.total_seconds():g} s"
