"""`kit notifications …`: the outbox, looked at, tried and emptied by hand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...channels import Notification, Priority
from ...errors import UsageError
from ...host.couriers import Couriers
from ...host.health import is_resident
from ...host.log_channel import headline
from ...host.telling import Happening
from ...outbox import Delivery, State
from ...problems import Severity
from ...render.safe import paragraph
from ...replies import Column, Heading, Notice, Reply, Table, Text
from ...storage import Outbox
from ..terminal import Terminal

if TYPE_CHECKING:
    from ...host import Host

_COLUMNS = (
    Column("When", "created"),
    Column("What", "what"),
    Column("Channel", "channel"),
    Column("State", "state"),
    Column("Receipt or fault", "said"),
)
_MOST = 1000
_PATIENCE_SECONDS = 15.0


def show(host: Host, *, waiting: bool = False, limit: int = 20) -> Reply:
    """The newest first."""
    if not 1 <= limit <= _MOST:
        raise UsageError(f"--limit is from 1 to {_MOST}.", next_step="Write it like --limit 20.")
    outbox = Outbox(host.store)
    found = list(reversed(outbox.waiting()))[:limit] if waiting else outbox.newest(limit)
    return _answer(host, found, "Notifications", empty="Nothing waits." if waiting else "Nothing was told yet.")


def try_out(host: Host, *, channel: str | None = None) -> Reply:
    """Exit code 3 where it did not arrive everywhere."""
    now = host.clock.now()
    key = f"test:{now.isoformat()}"
    reply = Reply({"test": True}, (Heading("This is a test of K.I.T.'s notifications.", "🔔"),))
    host.notify(Notification(key, reply, Priority.CRITICAL, channel))
    outbox = Outbox(host.store)
    if is_resident(host):
        _wait_for(outbox, key)
    else:
        _deliver(host)
    return _answer(host, outbox.of(key), "Told", failed_matters=True)


def send(host: Host) -> Reply:
    """Whatever pause it is in. Exit code 3 where something could not be delivered."""
    outbox = Outbox(host.store)
    before = outbox.waiting()
    outbox.hasten(host.clock.now())
    if not is_resident(host):
        _deliver(host)
    keys = {each.key for each in before}
    found = [each for each in outbox.newest(_MOST) if each.key in keys] if keys else []
    return _answer(host, found, "Told", empty="Nothing waits.", failed_matters=True)


def _deliver(host: Host) -> None:
    terminal = Terminal(host.env)

    def say(happening: Happening) -> None:
        if happening.text:
            terminal.complain(paragraph(happening.text))

    Couriers(host, say).once()


def _wait_for(outbox: Outbox, key: str) -> None:
    """Until “kit start” has tried it everywhere."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if all(each.state is not State.WAITING or each.attempts for each in outbox.of(key)):
            return
        time.sleep(0.2)


def _answer(
    host: Host, found: Sequence[Delivery], title: str, *, empty: str = "Nothing.", failed_matters: bool = False
) -> Reply:
    rows = tuple(
        (each.created, headline(each.reply), each.channel, each.state.value, each.receipt or each.fault)
        for each in found
    )
    blocks: list[Table | Notice | Text] = [Table(_COLUMNS, rows, title=title, emoji="📬", empty=empty)]
    waits = [each for each in found if each.state is State.WAITING]
    if waits and not is_resident(host):
        blocks.append(Notice("No “kit start” is running to deliver what waits.", Severity.INFO, "Run: kit start"))
    failed = failed_matters and any(each.state is not State.DELIVERED for each in found)
    return Reply(_data(found), tuple(blocks), exit_code=3 if failed else 0)


def _data(found: Sequence[Delivery]) -> list[dict[str, object]]:
    return [
        {
            "key": each.key,
            "what": headline(each.reply),
            "channel": each.channel,
            "priority": each.priority.value,
            "created": each.created,
            "state": each.state.value,
            "attempts": each.attempts,
            "fault": each.fault,
            "receipt": each.receipt,
            "delivered": each.delivered,
        }
        for each in found
    ]
