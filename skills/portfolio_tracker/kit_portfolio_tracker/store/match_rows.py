"""What people said of transfers: which records belong together, and which do not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from ..core.events import RecordKey
from ..core.transfers import Decision
from .tables import matches


def read_decisions(connection: Connection) -> list[Decision]:
    """The oldest first, so that of two that contradict each other the first holds."""
    found = connection.execute(select(matches).order_by(matches.c.time, matches.c.out_account, matches.c.out_id))
    return [
        Decision(RecordKey(row.out_account, row.out_id), RecordKey(row.in_account, row.in_id), row.matched)
        for row in found
    ]


def keep_decision(connection: Connection, decision: Decision, now: datetime) -> None:
    """Keep it, in the place of what was said of these two before. One that matches ends other matches of the two."""
    (out_account, out_id), (in_account, in_id) = decision.out, decision.into
    same_out = (matches.c.out_account == out_account) & (matches.c.out_id == out_id)
    same_in = (matches.c.in_account == in_account) & (matches.c.in_id == in_id)
    connection.execute(delete(matches).where(same_out, same_in))
    if decision.matched:
        connection.execute(delete(matches).where(matches.c.matched, same_out | same_in))
    connection.execute(
        insert(matches).values(
            out_account=out_account,
            out_id=out_id,
            in_account=in_account,
            in_id=in_id,
            matched=decision.matched,
            time=now,
        )
    )
