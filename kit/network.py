"""The network: one event loop, one HTTP session, one TLS context for everything that asks it.

Handlers and jobs are plain functions; `run` has their asynchronous part done on a loop in a thread of
its own, that lives as long as the host. So a resident host keeps its connections, and accounts and
price sources asked together share them. Nothing is imported or started before the first question.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .errors import ConfigError

if TYPE_CHECKING:
    from aiohttp import ClientSession

_Answer = TypeVar("_Answer")
_CLOSING_SECONDS = 3.0
# Names are looked up in these threads, as long as half a minute where no server answers, and the store is
# used in them: as few as there are cores, the usual number, would let one hold up the other.
_THREADS = 32


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How the world is reached: patience for one answer, a proxy, certificates besides the usual ones."""

    timeout_seconds: float = 10.0
    proxy: str | None = None
    ca_file: Path | None = None


class Network:
    """Opened by the host on first touch. `session` and `kept` belong to the loop; `run` to everyone else."""

    def __init__(self, options: NetworkOptions) -> None:
        self.options = options
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._aside: ThreadPoolExecutor | None = None
        self._starting = threading.Lock()
        self._session: ClientSession | None = None
        self._context: ssl.SSLContext | None = None
        self._kept: dict[str, Any] = {}
        self._closers: list[Callable[[], Awaitable[None]]] = []

    def run(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        """What `work` answers, done on the loop while the caller waits. An interrupt cancels it."""
        future = self.start(work)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def start(self, work: Coroutine[Any, Any, _Answer]) -> Future[_Answer]:
        """Begin `work` on the loop and go on; cancelling the future cancels it."""
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("the loop cannot wait for itself; await the work instead")
        return asyncio.run_coroutine_threadsafe(work, self._running())

    @property
    def here(self) -> bool:
        """Whether the caller runs on this network's loop, where `session` may be used."""
        return threading.current_thread() is self._thread

    @property
    def tls(self) -> ssl.SSLContext:
        """Verifies against the usual authorities and the configured `ca_file`. Raises ConfigError."""
        if self._context is None:
            import certifi

            self._context = ssl.create_default_context(cafile=certifi.where())
            if self.options.ca_file is not None:
                try:
                    self._context.load_verify_locations(cafile=self.options.ca_file)
                except (OSError, ssl.SSLError) as error:
                    raise ConfigError(
                        f"network.caFile: {self.options.ca_file} cannot be used ({type(error).__name__}).",
                        next_step="Name a file of PEM certificates.",
                    ) from None
        return self._context

    def session(self) -> ClientSession:
        """The one HTTP session; to be used on the loop. Raises ConfigError."""
        if self._session is None or self._session.closed:
            from aiohttp import ClientSession, ClientTimeout, TCPConnector

            if self.options.proxy is None:
                _refuse_odd_proxies()
            self._session = ClientSession(
                connector=TCPConnector(ssl=self.tls, limit=0, limit_per_host=64),
                timeout=ClientTimeout(total=self.options.timeout_seconds),
                trust_env=self.options.proxy is None,
                proxy=self.options.proxy,
            )
        return self._session

    @staticmethod
    async def contained(question: Coroutine[Any, Any, _Answer], left: Callable[[], float] | None = None) -> _Answer:
        """What `question` answers, asked in a task of its own; to be awaited on the loop. Raises TimeoutError.

        aiohttp's timer may cancel the task that asks in the very moment its answer comes, and what that task awaits
        next is given up. So nothing but the question is. It is waited for while there are seconds `left`.
        """
        task = asyncio.create_task(question)
        task.add_done_callback(_noticed)
        try:
            while not task.done():
                seconds = left() if left is not None else None
                if seconds is not None and seconds <= 0:
                    break
                await asyncio.wait({task}, timeout=seconds)
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})
        if task.cancelled():
            raise TimeoutError
        return task.result()

    def kept(self, key: str, make: Callable[[], _Answer], close: Callable[[_Answer], Awaitable[None]]) -> _Answer:
        """What `make` made under this key, once; closed with the network."""
        if key not in self._kept:
            made = make()
            self._kept[key] = made
            self._closers.append(lambda: close(made))
        return cast("_Answer", self._kept[key])

    def close(self) -> None:
        """Close what is kept and the session, cancel what still runs, end the loop.

        What blocks aside cannot be cancelled: it is waited for, a few seconds at most, so that it has done with what
        its caller closes next.
        """
        with self._starting:
            loop, self._loop = self._loop, None
            thread, self._thread = self._thread, None
            aside, self._aside = self._aside, None
        if loop is None or thread is None or aside is None:
            return
        closing = asyncio.run_coroutine_threadsafe(self._close(), loop)
        with suppress(Exception):
            closing.result(_CLOSING_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_CLOSING_SECONDS)
        waiting = threading.Thread(target=aside.shutdown, daemon=True)  # which knows no time-out
        waiting.start()
        waiting.join(_CLOSING_SECONDS)

    async def _close(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.gather(*(close() for close in self._closers), return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        self._kept.clear()
        self._closers.clear()
        self._session = None
        await asyncio.get_running_loop().shutdown_asyncgens()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._aside = ThreadPoolExecutor(_THREADS, "kit-network-aside")
                self._loop.set_default_executor(self._aside)
                self._thread = threading.Thread(target=_serve, args=(self._loop,), name="kit-network", daemon=True)
                self._thread.start()
            return self._loop


def _refuse_odd_proxies() -> None:
    """A proxy of the environment that is none would be taken for a fault of each address that is asked."""
    from urllib.request import getproxies

    for scheme, proxy in getproxies().items():
        if scheme in {"http", "https"} and not proxy.casefold().startswith(("http://", "https://")):
            raise ConfigError(
                f"The proxy that the environment names in {scheme.upper()}_PROXY does not begin with http://.",
                next_step="Write it like http://proxy.example:3128, there or as network.proxy in config.json.",
            )


def _noticed(task: asyncio.Task[Any]) -> None:
    """Of a failure that nobody waits for any more asyncio would print everything, a signed address included."""
    if not task.cancelled():
        task.exception()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        while not _stopped(loop):
            continue
    finally:
        loop.close()


def _stopped(loop: asyncio.AbstractEventLoop) -> bool:
    """Turn the loop until it is stopped; False where a task tried to end the program, which asyncio lets through."""
    try:
        loop.run_forever()
    except (SystemExit, KeyboardInterrupt):
        return False
    return True
