"""Answers as messages: pages of HTML, pictures, files, and buttons below the last of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kit import Command, HtmlPage, KitError, Reply, Services, png, render_html, render_text, require_pictures

from .answering import Answer, Choice
from .spelling import to_text
from .store.shown import Button, Buttons, Kind, new_id

if TYPE_CHECKING:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    from .wire import Wire

_MOST_PAGES = 4  # of words; pictures come besides
_REFRESH = "🔄 Refresh"
_NOT_DRAWN = "🖼 A chart that could not be drawn."
_LASTING = {
    Kind.RUN: timedelta(days=1),
    Kind.REFRESH: timedelta(days=7),
    Kind.CONFIRM: timedelta(minutes=15),
    Kind.DROP: timedelta(minutes=15),
}
_IN_A_ROW = 2
_SHORT = 14  # letters of a label that has room beside another


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that was sent, and what it says, where that is known."""

    chat: int
    message: int
    text: str | None


class Postman:
    """Sends answers to a chat. On the network's loop. `patiently` tries again for a while before it raises."""

    def __init__(self, wire: Wire, services: Services, *, patiently: bool = False) -> None:
        self._wire = wire
        self._patiently = patiently
        self._services = services
        self._buttons = Buttons(services.store)

    async def send(self, answer: Answer, *, user: int, chat: int, silent: bool = False) -> None:
        """Raises KitError where Telegram does not take it."""
        pages = await asyncio.to_thread(self._pages, answer.reply)
        shown = _readable(pages)
        keyboard = await self._keyboard(answer, pages, user=user, chat=chat)
        how = {"silent": silent, "patiently": self._patiently}
        for at, page in enumerate(shown):
            below = keyboard if at == len(shown) - 1 else None
            picture = await asyncio.to_thread(self._drawn, page)
            if picture is not None:
                await self._wire.show(chat, picture, page.html, below, **how)
            else:
                await self._wire.say(chat, page.html or _NOT_DRAWN, below, **how)
        if len(shown) < len(pages):
            content = await asyncio.to_thread(self._as_text, answer.reply)
            await self._wire.hand(chat, "answer.txt", content, "The whole of it.", **how)
        if (document := answer.reply.document) is not None:
            await self._wire.hand(chat, document.name, document.text.encode(), "", **how)

    async def refresh(self, answer: Answer, shown: Shown, *, user: int) -> bool:
        """The same message with what it says now; whether that is anything new. Longer answers come anew."""
        pages = await asyncio.to_thread(self._pages, answer.reply)
        if len(pages) != 1 or pages[0].picture is not None:
            await self.send(answer, user=user, chat=shown.chat)
            return True
        if shown.text is not None and pages[0].text.strip() == shown.text.strip():
            return False
        keyboard = await self._keyboard(answer, pages, user=user, chat=shown.chat)
        return await self._wire.edit(shown.chat, shown.message, pages[0].html, keyboard)

    def _pages(self, reply: Reply) -> list[HtmlPage]:
        pages = render_html(reply, zone=self._services.timezone, pictures=_can_draw())
        if not pages and reply.document is None:
            return [HtmlPage("✅")]
        return pages

    def _drawn(self, page: HtmlPage) -> bytes | None:
        """Its picture, if it has one and that can be drawn: words are sent in any case."""
        if page.picture is None:
            return None
        try:
            return png(page.picture, zone=self._services.timezone)
        except (KitError, ValueError, RuntimeError):
            return None

    def _as_text(self, reply: Reply) -> bytes:
        return render_text(reply, width=100, plain=True, zone=self._services.timezone).encode()

    async def _keyboard(
        self, answer: Answer, pages: Sequence[HtmlPage], *, user: int, chat: int
    ) -> InlineKeyboardMarkup | None:
        from telegram import InlineKeyboardButton, InlineKeyboardMarkup

        choices = list(answer.choices)
        if answer.again is not None and len(pages) == 1 and pages[0].picture is None:
            choices.append(Choice(_REFRESH, Kind.REFRESH, answer.again))
        if not choices:
            return None
        now = self._services.clock.now()
        commands = {each.name: each for each in self._services.commands()}
        buttons = [_button(each, commands[each.invocation.command], user, chat, now) for each in choices]
        await asyncio.to_thread(self._buttons.put, buttons, now)
        named = [
            InlineKeyboardButton(choice.label[:64], callback_data=button.id)
            for choice, button in zip(choices, buttons, strict=True)
        ]
        return InlineKeyboardMarkup(_rows(named))


def _readable(pages: list[HtmlPage]) -> list[HtmlPage]:
    """All of them, or the beginning where there is more to read than anybody would on a phone."""
    words = [at for at, page in enumerate(pages) if page.picture is None]
    return pages if len(words) <= _MOST_PAGES else pages[: words[_MOST_PAGES - 1]]


def _rows(buttons: list[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    """Two short ones share a row."""
    rows: list[list[InlineKeyboardButton]] = []
    for each in buttons:
        short = len(each.text) <= _SHORT
        if short and rows and len(rows[-1]) < _IN_A_ROW and len(rows[-1][0].text) <= _SHORT:
            rows[-1].append(each)
        else:
            rows.append([each])
    return rows


def _button(choice: Choice, command: Command, user: int, chat: int, now: datetime) -> Button:
    params = to_text(command, choice.invocation.params)
    return Button(new_id(), user, chat, choice.kind, command.name, params, now + _LASTING[choice.kind])


def _can_draw() -> bool:
    try:
        require_pictures()
    except KitError:
        return False
    return True
