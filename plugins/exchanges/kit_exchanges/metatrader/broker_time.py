"""Broker time: a terminal stamps everything with its broker's wall clock, written as if that were UTC.

Most brokers let their day end when New York closes at 17:00: their clock is New York's and seven hours,
with New York's days of change. An hour that comes twice is taken the first time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([03]0))?", re.IGNORECASE | re.ASCII)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock has no zone
_HALF_HOUR = timedelta(minutes=30)
_WIDEST = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class BrokerTime:
    """A wall clock: that of `zone`, moved by `shift`."""

    zone: tzinfo
    shift: timedelta = timedelta(0)

    def utc(self, milliseconds: int) -> datetime:
        """The instant at which the broker's clock shows so many milliseconds since 1970."""
        wall = _EPOCH + timedelta(milliseconds=milliseconds) - self.shift
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def seconds(self, instant: datetime) -> int:
        """What the broker's clock shows at `instant`, in whole seconds since 1970."""
        wall = instant.astimezone(self.zone).replace(tzinfo=None) + self.shift
        return (wall - _EPOCH) // timedelta(seconds=1)


def parse_broker_time(text: str) -> BrokerTime | None:
    """The clock that the setting names, None for “auto”. Raises ValueError."""
    if text == "auto":
        return None
    if text == "new-york-close":
        return new_york_close()
    offset = _OFFSET.fullmatch(text)
    if offset:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if ahead <= _WIDEST:
            return BrokerTime(timezone(ahead if offset[1] == "+" else -ahead))
    try:
        return BrokerTime(ZoneInfo(text))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"there is no broker time “{text}”; write auto, new-york-close, a zone like Europe/Athens, or +03:00"
        ) from None


def new_york_close() -> BrokerTime:
    """The clock on which New York closes (17:00 there) at midnight, as most forex brokers have it."""
    return BrokerTime(ZoneInfo("America/New_York"), timedelta(hours=7))


def derived(newest_tick: int, now: datetime) -> BrokerTime | None:
    """The clock under which a tick of this very moment (in milliseconds of broker time) happened just now.

    Where its offset is that of the New York close, this is what the broker is taken to follow all year,
    else the offset stays. None where no half hour fits within five minutes: a clock is wrong.
    """
    ahead = _EPOCH + timedelta(milliseconds=newest_tick) - now.astimezone(UTC).replace(tzinfo=None)
    rounded = round(ahead / _HALF_HOUR) * _HALF_HOUR
    if abs(ahead - rounded) > timedelta(minutes=5) or abs(rounded) > _WIDEST:
        return None
    usual = new_york_close()
    if abs(usual.utc(newest_tick) - now) <= timedelta(minutes=5):
        return usual
    return BrokerTime(timezone(rounded))
