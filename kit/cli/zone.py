"""The reader's time zone, looked up in the config only when an instant has to be shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING

from ..errors import KitError

if TYPE_CHECKING:
    from ..host import Host


class ReadersZone(tzinfo):
    """The host's time zone; UTC where the config cannot say."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @cached_property
    def _zone(self) -> tzinfo:
        try:
            return self._host.timezone
        except KitError:
            return UTC

    def fromutc(self, dt: datetime) -> datetime:
        return dt.replace(tzinfo=UTC).astimezone(self._zone)

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        return self._zone.utcoffset(dt)

    def dst(self, dt: datetime | None) -> timedelta | None:
        return self._zone.dst(dt)

    def tzname(self, dt: datetime | None) -> str | None:
        return self._zone.tzname(dt)
