"""One member's messages and buttons, answered. A button is checked as a message is, and more.

It has to be known, that person's, in that chat, not expired, within their role; and what changes anything is done once:
the press is acknowledged, the button marked, and only then is it done. So a press that Telegram delivers late or
twice does nothing, and neither does one whose process died.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from kit import Command, Effect, ExchangeError, Heading, Invocation, KitError, Notice, Reply, Services, Severity, Text

from .answering import Answer, Answers
from .faults import TooOld
from .posting import Postman, Shown
from .spelling import from_text
from .store.members import Member
from .store.shown import Button, Buttons, Kind
from .wire import Wire

if TYPE_CHECKING:
    from telegram import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message

_TOO_LATE = timedelta(minutes=5)
_TYPING_SECONDS = 1.0


class Conversation:
    """On the network's loop."""

    def __init__(self, wire: Wire, services: Services) -> None:
        self._wire = wire
        self._services = services
        self._buttons = Buttons(services.store)
        self._postman = Postman(wire, services, patiently=True)

    async def welcome(self, member: Member) -> None:
        blocks = (Heading("You may use this bot now", "🔓"), Text("/help shows what can be asked."))
        await self._send(member, member.chat, Answer(Reply({}, blocks)))

    async def slow_down(self, member: Member, per_minute: int) -> None:
        await self._say(member, f"That is more than {per_minute} questions in a minute.", "Wait for one.")

    async def excuse(self, member: Member, error: Exception) -> None:
        await self._say(member, f"K.I.T. met a fault of its own ({type(error).__name__}).", "Please report it.")

    async def give_up(self, member: Member) -> None:
        await self._say(member, "That takes too long to wait for.", "It may still be done: ask later.")

    async def answer(self, member: Member, message: Message) -> None:
        """What a message asks for."""
        chat = message.chat.id
        if message.text:
            text, late = message.text, self._services.clock.now() - message.date > _TOO_LATE
            await self._send(member, chat, await self._worked(member, chat, lambda it: it.to_text(text, late=late)))
        elif message.effective_attachment is not None:
            await self._say(member, "I understand words only.", "Write what you want to know.")

    async def press(self, member: Member, press: CallbackQuery) -> None:
        """What a button does."""
        button = await asyncio.to_thread(self._buttons.find, press.data or "")
        message = press.message
        try:
            if button is None or message is None or (button.user, button.chat) != (member.user, message.chat.id):
                raise KitError("I do not know this button. Ask again.")
            if self._services.clock.now() >= button.expires:
                raise KitError("This button has expired. Ask again.")
            if button.used is not None:
                raise KitError("This button has been pressed before.")
            invocation, command = await asyncio.to_thread(self._meaning, member, button)
        except KitError as error:
            with suppress(TooOld):
                await self._wire.acknowledge(press.id, str(error), alert=True)
            return
        if command.effect is Effect.READ:
            await self._look(member, press.id, button, invocation, message)
        else:
            await self._act(member, press.id, button, invocation, message)

    def _meaning(self, member: Member, button: Button) -> tuple[Invocation, Command]:
        """What it does, if this member may still do that. Raises KitError."""
        answers = Answers(self._services, member.role)
        invocation = from_text(answers.command(button.command), button.params)
        return invocation, answers.allowed(invocation)

    async def _look(
        self, member: Member, press: str, button: Button, invocation: Invocation, message: MaybeInaccessibleMessage
    ) -> None:
        """As often as one likes."""
        if button.kind is Kind.REFRESH:
            answer = await self._worked(member, button.chat, lambda it: it.to(invocation))
            shown = Shown(message.chat.id, message.message_id, getattr(message, "text", None))
            changed = await self._postman.refresh(answer, shown, user=member.user)
            with suppress(TooOld):
                await self._wire.acknowledge(press, "" if changed else "Nothing has changed.")
            return
        with suppress(TooOld):
            await self._wire.acknowledge(press)
        await self._send(member, button.chat, await self._worked(member, button.chat, lambda it: it.to(invocation)))

    async def _act(
        self, member: Member, press: str, button: Button, invocation: Invocation, message: MaybeInaccessibleMessage
    ) -> None:
        """Once."""
        try:
            await self._wire.acknowledge(press)
        except TooOld:
            await self._say(member, "A button was pressed while nobody was here.", "Nothing was done: press it again.")
            return
        if not await asyncio.to_thread(self._buttons.use, button, self._services.clock.now()):
            return
        with suppress(ExchangeError):
            await self._wire.change_keyboard(button.chat, message.message_id, _left(message, button))
        if button.kind is Kind.DROP:
            await self._send(member, button.chat, Answer(Reply({}, (Text("Nothing was done."),))))
            return
        confirmed = button.kind is Kind.CONFIRM
        answer = await self._worked(member, button.chat, lambda it: it.to(invocation, confirmed=confirmed))
        await self._send(member, button.chat, answer)

    async def _worked(self, member: Member, chat: int, ask: Callable[[Answers], Answer]) -> Answer:
        """The answer, made beside the loop; one that takes long shows that somebody is at it."""
        work = asyncio.ensure_future(asyncio.to_thread(lambda: ask(Answers(self._services, member.role))))
        done, _ = await asyncio.wait({work}, timeout=_TYPING_SECONDS)
        if not done:
            await self._wire.busy(chat)
        return await work

    async def _send(self, member: Member, chat: int, answer: Answer) -> None:
        await self._postman.send(answer, user=member.user, chat=chat)

    async def _say(self, member: Member, what: str, next_step: str) -> None:
        notice = Notice(what, Severity.WARNING, next_step)
        await self._send(member, member.chat, Answer(Reply({}, (notice,), exit_code=1)))


def _left(message: MaybeInaccessibleMessage, pressed: Button) -> InlineKeyboardMarkup | None:
    """The buttons that stay below a message: after a yes or a no none, else the others."""
    from telegram import InlineKeyboardMarkup

    markup = getattr(message, "reply_markup", None)
    if pressed.kind is not Kind.RUN or markup is None:
        return None
    rows = [[each for each in row if each.callback_data != pressed.id] for row in markup.inline_keyboard]
    return InlineKeyboardMarkup([row for row in rows if row])
