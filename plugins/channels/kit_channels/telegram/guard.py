"""Who may speak: members, whoever sends a code that is good, and nobody else; and how much each may ask."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque

from kit import Services

from .store.members import Member, Members, digest

_CODE = re.compile(r"(?:/start(?:@\w+)?\s+)?([A-Za-z0-9]{10})")
_LOOK_SECONDS = 1.0
_CODE_LOOK_SECONDS = 0.05  # a code may have been made a moment ago
_MINUTE = 60.0


class Guard:
    """On the network's loop. The store is looked at now and then, not for each of the strangers who knock."""

    def __init__(self, services: Services, per_minute: int) -> None:
        self._services = services
        self._members = Members(services.store)
        self._per_minute = per_minute
        self._known: dict[int, Member] = {}
        self._codes: frozenset[str] = frozenset()
        self._looked: float | None = None
        self._looking = asyncio.Lock()
        self._asked: dict[int, deque[float]] = {}

    async def member(self, user: int) -> Member | None:
        await self._look()
        return self._known.get(user)

    async def members(self) -> list[Member]:
        await self._look()
        return list(self._known.values())

    async def paired(self, text: str, *, user: int, chat: int, name: str) -> Member | None:
        """The member that whoever says this has just become; None where it is no code that is good."""
        found = _CODE.fullmatch(text.strip())
        if found is None:
            return None
        await self._look(at_least_every=_CODE_LOOK_SECONDS)
        code = found[1].upper()
        if digest(code) not in self._codes:
            return None
        now = self._services.clock.now()
        role = await asyncio.to_thread(self._members.pair, code, user=user, chat=chat, name=name, now=now)
        self._looked = None
        return await self.member(user) if role is not None else None

    async def claim(self, user: int, number: int) -> Member | None:
        """The member whose update this is, as they are now; None where it is not to be handled, or was before."""
        return await asyncio.to_thread(self._members.claim, user, number, self._services.clock.now())

    async def handled(self, user: int) -> None:
        await asyncio.to_thread(self._members.handled, user, self._services.clock.now())

    def is_too_much(self, user: int) -> int:
        """How often they have asked for too much in this minute: 0 if this is none, 1 the first time."""
        now = time.monotonic()
        asked = self._asked.setdefault(user, deque(maxlen=self._per_minute * 2))
        while asked and now - asked[0] > _MINUTE:
            asked.popleft()
        asked.append(now)
        return max(len(asked) - self._per_minute, 0)

    async def _look(self, *, at_least_every: float = _LOOK_SECONDS) -> None:
        async with self._looking:
            if self._looked is not None and time.monotonic() - self._looked < at_least_every:
                return
            found = await asyncio.to_thread(self._members.all)
            self._codes = await asyncio.to_thread(self._members.open_codes, self._services.clock.now())
            self._known = {each.user: each for each in found}
            self._looked = time.monotonic()
