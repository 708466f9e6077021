"""A MetaTrader 5 terminal on this machine, behind a real RPyC classic server.

    with MetaTraderServer() as server:
        server.terminal.deposit("500")
        settings = server.settings                 # to be written as exchanges.<name>

One at a time in a process: the far side of the bridge imports the module by its name.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from contextlib import suppress
from types import ModuleType, TracebackType
from typing import Any, Self

from .metatrader_terminal import FUNCTIONS, Terminal

_ENDING_SECONDS = 5.0


class MetaTraderServer:
    """An RPyC classic server in a thread, whose Python has a module MetaTrader5: this `terminal`."""

    def __init__(self, terminal: Terminal | None = None) -> None:
        self.terminal = terminal or Terminal()
        self.host = "127.0.0.1"
        self.port = 0

    @property
    def settings(self) -> dict[str, Any]:
        """What an account is opened with, its password may trade."""
        return {
            "type": "metatrader",
            "terminal": "bridge",
            "login": self.terminal.login,
            "password": self.terminal.password,
            "server": self.terminal.server,
            "port": self.port,
        }

    def __enter__(self) -> Self:
        from rpyc.core.service import SlaveService
        from rpyc.utils.server import ThreadedServer

        if getattr(sys.modules.get("MetaTrader5"), "terminal", None):
            raise RuntimeError("a simulated terminal runs in this process already")
        module = ModuleType("MetaTrader5", "A simulated terminal.")
        vars(module).update({name: self.terminal.called(name) for name in FUNCTIONS}, terminal=self.terminal)
        self._before = sys.modules.get("MetaTrader5")
        sys.modules["MetaTrader5"] = module
        quiet = logging.getLogger("kit_exchanges.simulated.metatrader")
        quiet.addHandler(logging.NullHandler())
        quiet.propagate = False
        self._server = ThreadedServer(SlaveService, hostname=self.host, port=self.port, logger=quiet)
        self.port = self._server.port
        self._thread = threading.Thread(target=self._server.start, name="kit-metatrader-server", daemon=True)
        self._thread.start()
        while not self._server.active:  # one closed before it listens would fail in its thread
            time.sleep(0.001)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.disconnect()
        end = time.monotonic() + _ENDING_SECONDS
        while self._server.clients and time.monotonic() < end:  # closed beneath a thread, a socket would make it fail
            time.sleep(0.005)
        self._server.close()
        self._thread.join(_ENDING_SECONDS)
        if self._before is None:
            sys.modules.pop("MetaTrader5", None)
        else:
            sys.modules["MetaTrader5"] = self._before

    def disconnect(self) -> None:
        """Cut every connection; new ones are taken."""
        for client in list(self._server.clients):
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
