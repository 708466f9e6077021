"""The host's own tables."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, MetaData, Table, Text

from ..hookspecs import Migrations
from .types import UTCDateTime

metadata = MetaData()

problems = Table(
    "problems",
    metadata,
    Column("key", Text, primary_key=True),
    Column("severity", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("first_seen", UTCDateTime, nullable=False),
    Column("last_seen", UTCDateTime, nullable=False),
)

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

HOST_MIGRATIONS = Migrations("host", Path(__file__).with_name("revisions"), head="host_0001")
