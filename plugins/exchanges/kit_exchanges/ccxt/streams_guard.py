"""Sockets that fail aloud.

ccxt reads a frame in a callback of the event loop. What it cannot read there ends its reading for good, while
whoever waits for the next ticker waits on. Here it ends the connection, so that those who wait are told.
"""

from __future__ import annotations

import asyncio
from typing import Any

_MARK = "kit_guarded"


def guarded(client: Any) -> Any:
    """The client, its sockets guarded: those it opens from now on. `let_go` ends what they leave open."""
    opened = client.client
    client.kit_sockets = []

    def open_socket(url: str) -> Any:
        socket = opened(url)
        if not getattr(socket, _MARK, False):
            _guard(socket)
            client.kit_sockets.append(socket)
        return socket

    client.client = open_socket
    return client


async def let_go(client: Any) -> None:
    """Drop the connections of all its sockets, those included that the client has forgotten or is opening.

    A connection that was lost counts as closed, and keeps its place in the pool all the same: its response has to
    be closed.
    """
    for socket in client.kit_sockets:
        if socket.kit_opening is not None:
            socket.kit_opening.cancel()
            await asyncio.wait([socket.kit_opening])
        response = getattr(socket.connection, "_response", None)
        if response is not None:
            response.close()
    client.kit_sockets.clear()


def _guard(socket: Any) -> None:
    read = socket.handle_message

    def read_or_end(message: Any) -> None:
        try:
            read(message)
        except Exception as error:  # noqa: BLE001 - whatever a frame makes ccxt raise
            socket.on_error(error)

    open_one = socket.open
    socket.kit_opening = None

    def open_as_task(*given: Any) -> asyncio.Task[None]:
        opening: asyncio.Task[None] = asyncio.ensure_future(open_one(*given))
        socket.kit_opening = opening
        return opening

    socket.handle_message = read_or_end
    socket.open = open_as_task
    setattr(socket, _MARK, True)
