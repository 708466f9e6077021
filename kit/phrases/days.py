"""A day as people say it: “yesterday”, “vor drei Wochen”, “a month ago”, “1. Januar 2024”, 31.1.2024, 2024-01-31."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

_MONTHS = (
    ("january", "januar", "jaenner"), ("february", "februar"), ("march", "maerz"), ("april",), ("may", "mai"),
    ("june", "juni"), ("july", "juli"), ("august",), ("september",), ("october", "oktober"), ("november",),
    ("december", "dezember"),
)  # fmt: skip
_NUMBERS = (
    ("a", "an", "one", "ein", "eine", "einen", "einem", "einer"), ("two", "zwei"), ("three", "drei"), ("four", "vier"),
    ("five", "fuenf"), ("six", "sechs"), ("seven", "sieben"), ("eight", "acht"), ("nine", "neun"), ("ten", "zehn"),
    ("eleven", "elf"), ("twelve", "zwoelf"),
)  # fmt: skip
_MONTH = {name[:length]: at for at, names in enumerate(_MONTHS, 1) for name in names for length in (3, len(name))}
_NUMBER = {name: at for at, names in enumerate(_NUMBERS, 1) for name in names}
_DAYS_AGO = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1, "vorgestern": 2}
_UNIT = r"(day|week|month|year|tag|woche|monat|jahr)(?:s|e|en|n)?"
_AGO = re.compile(rf"(\w+) {_UNIT} ago|vor (\w+) {_UNIT}", re.ASCII)
_WRITTEN = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII),
    re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<day>\d\d?)(?: of)? (?P<name>[a-z]+) (?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<name>[a-z]+) (?P<day>\d\d?) (?P<year>\d{4})", re.ASCII),
)


def day_of(words: Sequence[str], today: date | None) -> date | None:
    """The day that these folded words name; None where they name none, or one that only who knew `today` could tell."""
    said = " ".join(words)
    try:
        return _written(said) or (_ago(said, today) if today is not None else None)
    except (ValueError, OverflowError):  # there is no such day
        return None


def _written(said: str) -> date | None:
    for pattern in _WRITTEN:
        if match := pattern.fullmatch(said):
            parts = match.groupdict()
            month = _MONTH.get(parts["name"], 0) if "name" in parts else int(parts["month"])
            return date(int(parts["year"]), month, int(parts["day"]))
    return None


def _ago(said: str, today: date) -> date | None:
    if said in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[said])
    if (match := _AGO.fullmatch(said)) is None:
        return None
    count, unit = match[1] or match[3], match[2] or match[4]
    number = _NUMBER.get(count) or int(count)
    if unit[0] in "dt":
        return today - timedelta(days=number)
    if unit[0] == "w":
        return today - timedelta(weeks=number)
    return _months_before(today, number * (12 if unit in {"year", "jahr"} else 1))


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
