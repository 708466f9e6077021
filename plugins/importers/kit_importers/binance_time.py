"""Times in Binance's exports.

Older files say UTC in the column's name and write years in full. Newer ones (`Time`, “24-03-01
12:00:00”) stand in the zone that the user chose, which only the file's name tells:
`…(UTC+2)….csv`, `…(UTC--6)….csv`. Without one it is UTC.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .fields import instant

_OFFSET = re.compile(r"\(UTC([+-])[+-]?(\d{1,2})(?:[_:.](\d{2}))?\)", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"\d\d-\d\d-\d\d[ T]")


def zone_of(path: Path) -> timezone:
    """The zone that the file's name states, else UTC."""
    match = _OFFSET.search(path.name)
    if not match:
        return timezone(timedelta())
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-offset if match[1] == "-" else offset) if offset < timedelta(days=1) else timezone(timedelta())


def binance_instant(text: str, zone: timezone) -> datetime:
    """The instant of a local time in `zone`. Raises ValueError."""
    time = instant(f"20{text}" if _SHORT_YEAR.match(text) else text)
    return time - (zone.utcoffset(None) or timedelta())
