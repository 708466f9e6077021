"""The stream that looks at the rules as long as `kit start` runs, and the same once by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from kit import KitError, Services, Stream

from .configured import adopt
from .looking import Looked, Watch
from .plugin import SECTION

if TYPE_CHECKING:
    from .settings import AlertSettings

_LOCK = "alerts"
_LEAST_SILENCE = timedelta(minutes=5)


def streams(services: Services) -> list[Stream]:
    settings: AlertSettings = services.settings(SECTION)
    silence = max(_LEAST_SILENCE, 3 * timedelta(seconds=settings.interval))
    return [Stream("alerts", "Looks at the alert rules", watch, silence)]


async def watch(services: Services, beat: Callable[[], None]) -> None:
    """For ever. Raises KitError."""
    settings: AlertSettings = services.settings(SECTION)
    held = await asyncio.to_thread(services.store.hold, _LOCK)
    if held is None:
        raise KitError("Another process looks at the alert rules.")
    try:
        await asyncio.to_thread(adopt, services)
        rules = Watch(services)
        while True:
            await asyncio.to_thread(rules.look)
            beat()
            await asyncio.sleep(settings.interval)
    finally:
        held.release()


def look_once(services: Services) -> Looked | None:
    """A look now; None where `kit start` looks already. Raises StoreError."""
    with services.store.lock(_LOCK) as mine:
        if not mine:
            return None
        adopt(services)
        return Watch(services).look()
