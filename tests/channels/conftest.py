"""A Bot API server on this machine, over real HTTP.

It does what api.telegram.org does with what a bot sends (it counts as Telegram counts, refuses HTML that is
none, knows each message and each press), and fails when it is told to.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

if TYPE_CHECKING:
    from tests.servers import Serve

_TAGS = {"b", "i", "code", "pre"}
_NAME = re.compile(r"[a-z0-9_]{1,32}")


class Refusal(Exception):
    """What the server answers instead."""

    def __init__(self, code: int, said: str, **parameters: Any) -> None:
        super().__init__(said)
        self.code = code
        self.body = {"ok": False, "error_code": code, "description": said, "parameters": parameters}
        if not parameters:
            del self.body["parameters"]


@dataclass
class Said:
    """A message of the bot: as it reads, and its buttons by what stands on them."""

    number: int
    chat: int
    html: str = ""
    silent: bool = False
    photo: bytes = b""
    file: tuple[str, bytes] = ("", b"")
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    edits: int = 0

    @property
    def text(self) -> str:
        return html.unescape(re.sub("<[^>]*>", "", self.html))

    @property
    def buttons(self) -> dict[str, str]:
        return {each["text"]: each["callback_data"] for row in self.keyboard for each in row}


class BotApi:
    """`said` is what the bot said, `menus` what it offers each chat, `pressed` how presses were answered.

    `faults` are what a method answers next instead: a Refusal, text, “drop” for a connection that breaks, “” for none.
    """

    def __init__(self, secret: str, serve: Serve) -> None:
        self.secret = secret
        self.now: Callable[[], float] = time.time
        self.said: list[Said] = []
        self.menus: dict[int, list[dict[str, str]]] = {}
        self.pressed: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[float, str]] = []
        self.faults: dict[str, list[Refusal | str]] = defaultdict(list)
        self.blocked: set[int] = set()
        self.old_presses = False
        self.updates: list[dict[str, Any]] = []
        self._updates: list[dict[str, Any]] = []
        self._number = 1000
        self._presses: set[str] = set()
        self.listeners = 0
        self._news = asyncio.Event()
        self._is_up = False
        self.server = serve(self._application)
        self.url = self.server.url

    def write(self, user: int, text: str | None, *, chat: int | None = None, ago: float = 0, **more: Any) -> int:
        """`user` writes to the bot: in private, or in the group `chat`. The update's number."""
        message = self._message(chat or user, user, ago) | more
        return self._update(message=message | ({} if text is None else {"text": text}))

    def press(
        self, user: int, data: str, message: Said | None = None, *, chat: int | None = None, old: bool = False
    ) -> str:
        """`user` presses a button; the number of the press. Of an `old` message Telegram says where it is, no more."""
        press = f"press-{time.monotonic_ns()}"
        self._presses.add(press)
        shown = self._message(chat or (message.chat if message else user), 1, 0)
        if message:
            shown |= {"message_id": message.number, "text": message.text}
            shown |= {"reply_markup": {"inline_keyboard": message.keyboard}} if message.keyboard else {}
        if old:
            shown = {name: shown[name] for name in ("chat", "message_id")} | {"date": 0}
        self._update(
            callback_query={
                "id": press,
                "from": self._person(user),
                "chat_instance": "1",
                "data": data,
                "message": shown,
            }
        )
        return press

    def to(self, chat: int) -> list[Said]:
        return [each for each in self.said if each.chat == chat]

    def redeliver(self, number: int) -> None:
        """An update that was acknowledged comes once more."""
        kept = next(each for each in self.updates if each["update_id"] == number)
        self.server.soon(self._put, kept)

    def _update(self, **content: Any) -> int:
        self._number += 1
        update = {"update_id": self._number, **content}
        self.updates.append(update)
        self.server.soon(self._put, update)
        return self._number

    def _put(self, update: dict[str, Any]) -> None:
        self._updates.append(update)
        self._news.set()

    def _message(self, chat: int, user: int, ago: float) -> dict[str, Any]:
        self._number += 1
        where = {"id": chat, "type": "private", "first_name": "P"}
        if chat < 0:
            where = {"id": chat, "type": "group", "title": "A group"}
        sent = int(self.now() - ago)
        return {"message_id": self._number, "date": sent, "chat": where, "from": self._person(user)}

    def _person(self, user: int) -> dict[str, Any]:
        return {"id": user, "is_bot": False, "first_name": f"Person {user}", "last_name": "<i>"}

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=60 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.on_shutdown.append(self._hang_up)
        self._is_up = True
        return app

    async def _hang_up(self, _: web.Application) -> None:
        self._is_up = False
        self._news.set()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.asked.append((time.monotonic(), method))
        try:
            if request.match_info["token"] != self.secret:
                raise Refusal(401, "Unauthorized")
            if self.faults[method]:
                fault = self.faults[method].pop(0)
                if fault == "drop":
                    assert request.transport is not None
                    request.transport.abort()
                    return web.Response()
                if isinstance(fault, str) and fault:
                    return web.Response(text=fault, content_type="text/html")
                if isinstance(fault, Refusal):
                    raise fault
            result = await getattr(self, f"_{method}")(dict(await request.post()))
        except Refusal as refusal:
            return web.json_response(refusal.body, status=refusal.code)
        return web.json_response({"ok": True, "result": result})

    async def _getMe(self, _: dict[str, Any]) -> Any:  # noqa: N802 - the method's name
        return {"id": 1, "is_bot": True, "first_name": "Bot", "username": "kit_bot"}

    async def _getUpdates(self, said: dict[str, Any]) -> Any:  # noqa: N802
        if self.listeners:
            raise Refusal(409, "Conflict: terminated by other getUpdates request")
        offset, wanted = int(said.get("offset", 0)), json.loads(said.get("allowed_updates", "[]"))
        self._updates = [each for each in self._updates if each["update_id"] >= offset or not offset]
        self.listeners += 1
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(float(said.get("timeout", 0))):
                    while not self._updates and self._is_up:
                        self._news.clear()
                        await self._news.wait()
        finally:
            self.listeners -= 1
        return [each for each in self._updates if set(each) & {*wanted}][:100]

    async def _sendMessage(self, said: dict[str, Any]) -> Any:  # noqa: N802
        return self._keep(said, html=_checked(said.get("text", ""), 4096))

    async def _sendPhoto(self, said: dict[str, Any]) -> Any:  # noqa: N802
        photo = said["photo"].file.read()
        if not photo.startswith(b"\x89PNG"):
            raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
        return self._keep(said, html=_checked(said.get("caption", ""), 1024, empty=True), photo=photo)

    async def _sendDocument(self, said: dict[str, Any]) -> Any:  # noqa: N802
        return self._keep(said, file=(said["document"].filename, said["document"].file.read()))

    async def _editMessageText(self, said: dict[str, Any]) -> Any:  # noqa: N802
        kept = self._kept(said)
        text, keyboard = _checked(said["text"], 4096), _keyboard(said)
        if (kept.html, kept.keyboard) == (text, keyboard):
            raise Refusal(400, "Bad Request: message is not modified: it is the same")
        kept.html, kept.keyboard, kept.edits = text, keyboard, kept.edits + 1
        return self._message(kept.chat, 1, 0) | {"message_id": kept.number, "text": kept.text}

    async def _editMessageReplyMarkup(self, said: dict[str, Any]) -> Any:  # noqa: N802
        kept = self._kept(said)
        kept.keyboard = _keyboard(said)
        return self._message(kept.chat, 1, 0) | {"message_id": kept.number, "text": kept.text}

    async def _answerCallbackQuery(self, said: dict[str, Any]) -> Any:  # noqa: N802
        press = said["callback_query_id"]
        if press not in self._presses or self.old_presses:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self._presses.discard(press)
        self.pressed[press] = {"text": said.get("text", ""), "alert": said.get("show_alert") == "true"}
        return True

    async def _setMyCommands(self, said: dict[str, Any]) -> Any:  # noqa: N802
        entries = json.loads(said["commands"])
        if len(entries) > 100 or not all(
            _NAME.fullmatch(each["command"]) and 1 <= len(each["description"]) <= 256 for each in entries
        ):
            raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
        self.menus[json.loads(said["scope"])["chat_id"]] = entries
        return True

    async def _sendChatAction(self, _: dict[str, Any]) -> Any:  # noqa: N802
        return True

    def _keep(self, said: dict[str, Any], **content: Any) -> Any:
        chat = int(said["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        sent = self._message(chat, 1, 0)
        silent = said.get("disable_notification") == "true"
        self.said.append(Said(sent["message_id"], chat, silent=silent, keyboard=_keyboard(said), **content))
        return sent | {"text": self.said[-1].text}

    def _kept(self, said: dict[str, Any]) -> Said:
        number, chat = int(said["message_id"]), int(said["chat_id"])
        for each in self.said:
            if (each.number, each.chat) == (number, chat):
                return each
        raise Refusal(400, "Bad Request: message to edit not found")


def _checked(text: str, limit: int, *, empty: bool = False) -> str:
    """The HTML, if Telegram would take it."""
    open_tags: list[str] = []
    for slash, name, rest in re.findall(r"<(/?)([^>\s]*)([^>]*)>", text):
        if name not in _TAGS or rest:
            raise Refusal(400, f"Bad Request: can't parse entities: unsupported start tag {name!r}")
        if slash and (not open_tags or open_tags.pop() != name):
            raise Refusal(400, f"Bad Request: can't parse entities: unexpected end tag {name!r}")
        if not slash:
            open_tags.append(name)
    plain = re.sub(r"<[^>]*>", "", text)
    if open_tags or "<" in plain or re.search(r"&(?!(lt|gt|amp|quot|#\d+);)", plain):
        raise Refusal(400, "Bad Request: can't parse entities")
    seen = html.unescape(plain).strip()
    if not seen and not empty:
        raise Refusal(400, "Bad Request: message text is empty")
    if len(seen.encode("utf-16-le")) // 2 > limit:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def _keyboard(said: dict[str, Any]) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = json.loads(said.get("reply_markup", "{}")).get("inline_keyboard", [])
    if any(not 1 <= len(each["callback_data"].encode()) <= 64 for row in rows for each in row):
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


@pytest.fixture
def bot_api(secret: Callable[[str], str], serve: Serve) -> BotApi:
    """A Bot API of this test's own, with one bot."""
    return BotApi(secret("4711:AAbot"), serve)


@pytest.fixture
def refusal() -> type[Refusal]:
    """What the Bot API answers instead: `refusal(429, "Too Many Requests", retry_after=3)`."""
    return Refusal
