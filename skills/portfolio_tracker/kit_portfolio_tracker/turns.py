"""Whose turn it is: which accounts are asked unbidden now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from .store.account_rows import AccountState

_LONGEST_PAUSE = timedelta(hours=1)
_DOUBLINGS = 6


def due(states: Mapping[str, AccountState], accounts: Collection[str], interval: int, now: datetime) -> list[str]:
    """The accounts to ask unbidden: after the interval, and after growing pauses where they fail."""

    def is_due(state: AccountState | None) -> bool:
        if state is None or state.asked > now:  # the clock was moved back
            return True
        usual = timedelta(seconds=interval)
        pause = usual * (1 << min(state.failures, _DOUBLINGS))
        return now - state.asked >= min(pause, max(_LONGEST_PAUSE, usual))

    return [account for account in accounts if is_due(states.get(account))]
