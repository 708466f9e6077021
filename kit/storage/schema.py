"""The host's own tables."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text, UniqueConstraint

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

runs = Table(
    "runs",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("job", Text, nullable=False),
    Column("scheduled_at", UTCDateTime, nullable=False),
    Column("started", UTCDateTime, nullable=False),
    Column("finished", UTCDateTime),
    Column("outcome", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("asked", Text, nullable=False),
    Column("process", Text, nullable=False),
    UniqueConstraint("job", "scheduled_at"),
)

job_states = Table(
    "job_states",
    metadata,
    Column("job", Text, primary_key=True),
    Column("since", UTCDateTime, nullable=False),
    Column("paused", Boolean, nullable=False),
)

stream_states = Table(
    "stream_states",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("started", UTCDateTime, nullable=False),
    Column("beat", UTCDateTime),
    Column("failures", Integer, nullable=False),
    Column("sentence", Text, nullable=False),
)

notifications = Table(
    "notifications",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),
    Column("priority", Text, nullable=False),
    Column("created", UTCDateTime, nullable=False),
    Column("content", Text, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("due", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fault", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("delivered", UTCDateTime),
)

HOST_MIGRATIONS = Migrations("host", Path(__file__).with_name("revisions"), head="host_0003")
