"""What people write of a record: instants, quantities and money, exact and nothing guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from decimal import Decimal

from kit import Money, Quantity, UsageError, exact, parse_amount

_ASSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-_/:$]{0,31}", re.ASCII)
_MOST_DIGITS = 80


def instant(text: str, zone: tzinfo) -> datetime:
    """The instant of “2024-01-31”, “2024-01-31 14:30” or “2024-01-31T14:30:05Z”, in UTC.

    Without an offset it is a time of the user's zone, a date alone the day's beginning there. Raises UsageError, also
    for an hour that the clocks showed twice or skipped.
    """
    try:
        time = datetime.fromisoformat(
            text.strip().removesuffix(" UTC") + ("Z" if text.strip().endswith(" UTC") else "")
        )
    except ValueError:
        raise UsageError(
            f"“{text}” is not a time.",
            next_step="Write it like 2024-01-31, “2024-01-31 14:30” or 2024-01-31T14:30:05Z.",
        ) from None
    try:
        if time.tzinfo is not None:
            return time.astimezone(UTC)
        local = time.replace(tzinfo=zone)
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            raise UsageError(
                f"The clocks were changed at {time:%Y-%m-%d %H:%M}: that time was there twice, or never.",
                next_step="Add its distance from UTC: 2024-10-27T02:30+01:00.",
            )
        return local.astimezone(UTC)
    except OverflowError:
        raise UsageError(f"“{text}” is beyond the calendar.", next_step="Write the year with four digits.") from None


def quantity(text: str) -> Quantity:
    """The quantity of “0.5 BTC” or “30k USDT”, every digit of it. Raises UsageError."""
    amount, _, asset = text.strip().rpartition(" ")
    if not amount or not _ASSET.fullmatch(asset) or (asset[0].isdigit() and asset.replace(".", "").isdigit()):
        raise UsageError(
            f"“{text}” is not a quantity of an asset.", next_step="Write it like “0.5 BTC” or “30,000 USD”."
        )
    return Quantity(_amount(amount.strip(), text), asset.upper())


def money(text: str) -> Money:
    """The amount of “30000 USD”. Raises UsageError."""
    found = quantity(text)
    return Money(found.amount, found.asset)


def _amount(text: str, whole: str) -> Decimal:
    if len(text) > _MOST_DIGITS:
        raise UsageError(f"“{whole}” has more than {_MOST_DIGITS} digits.", next_step="Write fewer.")
    try:
        return exact(text)
    except ValueError:
        return parse_amount(text)
