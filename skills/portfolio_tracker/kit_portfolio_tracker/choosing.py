"""Which days a question is about: days of the user's zone as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from kit import Services, UsageError


def instants(services: Services, first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the start of `first` until before the end of `last`, in the user's zone; None where nothing bounds it.

    Raises UsageError where the last day comes before the first.
    """
    if first is not None and last is not None and last < first:
        raise UsageError(f"No day is after {first} and before {last}.", next_step="Exchange --from and --to.")
    return _midnight(services, first, 0), _midnight(services, last, 1)


def _midnight(services: Services, day: date | None, later: int) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(day + timedelta(days=later), time(), services.timezone).astimezone(UTC)
    except OverflowError:  # the first or the last day of the calendar: everything is on this side of it
        return None
