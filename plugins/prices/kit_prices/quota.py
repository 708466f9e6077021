"""How often a source may be asked: so many calls in any minute, so many credits in a calendar month (UTC).

Counted in the cache folder, so that a command and a resident host, or two of them, keep one quota
together. A source that said “too often” rests for everybody.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kit import Clock, RateLimited

from .kept import Shelf

_MINUTE = 60.0
_LONGEST_REST = 86400.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the plan allows. A `month` of 0 is not counted."""

    minute: int
    month: int = 0


class Quota:
    """Admits questions as the allowance allows. `label` is how people call the source."""

    def __init__(self, shelf: Shelf, label: str, allowance: Allowance, clock: Clock) -> None:
        self._shelf = shelf
        self._label = label
        self._allowance = allowance
        self._clock = clock

    async def admit(self, *, cost: int, patience: float) -> float:
        """Wait until a call that costs so many credits may go out; what is left of `patience` (seconds).

        Raises RateLimited where that would take longer, or the month's credits are used up.
        """
        while wait := await asyncio.to_thread(self._take, cost):
            if wait > patience:
                raise RateLimited(
                    f"{self._label} may be asked {self._allowance.minute} times a minute, and was.", retry_after=wait
                )
            await asyncio.sleep(wait)
            patience -= wait
        return patience

    async def rest(self, seconds: float) -> None:
        """The source wants to be left alone so long."""
        await asyncio.to_thread(self._rest, seconds)

    async def correct(self, more: int) -> None:
        """The last call cost so many credits more (or fewer) than were counted."""
        await asyncio.to_thread(self._correct, more)

    def left(self) -> int | None:
        """The credits left this month, None where nobody counts them."""
        if not self._allowance.month:
            return None
        kept = self._shelf.read()
        return max(0, self._allowance.month - _spent(kept, self._clock.now()))

    def _take(self, cost: int) -> float:
        """Note a call and answer 0, or answer the seconds until one may be made."""
        with self._shelf.change() as kept:
            now = self._clock.now()
            instant = now.timestamp()
            resting = _number(kept.get("resting_until")) - instant
            if 0 < resting <= _LONGEST_REST:
                return resting
            calls = [each for each in _numbers(kept.get("calls")) if abs(instant - each) < _MINUTE]
            if len(calls) >= self._allowance.minute:
                return min(calls) + _MINUTE - instant
            spent = _spent(kept, now) + cost
            if self._allowance.month and spent > self._allowance.month:
                raise RateLimited(
                    f"The {self._allowance.month:,} credits that {self._label} gives for a month are used up.",
                    next_step="It is asked again next month, or give it a larger plan's key and quota.",
                    retry_after=(_next_month(now) - now).total_seconds(),
                )
            kept.update(calls=[*calls, instant], month=_month(now), spent=spent)
        return 0.0

    def _correct(self, more: int) -> None:
        now = self._clock.now()
        with self._shelf.change() as kept:
            kept.update(month=_month(now), spent=max(0, _spent(kept, now) + more))

    def _rest(self, seconds: float) -> None:
        with self._shelf.change() as kept:
            kept["resting_until"] = self._clock.now().timestamp() + min(seconds, _LONGEST_REST)


def _month(now: datetime) -> str:
    return f"{now.astimezone(UTC):%Y-%m}"


def _next_month(now: datetime) -> datetime:
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def _spent(kept: dict[str, object], now: datetime) -> int:
    return int(_number(kept.get("spent"))) if kept.get("month") == _month(now) else 0


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _numbers(value: object) -> list[float]:
    return [float(each) for each in value if isinstance(each, int | float)] if isinstance(value, list) else []
