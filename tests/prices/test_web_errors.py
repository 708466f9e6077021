"""Every failure of the HTTP client has its error; nothing foreign comes through."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest
from kit_prices.web import _WORDS

from kit import ConfigError, NetworkFailure, NetworkOptions

if TYPE_CHECKING:
    from .conftest import Desk


@contextmanager
def raw(answer: bytes, *, times: int = 9) -> Iterator[str]:
    """A server that says these bytes to whoever connects, whatever they ask, and hangs up; b"" says nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)

        def serve() -> None:
            for _ in range(times):
                try:
                    peer, _ = listening.accept()
                except OSError:
                    return
                with peer:
                    peer.recv(65536)
                    if answer:
                        peer.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["hangs up", "no HTTP", "half a body", "bad chunks", "false encoding", "redirect to nowhere"],
)
def test_whatever_the_wire_says_is_a_network_failure(desk: Desk, answer: bytes) -> None:
    with raw(answer) as url:
        desk.configured["prices.coingecko"]["baseUrl"] = url
        with pytest.raises(NetworkFailure, match="CoinGecko"):
            desk.quotes("coingecko", ["BTC"])


def test_a_host_that_is_none_is_a_network_failure(desk: Desk) -> None:
    desk.configured["prices.coingecko"]["baseUrl"] = "http://no-such-host.invalid"
    with pytest.raises(NetworkFailure, match="CoinGecko cannot be reached: its name is not known here"):
        desk.quotes("coingecko", ["BTC"])


def test_an_answer_that_never_comes_is_a_network_failure(desk: Desk) -> None:
    desk.network.options = NetworkOptions(timeout_seconds=0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        desk.configured["prices.coingecko"]["baseUrl"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NetworkFailure, match="did not answer in time"):
            desk.quotes("coingecko", ["BTC"])


def test_a_time_out_that_comes_with_the_answer_is_a_network_failure(desk: Desk) -> None:
    async def give_up(*_: object) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()

    async def prepare() -> None:
        hearing = aiohttp.TraceConfig()
        hearing.on_request_end.append(give_up)
        hearing.freeze()
        desk.network.session().trace_configs.append(hearing)

    desk.network.run(prepare())
    with pytest.raises(NetworkFailure, match="did not answer in time"):
        desk.quotes("coingecko", ["BTC"])


def test_plain_words_name_errors_that_the_client_has() -> None:
    assert [name for name in _WORDS if not hasattr(aiohttp, name)] == []


def test_an_address_that_is_none_is_a_config_error(desk: Desk) -> None:
    desk.configured["prices.coingecko"]["baseUrl"] = "http://:99999/"
    with pytest.raises(ConfigError, match="baseUrl"):
        desk.quotes("coingecko", ["BTC"])


def test_every_error_of_the_client_is_of_a_translated_kind() -> None:
    """`Web` translates ClientError, OSError and TimeoutError: the client raises no other."""
    faults = [each for each in vars(aiohttp).values() if isinstance(each, type) and issubclass(each, Exception)]
    names = [each.__name__ for each in faults if each.__name__.endswith(("Error", "Timeout", "URL", "Redirects"))]
    assert len(names) > 15
    strangers = [each for each in faults if not issubclass(each, aiohttp.ClientError | OSError | TimeoutError)]
    # Raised for what this client never does: web sockets, multipart bodies, streams of a server.
    elsewhere = {"EofStream", "WSMessageTypeError", "WebSocketError"}
    assert {each.__name__ for each in strangers if not issubclass(each, Warning)} <= elsewhere
