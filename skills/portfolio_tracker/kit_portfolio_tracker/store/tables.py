"""The tables. Their Alembic branch is `portfolio` (`migrations/`).

`positions` are calculated balances: the sum of every record's legs per account and asset, changed in
the same transaction as the records. `reported` is what venues say. The two never mix.
A price belongs to a series (asset, currency, source), so that the newest price of an asset is one seek; a
quote, which has an instant, replaces the one before it. `staged` holds what a walk through an account's history
brought before its end: no answer is computed from it until it has landed among the records. `open_positions` are
leveraged ones, as the venue last told them: their worth is in the account's equity, so nothing is computed from them.

A record's `mark` (its index is in the migration alone: told here, it would import every PostgreSQL driver there is)
says what people did to it: None as it came, `manual`, `edited` or `removed`; what is removed counts
nowhere. Ids of records sort by characters in both databases. `originals` keeps an edited record as it was. `matches`
are people's words on which transfers belong together.
`lots` keeps how far each asset's lots are computed: the state of everything before an instant, under a plan.
`allotments` are the universal lots that were given to accounts when pools became theirs, kept from the first report on.
`changes` says since when an asset's lots are to be computed anew; the asset "" is every asset.
`days` are the portfolio's daily values as far as they are computed, under the plan in `days_basis`, whose `revision`
counts changes of what they follow from. `snapshots` are what venues said was held, and the prices of that instant.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    insert,
)

from kit import ExactDecimal, UTCDateTime

metadata = MetaData()


def _record_columns() -> list[Column[Any]]:
    return [
        Column("account", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("time", UTCDateTime, nullable=False),
        Column("kind", Text, nullable=False),
        Column("received_asset", Text),
        Column("received_quantity", ExactDecimal),
        Column("sent_asset", Text),
        Column("sent_quantity", ExactDecimal),
        Column("fee_asset", Text),
        Column("fee_quantity", ExactDecimal),
        Column("value", ExactDecimal),
        Column("value_currency", Text),
        Column("to_account", Text),
        Column("note", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("import_id", Integer),
    ]


records = Table(
    "portfolio_records",
    metadata,
    *_record_columns(),
    Column("mark", Text),
    Index("portfolio_records_time", "time"),
)

originals = Table("portfolio_originals", metadata, *_record_columns())

matches = Table(
    "portfolio_matches",
    metadata,
    Column("out_account", Text, primary_key=True),
    Column("out_id", Text, primary_key=True),
    Column("in_account", Text, primary_key=True),
    Column("in_id", Text, primary_key=True),
    Column("matched", Boolean, nullable=False),
    Column("time", UTCDateTime, nullable=False),
)

lots = Table(
    "portfolio_lots",
    metadata,
    Column("asset", Text, primary_key=True),
    Column("before", UTCDateTime, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("state", Text, nullable=False),
)

allotments = Table(
    "portfolio_allotments",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("asset", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("lot_account", Text, nullable=False),
    Column("lot_id", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("quantity", ExactDecimal, nullable=False),
)

changes = Table(
    "portfolio_changes",
    metadata,
    Column("asset", Text, primary_key=True),
    Column("since", UTCDateTime, nullable=False),
)

days = Table(
    "portfolio_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("value", Double, nullable=False),
    Column("inflow", Double, nullable=False),
    Column("outflow", Double, nullable=False),
    Column("invested", Double, nullable=False),
    Column("unpriced", Text, nullable=False),
    Column("unmatched", Integer, nullable=False),
)

days_basis = Table(
    "portfolio_days_basis",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("plan", Text, nullable=False),
    Column("revision", Integer, nullable=False),
)

snapshots = Table(
    "portfolio_snapshots",
    metadata,
    Column("time", UTCDateTime, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("quantity", ExactDecimal, nullable=False),
    Column("price", ExactDecimal),
    Column("currency", Text, nullable=False),
    Column("source", Text, nullable=False),
)

staged = Table("portfolio_staged", metadata, *_record_columns())

cursors = Table(
    "portfolio_cursors",
    metadata,
    Column("account", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("landed", Text),
    Column("staged", Text),
)

accounts = Table(
    "portfolio_accounts",
    metadata,
    Column("account", Text, primary_key=True),
    Column("venue", Text, nullable=False),
    Column("asked", UTCDateTime, nullable=False),
    Column("answered", UTCDateTime),
    Column("walked", UTCDateTime),
    Column("owed", Boolean, nullable=False),
    Column("doubted", UTCDateTime),
    Column("failures", Integer, nullable=False),
    Column("fault", Text, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("left_out", Text, nullable=False),
)

positions = Table(
    "portfolio_positions",
    metadata,
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("quantity", ExactDecimal, nullable=False),
)

reported = Table(
    "portfolio_reported",
    metadata,
    Column("account", Text, primary_key=True),
    Column("asset", Text, primary_key=True),
    Column("total", ExactDecimal, nullable=False),
    Column("locked", ExactDecimal, nullable=False),
    Column("staked", ExactDecimal, nullable=False),
    Column("time", UTCDateTime, nullable=False),
)

open_positions = Table(
    "portfolio_open_positions",
    metadata,
    Column("account", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("symbol", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("quantity", ExactDecimal, nullable=False),
    Column("entry", ExactDecimal, nullable=False),
    Column("mark", ExactDecimal),
    Column("profit", ExactDecimal),
    Column("margin", ExactDecimal),
    Column("swap", ExactDecimal),
    Column("currency", Text, nullable=False),
    Column("time", UTCDateTime, nullable=False),
)

price_series = Table(
    "portfolio_price_series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("asset", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("source", Text, nullable=False),
    UniqueConstraint("asset", "currency", "source"),
)

prices = Table(
    "portfolio_prices",
    metadata,
    Column("series", Integer, ForeignKey("portfolio_price_series.id"), primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("close", ExactDecimal, nullable=False),
    sqlite_with_rowid=False,
)

quotes = Table(
    "portfolio_quotes",
    metadata,
    Column("asset", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("price", ExactDecimal, nullable=False),
    Column("time", UTCDateTime, nullable=False),
)

imports = Table(
    "portfolio_imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("importer", Text, nullable=False),
    Column("venue", Text),
    Column("account", Text),
    Column("time", UTCDateTime, nullable=False),
    Column("added", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("first_record", UTCDateTime),
    Column("last_record", UTCDateTime),
)

rejected = Table(
    "portfolio_rejected",
    metadata,
    Column("import_id", Integer, ForeignKey("portfolio_imports.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("line", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("text", Text, nullable=False),
)


def insert_numbered(connection: Connection, table: Table, **values: Any) -> int:
    """Insert one row into a table whose rows are numbered; the new row's number."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    return cast("int", cast("tuple[Any, ...]", key)[0])
