"""Times in KuCoin's exports: newer ones name the zone in the column (“Time(UTC+08:00)”), older ones stand in KuCoin's
own, eight hours ahead of UTC.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from .moments import moment
from .tables import TableRow
from .zones import WallClock

KUCOIN_CLOCK = WallClock("KuCoin's time, +08:00", timezone(timedelta(hours=8)))
TIME_COLUMNS = r"(?:filled time|time filled|time of update|time)\((utc(?:[+-]\d\d:\d\d)?)\)"
_ZONED = re.compile(TIME_COLUMNS)
_PLAIN = ("filled time", "time", "tradecreatedat", "createddate", "created_at")


def kucoin_time(row: TableRow, clock: WallClock) -> datetime:
    """When a row happened; `clock` counts where the column names no zone. Raises ValueError."""
    zone, text = row.named(_ZONED)
    if text:
        return moment(f"{text} {zone.removeprefix('UTC') or 'UTC'}", clock)
    return moment(row.get(*_PLAIN), clock)
