"""The Bot API, through the client of python-telegram-bot.

The token is part of every address that is asked, so nothing of what the HTTP library says is passed on, neither its
log nor the words of its errors.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from kit import ConfigError, ExchangeError, KitError, OddAnswer, Refused, Services

from .faults import ASK_BOTFATHER, TOKEN, TooOld, translated

if TYPE_CHECKING:
    from telegram import Bot, InlineKeyboardMarkup, Update, User
    from telegram.request import HTTPXRequest

    from .settings import TelegramSettings

_Answer = TypeVar("_Answer")
_LISTENING_SECONDS = 25
_MOST_PATIENCE_SECONDS = 30.0
_PAUSES = (1.0, 2.0, 4.0)


class Wire:
    """Opened by the first question; everything is called on the network's loop."""

    def __init__(self, settings: TelegramSettings, services: Services) -> None:
        self._settings = settings
        self._services = services
        self._bot: Bot | None = None
        self._requests: tuple[HTTPXRequest, ...] = ()
        self._token = ""
        self._opening = asyncio.Lock()

    async def me(self) -> User:
        """Who the bot is."""
        return await self._asked(lambda bot: bot.get_me())

    async def updates(self, offset: int | None) -> Sequence[Update]:
        """What has come since, waiting a while for it. Asking acknowledges everything before `offset`."""
        return await self._asked(
            lambda bot: bot.get_updates(
                offset, timeout=_LISTENING_SECONDS, allowed_updates=["message", "callback_query"]
            )
        )

    async def say(
        self,
        chat: int,
        html: str,
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        silent: bool = False,
        patiently: bool = False,
    ) -> None:
        from telegram import LinkPreviewOptions

        await self._asked(
            lambda bot: bot.send_message(
                chat,
                html,
                parse_mode="HTML",
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=keyboard,
                disable_notification=silent,
            ),
            patiently=patiently,
        )

    async def show(
        self,
        chat: int,
        png: bytes,
        caption: str,
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        silent: bool = False,
        patiently: bool = False,
    ) -> None:
        """A picture."""
        await self._asked(
            lambda bot: bot.send_photo(
                chat,
                png,
                caption=caption or None,
                parse_mode="HTML",
                reply_markup=keyboard,
                disable_notification=silent,
                filename="chart.png",
            ),
            patiently=patiently,
        )

    async def hand(
        self,
        chat: int,
        name: str,
        content: bytes,
        caption: str = "",
        *,
        silent: bool = False,
        patiently: bool = False,
    ) -> None:
        """A file."""
        await self._asked(
            lambda bot: bot.send_document(
                chat, content, caption=caption or None, filename=name, disable_notification=silent
            ),
            patiently=patiently,
        )

    async def edit(self, chat: int, message: int, html: str, keyboard: InlineKeyboardMarkup | None = None) -> bool:
        """Whether there was anything to change."""
        from telegram import LinkPreviewOptions

        try:
            await self._asked(
                lambda bot: bot.edit_message_text(
                    html,
                    chat,
                    message,
                    parse_mode="HTML",
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    reply_markup=keyboard,
                ),
                patiently=True,
            )
        except Refused as error:
            if "not modified" in error.message:
                return False
            raise
        return True

    async def change_keyboard(self, chat: int, message: int, keyboard: InlineKeyboardMarkup | None) -> None:
        """Other buttons below a message, or none."""
        await self._asked(lambda bot: bot.edit_message_reply_markup(chat, message, reply_markup=keyboard))

    async def acknowledge(self, press: str, text: str = "", *, alert: bool = False) -> None:
        """Tell whoever pressed a button that it was noticed. Raises TooOld."""
        try:
            await self._asked(lambda bot: bot.answer_callback_query(press, text[:200], show_alert=alert))
        except Refused as error:
            if "too old" in error.message or "query ID is invalid" in error.message:
                raise TooOld(error.message) from None
            raise

    async def offer(self, chat: int, entries: Sequence[tuple[str, str]]) -> None:
        """The menu of a chat."""
        from telegram import BotCommandScopeChat

        await self._asked(lambda bot: bot.set_my_commands(entries, BotCommandScopeChat(chat)))

    async def busy(self, chat: int) -> None:
        """“typing…”, for some seconds."""
        with suppress(KitError):
            await self._asked(lambda bot: bot.send_chat_action(chat, "typing"))

    async def close(self) -> None:
        self._bot = None
        for each in self._requests:
            with suppress(Exception):
                await each.shutdown()

    async def _asked(self, ask: Callable[[Bot], Awaitable[_Answer]], *, patiently: bool = False) -> _Answer:
        """What the Bot API answers. `patiently` asks again for a while where it fails for a passing reason."""
        for pause in (*(_PAUSES if patiently else ()), None):
            try:
                return await self._once(ask)
            except ExchangeError as error:
                wanted = getattr(error, "retry_after", None)
                if pause is None or not error.transient or (wanted or 0) > _MOST_PATIENCE_SECONDS:
                    raise
                await asyncio.sleep(wanted or pause)
        raise AssertionError("the last try returns or raises")

    async def _once(self, ask: Callable[[Bot], Awaitable[_Answer]]) -> _Answer:
        from telegram.error import TelegramError

        bot = await self._opened()
        try:
            return await ask(bot)
        except TelegramError as error:
            raise translated(error) from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise OddAnswer("Telegram answered something that is none of its answers.") from None

    async def _opened(self) -> Bot:
        async with self._opening:
            if self._bot is None:
                self._token = await asyncio.to_thread(lambda: self._settings.token.reveal().get_secret_value().strip())
                if not TOKEN.fullmatch(self._token):
                    raise ConfigError("channels.telegram.token is no token of a bot.", next_step=ASK_BOTFATHER)
                self._bot = await self._made()
            return self._bot

    async def _made(self) -> Bot:
        telegram = _library()
        from telegram.request import HTTPXRequest

        options = self._services.network.options

        def request(connections: int) -> Any:
            return HTTPXRequest(
                connection_pool_size=connections,
                read_timeout=options.timeout_seconds,
                write_timeout=options.timeout_seconds,
                connect_timeout=options.timeout_seconds,
                pool_timeout=options.timeout_seconds,
                proxy=options.proxy,
                httpx_kwargs={"verify": self._services.network.tls},
            )

        address = self._settings.api_url.rstrip("/")
        try:
            self._requests = asking, listening = request(16), request(1)
        except (ImportError, RuntimeError, ValueError) as error:
            raise ConfigError(
                f"network.proxy cannot be used for Telegram ({type(error).__name__}).",
                next_step="Name a proxy like http://host:port; for socks5:// install httpx[socks].",
            ) from None
        # Not `bot.initialize()`: that asks who the bot is, whatever one wants of it.
        await asking.initialize()
        await listening.initialize()
        bot: Bot = telegram.Bot(
            self._token,
            base_url=f"{address}/bot",
            base_file_url=f"{address}/file/bot",
            request=asking,
            get_updates_request=listening,
        )
        return bot


def require_library() -> None:
    """Raises ConfigError where the extra is not installed."""
    if find_spec("telegram") is None:
        raise ConfigError(
            "The Telegram bot needs a library that is not installed.",
            next_step="Install it: pip install 'kit-host[telegram]'",
        )


def _library() -> Any:
    """The package `telegram`, told to be silent."""
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # its way of saying that spans of time are wanted as such
    import telegram

    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return telegram
