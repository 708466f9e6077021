"""What the portfolio knows of an account follows when it is called otherwise."""

from __future__ import annotations

from kit import Event, Services

from .rounds import ACCOUNT_PROBLEMS
from .standing import refresh_problems
from .store.renaming import rename_account


def follow_name(services: Services, event: Event) -> None:
    """Move everything that is kept of the account, in one transaction. Raises StoreError."""
    old, new = str(event.data["old"]), str(event.data["new"])
    with services.store.write() as connection:
        rename_account(connection, old, new)
    services.problems.resolve(f"{ACCOUNT_PROBLEMS}{old}")
    refresh_problems(services)
