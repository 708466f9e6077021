"""The database: one store per installation, in SQLite or PostgreSQL.

`Store` opens it and hands out connections, `kit.storage.types` has the exact column types,
`StoredProblems` keeps the problems, `Ledger` the runs of jobs, `StreamStates` how
streams are, `Outbox` what is to be told. Names are imported when first used: SQLAlchemy is not cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .ledger import Ledger
    from .migrate import MigrationError
    from .outbox import Outbox
    from .problems import StoredProblems
    from .store import Store
    from .streams import StreamState, StreamStates

__all__ = ["Ledger", "MigrationError", "Outbox", "Store", "StoredProblems", "StreamState", "StreamStates"]
_MODULES = {
    "Ledger": "ledger",
    "MigrationError": "migrate",
    "Outbox": "outbox",
    "Store": "store",
    "StoredProblems": "problems",
    "StreamState": "streams",
    "StreamStates": "streams",
}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module 'kit.storage' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
