"""Times as people's tools write them: the day in any order, months in numbers or English, a zone, AM or PM, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from .zones import WallClock

_MOMENT = re.compile(
    r"(?:(?P<date>\d{8}|\d{1,4}[-./]\d{1,2}[-./]\d{1,4})|(?P<month>[A-Z]{3,9})\.? (?P<day>\d{1,2}), (?P<year>\d{4}))"
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AP]M))?)?"
    r"\s*(?P<zone>Z|[A-Z]{2,5}|[+-]\d\d:?\d\d)?",
    re.IGNORECASE | re.ASCII,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-]\d{4}.*", re.ASCII)
_UTC_NAMES = frozenset(("Z", "UTC", "GMT"))


def moment(text: str, clock: WallClock, *, day_first: bool | None = None) -> datetime:
    """The instant in UTC that a text names; where it names no zone, the one at which `clock` shows it.

    `day_first` tells 3/4/2024 (April) from 4/3/2024 where no number above 12 does; None refuses such a date. A date
    alone is its midnight. Raises ValueError.
    """
    if not text:
        raise ValueError("the time is missing")
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        raise ValueError(f"“{text}” is not a time like 2024-01-31 12:00:00")
    if found["month"]:
        year, month, day = int(found["year"]), _month(found["month"], text), int(found["day"])
    else:
        year, month, day = _date(found["date"], text, day_first)
    hour = int(found["hour"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"“{text}” is not a time")
        hour = hour % 12 + (12 if found["half"].upper() == "PM" else 0)
    micros = int((found["fraction"] or "").ljust(6, "0")[:6])
    try:
        shown = datetime(year, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0), micros)  # noqa: DTZ001 - what is shown has no zone yet
    except ValueError:
        raise ValueError(f"“{text}” is not a time") from None
    return clock.instant(_with_zone(shown, found["zone"], text, clock))


def day_order(dates: Iterable[str]) -> bool | None:
    """Whether days stand before months between slashes; None where no date tells, or some contradict."""
    firsts, seconds = 0, 0
    for text in dates:
        found = _SLASHES.fullmatch(text)
        if found:
            firsts, seconds = max(firsts, int(found[1])), max(seconds, int(found[2]))
    if (firsts > 12) == (seconds > 12):
        return None
    return firsts > 12


def milliseconds(text: str) -> datetime:
    """The instant so many milliseconds after 1970. Raises ValueError."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))
    except (ValueError, OverflowError):
        raise ValueError(f"“{text}” is not a time in milliseconds") from None


def _date(text: str, whole: str, day_first: bool | None) -> tuple[int, int, int]:
    if text.isdecimal():
        return int(text[:4]), int(text[4:6]), int(text[6:])
    parts = re.split(r"[-./]", text)
    if len(parts[0]) == 4:
        year, month, day = map(int, parts)
        return year, month, day
    if len(parts[2]) != 4:
        raise ValueError(f"“{whole}” is not a time: the year needs four digits")
    first, second, year = map(int, parts)
    if "." in text or first > 12 or day_first is True:
        return year, second, first
    if second > 12 or day_first is False or first == second:
        return year, first, second
    raise ValueError(f"“{whole}” may be day and month or month and day")


def _month(name: str, whole: str) -> int:
    """“Jan.”, “June” and “Sept.” by their first three letters."""
    try:
        return _MONTHS.index(name[:3].casefold()) + 1
    except ValueError:
        raise ValueError(f"“{whole}” is not a time: there is no month “{name}”") from None


def _with_zone(shown: datetime, zone: str | None, text: str, clock: WallClock) -> datetime:
    if not zone:
        return shown
    if zone.upper() in _UTC_NAMES:
        return shown.replace(tzinfo=UTC)
    if zone[0] in "+-":
        ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        if ahead >= timedelta(days=1):
            raise ValueError(f"“{text}” is not a time")
        return shown.replace(tzinfo=timezone(ahead if zone[0] == "+" else -ahead))
    if not clock.named:
        raise ValueError(f"which zone “{zone}” is, is not clear; say it with --timezone")
    return shown
