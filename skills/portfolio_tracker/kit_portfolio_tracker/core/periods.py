"""The days a question is about: `30d`, `ytd`, “last week”, “im März”, two dates. FORMULAS §3.

A period names the days whose returns count, both ends included; it starts from the close of the day before the first.
A trailing period has so many days and ends today; a month in it is 30 days, a year 365. A calendar period is a day, an
ISO week, a month, a quarter or a year, and where it has not ended yet it ends today.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kit import UsageError

from .period_names import plainly

_DAY = timedelta(days=1)
_LEAP_YEARS = 8  # the most between two 29ths of February
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_TRAILING_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_NEXT_STEP = "Say 7d, 30d, 1y, mtd, ytd, all, “last week”, “in March”, 2024-03, or 2024-01-01..2024-03-31."


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both counting. `label` is how it is called above a figure."""

    label: str
    first: date
    last: date

    @property
    def base(self) -> date:
        """The day whose close the first return starts from; no earlier than a date can say."""
        return max(self.first, date.min + _DAY) - _DAY

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def parse_period(text: str, *, today: date, beginning: date | None = None) -> Period:
    """The period that a word, a date or what people say means. Raises UsageError.

    `beginning` is the day of the first ledger entry, where `all` starts; without one `all` is today.
    """
    said = plainly(text)
    if said in {"all", "all time", "ever", "max"}:
        return Period("all", min(beginning or today, today), today)
    found = _range(said, today) or _trailing(said, today) or _relative(said, today) or _named(said, today)
    if found is None:
        raise UsageError(f"“{text}” is not a period.", next_step=_NEXT_STEP)
    if found.first > today:
        raise UsageError(f"{found.label} lies ahead.", next_step="Name one that has begun.")
    return replace(found, last=min(found.last, today))


def between(first: date | None, last: date | None, *, today: date, beginning: date | None = None) -> Period:
    """From a date to a date, both counting; the beginning, or today, where one is not said. Raises UsageError.

    Days that lie ahead are left out.
    """
    end = min(last or today, today)
    start = first or min(beginning or end, end)
    if start > today:
        raise UsageError(f"{start} lies ahead.", next_step="Name a day that has come.")
    if start > end:
        raise UsageError(f"{start} is after {end}.", next_step="Give the earlier day first.")
    return Period(str(start) if start == end else f"{start} to {end}", start, end)


