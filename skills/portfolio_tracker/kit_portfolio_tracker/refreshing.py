"""Before an answer: what is older than `updateInterval` is asked for, within a few seconds or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit import Services

from .plugin import SECTION

if TYPE_CHECKING:
    from .settings import PortfolioSettings

# Nobody waits longer than this for an answer, however many venues are slow.
_BUDGET_SECONDS = 8.0


def refresh(services: Services, *, offline: bool = False) -> None:
    """Bring balances and prices up to date where accounts at venues of the network are connected.

    What fails is kept as the account's state; the answer says so. Raises StoreError.
    """
    configured = services.exchanges()
    if offline or not configured:
        return
    from .store.account_rows import account_states

    settings: PortfolioSettings = services.settings(SECTION)
    with services.store.read() as connection:
        states = account_states(connection)
    from .turns import due

    now = services.clock.now()
    waiting = due(states, configured, settings.update_interval, now)
    if not waiting:
        return
    networked = {kind.name for kind in services.exchange_types() if kind.networked}
    accounts = [name for name in waiting if services.venue(name) in networked]
    if accounts:
        from .rounds import go_round
        from .visiting import Wish

        go_round(services, accounts, Wish("changed", since=now, budget=_BUDGET_SECONDS))
