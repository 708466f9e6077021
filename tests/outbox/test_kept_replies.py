"""A reply in the outbox: every digit of every block comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from kit import (
    Action,
    Actions,
    Bar,
    Bars,
    Column,
    Document,
    Heading,
    Invocation,
    Metric,
    Metrics,
    Money,
    Notice,
    Problem,
    Quantity,
    Ratio,
    Reply,
    Severity,
    Table,
    Text,
)
from kit.outbox import QuietHours, pause_after, quiet_hours, read, written

decimals = st.decimals(allow_nan=False, allow_infinity=False, places=18)
texts = st.text(st.characters(codec="utf-8"), max_size=30)
values: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    texts,
    decimals,
    st.builds(Money, decimals, st.sampled_from(["USD", "BTC"])),
    st.builds(Quantity, decimals, st.sampled_from(["ETH", "🦄"])),
    st.builds(Ratio, decimals),
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=900)),
)
blocks = st.one_of(
    st.builds(Heading, texts, texts, st.booleans()),
    st.builds(Text, texts, st.booleans()),
    st.builds(Metrics, st.tuples(st.builds(Metric, texts, values, texts))),
    st.builds(Table, st.just((Column("A", "a"), Column("B", "b", signed=True))), st.tuples(st.tuples(values, values))),
    st.builds(Bars, st.tuples(st.builds(Bar, texts, values, st.builds(Ratio, decimals), st.just("good")))),
    st.builds(Notice, texts, st.sampled_from(Severity), texts),
    st.builds(Actions, st.tuples(st.builds(Action, texts, st.just(Invocation("alerts snooze", {"numbers": (3,)}))))),
)


@given(st.lists(blocks, max_size=4))
def test_blocks_come_back_as_they_were(found: list[Any]) -> None:
    problem = Problem("k", Severity.ERROR, "what", "where", "next", datetime(2024, 1, 1, tzinfo=UTC))
    reply = Reply(None, tuple(found), (problem,), 3)
    back = read(written(reply, None))
    assert (back.blocks, back.problems, back.exit_code) == (reply.blocks, reply.problems, 3)


def test_a_document_and_the_mark_of_sample_data_come_along() -> None:
    reply = Reply(None, (), meta={"sample": True}, document=Document("a.csv", "text/csv", "a,b\n"))
    back = read(written(reply, {"x": "1.20"}))
    assert back.document == reply.document
    assert back.meta == {"sample": True}
    assert back.data.json == {"x": "1.20"}


def test_what_no_reply_is_made_of_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot carry a set"):
        written(Reply(None, (Metrics((Metric("a", {1}),)),)), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "hour", "holds"),
    [("22:00-07:00", 23, True), ("22:00-07:00", 6, True), ("22:00-07:00", 7, False), ("12:00-14:00", 13, True)],
)
def test_quiet_hours_may_go_over_midnight(text: str, hour: int, *, holds: bool) -> None:
    quiet = quiet_hours(text)
    assert quiet is not None
    assert quiet.holds(datetime(2024, 6, 1, hour, tzinfo=UTC)) is holds


def test_quiet_hours_end_at_their_next_end() -> None:
    quiet = QuietHours(time(22), time(7))
    assert quiet.ends(datetime(2024, 6, 1, 23, tzinfo=UTC)) == datetime(2024, 6, 2, 7, tzinfo=UTC)
    assert quiet.ends(datetime(2024, 6, 1, 3, tzinfo=UTC)).date() == date(2024, 6, 1)


def test_no_quiet_hours_are_none() -> None:
    assert quiet_hours("") is None
    assert quiet_hours("10:00-10:00") is None


def test_pauses_double_up_to_an_hour() -> None:
    assert [pause_after(tries).total_seconds() for tries in (1, 2, 3, 9, 10, 11, 500)] == [
        5,
        10,
        20,
        1280,
        2560,
        3600,
        3600,
    ]
    assert Decimal(str(pause_after(1).total_seconds())) == 5
