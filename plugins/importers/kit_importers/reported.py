"""The balances that a statement itself reports, row by row: only the last of each wallet counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kit import Balance, exact_math


@dataclass(slots=True)
class _Wallet:
    asset: str
    staked: bool
    time: datetime
    first_said: Decimal
    last_said: Decimal


class ReportedBalances:
    """Keeps the newest balance of each wallet while a statement is read, sorted either way.

    Several rows of the newest instant: the last one in the file counts where time rises through the
    file, the first where it falls. Memory grows with wallets, not with rows.
    """

    def __init__(self, account: str) -> None:
        self._account = account
        self._wallets: dict[object, _Wallet] = {}
        self._steps = 0
        self._previous: datetime | None = None

    def note(self, wallet: object, asset: str, balance: Decimal, time: datetime, *, staked: bool = False) -> None:
        """The statement says that `wallet` held `balance` of `asset` after the row at `time`."""
        if self._previous is not None and time != self._previous:
            self._steps += 1 if time > self._previous else -1
        self._previous = time
        known = self._wallets.get(wallet)
        if known is None or time > known.time:
            self._wallets[wallet] = _Wallet(asset, staked, time, balance, balance)
        elif time == known.time:
            known.last_said = balance

    @exact_math()
    def all(self) -> list[Balance]:
        """One balance per asset, over all its wallets, at the newest of their times."""
        rising = self._steps >= 0
        sums: dict[str, Balance] = {}
        for wallet in self._wallets.values():
            said = wallet.last_said if rising else wallet.first_said
            staked = said if wallet.staked else Decimal(0)
            before = sums.get(wallet.asset)
            if before:
                said, staked = said + before.total, staked + before.staked
            time = max(wallet.time, before.time) if before else wallet.time
            sums[wallet.asset] = Balance(self._account, wallet.asset, said, time, staked=staked)
        return list(sums.values())
