"""Channels: where people are told things without having asked, and what is told to them.

`services.notify(Notification(…))` keeps a notification in the store's outbox and returns; the resident host delivers it
on every channel that it is for, at least once, and keeps a receipt of each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from .replies import Reply

if TYPE_CHECKING:
    from .services import Services


class Priority(StrEnum):
    """`critical` is told at once, in quiet hours too; `high` rings; `normal` is silent where a channel can be."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Notification:
    """Something to be told. Of several with one `key` only the first counts, however often it is said.

    `channel` is the one channel it is for; None is every channel that is on.
    """

    key: str
    reply: Reply
    priority: Priority = Priority.NORMAL
    channel: str | None = None

    def __post_init__(self) -> None:
        if not self.key.strip() or not self.key.isprintable():
            raise ValueError(f"{self.key!r} is no key for a notification")


class Channel(Protocol):
    """An open channel. Everything is called on the network's event loop."""

    async def deliver(self, reply: Reply, *, silent: bool = False) -> str:
        """Tell it; what the other side answered, in a few words, is the receipt.

        `reply.meta["key"]` is the notification's key: one that was delivered when its process died is
        delivered again, and a channel that can tell its receiver so lets them see it once.
        Raises KitError: a transient ExchangeError is tried again with growing pauses, any other once an hour.
        """
        ...

    async def close(self) -> None: ...


@runtime_checkable
class Listening(Protocol):
    """A channel that also hears: run as long as “kit start” does, like a Stream."""

    async def listen(self, services: Services, beat: Callable[[], None]) -> None:
        """For ever; calls `beat()` whenever the other side was heard. Raises where it cannot go on; then begun anew."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelContext:
    """What a channel gets to open: its name, its section `channels.<name>` as its model, the host's services."""

    name: str
    settings: Any
    services: Services


@dataclass(frozen=True, slots=True)
class ChannelType:
    """A channel that a plugin brings; on where config.json has `channels.<name>` (and not `enabled: false` in it).

    `settings` is the "module:Class" of that section. `open` asks no network; the channel does that when it
    delivers. `quiet` says that it disturbs nobody, so that quiet hours do not count for it;
    `listens` that it is `Listening`.
    """

    name: str
    summary: str
    settings: str
    open: Callable[[ChannelContext], Channel]
    quiet: bool = False
    listens: bool = False
