"""What a cell says: times, amounts, asset names. Each raises ValueError with a reason for people."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from kit import Quantity, exact

from .zones import IN_UTC, UnseenTime, WallClock

_MARKS = str.maketrans("", "", "$€£¥₹ \u00a0\u202f")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?")
"""Groups of three digits; in India of two, but for the last."""


def instant(text: str, clock: WallClock = IN_UTC) -> datetime:
    """The instant that an ISO 8601 text names, in UTC; without an offset `clock` shows it, a date alone is midnight."""
    try:
        time = datetime.fromisoformat(text.removesuffix(" UTC"))
        if time.tzinfo is UTC:
            return time
        if time.tzinfo is None:
            return clock.instant(time) if clock.named and not text.endswith(" UTC") else time.replace(tzinfo=UTC)
        return time.astimezone(UTC)
    except UnseenTime:
        raise
    except (ValueError, OverflowError):
        if not text:
            raise ValueError("the time is missing") from None
        raise ValueError(f"“{text}” is not a time like 2024-01-31T12:00:00Z") from None


def number(text: str, what: str = "quantity") -> Decimal:
    """The exact number a machine wrote."""
    if text.isascii() and text.replace(".", "", 1).isdecimal() and len(text) < 100:
        return Decimal(text)
    if not text:
        raise ValueError(f"the {what} is missing")
    try:
        return exact(text)
    except ValueError:
        raise ValueError(f"the {what} “{text}” is not a number") from None


def ungrouped(text: str) -> str:
    """Without the commas that group digits. Any other comma stays, and spoils the number: it may be a decimal one."""
    return text.replace(",", "") if "," in text and _GROUPED.fullmatch(text) else text


def money_number(text: str, what: str = "amount") -> Decimal:
    """The number in “€3,343.11”, “-$1.00” or “1000.5”: currency signs and grouping commas are dropped."""
    return number(ungrouped(text.translate(_MARKS)), what)


def positive(text: str, what: str = "quantity") -> Decimal:
    """A number above zero."""
    value = number(text, what)
    if value <= 0:
        raise ValueError(f"the {what} {text} is not above zero")
    return value


def asset_name(text: str) -> str:
    """The asset in capitals. Raises where it is missing or has blanks in it."""
    if not text:
        raise ValueError("the asset is missing")
    if len(text) > 40 or any(map(str.isspace, text)):
        raise ValueError(f"“{text}” is not an asset name")
    return text.upper()


def some(amount: Decimal, asset: str) -> Quantity | None:
    """A quantity where there is any, else None."""
    return Quantity(amount, asset) if amount else None
