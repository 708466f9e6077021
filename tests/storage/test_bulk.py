"""Many rows: none lost, none twice, in bounded memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import Table, func, select

from kit import Store, StoreError
from kit.storage.bulk import CHUNK

_MOMENT = datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
_EVERYTHING = (1, "tab\tline\nbackslash\\ “ü” 🚀", Decimal("1E-20"), _MOMENT, True, date(2024, 2, 29), {"a": [1, None]})
_COLUMNS = ["id", "name", "held", "since", "staked", "day", "extra"]


def _count(store: Store, table: Table) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_every_kind_of_column_arrives_as_it_was(store: Store, coins_table: Table) -> None:
    with store.write() as connection:
        store.bulk_insert(connection, coins_table, _COLUMNS, [_EVERYTHING, (2, *[None] * 6)])
    with store.read() as connection:
        columns = [coins_table.c[name] for name in _COLUMNS[:-1]]
        found = connection.execute(select(*columns).order_by(coins_table.c.id)).all()
        extra = connection.scalar(select(coins_table.c.extra).where(coins_table.c.id == 1))
    assert [tuple(row) for row in found] == [_EVERYTHING[:-1], (2, *[None] * 5)]
    assert extra == {"a": [1, None]}


def test_bulk_rows_and_single_rows_are_kept_alike(store: Store, coins_table: Table) -> None:
    with store.write() as connection:
        store.bulk_insert(connection, coins_table, ["id", "held", "since"], [(1, Decimal("1.50"), _MOMENT)])
        connection.execute(coins_table.insert().values(id=2, held=Decimal("1.5"), since=_MOMENT))
    with store.read() as connection:
        same = select(func.count()).where(coins_table.c.held == Decimal("1.500"), coins_table.c.since == _MOMENT)
        assert connection.scalar(same) == 2


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_any_number_of_rows_lands(store: Store, coins_table: Table, size: int) -> None:
    with store.write() as connection:
        assert store.bulk_insert(connection, coins_table, ["id"], ((number,) for number in range(size))) == size
    assert _count(store, coins_table) == size


def test_a_row_that_fails_takes_the_whole_batch_with_it(store: Store, coins_table: Table) -> None:
    with pytest.raises(StoreError), store.write() as connection:
        store.bulk_insert(connection, coins_table, ["id"], [(number % (CHUNK + 5),) for number in range(2 * CHUNK)])
    assert _count(store, coins_table) == 0


def test_rows_stream_through_bounded_memory(store: Store, coins_table: Table) -> None:
    def rows() -> Iterator[tuple[int, str]]:
        for number in range(60_000):
            yield number, f"{number:0200d}"

    tracemalloc.start()
    try:
        with store.write() as connection:
            store.bulk_insert(connection, coins_table, ["id", "name"], rows())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


def test_only_new_rows_are_inserted_and_named(store: Store, coins_table: Table) -> None:
    with store.write() as connection:
        first = list(store.insert_new(connection, coins_table, ["id", "name"], ["id"], [(1, "a"), (2, "b"), (1, "c")]))
        again = list(store.insert_new(connection, coins_table, ["id", "name"], ["id"], [(2, "x"), (3, "d")]))
        none = store.insert_ignore(connection, coins_table, ["id", "name"], ["id"], [(1, "y"), (3, "z")])
    assert (first, again, none) == ([(1, "a"), (2, "b")], [(3, "d")], 0)
    with store.read() as connection:
        names = connection.scalars(select(coins_table.c.name).order_by(coins_table.c.id)).all()
    assert names == ["a", "b", "d"]


def test_asking_what_is_new_leaves_no_more_rubbish_of_many_rows_than_of_few(store: Store, coins_table: Table) -> None:
    def left(numbers: range) -> int:
        gc.collect()
        gc.disable()
        try:
            with store.write() as connection:
                store.insert_ignore(connection, coins_table, ["id"], ["id"], ((number,) for number in numbers))
            return gc.collect()
        finally:
            gc.enable()

    left(range(1_000))
    assert left(range(2_000, 12_000)) < left(range(1_000, 2_000)) + 100


def test_a_key_may_be_an_instant_and_a_decimal(store: Store, coins_table: Table) -> None:
    columns, key = ["id", "since", "held"], ["since", "held"]
    with store.write() as connection:
        assert store.insert_ignore(connection, coins_table, columns, key, [(1, _MOMENT, Decimal("0.10"))]) == 1
        rows = [(2, _MOMENT, Decimal("0.1")), (3, _MOMENT, Decimal("0.2"))]
        assert list(store.insert_new(connection, coins_table, columns, key, rows)) == [rows[1]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.integers(0, 40), max_size=60), max_size=4))
def test_inserting_twice_changes_nothing(store: Store, coins_table: Table, batches: list[list[int]]) -> None:
    with store.write() as connection:
        connection.execute(coins_table.delete())
        for batch in [*batches, *batches]:
            store.insert_ignore(connection, coins_table, ["id"], ["id"], [(number,) for number in batch])
    assert _count(store, coins_table) == len({number for batch in batches for number in batch})
