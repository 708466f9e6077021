"""Times as people's tools write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from kit_importers.moments import milliseconds, moment
from kit_importers.zones import IN_UTC, wall_clock

MORNING = datetime(2024, 1, 31, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31 09:05:00",
        "2024-01-31T09:05:00Z",
        "2024-01-31T09:05:00.000Z",
        "2024-01-31 09:05",
        "2024-01-31 9:05 UTC",
        "2024/01/31 9:05",
        "2024.01.31 09:05:00",
        "31.01.2024 09:05:00",
        "31.1.2024 09:05",
        "31/01/2024 09:05:00 UTC",
        "01/31/2024 09:05:00",
        "1/31/2024, 9:05 AM",
        "2024-01-31 10:05:00 +0100",
        "2024-01-31 01:05:00-0800",
        "2024-01-31T10:05:00+01:00",
        "Jan. 31, 2024, 09:05 AM",
        "Jan 31, 2024, 9:05:00 AM",
        "January 31, 2024 9:05 AM",
    ],
)
def test_the_same_instant_in_many_words(text: str) -> None:
    assert moment(text, IN_UTC) == MORNING


@pytest.mark.parametrize(
    ("text", "hour"), [("1/31/2024 12:05 AM", 0), ("1/31/2024 12:05 PM", 12), ("1/31/2024 11:05 pm", 23)]
)
def test_noon_and_midnight_are_told_apart(text: str, hour: int) -> None:
    assert moment(text, IN_UTC) == MORNING.replace(hour=hour)


def test_months_of_all_lengths_are_known_and_others_are_not() -> None:
    assert moment("Sept. 9, 2024, 03:28 PM", IN_UTC) == datetime(2024, 9, 9, 15, 28, tzinfo=UTC)
    with pytest.raises(ValueError, match="no month “Mai”"):
        moment("Mai 9, 2024, 03:28 PM", IN_UTC)


@pytest.mark.parametrize("text", ["2024-01-31", "20240131", "31.01.2024"])
def test_a_date_alone_is_its_midnight(text: str) -> None:
    assert moment(text, IN_UTC) == datetime(2024, 1, 31, tzinfo=UTC)


def test_between_slashes_the_order_is_asked_for_where_it_does_not_show() -> None:
    assert moment("03/04/2024", IN_UTC, day_first=True) == datetime(2024, 4, 3, tzinfo=UTC)
    assert moment("03/04/2024", IN_UTC, day_first=False) == datetime(2024, 3, 4, tzinfo=UTC)
    assert moment("04/04/2024", IN_UTC) == datetime(2024, 4, 4, tzinfo=UTC)
    with pytest.raises(ValueError, match="may be day and month or month and day"):
        moment("03/04/2024", IN_UTC)


def test_a_time_without_a_zone_is_what_the_clock_shows() -> None:
    berlin = wall_clock("Europe/Berlin")
    assert moment("2024-07-01 12:00:00", berlin) == datetime(2024, 7, 1, 10, tzinfo=UTC)
    assert moment("2024-07-01 12:00:00 UTC", berlin) == datetime(2024, 7, 1, 12, tzinfo=UTC)
    assert moment("2024-07-01 12:00:00 CEST", berlin) == datetime(2024, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("yesterday", "not a time"),
        ("2024-13-01", "not a time"),
        ("2024-02-30 10:00", "not a time"),
        ("2024-01-31 25:00:00", "not a time"),
        ("31.01.24", "four digits"),
        ("1/31/2024 13:05 PM", "not a time"),
        ("2024-01-31 09:05:00 CET", "--timezone"),
        ("2024-01-31 09:05:00 +99:00", "not a time"),
        ("0000-01-01", "not a time"),
    ],
)
def test_what_is_no_certain_time_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        moment(text, IN_UTC)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - UTC is put to it
def test_iso_and_milliseconds_come_back_exactly(shown: datetime) -> None:
    shown = shown.replace(microsecond=shown.microsecond // 1000 * 1000, tzinfo=UTC)
    since = (shown - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert moment(shown.isoformat(), IN_UTC) == milliseconds(str(since)) == shown


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_reason(text: str) -> None:
    with suppress(ValueError):
        assert moment(text, IN_UTC).tzinfo is UTC


def test_milliseconds_beyond_the_calendar_are_a_reason() -> None:
    with pytest.raises(ValueError, match="not a time"):
        milliseconds("9" * 30)