def buckets(period: Period, by: str) -> tuple[Period, ...]:
    """The days, ISO weeks, months or years of a period, cut to it, the oldest first; `by` says which."""
    unit = _UNITS[by]
    cut, first = [], period.first
    while first <= period.last:
        last = min(unit.last(first), period.last)
        cut.append(Period(unit.label(first), first, last))
        first = last + _DAY
    return tuple(cut)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A calendar unit: the start of the one a day is in, its name, and the most days it can have."""

    start: Callable[[date], date]
    label: Callable[[date], str]
    longest: int

    def last(self, day: date) -> date:
        return self.start(self.start(day) + self.longest * _DAY) - _DAY

    def around(self, day: date, *, label: str = "") -> Period:
        """The one that a day is in, to its end."""
        return Period(label or self.label(day), self.start(day), self.last(day))


_UNITS = {
    "day": _Unit(lambda day: day, str, 1),
    "week": _Unit(lambda day: day - day.weekday() * _DAY, lambda day: "{}-W{:02}".format(*day.isocalendar()), 7),
    "month": _Unit(lambda day: day.replace(day=1), lambda day: f"{day:%Y-%m}", 31),
    "quarter": _Unit(
        lambda day: date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        lambda day: f"{day.year}-Q{(day.month + 2) // 3}",
        92,
    ),
    "year": _Unit(lambda day: date(day.year, 1, 1), lambda day: str(day.year), 366),
}
_MONTH_NAMES = "|".join((*_MONTHS, *(name[:3] for name in _MONTHS)))
_NAMES = (
    ("day", r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
    ("day", r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})"),
    ("day", rf"(?P<day>\d\d?) (?P<name>{_MONTH_NAMES})(?: (?P<year>\d{{4}}))?"),
    ("day", rf"(?P<name>{_MONTH_NAMES}) (?P<day>\d\d?)(?: (?P<year>\d{{4}}))?"),
    ("week", r"(?P<year>\d{4})-?w(?P<week>\d\d?)"),
    ("month", r"(?P<year>\d{4})-(?P<month>\d\d)"),
    ("month", rf"(?P<name>{_MONTH_NAMES})(?: (?P<year>\d{{4}}))?"),
    ("quarter", r"q(?P<quarter>[1-4])(?: (?P<year>\d{4}))?"),
    ("quarter", r"(?P<year>\d{4})-?q(?P<quarter>[1-4])"),
    ("year", r"(?P<year>\d{4})"),
)
_TO_DATE = {"wtd": "week", "mtd": "month", "qtd": "quarter", "ytd": "year"}


def _range(said: str, today: date) -> Period | None:
    """`2024-01-01..2024-03-31`, “from … to …”, “since …”. The first end is the latest before the other."""
    if match := re.fullmatch(r"(?:from |between )?(.+?) (?:to|and) (.+)", said):
        last = _named(match[2], today) or _relative(match[2], today)
        first = last and (_named(match[1], min(last.last, today)) or _relative(match[1], today))
        return between(first.first, last.last, today=today) if first and last else None
    if match := re.fullmatch(r"since (.+)", said):
        start = _named(match[1], today) or _relative(match[1], today) or _trailing(match[1], today)
        return between(start.first, today, today=today) if start else None
    return None


def _trailing(said: str, today: date) -> Period | None:
    """`30d`, “last 2 weeks”, “past month”."""
    match = re.fullmatch(r"(?:last |past )?(\d{1,4}) ?(d|w|m|y|days?|weeks?|months?|years?)", said)
    past = re.fullmatch(r"past ()(day|week|month|year)", said)
    if (found := match or past) is None or found[1] == "0":
        return None
    days = int(found[1] or 1) * _TRAILING_DAYS[found[2][0]]
    return Period(said, date.fromordinal(max(today.toordinal() - days + 1, 1)), today)


def _relative(said: str, today: date) -> Period | None:
    """`mtd`, “today”, “this week”, “last month”."""
    if said in _TO_DATE:
        return _UNITS[_TO_DATE[said]].around(today, label=said.upper())
    if said in {"today", "yesterday"}:
        day = today if said == "today" else today - _DAY
        return Period(said, day, day)
    if match := re.fullmatch(r"(this|last|previous) (week|month|quarter|year)", said):
        unit = _UNITS[match[2]]
        day = today if match[1] == "this" else unit.start(today) - _DAY
        return unit.around(day, label=said)
    return None


def _named(said: str, today: date) -> Period | None:
    """A date, `2024-03`, `2024`, `2024-W09`, “Q1 2024”, “in March”, to its end though that may lie ahead.

    Without a year the latest that has begun.
    """
    for name, pattern in _NAMES:
        if match := re.fullmatch(pattern, said, re.ASCII):
            parts = match.groupdict()
            years = [int(parts["year"])] if parts["year"] else range(today.year, today.year - _LEAP_YEARS - 1, -1)
            for year in years:
                try:
                    found = _UNITS[name].around(_start(name, year, parts))
                except (ValueError, OverflowError):  # there is no such day, or it is the last that a date can name
                    continue
                if parts["year"] or found.first <= today:
                    return found
            return None
    return None


def _start(unit: str, year: int, parts: dict[str, str | None]) -> date:
    """Raises ValueError where the calendar has no such day."""
    number = {name: int(text) for name, text in parts.items() if text and text.isdecimal()}
    if unit == "week":
        return date.fromisocalendar(year, number["week"], 1)
    if name := parts.get("name"):
        month = 1 + next(place for place, each in enumerate(_MONTHS) if each.startswith(name))
    else:
        month = number.get("month", number.get("quarter", 1) * 3 - 2)
    return date(year, month, number.get("day", 1))
