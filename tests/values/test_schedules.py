"""Due times: the same instants whoever asks, none lost, none twice, right on both change days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from kit import Daily, Every, Job, Schedule, Services, Stream
from kit.schedules import in_words, latest_due, next_due

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Nuuk", "Pacific/Apia")
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=9500)).map(lambda span: datetime(2009, 1, 1, tzinfo=UTC) + span)
DAILY = st.builds(
    Daily,
    st.times(),
    st.sampled_from(ZONES),
    st.lists(st.integers(0, 6), unique=True, max_size=7).map(tuple),
)
SCHEDULES: st.SearchStrategy[Schedule] = st.one_of(
    DAILY, st.builds(Every, st.timedeltas(timedelta(seconds=1), timedelta(days=40)))
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dues(schedule: Schedule, since: str, until: str) -> list[str]:
    """The due times between two instants, as UTC."""
    found, due = [], next_due(schedule, utc(since))
    while due < utc(until):
        found.append(due.strftime("%m-%d %H:%M"))
        due = next_due(schedule, due)
    return found


@pytest.mark.parametrize(
    ("zone", "at", "since", "until", "expected"),
    [
        # Berlin springs forward on 31 March 2024, 02:00 → 03:00 (01:00 UTC), and back on 27 October, 03:00 → 02:00.
        ("Europe/Berlin", time(2, 30), "2024-03-30", "2024-04-02", ["03-30 01:30", "03-31 01:00", "04-01 00:30"]),
        ("Europe/Berlin", time(9), "2024-03-30", "2024-04-01", ["03-30 08:00", "03-31 07:00"]),
        ("Europe/Berlin", time(2, 30), "2024-10-26", "2024-10-29", ["10-26 00:30", "10-27 00:30", "10-28 01:30"]),
        ("Europe/Berlin", time(9), "2024-10-26", "2024-10-28", ["10-26 07:00", "10-27 08:00"]),
        # New York: 10 March 2024, 02:00 → 03:00 (07:00 UTC); 3 November, 02:00 → 01:00 (06:00 UTC).
        ("America/New_York", time(2, 30), "2024-03-09", "2024-03-12", ["03-09 07:30", "03-10 07:00", "03-11 06:30"]),
        ("America/New_York", time(1, 30), "2024-11-02", "2024-11-05", ["11-02 05:30", "11-03 05:30", "11-04 06:30"]),
        # Lord Howe moves by half an hour: 6 October 2024, 02:00 → 02:30 (15:30 UTC the day before); 7 April back.
        ("Australia/Lord_Howe", time(2, 15), "2024-10-04", "2024-10-07", ["10-04 15:45", "10-05 15:30", "10-06 15:15"]),
        ("Australia/Lord_Howe", time(1, 45), "2024-04-05", "2024-04-08", ["04-05 14:45", "04-06 14:45", "04-07 15:15"]),
        # Nuuk skips 23:00 to midnight on 30 March 2024 (01:00 UTC): the end of the gap is the next local day.
        ("America/Nuuk", time(23, 30), "2024-03-30", "2024-04-01T12:00", ["03-30 01:30", "03-31 01:00", "04-01 00:30"]),
    ],
)  # fmt: skip
def test_change_days(zone: str, at: time, since: str, until: str, expected: list[str]) -> None:
    assert dues(Daily(at, zone), since, until) == expected


def test_intervals_are_counted_from_the_epoch() -> None:
    assert dues(Every(timedelta(minutes=20)), "2024-01-01T00:05", "2024-01-01T01:01") == [
        "01-01 00:20", "01-01 00:40", "01-01 01:00",
    ]  # fmt: skip


def test_weekdays_are_those_of_the_zone() -> None:
    # Monday 00:30 in Berlin is Sunday in UTC.
    assert dues(Daily(time(0, 30), "Europe/Berlin", (0,)), "2024-06-01", "2024-06-12") == ["06-02 22:30", "06-09 22:30"]


@given(SCHEDULES, INSTANTS)
def test_next_and_latest_are_neighbours(schedule: Schedule, now: datetime) -> None:
    before, after = latest_due(schedule, now), next_due(schedule, now)
    assert before <= now < after
    assert next_due(schedule, before) == after
    assert latest_due(schedule, after) == after


@given(SCHEDULES, INSTANTS, st.lists(st.timedeltas(timedelta(0), timedelta(days=3)), max_size=20))
def test_what_is_due_does_not_depend_on_when_it_is_asked(
    schedule: Schedule, start: datetime, steps: list[timedelta]
) -> None:
    """Asking after every step finds the last due time that asking once at the end finds."""
    now, found = start, latest_due(schedule, start)
    for step in steps:
        now += step
        while (due := next_due(schedule, found)) <= now:
            assert due > found
            found = due
            if found + timedelta(hours=1) < now and isinstance(schedule, Every):
                found = latest_due(schedule, now)
    assert found == latest_due(schedule, now)


@given(DAILY, INSTANTS)
def test_a_daily_time_comes_once_a_local_day(schedule: Daily, start: datetime) -> None:
    due, days = start, []
    for _ in range(10):
        due = next_due(schedule, due)
        local = due.astimezone(ZoneInfo(schedule.timezone))
        days.append(local.date())
        shown = local.replace(tzinfo=None, fold=0).time()
        assert shown == schedule.at or local.second == local.microsecond == 0  # the end of a gap is a whole minute
    if schedule.timezone not in ("America/Nuuk", "Pacific/Apia"):  # gaps that reach into the next day
        assert len(set(days)) == len(days)


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Every(timedelta(minutes=5)), "every 5 min"),
        (Every(timedelta(hours=1)), "every hour"),
        (Every(timedelta(days=14)), "every 2 weeks"),
        (Every(timedelta(seconds=90)), "every 90 s"),
        (Daily(time(9), "Europe/Berlin"), "daily at 09:00 (Europe/Berlin)"),
        (Daily(time(18, 30), "UTC", (4, 0)), "Mon, Fri at 18:30 (UTC)"),
    ],
)
def test_schedules_in_words(schedule: Schedule, words: str) -> None:
    assert in_words(schedule) == words


def test_a_schedule_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="every second"):
        Every(timedelta(0))
    with pytest.raises(ValueError, match="0 \\(Monday\\) to 6"):
        Daily(time(9), "UTC", (7,))
    with pytest.raises(KeyError):
        Daily(time(9), "Europe/Atlantis")


def test_a_job_or_a_stream_that_makes_no_sense_is_refused() -> None:
    hourly = Every(timedelta(hours=1))

    async def run(services: Services, beat: Callable[[], None]) -> None: ...

    for name in ("", " ", "a\nb"):
        with pytest.raises(ValueError, match="no name for a job"):
            Job(name, "…", hourly, lambda _: "")
        with pytest.raises(ValueError, match="no name for a stream"):
            Stream(name, "…", run)
    with pytest.raises(ValueError, match="needs patience"):
        Job("job", "…", hourly, lambda _: "", patience=timedelta(0))
    with pytest.raises(ValueError, match="needs a silence"):
        Stream("stream", "…", run, silence=timedelta(0))
