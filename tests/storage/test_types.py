"""What goes into a column comes out of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, select

from kit import ExactDecimal, SystemClock, UTCDateTime
from kit.storage import Store

_things = Table(
    "things",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("figure", ExactDecimal),
    Column("moment", UTCDateTime),
)
_figures = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda figure: abs(figure.adjusted()) < 900
)
_moments = st.datetimes(timezones=st.timezones())
_law = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url, [], clock=SystemClock()) as opened:
        with opened.write() as connection:
            _things.create(connection)
        yield opened


def _kept(store: Store, column: str, value: Any) -> Any:
    with store.write() as connection:
        connection.execute(_things.delete())
        connection.execute(_things.insert().values({"number": 1, column: value}))
    with store.read() as connection:
        return connection.scalar(select(_things.c[column]))


@_law
@given(figure=_figures)
def test_every_decimal_comes_back_as_it_was(store: Store, figure: Decimal) -> None:
    assert _kept(store, "figure", figure) == figure


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        ("123456789012345678.123456789012345678", "123456789012345678.123456789012345678"),
        ("1.500", "1.5"),
        ("100", "100"),
        ("1E+30", "1" + "0" * 30),
        ("3E-30", "0." + "0" * 29 + "3"),
        ("-0", "0"),
        ("-0.00", "0"),
    ],
)
def test_equal_decimals_are_written_alike(store: Store, figure: str, text: str) -> None:
    assert format(_kept(store, "figure", Decimal(figure)), "f") == text


@pytest.mark.parametrize(
    "figure",
    [1.5, 1, "1", Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("1E9999")],
)
def test_what_is_no_exact_figure_is_refused(store: Store, figure: object) -> None:
    with pytest.raises((TypeError, ValueError), match=r"exact figure|beyond"):
        _kept(store, "figure", figure)


def test_ordering_or_adding_exact_decimals_in_sql_is_refused() -> None:
    figure = _things.c.figure
    for attempt in (lambda: figure > Decimal(1), lambda: figure + Decimal(1), figure.desc):
        with pytest.raises(TypeError, match="in Python"):
            attempt()


def test_exact_decimals_can_be_found_by_equality(store: Store) -> None:
    _kept(store, "figure", Decimal("0.10"))
    with store.read() as connection:
        assert connection.scalar(select(_things.c.number).where(_things.c.figure == Decimal("0.1"))) == 1
        assert connection.scalar(select(_things.c.number).where(_things.c.figure.in_([Decimal("0.1000")]))) == 1
        assert connection.scalar(select(_things.c.number).where(_things.c.figure.is_(None))) is None


@_law
@given(moment=_moments)
def test_every_instant_comes_back_the_same_in_utc(store: Store, moment: datetime) -> None:
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:
        return
    found = _kept(store, "moment", moment)
    assert found == expected
    assert found.tzinfo is UTC


def test_instants_sort_by_time_whatever_their_zone(store: Store) -> None:
    noon = datetime(2024, 3, 31, 12, tzinfo=UTC)
    moments = [noon.replace(year=1901), noon, noon.astimezone(timezone(timedelta(hours=9))) + timedelta(microseconds=1)]
    with store.write() as connection:
        store.bulk_insert(connection, _things, ["number", "moment"], [(n, m) for n, m in enumerate(moments)])
    with store.read() as connection:
        later = select(_things.c.number).where(_things.c.moment > noon)
        assert connection.execute(later).scalars().all() == [2]
        assert connection.execute(select(_things.c.number).order_by(_things.c.moment)).scalars().all() == [0, 1, 2]


def test_a_naive_instant_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        _kept(store, "moment", datetime(2024, 1, 1))  # noqa: DTZ001


def test_nothing_stays_nothing(store: Store) -> None:
    assert _kept(store, "figure", None) is None
    assert _kept(store, "moment", None) is None
