"""`kit ask "how much do I have on Binance?"`: the reply of the command that the words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import UsageError
from ...phrases import Ambiguous, NoMatch, spoken
from ...values import command_line, complete_params

if TYPE_CHECKING:
    from ...commands import Command, Invocation
    from ...host import Host
    from ...replies import Reply


def ask(host: Host, *, words: tuple[str, ...]) -> Reply:
    """Run what is meant. Raises UsageError where nothing or more than one thing is."""
    question = " ".join(words)
    commands = {command.name: command for command in host.commands()}
    match host.understand(question):
        case NoMatch(nearest):
            raise UsageError(f"I do not know what “{question}” asks for.", next_step=_suggestion(nearest))
        case Ambiguous(meanings):
            lines = " or ".join(f"“{_line(commands[meaning.command], meaning)}”" for meaning in meanings)
            raise UsageError(f"“{question}” may mean more than one thing.", next_step=f"Say {lines}.")
        case invocation:
            return host.run(invocation.command, complete_params(commands[invocation.command], invocation.params))


def _line(command: Command, meaning: Invocation) -> str:
    return " ".join(["kit", *command_line(command, meaning.params)])


def _suggestion(nearest: tuple[str, ...]) -> str:
    if not nearest:
        return "See “kit --help” for what can be asked."
    return f"Did you mean {' or '.join(f'“{spoken(phrase)}”' for phrase in nearest)}?"
