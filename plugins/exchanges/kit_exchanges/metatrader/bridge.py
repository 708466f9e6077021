"""The MetaTrader5 module of another process, over an RPyC classic server: usually the official one under Wine.

Such a server runs whatever it is sent, by design: everyone who reaches its port owns the account and the
machine behind it. Hence loopback or an SSH tunnel only, unless `allowRemote` says otherwise. This side
offers the other nothing: it asks as a classic client, which has no functions to call.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from importlib.resources import files
from typing import Any

from kit import ConfigError, NetworkFailure, OddAnswer

_NEXT = "Start the bridge beside the terminal; docs/metatrader.md shows how."


class BridgedTerminal:
    """One connection. A question that is not answered in time costs it, since its answer could still come."""

    def __init__(self, host: str, port: int, timeout_seconds: float) -> None:
        try:
            from rpyc.core.service import ClassicClient
            from rpyc.core.stream import SocketStream
            from rpyc.utils.factory import connect_stream
        except ImportError:
            raise ConfigError(
                "The module rpyc is not installed.", next_step="Install it: pip install 'kit-host[metatrader]'"
            ) from None
        self._where = f"{host}:{port}"
        self._seconds = timeout_seconds
        try:
            reached = socket.create_connection((host, port), timeout=timeout_seconds)
        except OSError as error:
            raise NetworkFailure(
                f"No MetaTrader bridge at {self._where}: {error.strerror or type(error).__name__}.", next_step=_NEXT
            ) from None
        reached.settimeout(None)  # from here on the answers' own time-out counts
        reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._stream = SocketStream(reached)
        try:
            # Without it a far side that accepts and stays silent would be waited for without end.
            self._connection = connect_stream(
                self._stream, ClassicClient, config={"sync_request_timeout": timeout_seconds}
            )
            self._connection.execute(files(__package__).joinpath("far_side.py").read_text(encoding="utf-8"))
            self._far_side: Any = self._connection.namespace["ask"]
        except (EOFError, OSError, TimeoutError, AttributeError, ValueError, TypeError) as error:
            self._stream.close()
            raise NetworkFailure(
                f"What listens at {self._where} is no RPyC classic server ({type(error).__name__}).", next_step=_NEXT
            ) from None

    def ask(self, question: str) -> str:
        try:
            return str(self._far_side(question))
        except TimeoutError:
            raise NetworkFailure(
                f"The MetaTrader terminal behind {self._where} did not answer within {self._seconds:g} seconds."
            ) from None
        except (EOFError, OSError, ValueError):
            raise NetworkFailure(f"The connection to the MetaTrader bridge at {self._where} was lost.") from None
        except Exception as error:  # noqa: BLE001 - what the far side raises comes as classes made for it
            raise OddAnswer(f"The MetaTrader bridge at {self._where} failed with {type(error).__name__}.") from None

    def close(self) -> None:
        # The socket first: it wakes a thread that waits on it, and keeps the goodbye from waiting.
        with suppress(OSError, EOFError):
            self._stream.sock.shutdown(socket.SHUT_RDWR)
        with suppress(Exception):
            self._connection.close()
