"""When a rule may fire: hours of the day, days of the week, in the user's zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from kit import UsageError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES_A_DAY = 1440
_HOURS = re.compile(r"(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """`hours` are minutes of the day, from the first until before the second, over midnight where that is not later.

    `days` are 0 (Monday) to 6; empty is every day. A night that begins on a day of the window belongs to it whole.
    """

    hours: tuple[int, int] | None = None
    days: tuple[int, ...] = ()

    def holds(self, local: datetime) -> bool:
        minute = local.hour * 60 + local.minute
        day = local.weekday()
        if self.hours is not None:
            start, end = self.hours
            if start < end and not start <= minute < end:
                return False
            if start >= end:
                if end <= minute < start:
                    return False
                if minute < end:
                    day = (day - 1) % 7
        return not self.days or day in self.days


ALWAYS = Window()


def parse_hours(text: str) -> tuple[int, int]:
    """“9-17”, “22:30-6”. Raises UsageError."""
    found = _HOURS.fullmatch(text.strip())
    if found:
        start = int(found[1]) * 60 + int(found[2] or 0)
        end = int(found[3]) * 60 + int(found[4] or 0)
        minutes = (int(found[2] or 0), int(found[4] or 0))
        if max(start, end) <= _MINUTES_A_DAY and max(minutes) < 60 and start % _MINUTES_A_DAY != end % _MINUTES_A_DAY:
            return start % _MINUTES_A_DAY, end % _MINUTES_A_DAY or _MINUTES_A_DAY
    raise UsageError(f"“{text}” are no hours of a day.", next_step="Write them like 9-17 or 22:30-6.")


def parse_days(text: str) -> tuple[int, ...]:
    """“mon,tue”, “mon-fri”. Raises UsageError."""
    found: set[int] = set()
    for part in text.casefold().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        ends = [_day(first, text), _day(last, text) if dash else _day(first, text)]
        found.update((ends[0] + step) % 7 for step in range((ends[1] - ends[0]) % 7 + 1))
    return tuple(sorted(found))


def in_words(window: Window) -> str:
    """“9-17, mon, tue”; "" for always."""
    parts = []
    if window.hours is not None:
        parts.append("-".join(_clock(minute) for minute in window.hours))
    parts += [DAYS[day] for day in window.days]
    return ", ".join(parts)


def _day(word: str, text: str) -> int:
    if word[:3] in DAYS and (len(word) == 3 or word in _LONG):
        return DAYS.index(word[:3])
    raise UsageError(f"“{text}” are no days of the week.", next_step="Write them like mon,tue or mon-fri.")


def _clock(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return f"{hour}:{rest:02}" if rest else str(hour)


_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
