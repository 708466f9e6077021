"""Which days a word, a date or what people say means."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st
from kit_portfolio_tracker.core.periods import Period, between, buckets, parse_period

from kit import UsageError

WORDS = ("1d", "7d", "30d", "90d", "1y", "wtd", "mtd", "qtd", "ytd", "all")
TODAY = date(2024, 3, 14)  # a Thursday
BEGINNING = date(2021, 6, 5)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("1d", "2024-03-14", "2024-03-14"),
        ("7d", "2024-03-08", "2024-03-14"),
        ("30d", "2024-02-14", "2024-03-14"),
        ("90d", "2023-12-16", "2024-03-14"),
        ("1y", "2023-03-16", "2024-03-14"),
        ("2w", "2024-03-01", "2024-03-14"),
        ("last 3 days", "2024-03-12", "2024-03-14"),
        ("past month", "2024-02-14", "2024-03-14"),
        ("mtd", "2024-03-01", "2024-03-14"),
        ("WTD", "2024-03-11", "2024-03-14"),
        ("qtd", "2024-01-01", "2024-03-14"),
        ("ytd", "2024-01-01", "2024-03-14"),
        ("all", "2021-06-05", "2024-03-14"),
        ("today", "2024-03-14", "2024-03-14"),
        ("yesterday", "2024-03-13", "2024-03-13"),
        ("this week", "2024-03-11", "2024-03-14"),
        ("last week", "2024-03-04", "2024-03-10"),
        ("Last  Month", "2024-02-01", "2024-02-29"),
        ("last quarter", "2023-10-01", "2023-12-31"),
        ("this year", "2024-01-01", "2024-03-14"),
        ("last year", "2023-01-01", "2023-12-31"),
        ("in March", "2024-03-01", "2024-03-14"),
        ("in april", "2023-04-01", "2023-04-30"),
        ("feb 2020", "2020-02-01", "2020-02-29"),
        ("2023-11", "2023-11-01", "2023-11-30"),
        ("2023", "2023-01-01", "2023-12-31"),
        ("q4", "2023-10-01", "2023-12-31"),
        ("Q1 2022", "2022-01-01", "2022-03-31"),
        ("2024-W09", "2024-02-26", "2024-03-03"),
        ("on 2024-02-29", "2024-02-29", "2024-02-29"),
        ("since 2024-03-10", "2024-03-10", "2024-03-14"),
        ("since december", "2023-12-01", "2024-03-14"),
        ("from 2023-01-15 to 2023-02-15", "2023-01-15", "2023-02-15"),
        ("2023-01-15..2030-01-01", "2023-01-15", "2024-03-14"),
        ("from november to january", "2023-11-01", "2024-01-31"),
        ("january to march 2022", "2022-01-01", "2022-03-31"),
        ("from december to march 2022", "2021-12-01", "2022-03-31"),
        ("from may to february", "2023-05-01", "2024-02-29"),
        ("from march to 2030-01-01", "2024-03-01", "2024-03-14"),
        ("29 february", "2024-02-29", "2024-02-29"),
        ("in the last two weeks", "2024-03-01", "2024-03-14"),
        ("over the past month", "2024-02-14", "2024-03-14"),
        ("since last month", "2024-02-01", "2024-03-14"),
        ("since the beginning of the year", "2024-01-01", "2024-03-14"),
        ("year to date", "2024-01-01", "2024-03-14"),
        ("from 5 January to 3 March 2024", "2024-01-05", "2024-03-03"),
        ("on March 3", "2024-03-03", "2024-03-03"),
        ("25 December", "2023-12-25", "2023-12-25"),
        ("heute", "2024-03-14", "2024-03-14"),
        ("gestern", "2024-03-13", "2024-03-13"),
        ("letzte Woche", "2024-03-04", "2024-03-10"),
        ("in der letzten Woche", "2024-03-04", "2024-03-10"),
        ("diese Woche", "2024-03-11", "2024-03-14"),
        ("im letzten Monat", "2024-02-01", "2024-02-29"),
        ("voriges Quartal", "2023-10-01", "2023-12-31"),
        ("dieses Jahr", "2024-01-01", "2024-03-14"),
        ("letztes Jahr", "2023-01-01", "2023-12-31"),
        ("im vergangenen Jahr", "2023-01-01", "2023-12-31"),
        ("in den letzten 30 Tagen", "2024-02-14", "2024-03-14"),
        ("in den letzten zwölf Monaten", "2023-03-21", "2024-03-14"),
        ("im März", "2024-03-01", "2024-03-14"),
        ("im Maerz", "2024-03-01", "2024-03-14"),
        ("IM MAI 2023", "2023-05-01", "2023-05-31"),
        ("Dezember", "2023-12-01", "2023-12-31"),
        ("Okt 2022", "2022-10-01", "2022-10-31"),
        ("seit Januar", "2024-01-01", "2024-03-14"),
        ("seit gestern", "2024-03-13", "2024-03-14"),
        ("seit einem Jahr", "2023-03-16", "2024-03-14"),
        ("seit Jahresbeginn", "2024-01-01", "2024-03-14"),
        ("seit Monatsanfang", "2024-03-01", "2024-03-14"),
        ("von Januar bis März", "2024-01-01", "2024-03-14"),
        ("zwischen November und Januar", "2023-11-01", "2024-01-31"),
        ("vom 1. Januar bis zum 3. Februar 2024", "2024-01-01", "2024-02-03"),
        ("am 5.1.2024", "2024-01-05", "2024-01-05"),
        ("insgesamt", "2021-06-05", "2024-03-14"),
        ("die gesamte Zeit", "2021-06-05", "2024-03-14"),
    ],
)
def test_what_is_said_means_these_days(said: str, first: str, last: str) -> None:
    found = parse_period(said, today=TODAY, beginning=BEGINNING)
    assert (str(found.first), str(found.last)) == (first, last)


def test_the_latest_29th_of_february_may_be_years_ago() -> None:
    assert parse_period("feb 29", today=date(2027, 5, 1)).first == date(2024, 2, 29)
    assert parse_period("feb 29", today=date(2028, 1, 1)).first == date(2024, 2, 29)
    assert parse_period("feb 29", today=date(2104, 2, 28)).first == date(2096, 2, 29)


def test_a_calendar_period_starts_from_the_close_of_the_last_day_before() -> None:
    assert parse_period("mtd", today=TODAY).base == date(2024, 2, 29)
    assert parse_period("ytd", today=TODAY).base == date(2023, 12, 31)
    assert parse_period("wtd", today=date(2024, 3, 11)).base == date(2024, 3, 10)


def test_the_headline_calls_calendar_periods_by_their_letters() -> None:
    assert [parse_period(word, today=TODAY).label for word in WORDS] == [
        *("1d", "7d", "30d", "90d", "1y"),
        *("WTD", "MTD", "QTD", "YTD", "all"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "",
        "banana",
        "0d",
        "2023-02-29",
        "2023-13",
        "2024-w54",
        "30",
        "last banana",
        "q5",
        "letzte Banane",
        "31.2.2023",
        "im",
        "seit",
        "von Januar bis",
        "30 february",
    ],
)
def test_what_is_no_period_is_refused_with_examples(said: str) -> None:
    with pytest.raises(UsageError, match=r"is not a period.*last week"):
        parse_period(said, today=TODAY)


@pytest.mark.parametrize("said", ["2025", "april 2024", "2024-03-15", "since 2024-03-15", "2025-01-01..2026-01-01"])
def test_what_has_not_begun_is_refused(said: str) -> None:
    with pytest.raises(UsageError, match="lies ahead"):
        parse_period(said, today=TODAY)


def test_two_dates_are_a_period_with_both_in_it() -> None:
    found = between(date(2024, 1, 1), date(2024, 1, 31), today=TODAY)
    assert (found.label, found.base, found.days) == ("2024-01-01 to 2024-01-31", date(2023, 12, 31), 31)
    assert between(None, date(2022, 1, 1), today=TODAY, beginning=BEGINNING).first == BEGINNING
    assert between(date(2024, 3, 1), None, today=TODAY).last == TODAY
    with pytest.raises(UsageError, match="is after"):
        between(date(2024, 2, 1), date(2024, 1, 1), today=TODAY)


def test_weeks_are_those_of_iso_8601_across_a_new_year() -> None:
    weeks = buckets(between(date(2024, 12, 25), date(2025, 1, 7), today=date(2025, 2, 1)), "week")
    assert [(week.label, str(week.first), str(week.last)) for week in weeks] == [
        ("2024-W52", "2024-12-25", "2024-12-29"),
        ("2025-W01", "2024-12-30", "2025-01-05"),
        ("2025-W02", "2025-01-06", "2025-01-07"),
    ]


def test_the_first_day_there_is_and_the_farthest_a_number_can_reach_do_no_harm() -> None:
    assert parse_period("0001-01-01", today=TODAY).base == date.min
    assert parse_period("9999y", today=TODAY).first == date.min
    with pytest.raises(UsageError):
        parse_period("9999-12-31", today=TODAY)


days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(first=days, length=st.integers(0, 1200), by=st.sampled_from(["day", "week", "month", "year"]))
def test_buckets_cut_a_period_without_gap_or_overlap(first: date, length: int, by: str) -> None:
    period = Period("any", first, first + timedelta(days=length))
    cut = buckets(period, by)
    assert (cut[0].first, cut[-1].last) == (period.first, period.last)
    assert all(later.base == earlier.last for earlier, later in pairwise(cut))
    assert len({each.label for each in cut}) == len(cut)


@given(today=days, word=st.sampled_from([*WORDS, "last week", "last month", "last year", "in may", "q2", "dec"]))
def test_a_period_ends_today_at_the_latest_and_has_a_day(today: date, word: str) -> None:
    found = parse_period(word, today=today)
    assert found.first <= found.last <= today
    assert found.base == found.first - timedelta(days=1)
