"""The tables of the bot."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from kit import UTCDateTime

_metadata = MetaData()

users = Table(
    "telegram_users",
    _metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("paired", UTCDateTime, nullable=False),
    Column("last_update", BigInteger, nullable=False),
    Column("claimed", UTCDateTime),
    Column("handled", UTCDateTime),
)

codes = Table(
    "telegram_codes",
    _metadata,
    Column("digest", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("expires", UTCDateTime, nullable=False),
)

buttons = Table(
    "telegram_buttons",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("params", Text, nullable=False),
    Column("expires", UTCDateTime, nullable=False),
    Column("used", UTCDateTime),
)

told = Table(
    "telegram_told",
    _metadata,
    Column("key", Text, primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UTCDateTime, nullable=False),
)
