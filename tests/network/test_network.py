"""One loop, one session: what asks the network shares them, and nothing of them is left behind."""

from __future__ import annotations

import asyncio
import gc
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from kit import ConfigError, Network, NetworkOptions


@pytest.fixture
def network() -> Iterator[Network]:
    opened = Network(NetworkOptions(timeout_seconds=2))
    yield opened
    opened.close()


@asynccontextmanager
async def _served(answer: str) -> AsyncIterator[str]:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(text=answer)

    app = web.Application()
    app.router.add_get("/", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield site.name
    finally:
        await runner.cleanup()


def test_work_is_done_on_a_thread_of_its_own_and_answers(network: Network) -> None:
    async def where() -> str:
        await asyncio.sleep(0)
        return threading.current_thread().name

    assert network.run(where()) == network.run(where()) != threading.current_thread().name


def test_an_error_arrives_where_the_work_was_asked_for(network: Network) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        network.run(fail())


def test_the_session_is_one_and_works(network: Network) -> None:
    async def twice() -> tuple[str, bool]:
        first: ClientSession = network.session()
        async with _served("hello") as url, first.get(url) as answer:
            return await answer.text(), first is network.session()

    assert network.run(twice()) == ("hello", True)


def test_the_loop_refuses_to_wait_for_itself(network: Network) -> None:
    async def inner() -> None: ...

    async def outer() -> None:
        network.run(inner())

    with pytest.raises(RuntimeError, match="await the work"):
        network.run(outer())


def test_what_is_kept_is_made_once_and_closed_with_the_network(network: Network) -> None:
    closed: list[str] = []

    async def close(each: list[str]) -> None:
        closed.append(each[0])

    async def keep() -> bool:
        first = network.kept("it", lambda: ["made"], close)
        return first is network.kept("it", lambda: ["again"], close)

    assert network.run(keep())
    network.close()
    assert closed == ["made"]


def test_what_blocks_aside_does_not_hold_up_the_rest(network: Network) -> None:
    let_go = threading.Event()

    async def beside_many() -> str:
        blocked = [asyncio.create_task(asyncio.to_thread(let_go.wait, 20)) for _ in range(20)]
        await asyncio.sleep(0.1)
        answer = await asyncio.wait_for(asyncio.to_thread(lambda: "at once"), 5)
        let_go.set()
        await asyncio.gather(*blocked)
        return answer

    assert network.run(beside_many()) == "at once"


def test_what_blocks_aside_is_done_before_the_network_is_closed(network: Network) -> None:
    begun, done = threading.Event(), []

    def look_up() -> None:
        begun.set()
        time.sleep(0.2)
        done.append("it")

    asking = network.start(asyncio.to_thread(look_up))
    assert begun.wait(20)
    network.close()
    assert asking.cancelled()
    assert done == ["it"]


def test_a_time_out_that_comes_with_the_answer_gives_up_nothing_but_the_question(network: Network) -> None:
    async def late() -> str:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()  # as aiohttp's timer does, while the answer is on its way
        return "late"

    async def asks() -> str:
        with pytest.raises(TimeoutError):
            await network.contained(late())
        await asyncio.sleep(0)
        return "goes on"

    assert network.run(asks()) == "goes on"


def test_who_is_cancelled_while_asking_leaves_no_question_behind(network: Network) -> None:
    ended = []

    async def silent() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def asks() -> None:
        asking = asyncio.create_task(network.contained(silent()))
        await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert ended == [True]

    network.run(asks())


def test_a_failure_that_nobody_waits_for_any_more_is_printed_nowhere() -> None:
    told: list[str] = []

    async def fails_as_it_ends() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("GET /account?signature=abc")

    async def asks() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context["message"]))
        waiting = asyncio.create_task(Network.contained(fails_as_it_ends()))
        await asyncio.sleep(0.01)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gc.collect()

    asyncio.run(asks())
    gc.collect()
    assert told == []


def test_work_that_ends_the_program_ends_only_itself(network: Network) -> None:
    async def leave() -> None:
        raise SystemExit(7)

    async def stay() -> str:
        return "still here"

    with pytest.raises(SystemExit):
        network.run(leave())
    assert network.run(stay()) == "still here"


def test_closing_cancels_what_runs_and_may_be_done_twice(network: Network) -> None:
    begun = threading.Event()

    async def forever() -> None:
        begun.set()
        await asyncio.Event().wait()

    running = network.start(forever())
    assert begun.wait(5)
    network.close()
    network.close()
    with pytest.raises(CancelledError):
        running.result(5)
    assert "kit-network" not in [thread.name for thread in threading.enumerate()]


def test_a_network_that_was_closed_opens_again(network: Network) -> None:
    async def one() -> int:
        return 1

    assert network.run(one()) == 1
    network.close()
    assert network.run(one()) == 1


def test_a_ca_file_that_is_none_is_a_config_error(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(ConfigError, match=r"network\.caFile"):
            Network(NetworkOptions(ca_file=tmp_path / name)).tls  # noqa: B018 - made on first touch


@pytest.mark.parametrize("proxy", ["proxy.example:3128", "me:hunter2@proxy.example", "socks5://proxy.example"])
def test_a_proxy_of_the_environment_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    network = Network(NetworkOptions())

    async def ask() -> None:
        network.session()

    with pytest.raises(ConfigError, match="HTTPS_PROXY does not begin with http://") as refused:
        network.run(ask())
    network.close()
    assert "hunter2" not in str(refused.value)


def test_certificates_are_verified() -> None:
    tls = Network(NetworkOptions()).tls
    assert tls.verify_mode is ssl.CERT_REQUIRED
    assert tls.check_hostname


@pytest.mark.usefixtures("unmeasured")
def test_a_network_not_asked_imports_no_client() -> None:
    code = "import sys, kit.network as n; n.Network(n.NetworkOptions()).close(); sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
