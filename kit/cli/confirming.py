"""What moves money is shown and asked for: before a command that does, and after an answer that offers one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..commands import Command, Invocation
from ..errors import KitError, UsageError
from ..replies import Action, Actions, Reply
from ..values import command_line
from .asking import agreed, is_asked
from .terminal import Terminal
from .tree import Line

if TYPE_CHECKING:
    from ..host import Host

_Render = Callable[[Reply], str]


def require_yes(host: Host, line: Line, terminal: Terminal, render: _Render) -> None:
    """Show what the line would do and ask. Raises UsageError where nobody is there to ask, KitError for a no."""
    command = line.command
    if line.confirmed:
        return
    preview = " ".join(["kit", *command_line(_declared(host, command.preview), line.params)])
    if line.output.format not in (None, "text") or not _somebody_is_here(terminal):
        raise UsageError(
            f"“kit {command.name}” moves money, and nobody is here to confirm it.",
            next_step=f"Look at it with “{preview}”, then run this in a terminal, or with --yes.",
        )
    terminal.write(render(host.run(command.preview, line.params)))
    if not agreed("Execute?"):
        raise KitError("Nothing was traded.", next_step=f"Look at it again: {preview}")


def offered(host: Host, reply: Reply, terminal: Terminal) -> Invocation | None:
    """What the answer just shown offers to do with money, if the person who is here says yes to it."""
    actions = [action for block in reply.blocks if isinstance(block, Actions) for action in block.items]
    found = next((each for each in actions if _declared(host, each.invocation.command).needs_confirmation), None)
    if found is None or not _somebody_is_here(terminal):
        return None
    return found.invocation if agreed(f"{_spoken(found)}?") else None


def _spoken(action: Action) -> str:
    return action.label.rstrip("?")


def _declared(host: Host, name: str) -> Command:
    return next(command for command in host.commands() if command.name == name)


def _somebody_is_here(terminal: Terminal) -> bool:
    return terminal.is_tty and is_asked()
