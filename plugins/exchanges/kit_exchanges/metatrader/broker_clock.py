"""Which clock a broker follows: what the settings say, else what its newest tick shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from kit import ClockSkew, ExchangeError

from .broker_time import BrokerTime, derived, parse_broker_time
from .conversation import Conversation
from .symbols import row, rows, text, whole

if TYPE_CHECKING:
    from kit import Clock

_LOOKS = 10
_PAUSE_SECONDS = 0.3


class BrokerClock:
    """Found out once. A tick tells the time only while ticks come: one of a closed market is hours old."""

    def __init__(self, account: str, setting: str, conversation: Conversation, clock: Clock) -> None:
        self._account = account
        self._conversation = conversation
        self._clock = clock
        self._time = parse_broker_time(setting)

    async def time(self) -> BrokerTime:
        """Raises ExchangeError where it cannot be told."""
        if self._time is None:
            self._time = await self._find_out()
        return self._time

    async def _find_out(self) -> BrokerTime:
        said = rows(await self._conversation.ask("symbols_get", fields=("name", "time", "visible")))
        ticking = [each for each in said if each.get("visible") and whole(each, "time")]
        if ticking:
            name = text(max(ticking, key=lambda each: whole(each, "time")), "name")
            seen = await self._tick(name)
            for _ in range(_LOOKS):
                await asyncio.sleep(_PAUSE_SECONDS)
                newest = await self._tick(name)
                if newest > seen:
                    return self._shown_by(newest)
        raise ExchangeError(
            f"The clock of the broker of {self._account} cannot be told while its market is closed.",
            next_step="Set brokerTimezone, for most brokers to new-york-close, or wait until the market opens.",
        )

    async def _tick(self, name: str) -> int:
        return whole(row(await self._conversation.ask("symbol_info_tick", name)), "time_msc")

    def _shown_by(self, tick: int) -> BrokerTime:
        found = derived(tick, self._clock.now())
        if found is None:
            raise ClockSkew(f"This machine's clock and that of the broker of {self._account} differ by minutes.")
        return found
