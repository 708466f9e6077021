"""Which snapshots stay: the last of each hour, day or week, and, however old, the last of each month."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo

_SLOTS: dict[str, Callable[[datetime], tuple[int, ...]]] = {
    "hourly": lambda time: (time.year, time.month, time.day, time.hour, time.fold),
    "daily": lambda time: (time.year, time.month, time.day),
    "weekly": lambda time: time.isocalendar()[:2],
}


def superfluous(
    times: Iterable[datetime], *, interval: str, retention: timedelta, now: datetime, zone: tzinfo
) -> list[datetime]:
    """The instants of snapshots that need not stay."""
    ordered = sorted(times)
    slot = _SLOTS[interval]
    last_of_slot = {slot(time.astimezone(zone)): time for time in ordered}
    last_of_month = {(local.year, local.month): time for time in ordered for local in (time.astimezone(zone),)}
    staying = {time for time in last_of_slot.values() if now - time <= retention} | {*last_of_month.values()}
    return [time for time in ordered if time not in staying]
