"""Times without a zone: which instant a wall clock showed, and which it never did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st
from kit_importers.zones import IN_UTC, wall_clock

from kit import ImportFileError


def shown(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        (None, "2024-07-01 12:00:00", "2024-07-01T12:00:00+00:00"),
        ("  ", "2024-07-01 12:00:00", "2024-07-01T12:00:00+00:00"),
        ("Europe/Berlin", "2024-07-01 12:00:00", "2024-07-01T10:00:00+00:00"),
        ("Europe/Berlin", "2024-10-27 02:30:00", "2024-10-27T00:30:00+00:00"),  # comes twice: the first
        ("+03:00", "2024-07-01 12:00:00", "2024-07-01T09:00:00+00:00"),
        ("UTC-5", "2024-07-01 12:00:00", "2024-07-01T17:00:00+00:00"),
        ("GMT+0530", "2024-07-01 12:00:00", "2024-07-01T06:30:00+00:00"),
        ("new-york-close", "2024-07-01 12:00:00", "2024-07-01T09:00:00+00:00"),
        ("New-York-Close", "2024-01-15 12:00:00", "2024-01-15T10:00:00+00:00"),
        ("Europe/Berlin", "2024-07-01T12:00:00+00:00", "2024-07-01T12:00:00+00:00"),  # says its own offset
    ],
)
def test_a_wall_clock_shows_an_instant(zone: str | None, local: str, instant: str) -> None:
    assert wall_clock(zone).instant(shown(local)) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("zone", "local"), [("Europe/Berlin", "2024-03-31 02:30:00"), ("new-york-close", "2024-03-10 09:30:00")]
)
def test_a_time_that_never_came_is_refused(zone: str, local: str) -> None:
    with pytest.raises(ValueError, match="clocks were put forward"):
        wall_clock(zone).instant(shown(local))


@pytest.mark.parametrize("zone", ["Mars", "+15:00", "../etc/passwd", "Europe", "\0"])
def test_a_zone_that_is_none_is_named(zone: str) -> None:
    with pytest.raises(ImportFileError, match="There is no time zone"):
        wall_clock(zone)


def test_the_ends_of_time_are_a_reason_and_no_crash() -> None:
    with pytest.raises(ValueError, match="out of range"):
        wall_clock("+03:00").instant(shown("0001-01-01 00:00:00"))


def test_a_format_may_have_another_clock_where_the_user_names_none() -> None:
    berlin, noon = wall_clock("Europe/Berlin"), shown("2024-07-01 12:00:00")
    assert wall_clock(None, berlin) is berlin
    assert wall_clock("UTC", berlin).instant(noon) == IN_UTC.instant(noon)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001 - what is shown has no zone
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]),
)
def test_an_instant_is_shown_by_its_clock_and_is_the_first_such(local: datetime, zone: str) -> None:
    try:
        instant = wall_clock(zone).instant(local)
    except ValueError:
        return
    assert instant.tzinfo is UTC
    assert instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == local
    earlier = instant - timedelta(hours=1)
    assert earlier.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) != local
