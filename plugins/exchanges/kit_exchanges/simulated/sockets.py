"""The WebSocket side of a simulated venue: who is connected, what each watches, what can go wrong with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from .account import Account
from .faults import Fault
from .wire import plain

_BURST = 10_000


@dataclass(slots=True, eq=False)
class Talk:
    """A connected socket: the topics it subscribed, the account it is about."""

    socket: web.WebSocketResponse
    request: web.BaseRequest
    topics: set[str] = field(default_factory=set)
    account: Account | None = None
    silent: bool = False
    forgetful: bool = False
    fault: Fault | None = None
    pulses: int = 0

    async def send(self, message: Any) -> None:
        """As JSON; nothing where it is gone or must be silent."""
        if not self.silent and not self.socket.closed:
            with suppress(ConnectionError, RuntimeError):
                await self.socket.send_str(json.dumps(message, separators=(",", ":"), default=plain))

    async def send_text(self, text: str) -> None:
        if not self.silent and not self.socket.closed:
            with suppress(ConnectionError, RuntimeError):
                await self.socket.send_str(text)

    def subscribe(self, topic: str) -> None:
        if not self.forgetful:
            self.topics.add(topic)

    async def suffer(self, fault: Fault, sample: Callable[[Talk], str | None]) -> None:
        """Have that happen now. `sample` is a message of what it watches, for a burst."""
        if fault is Fault.WS_SILENT:
            self.silent = True
        elif fault is Fault.WS_DISCONNECT:
            if self.request.transport is not None:
                self.request.transport.abort()
        elif fault is Fault.WS_GARBAGE:
            await self.send_text("<<<not json>>>{")
        elif fault is Fault.WS_LOST_SUBSCRIPTION:
            self.forgetful, self.account = True, None
            self.topics.clear()
        elif fault is Fault.WS_BURST and (text := sample(self)) is not None:
            for _ in range(_BURST):
                await self.send_text(text)


class Sockets:
    """All that are connected."""

    def __init__(self) -> None:
        self.talks: list[Talk] = []

    async def converse(
        self,
        talk: Talk,
        heard: Callable[[Talk, Any], Awaitable[None]],
        pulse: Callable[[Talk], Awaitable[None]],
        *,
        every: float,
        sample: Callable[[Talk], str | None],
    ) -> web.WebSocketResponse:
        """Until it ends: `heard` for every message, `pulse` every so many seconds."""
        self.talks.append(talk)
        pulsing = asyncio.create_task(self._pulsing(talk, pulse, every))
        try:
            async for message in talk.socket:
                if message.type is WSMsgType.PING and not talk.silent:
                    await talk.socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    await heard(talk, _parsed(message.data))
                    if talk.fault is not None and (talk.topics or talk.account or talk.forgetful):
                        fault, talk.fault = talk.fault, None
                        await talk.suffer(fault, sample)
        finally:
            pulsing.cancel()
            self.talks.remove(talk)
        return talk.socket

    async def _pulsing(self, talk: Talk, pulse: Callable[[Talk], Awaitable[None]], every: float) -> None:
        while not talk.socket.closed:
            await asyncio.sleep(every)
            if not talk.silent:
                with suppress(ConnectionError, RuntimeError):
                    await pulse(talk)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
