"""Tables follow the installed plugins; a store is never left in between."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Table, inspect

from kit import Migrations, Store, StoreError
from kit.storage import MigrationError
from kit.storage.migrate import versions

_Opener = Callable[..., Store]
_SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "coins_2"
down_revision = "coins_1"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("extras", sa.Column("id", sa.Integer, primary_key=True))
    {then}
"""


def _second(coins: Migrations, *, then: str = "pass") -> Migrations:
    """The plugin one revision later."""
    folder = coins.directory.with_name("coins_later")
    shutil.copytree(coins.directory, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "coins_2.py").write_text(_SECOND.format(then=then))
    return Migrations("coins", folder, "coins_2")


def _state(store: Store) -> tuple[set[str], set[str]]:
    with store.read() as connection:
        return versions(connection), set(inspect(connection).get_table_names())


def test_a_new_store_has_the_tables_of_the_host_and_of_every_plugin(store: Store) -> None:
    revisions, tables = _state(store)
    assert revisions == {"host_0003", "coins_1"}
    assert tables >= {"problems", "meta", "coins", "a_trades"}


def test_a_newer_plugin_brings_its_tables_up_to_date(
    store: Store, store_url: str, coins: Migrations, coins_table: Table, open_store: _Opener
) -> None:
    with store.write() as connection:
        connection.execute(coins_table.insert().values(id=1, name="BTC"))
    later = open_store(store_url, [_second(coins)])
    revisions, tables = _state(later)
    assert revisions == {"host_0003", "coins_2"}
    assert "extras" in tables
    with later.read() as connection:
        assert connection.exec_driver_sql("SELECT name FROM coins").scalars().all() == ["BTC"]


def test_a_failing_migration_leaves_the_store_as_it_was_and_names_the_branch(
    store: Store, store_url: str, coins: Migrations, open_store: _Opener
) -> None:
    before = _state(store)
    with pytest.raises(MigrationError, match=r"“coins”.*boom.*as it was") as failed:
        open_store(store_url, [_second(coins, then='raise RuntimeError("boom")')])
    assert failed.value.branch == "coins"
    assert _state(store) == before


def test_a_migration_that_sql_refuses_leaves_the_store_as_it_was(
    store: Store, store_url: str, coins: Migrations, open_store: _Opener
) -> None:
    before = _state(store)
    with pytest.raises(MigrationError, match="“coins”"):
        open_store(store_url, [_second(coins, then='op.execute("INSERT INTO nowhere VALUES (1)")')])
    assert _state(store) == before


def test_a_store_of_a_newer_program_is_refused_and_not_touched(
    store_url: str, coins: Migrations, open_store: _Opener
) -> None:
    newer = open_store(store_url, [_second(coins)])
    with newer.write():
        pass
    before = _state(newer)
    with pytest.raises(StoreError, match=r"newer version of “coins” \(revision coins_2\)") as refused:
        open_store(store_url, [coins])
    assert "Update" in str(refused.value.next_step)
    assert _state(newer) == before


def test_the_tables_of_a_plugin_that_is_gone_stay(
    store: Store, store_url: str, coins: Migrations, coins_table: Table, open_store: _Opener
) -> None:
    with store.write() as connection:
        connection.execute(coins_table.insert().values(id=1, name="BTC"))
    without = open_store(store_url, [])
    assert _state(without)[0] == {"host_0003", "coins_1"}
    back = open_store(store_url, [_second(coins)])
    with back.read() as connection:
        assert connection.exec_driver_sql("SELECT name FROM coins").scalars().all() == ["BTC"]


def test_another_plugin_migrates_beside_one_that_is_gone(
    store: Store, store_url: str, tmp_path: Path, open_store: _Opener
) -> None:
    with store.write():
        pass
    folder = tmp_path / "other"
    folder.mkdir()
    text = _SECOND.format(then="pass").replace("coins_2", "other_1").replace('"coins_1"', "None")
    (folder / "other_1.py").write_text(text.replace("extras", "others"))
    other = open_store(store_url, [Migrations("other", folder, "other_1")])
    assert _state(other)[0] == {"host_0003", "coins_1", "other_1"}


@pytest.mark.parametrize("content", [None, "this is no python", "import nothing_like_this"])
def test_unreadable_revisions_are_a_sentence(
    store_url: str, tmp_path: Path, open_store: _Opener, content: str | None
) -> None:
    folder = tmp_path / "bad"
    if content is not None:
        folder.mkdir()
        (folder / "bad_1.py").write_text(content)
    with pytest.raises(MigrationError, match="“bad”"), open_store(store_url, [Migrations("bad", folder, "x")]).read():
        pass
