"""Times without a zone: which wall clock wrote them, and the instant it shows.

An hour that comes twice when clocks are put back is taken the first time. One that never comes, because clocks are
put forward over it, is refused: no guess is better than another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kit import ImportFileError

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE | re.ASCII)
_WIDEST = timedelta(hours=14)


class UnseenTime(ValueError):
    """A time that a clock never showed; the text says why."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """The clock of `zone`, moved by `shift`; `named` where the user said which one it is."""

    name: str
    zone: tzinfo
    shift: timedelta = timedelta(0)
    named: bool = True

    def instant(self, shown: datetime) -> datetime:
        """When the clock shows this naive time, in UTC; one with an offset of its own is taken by that.

        Raises UnseenTime, a ValueError, for a time that the clock never shows.
        """
        try:
            if shown.tzinfo is not None:
                return shown.astimezone(UTC)
            local = shown - self.shift
            instant = local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
            if instant.astimezone(self.zone).replace(tzinfo=None) == local.replace(fold=0):
                return instant
        except OverflowError:
            raise UnseenTime(f"the time {shown} is out of range") from None
        raise UnseenTime(f"there was no {shown} in {self.name}: clocks were put forward over it")


IN_UTC = WallClock("UTC", UTC, named=False)


def wall_clock(named: str | None, default: WallClock = IN_UTC) -> WallClock:
    """The clock that the user named: a zone, an offset, or new-york-close, the clock of most forex brokers.

    Raises ImportFileError where there is none of that name.
    """
    text = (named or "").strip()
    if not text:
        return default
    if text.casefold() == "new-york-close":
        return WallClock(text, ZoneInfo("America/New_York"), timedelta(hours=7))
    offset = _OFFSET.fullmatch(text)
    if offset:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if ahead <= _WIDEST:
            return WallClock(text, timezone(ahead if offset[1] == "+" else -ahead))
    try:
        return WallClock(text, ZoneInfo(text))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ImportFileError(
            f"There is no time zone “{text}”.",
            next_step="Write a zone like Europe/Athens, an offset like +03:00, UTC or new-york-close.",
        ) from None
