"""How universal lots were given to accounts: made once, kept from the first report that rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from ..core.allocation import Allotment
from ..core.events import RecordKey
from .changes import mark_changed
from .tables import allotments


def read_allotments(connection: Connection) -> dict[str, dict[datetime, list[Allotment]]]:
    """Those of every asset, by the instant at which they were made."""
    found: dict[str, dict[datetime, list[Allotment]]] = {}
    for row in connection.execute(select(allotments).order_by(allotments.c.number)):
        allotment = Allotment(RecordKey(row.lot_account, row.lot_id), row.account, row.quantity)
        found.setdefault(row.asset, {}).setdefault(row.at, []).append(allotment)
    return found


def keep_allotments(connection: Connection, found: Mapping[str, Mapping[datetime, Sequence[Allotment]]]) -> int:
    """Keep those of assets and instants that have none yet; how many assets that were."""
    known = {(row.asset, row.at) for row in connection.execute(select(allotments.c.asset, allotments.c.at).distinct())}
    number = connection.scalar(select(func.max(allotments.c.number))) or 0
    rows, kept = [], set()
    for asset, by_instant in found.items():
        for at, each in by_instant.items():
            if not each or (asset, at) in known:
                continue
            kept.add(asset)
            mark_changed(connection, asset, at)
            for allotment in each:
                number += 1
                rows.append(
                    {
                        "number": number,
                        "asset": asset,
                        "at": at,
                        "lot_account": allotment.lot.account,
                        "lot_id": allotment.lot.id,
                        "account": allotment.account,
                        "quantity": allotment.quantity,
                    }
                )
    if rows:
        connection.execute(insert(allotments), rows)
    return len(kept)
