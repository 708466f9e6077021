"""A plugin with tables of every kind of column, and a store that has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from kit import ExactDecimal, FixedClock, Migrations, Store, UTCDateTime

_COINS = Table(
    "coins",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text),
    Column("held", ExactDecimal),
    Column("since", UTCDateTime),
    Column("staked", Boolean),
    Column("day", Date),
    Column("noted", DateTime),
    Column("extra", JSON),
    Column("raw", LargeBinary),
    Column("share", Float),
)
_REVISION = '''"""Coins."""
import sqlalchemy as sa
from alembic import op

from kit import ExactDecimal, UTCDateTime

revision = "coins_1"
down_revision = None
branch_labels = ("coins",)
depends_on = None


def upgrade():
    op.create_table(
        "coins",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("held", ExactDecimal),
        sa.Column("since", UTCDateTime),
        sa.Column("staked", sa.Boolean),
        sa.Column("day", sa.Date),
        sa.Column("noted", sa.DateTime),
        sa.Column("extra", sa.JSON),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("share", sa.Float),
    )
    op.create_table("a_trades", sa.Column("coin", sa.Integer, sa.ForeignKey("coins.id"), primary_key=True))
'''


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC))


@pytest.fixture
def coins_table() -> Table:
    return _COINS


@pytest.fixture
def trades_table() -> Table:
    metadata = MetaData()
    return Table(
        "a_trades", metadata, Column("coin", Integer, ForeignKey(_COINS.to_metadata(metadata).c.id), primary_key=True)
    )


@pytest.fixture
def coins(tmp_path: Path) -> Migrations:
    """The plugin's branch, at its first revision."""
    folder = tmp_path / "coins_revisions"
    folder.mkdir()
    (folder / "coins_1.py").write_text(_REVISION)
    return Migrations("coins", folder, "coins_1")


@pytest.fixture
def open_store(clock: FixedClock) -> Iterator[Callable[[str, Sequence[Migrations]], Store]]:
    """Opens stores that are closed when the test ends."""
    opened: list[Store] = []

    def open_(url: str, migrations: Sequence[Migrations] = ()) -> Store:
        opened.append(Store.open(url, migrations, clock=clock))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(store_url: str, coins: Migrations, open_store: Callable[[str, Sequence[Migrations]], Store]) -> Store:
    """A store with the plugin's tables, empty, once in each kind of database."""
    return open_store(store_url, [coins])


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path.as_posix()}/sqlite/kit.db"
