"""Whether the network's loop still turns: what blocks it holds up every stream and every request."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import TYPE_CHECKING

from ..problems import Problem, Severity

if TYPE_CHECKING:
    from ..network import Network

_PATIENCE_SECONDS = 10.0

BLOCKED = Problem(
    key="streams:blocked",
    severity=Severity.ERROR,
    what="A plugin blocks the network's loop: no stream and nothing that asks the network goes on.",
    where="streams",
    next_step="Start “kit start” anew; if it happens again, set the newest plugin aside: kit plugins disable NAME",
)


class Pulse:
    """`is_lost()` is asked again and again, and is cheap."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._asked_at = time.monotonic()
        self._answer: Future[None] | None = None

    def is_lost(self) -> bool:
        """Whether the loop has not answered for 10 seconds."""
        if self._answer is None or self._answer.done():
            self._asked_at = time.monotonic()
            self._answer = self._network.start(_answer())
        return time.monotonic() - self._asked_at > _PATIENCE_SECONDS


async def _answer() -> None:
    return
