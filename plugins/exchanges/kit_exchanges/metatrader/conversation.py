"""Asking a terminal: one connection, one question at a time, in a thread, so that no event loop waits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kit import BadKey, ExchangeError, NetworkFailure, OddAnswer

from .codes import failure
from .settings import MetaTraderSettings
from .terminal import Terminal, answered, open_terminal, question


class Conversation:
    """With the terminal of one account. A connection that was lost is made anew with the next question."""

    def __init__(
        self,
        account: str,
        settings: MetaTraderSettings,
        open_it: Callable[[MetaTraderSettings], Terminal] = open_terminal,
    ) -> None:
        self._account = account
        self._settings = settings
        self._open_it = open_it
        self._terminal: Terminal | None = None
        self._closed = False
        self._guard = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="kit-metatrader")

    async def ask(self, function: str, *args: Any, fields: Collection[str] = (), **kwargs: Any) -> Any:
        """What the module's `function` answers; asked once more where the connection was lost before it did.

        Raises ExchangeError: what `last_error()` said where the answer is None.
        """
        return await self._in_thread(lambda: self._read(function, args, kwargs, fields))

    async def order(self, function: str, *args: Any) -> Any:
        """The same for what changes something: never asked twice."""
        return await self._in_thread(lambda: self._once(function, args, {}, ()))

    async def close(self) -> None:
        with self._guard:
            self._closed = True
            terminal, self._terminal = self._terminal, None
        if terminal is not None:
            await asyncio.to_thread(terminal.close)
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        if self._closed:
            raise ExchangeError(f"The account {self._account} has been closed.")
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _read(self, function: str, args: Collection[Any], kwargs: dict[str, Any], fields: Collection[str]) -> Any:
        had_one = self._terminal is not None
        try:
            return self._once(function, args, kwargs, fields)
        except NetworkFailure:
            # A connection kept from earlier may have died in the meantime; a new one has had its chance.
            if not had_one or self._terminal is not None or self._closed:
                raise
            return self._once(function, args, kwargs, fields)

    def _once(self, function: str, args: Collection[Any], kwargs: dict[str, Any], fields: Collection[str]) -> Any:
        terminal = self._opened()
        return self._say(terminal, question(function, args, kwargs, login=self._settings.login or None, fields=fields))

    def _opened(self) -> Terminal:
        if self._terminal is not None:
            return self._terminal
        terminal = self._open_it(self._settings)
        with self._guard:
            if self._closed:
                terminal.close()
                raise NetworkFailure(f"The account {self._account} has been closed.")
            self._terminal = terminal
        path = [self._settings.terminal_path] if self._settings.terminal_path else []
        try:
            self._say(terminal, question("initialize", path, self._settings.credentials(), opens=True))
        except BaseException:
            self._drop()
            raise
        return terminal

    def _say(self, terminal: Terminal, asked: str) -> Any:
        try:
            answer = answered(terminal.ask(asked))
        except ExchangeError:
            self._drop()
            raise
        if "said" in answer:
            return answer["said"]
        raise self._error(answer)

    def _error(self, answer: dict[str, Any]) -> ExchangeError:
        if isinstance(answer.get("failed"), list):
            error = failure(self._account, answer["failed"])
            if isinstance(error, (NetworkFailure, BadKey)):
                self._drop()
            return error
        if answer.get("hindered") == "elsewhere":
            self._drop()
            return NetworkFailure(
                f"MetaTrader ({self._account}): the terminal is logged in to account {answer.get('login')}, "
                f"not {self._settings.login}.",
                next_step="Give each account a terminal and a bridge of its own.",
            )
        if answer.get("hindered") == "disconnected":
            return NetworkFailure(
                f"MetaTrader ({self._account}): the terminal has no connection to the broker, so what it shows is old.",
                next_step="Nothing to do: it connects by itself. Look at the terminal where it does not.",
            )
        if "missing" in answer:
            self._drop()
            return ExchangeError(
                f"MetaTrader ({self._account}): the bridge's Python has no module MetaTrader5.",
                next_step="Install it there: pip install MetaTrader5",
            )
        return OddAnswer(f"MetaTrader ({self._account}): the terminal's module failed ({answer.get('raised')}).")

    def _drop(self) -> None:
        with self._guard:
            terminal, self._terminal = self._terminal, None
        if terminal is not None:
            terminal.close()
