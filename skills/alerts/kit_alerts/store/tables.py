"""The tables of the alerts skill."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text

from kit import UTCDateTime

metadata = MetaData()

rules = Table(
    "alert_rules",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("rule", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("created", UTCDateTime, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("armed", Boolean),
    Column("holds", Text, nullable=False),
    Column("since", UTCDateTime),
    Column("fired", Integer, nullable=False),
    Column("last_fired", UTCDateTime),
    Column("snoozed_until", UTCDateTime),
    Column("done", Boolean, nullable=False),
)

firings = Table(
    "alert_firings",
    metadata,
    Column("rule", BigInteger, primary_key=True, autoincrement=False),
    Column("times", Integer, primary_key=True, autoincrement=False),
    Column("at", UTCDateTime, nullable=False),
    Column("said", Text, nullable=False),
)

notes = Table("alert_notes", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))
