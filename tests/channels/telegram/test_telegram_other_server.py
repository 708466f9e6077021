"""The same bot against a Bot API that somebody else wrote: telemelya, where it is installed (with fakeredis).

It knows webhooks only and no menus, so a bridge stands before it: what it sends to the webhook is what the bot's
long poll gets, and everything else goes through as it is.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession, web

from kit.host.channels import open_channel
from kit.testing import HostFactory

if TYPE_CHECKING:
    from kit.testing import HostUnderTest
    from tests.servers import Serve

pytest.importorskip("telemelya")
pytest.importorskip("fakeredis")

OWNER = 11
SERVER = """\
import sys

import fakeredis.aioredis
import uvicorn
from telemelya.server.app import app
from telemelya.server.media import media_manager
from telemelya.server.state import state_manager


async def connect():
    state_manager._redis = fakeredis.aioredis.FakeRedis(decode_responses=True)


async def nothing(*_):
    return None


state_manager.connect = connect
media_manager.connect = media_manager.close = media_manager.upload = nothing
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
"""


class Bridge:
    """`url` is the Bot API as the bot sees it."""

    def __init__(self, behind: str, serve: Serve) -> None:
        self._behind = behind
        self._updates: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.url = serve(self._application).url

    def _application(self) -> web.Application:
        app = web.Application()
        app.cleanup_ctx.append(self._asking)
        app.router.add_post("/hook", self._hook)
        app.router.add_post("/bot{token}/getUpdates", self._poll)
        app.router.add_post("/bot{token}/setMyCommands", self._menu)
        app.router.add_post("/{path:.*}", self._through)
        return app

    async def _asking(self, _: web.Application) -> AsyncIterator[None]:
        async with ClientSession() as self._session:
            yield

    async def _hook(self, request: web.Request) -> web.Response:
        await self._updates.put(await request.json())
        return web.Response()

    async def _poll(self, _: web.Request) -> web.Response:
        got = []
        with suppress(TimeoutError):
            got.append(await asyncio.wait_for(self._updates.get(), 5))
        return web.json_response({"ok": True, "result": got})

    async def _menu(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    async def _through(self, request: web.Request) -> web.Response:
        headers = {"Content-Type": request.headers.get("Content-Type", "")}
        url = f"{self._behind}{request.path}"
        async with self._session.post(url, data=await request.read(), headers=headers) as answer:
            return web.Response(body=await answer.read(), status=answer.status, content_type="application/json")


class Person:
    """Somebody at the other end, who writes, presses and reads through telemelya's own interface."""

    def __init__(self, behind: str, token: str, bridge: Bridge) -> None:
        import httpx

        self._token = token
        self._http = httpx.Client(base_url=behind, headers={"Authorization": "Bearer x", "X-Test-Session": "s"})
        self._http.post(f"/bot{token}/setWebhook", json={"url": f"{bridge.url}/hook"}).raise_for_status()

    def close(self) -> None:
        self._http.close()

    def writes(self, text: str) -> dict[str, Any]:
        return self._sends({"chat_id": OWNER, "text": text}, "sendMessage", "sendPhoto")

    def presses(self, label: str, message: dict[str, Any], answer: str) -> dict[str, Any]:
        (data,) = [
            each["callback_data"]
            for row in message["reply_markup"]["inline_keyboard"]
            for each in row
            if each["text"] == label
        ]
        pressed = {"chat_id": OWNER, "callback_data": data, "callback_message_id": message["message_id"]}
        return self._sends(pressed, answer)

    def _sends(self, update: dict[str, Any], *methods: str) -> dict[str, Any]:
        """The first answer of the bot by one of these methods."""
        before = len(self._responses())
        sent = self._http.post("/api/v1/test/send_update", params={"bot_token": self._token}, json=update)
        sent.raise_for_status()
        deadline = time.monotonic() + 20
        while True:
            found = [each for each in self._responses()[before:] if each["method"] in methods]
            if found:
                return found[0]
            assert time.monotonic() < deadline, "the bot did not answer"
            time.sleep(0.02)

    def _responses(self) -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = self._http.get("/api/v1/test/responses").json()["responses"]
        return said


@pytest.fixture
def telemelya(tmp_path: Path) -> Iterator[str]:
    """The address of the server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = tmp_path / "server.py"
    script.write_text(SERVER, encoding="utf-8")
    with subprocess.Popen([sys.executable, str(script), str(port)]) as server:
        try:
            deadline = time.monotonic() + 60
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                assert time.monotonic() < deadline
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture
def talk(
    telemelya: str, kit_host: HostFactory, stall: Path, tmp_path: Path, secret: Callable[[str], str], serve: Serve
) -> Iterator[tuple[Person, HostUnderTest]]:
    token = secret("4712:AAother")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "token").write_text(token, encoding="utf-8")
    bridge = Bridge(telemelya, serve)
    section = {"token": {"file": str(tmp_path / "secrets" / "token")}, "apiUrl": bridge.url}
    host = kit_host(stall, config={"channels": {"telegram": section}, "timezone": "UTC"}, beside=("telegram",))

    async def listen() -> None:
        channel: Any = open_channel(host.services, "telegram")
        await channel.listen(host.services, lambda: None)

    person = Person(telemelya, token, bridge)
    listening = host.services.network.start(listen())
    yield person, host
    listening.cancel()
    person.close()
    host.services.close()


@pytest.mark.slow
def test_the_whole_conversation_works_there_too(talk: tuple[Person, HostUnderTest]) -> None:
    person, host = talk
    host.run("telegram users")
    code = host.run("telegram pair", role="trade").data["code"]
    welcome = person.writes(f"/start {code}")
    assert "You may use this bot now" in welcome["text"]
    stock = person.writes("show my apples")
    assert stock["text"].startswith("🍎 <b>Stock</b>\n<pre>Apple How many")
    assert stock["raw"]["parse_mode"] == "HTML"
    (host.home / "pile").write_text("9")
    edited = person.presses("🔄 Refresh", stock, "editMessageText")
    assert "9" in edited["text"]
    assert edited["message_id"] == stock["message_id"]
    plan = person.writes("/sell 5")
    assert person.presses("✅ Execute", plan, "answerCallbackQuery")["show_alert"] is False
    assert person.writes("/quote 1")["text"] in ("Sold for 5.", "Would sell for 1.")
    assert (host.home / "sold").read_text() == "5\n"
    again = person.presses("✅ Execute", plan, "answerCallbackQuery")
    assert (again["text"], again["show_alert"]) == ("This button has been pressed before.", True)
    assert (host.home / "sold").read_text() == "5\n"


@pytest.mark.slow
def test_a_picture_arrives_there(talk: tuple[Person, HostUnderTest]) -> None:
    pytest.importorskip("vl_convert")
    person, host = talk
    host.run("telegram users")
    person.writes(host.run("telegram pair").data["code"])
    said = person.writes("/curve")
    assert said["method"] == "sendPhoto"
    assert said["photo"][0]["file_size"] > 1000
    assert said["caption"] == "Before.\n\n<b>Apples &amp; &lt;pears&gt;</b>"
