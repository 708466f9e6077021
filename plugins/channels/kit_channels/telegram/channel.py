"""The bot: it hears its members, has them answered, and tells them what is to be told.

Updates are acknowledged as they arrive and handled one after the other for each person, so that a long answer to one
holds up nobody else and never the listening. Strangers get no answer, not even to a button of somebody else's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from kit import KitError, MissingPermission, Problem, Refused, Reply, Services, Severity, StoreError

from .answering import Answers
from .conversation import Conversation
from .guard import Guard
from .posting import Postman
from .roles import is_offered, may
from .spelling import menu, telegram_names
from .store.members import Member, Members
from .wire import Wire

if TYPE_CHECKING:
    from telegram import Chat, Message, Update

    from .settings import TelegramSettings

_PRIVATE = "private"
_PATIENCE_SECONDS = 600.0
_REMEMBERED = timedelta(days=8)
_UNANSWERED = "telegram:unanswered"

_Work = Callable[[Member], Awaitable[None]]


class Telegram:
    """Implements `kit.Channel` and `kit.Listening`."""

    def __init__(self, settings: TelegramSettings, services: Services) -> None:
        self._settings = settings
        self._services = services
        self._wire = Wire(settings, services)
        self._guard = Guard(services, settings.per_minute)
        self._members = Members(services.store)
        self._conversation = Conversation(self._wire, services)
        self._postman = Postman(self._wire, services)
        self._turns: dict[int, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._menus: dict[int, str] = {}
        self._unanswered = False
        self._name = ""

    async def deliver(self, reply: Reply, *, silent: bool = False) -> str:
        members = await self._guard.members()
        if not members:
            raise Refused("Nobody may use the bot yet.", next_step="Pair yourself: kit telegram pair")
        key = str(reply.meta.get("key", ""))
        told: list[str] = []
        refusals: list[KitError] = []
        for each in members:
            try:
                await self._tell(each, reply, key, silent=silent)
            except (MissingPermission, Refused) as error:  # that one has blocked the bot; it is told to the others
                refusals.append(error)
            else:
                told.append(each.name)
        if not told:
            raise refusals[0]
        return f"told {', '.join(told)}"

    async def listen(self, services: Services, beat: Callable[[], None]) -> None:
        self._name = (await self._wire.me()).username or ""
        offset: int | None = None
        while True:
            await self._keep_menus()
            updates = await self._wire.updates(offset)
            beat()
            for update in updates:
                offset = update.update_id + 1
                await self._take(update)

    async def close(self) -> None:
        for each in list(self._tasks):
            each.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._wire.close()

    async def _tell(self, member: Member, reply: Reply, key: str, *, silent: bool) -> None:
        """Once, as far as it can be known: one that was told and not written down is told again."""
        if bool(key) and await asyncio.to_thread(self._members.has_told, key, member.user):
            return
        answer = await asyncio.to_thread(lambda: Answers(self._services, member.role).notification(reply))
        await self._postman.send(answer, user=member.user, chat=member.chat, silent=silent)
        if key:
            now = self._services.clock.now()
            await asyncio.to_thread(self._members.note_told, key, member.user, now, forget_after=_REMEMBERED)

    async def _take(self, update: Update) -> None:
        """Have it handled in its turn, if it is a member's."""
        message, press = update.message, update.callback_query
        person = message.from_user if message else press.from_user if press else None
        said_in = message or (press.message if press else None)
        if person is None or person.is_bot or said_in is None:
            return
        if message is not None and (joined := await self._joined(message)):
            self._begin(joined, update.update_id, self._conversation.welcome)
            return
        member = await self._guard.member(person.id)
        if member is None or not self._is_heard(said_in.chat, message):
            return
        excess = self._guard.is_too_much(member.user)
        if excess == 1:
            self._begin(
                member, update.update_id, lambda it: self._conversation.slow_down(it, self._settings.per_minute)
            )
        elif not excess and message is not None:
            self._begin(member, update.update_id, lambda it: self._conversation.answer(it, message))
        elif not excess and press is not None:
            self._begin(member, update.update_id, lambda it: self._conversation.press(it, press))

    def _is_heard(self, chat: Chat, message: Message | None) -> bool:
        """Everything in private; in a group, where that is wanted, buttons and the commands that are for this bot."""
        if chat.type == _PRIVATE:
            return True
        lead = (message.text or "").partition(" ")[0] if message else "/"
        return self._settings.groups and lead.startswith("/") and lead.partition("@")[2] in ("", self._name)

    async def _joined(self, message: Message) -> Member | None:
        """Whoever sent a code that is good, now a member."""
        person = message.from_user
        if message.chat.type != _PRIVATE or not message.text or person is None:
            return None
        name = " ".join(person.full_name.split())[:64]
        return await self._guard.paired(message.text, user=person.id, chat=message.chat.id, name=name)

    def _begin(self, member: Member, number: int, work: _Work) -> None:
        task = asyncio.create_task(self._in_turn(member, number, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_turn(self, member: Member, number: int, work: _Work) -> None:
        """With the member as they are when their turn has come: they may have been taken off since."""
        try:
            async with self._turns.setdefault(member.user, asyncio.Lock()):
                if (claimed := await self._guard.claim(member.user, number)) is not None:
                    async with asyncio.timeout(_PATIENCE_SECONDS):
                        await work(claimed)
                    await self._guard.handled(member.user)
                    await self._note(None)
        except TimeoutError:
            await self._note(_too_long())
            with suppress(Exception):
                await self._conversation.give_up(member)
        except KitError as error:
            await self._note(error)
        except Exception as error:  # noqa: BLE001 - whatever one message does, the next is heard
            await self._note(error)
            with suppress(Exception):
                await self._conversation.excuse(member, error)

    async def _note(self, error: Exception | None) -> None:
        """Keep that somebody got no answer as a problem, until somebody does."""
        with suppress(StoreError):
            if error is not None:
                await asyncio.to_thread(self._services.problems.report, _unanswered(error))
                self._unanswered = True
            elif self._unanswered:
                await asyncio.to_thread(self._services.problems.resolve, _UNANSWERED)
                self._unanswered = False

    async def _keep_menus(self) -> None:
        """Each member's chat offers what they may do; one of a member that was taken off offers nothing."""
        wanted = {each.chat: each.role for each in await self._guard.members()}
        for chat in {chat for chat, role in (wanted.items() ^ self._menus.items())}:
            names = telegram_names(each for each in self._services.commands() if is_offered(each))
            mine = {name: each for name, each in names.items() if chat in wanted and may(wanted[chat], each)}
            with suppress(MissingPermission, Refused):
                await self._wire.offer(chat, menu(mine))
        self._menus = wanted


def _too_long() -> KitError:
    return KitError(f"it took longer than {_PATIENCE_SECONDS / 60:g} minutes.")


def _unanswered(error: Exception) -> Problem:
    what = str(error) if isinstance(error, KitError) else f"the plugin failed with {type(error).__name__}."
    return Problem(
        key=_UNANSWERED,
        severity=Severity.WARNING,
        what=f"Somebody who asked the bot got no answer: {what}",
        where="channels, telegram",
        next_step="Ask it again.",
    )
