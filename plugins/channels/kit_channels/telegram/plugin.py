"""All that Telegram brings, on one screen."""

from __future__ import annotations

from pathlib import Path

from kit import Channel, ChannelContext, ChannelType, Check, Command, Migrations, Services, Status, hookimpl


@hookimpl
def kit_channels() -> list[ChannelType]:
    return [
        ChannelType(
            "telegram",
            "A Telegram bot of your own, for the people you pair it with",
            settings=f"{__package__}.settings:TelegramSettings",
            open=_open,
            listens=True,
        )
    ]


@hookimpl
def kit_commands() -> list[Command]:
    from .commands import COMMANDS

    return list(COMMANDS)


@hookimpl
def kit_migrations() -> list[Migrations]:
    return [Migrations("telegram", Path(__file__).with_name("migrations"), head="telegram_0001")]


@hookimpl
def kit_status(services: Services) -> list[Status]:
    from .people import status

    return status(services)


@hookimpl
def kit_checks(services: Services) -> list[Check]:
    from .people import checks

    return checks(services)


def _open(context: ChannelContext) -> Channel:
    from .channel import Telegram
    from .wire import require_library

    require_library()
    return Telegram(context.settings, context.services)
