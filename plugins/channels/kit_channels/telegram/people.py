"""`kit telegram pair`, `users`, `unpair`, and what `kit status` and the doctor say: whether people are answered."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kit import (
    Check,
    Column,
    Finding,
    Heading,
    Notice,
    Reply,
    Services,
    Severity,
    Status,
    Table,
    Text,
    UnknownName,
    UsageError,
    span,
)

if TYPE_CHECKING:
    from .store.members import Member

# Without letters and digits that are read as each other.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 10
_GOOD_FOR = timedelta(minutes=10)
_LONGEST = timedelta(days=1)
_PATIENCE = timedelta(minutes=2)


def pair(services: Services, *, role: str, for_: timedelta | None) -> Reply:
    """The command."""
    from .store.members import Members

    good_for = _GOOD_FOR if for_ is None else for_
    if not timedelta(0) < good_for <= _LONGEST:
        raise UsageError("A code is good for a day at most.", next_step="Say for how long: --for 10m")
    code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    now = services.clock.now()
    Members(services.store).add_code(code, role, now + good_for, now)
    on = _is_on(services)
    blocks = (
        Heading("Send this to your bot, in a private chat", "🔑"),
        Text(code, code=True),
        Text(f"It is good once, for {span(good_for)}, while “kit start” runs. Whoever sends it may {_may(role)}."),
        *(() if on else (Notice("The bot is not on.", Severity.WARNING, "Give config.json channels.telegram first."),)),
    )
    return Reply({"code": code, "role": role, "expires": now + good_for}, blocks, exit_code=0 if on else 3)


def users(services: Services) -> Reply:
    """The command."""
    from .store.members import Members

    found = Members(services.store).all()
    table = Table(
        (
            Column("User", "user"),
            Column("Name", "name"),
            Column("May", "role"),
            Column("Paired", "paired"),
            Column("Last answered", "handled"),
        ),
        tuple((str(each.user), each.name, each.role, each.paired, each.handled) for each in found),
        title="People who may use the bot",
        empty="Nobody yet: kit telegram pair",
    )
    return Reply(found, (table,))


def unpair(services: Services, *, user: int) -> Reply:
    """The command."""
    from .store.members import Members

    members = Members(services.store)
    gone = next((each for each in members.all() if each.user == user), None)
    if gone is None or not members.remove(user):
        users = [str(each.user) for each in members.all()]
        raise UnknownName("user of the bot", str(user), users, next_step="See them: kit telegram users")
    return Reply(gone, (Text(f"{gone.name} ({gone.user}) may not use the bot any more."),))


def status(services: Services) -> list[Status]:
    """Whether anybody may use it, and when it last did something for them. Nothing where it is off."""
    from .store.members import Members

    if not _is_on(services):
        return []
    found = Members(services.store).all()
    if not found:
        return [Status("Telegram", "nobody may use it yet: kit telegram pair")]
    now = services.clock.now()
    handled = max((each.handled for each in found if each.handled), default=None)
    return [Status("Telegram", f"{_people(found)}, {_unanswered(found, now) or _last(handled, now)}")]


def checks(services: Services) -> list[Check]:
    """The doctor's question, where the bot is on."""
    return [Check("Telegram", "Somebody may use the bot, and gets answers", _look)] if _is_on(services) else []


def _look(services: Services) -> Finding:
    from .store.members import Members

    found = Members(services.store).all()
    if not found:
        return Finding(False, "Nobody may use the bot yet.", "Pair yourself: kit telegram pair")
    if late := _unanswered(found, services.clock.now()):
        return Finding(False, f"{late.capitalize()}.", "See “kit problems”; ask again, or start “kit start” anew.")
    return Finding(True, _people(found))


def _is_on(services: Services) -> bool:
    return "telegram" in services.channels()


def _unanswered(found: list[Member], now: datetime) -> str:
    """What has waited for too long, in words."""
    longest = max(each.waits(now) for each in found)
    return f"a question has been unanswered for {span(longest)}" if longest > _PATIENCE else ""


def _last(handled: datetime | None, now: datetime) -> str:
    if handled is None:
        return "nothing was asked yet"
    return f"last answered {span(max(now - handled, timedelta(0)))} ago"


def _people(found: list[Member]) -> str:
    return "1 person" if len(found) == 1 else f"{len(found)} people"


def _may(role: str) -> str:
    return "look" if role == "read" else "look, change things, and trade where trading is enabled"
