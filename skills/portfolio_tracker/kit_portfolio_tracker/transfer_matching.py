"""Which transfers of the store belong together."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from .core.fiat import FIAT

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from .core.transfers import Matching


def matching(connection: Connection, since: datetime | None) -> Matching | None:
    """Of those that may matter from that instant on, or of all; None where there are none."""
    from .store.changes import MATCHING_WINDOW
    from .store.lot_rows import transfers_since

    # What is matched with what hangs together over several days; further back it has long been settled.
    earliest = since - 4 * MATCHING_WINDOW if since is not None else None
    transfers = list(transfers_since(connection, earliest))
    if not transfers:
        return None
    from .core.transfers import match_transfers
    from .store.match_rows import read_decisions

    return match_transfers(transfers, read_decisions(connection), is_money=FIAT.__contains__)
