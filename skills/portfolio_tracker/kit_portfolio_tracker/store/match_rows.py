from __future__ import annotations

from sqlalchemy import Connection

from ..core.transfers import Decision


def read_decisions(connection: Connection) -> list[Decision]:
    return []
