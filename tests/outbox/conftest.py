"""A channel that puts what it is told into a file, and fails when it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kit import Heading, Notification, Priority, Reply
from kit.host.couriers import Couriers
from kit.host.telling import Happening
from kit.outbox import Delivery
from kit.storage import Outbox
from kit.testing import HostFactory, HostUnderTest

PLUGIN = '''\
"""A channel into a file."""

import asyncio
import json

from pydantic import BaseModel

from kit import (
    BadKey, ChannelType, NetworkFailure, RateLimited, Refused, render_text, hookimpl,
)


class Settings(BaseModel):
    enabled: bool = True


class Mailbox:
    def __init__(self, home):
        self._home = home

    async def deliver(self, reply, *, silent=False):
        told = self._home / "mailbox.mode"
        mode = told.read_text() if told.exists() else "ok"
        if mode == "network":
            raise NetworkFailure("The mailbox cannot be reached.")
        if mode == "slow down":
            raise RateLimited("Too many letters.", retry_after=90)
        if mode == "no such key":
            raise BadKey("The mailbox does not know this key.")
        if mode == "dislikes poison" and "poison" in render_text(reply):
            raise Refused("That is poison.")
        if mode == "bug":
            raise LookupError("a letter box")
        if mode == "hang":
            await asyncio.sleep(3600)
        await asyncio.sleep(0.01)
        said = {name: reply.meta[name] for name in ("key", "priority")}
        said |= {"silent": silent, "text": render_text(reply, plain=True)}
        with (self._home / "mailbox.jsonl").open("a") as file:
            file.write(json.dumps(said) + "\\n")
        return "put into the box"

    async def close(self):
        return

    async def listen(self, services, beat):
        while True:
            beat()
            (self._home / "mailbox.listens").touch()
            await asyncio.sleep(0.05)


@hookimpl
def kit_channels():
    return [
        ChannelType("mailbox", "Into a file", settings=f"{__name__}:Settings", open=_open, listens=True),
        ChannelType("other", "Never on", settings=f"{__name__}:Settings", open=_open),
    ]


def _open(context):
    return Mailbox(context.services.home)
'''
MANIFEST = 'name = "mailbox"\nversion = "1.0"\nsummary = "A file to write into."\n'


@dataclass
class Post:
    """A host with the mailbox on, and its couriers."""

    host: HostUnderTest
    said: list[Happening]
    couriers: Couriers

    def notify(
        self, key: str, *, priority: Priority = Priority.NORMAL, channel: str | None = "mailbox", text: str = ""
    ) -> None:
        reply = Reply({"key": key}, (Heading(text or f"This is {key}"),))
        self.host.services.notify(Notification(key, reply, priority, channel))

    def goes(self, mode: str) -> None:
        (self.host.home / "mailbox.mode").write_text(mode, encoding="utf-8")

    def letters(self) -> list[dict[str, Any]]:
        file = self.host.home / "mailbox.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def of(self, key: str) -> list[Delivery]:
        return Outbox(self.host.services.store).of(key)

    def problems(self) -> list[str]:
        return [each.what for each in self.host.problems() if each.key.startswith("channel:")]


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """The plugin's folder."""
    package = tmp_path / "mailbox" / "kit_mailbox"
    package.mkdir(parents=True)
    (package.parent / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "plugin.py").write_text(PLUGIN, encoding="utf-8")
    return package.parent


@pytest.fixture
def post(kit_host: HostFactory, mailbox: Path) -> Callable[..., Post]:
    """`post(quiet_hours="22:00-07:00")`: a host at noon in UTC, its mailbox on."""

    def make(quiet_hours: str = "") -> Post:
        config = {"channels": {"mailbox": {}}, "timezone": "UTC", "notifications": {"quietHours": quiet_hours}}
        host = kit_host(mailbox, config=config)
        said: list[Happening] = []
        return Post(host, said, Couriers(host.services, said.append))

    return make
