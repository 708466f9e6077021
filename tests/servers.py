"""Servers on this machine, over real sockets: a pytest plugin."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from aiohttp import web

_PATIENCE_SECONDS = 30.0


class Server:
    """An application served in a thread of its own; `application` makes it, anew for each start."""

    def __init__(self, application: Callable[[], web.Application]) -> None:
        self._application = application
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Answer; at the same address as before."""
        self._wait(self._start())

    def stop(self) -> None:
        """As if a cable were pulled: nobody answers, until it is started again."""
        self._wait(self._stop())

    def soon(self, what: Callable[..., object], *arguments: Any) -> None:
        """Have it called where the application is."""
        self._loop.call_soon_threadsafe(what, *arguments)

    def close(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE_SECONDS)
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_SECONDS)

    async def _start(self) -> None:
        self._runner = web.AppRunner(
            self._application(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()


Serve = Callable[[Callable[[], web.Application]], Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(application)`: a server that answers; all are closed with the test."""
    servers: list[Server] = []

    def start(application: Callable[[], web.Application]) -> Server:
        servers.append(Server(application))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
