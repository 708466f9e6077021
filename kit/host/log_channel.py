"""The channel that is always on: the log of `kit start`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..commands import Invocation
from ..render.text import render_text
from ..replies import Heading, Notice, Reply, Text
from ..values import command_line
from .telling import Happening, Say

if TYPE_CHECKING:
    from .composition import Host


class LogChannel:
    """What is told appears in the log: its first words on the line, all of it below."""

    def __init__(self, host: Host, say: Say) -> None:
        self._host = host
        self._say = say

    async def deliver(self, reply: Reply, *, silent: bool = False) -> str:
        text = render_text(reply, plain=True, zone=self._host.timezone, spell=self._spelt).rstrip("\n")
        now = self._host.clock.now()
        self._say(Happening(now, "notification.told", str(reply.meta.get("key", "")), headline(reply), text))
        return "written to the log"

    async def close(self) -> None:
        return

    def _spelt(self, call: Invocation) -> str:
        declared = next((each for each in self._host.commands() if each.name == call.command), None)
        return "" if declared is None else " ".join(["kit", *command_line(declared, call.params)])


def headline(reply: Reply) -> str:
    """The first words of a reply, on one line."""
    for block in reply.blocks:
        if isinstance(block, Heading | Notice | Text):
            return " ".join(block.text.split())
    return "A notification"
