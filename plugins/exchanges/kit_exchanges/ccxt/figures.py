"""Figures and instants as ccxt writes them, exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from kit import OddAnswer, exact

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def amount(value: Any) -> Decimal | None:
    """The decimal that a venue wrote, digit for digit; None where it wrote nothing.

    The clients hand numbers over as text. A float has lost digits already and is refused, like
    anything that is no number: OddAnswer.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise OddAnswer(f"The venue gave {type(value).__name__} where a number belongs.")
    try:
        return exact(str(value))
    except ValueError:
        raise OddAnswer(f"The venue gave “{str(value)[:40]}” where a number belongs.") from None


def instant(milliseconds: Any) -> datetime:
    """The instant of a Unix time in milliseconds, aware, in UTC. Raises OddAnswer where it is none."""
    try:
        return _EPOCH + timedelta(milliseconds=int(milliseconds))
    except (TypeError, ValueError, OverflowError):
        raise OddAnswer(f"The venue gave “{str(milliseconds)[:40]}” where a time belongs.") from None


def milliseconds(instant: datetime) -> int:
    """The Unix time of an instant, in whole milliseconds, rounded down."""
    return (instant - _EPOCH) // timedelta(milliseconds=1)
