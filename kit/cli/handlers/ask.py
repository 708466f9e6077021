"""`kit ask "how much do I have on Binance?"`: the reply of the command that the words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import UsageError
from ...phrases import LONGEST_TEXT, Ambiguous, NoMatch, spoken
from ...values import command_line, complete_params

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...commands import Command, Invocation
    from ...host import Host
    from ...replies import Reply

_LONGEST_QUOTE = 80
_EXAMPLES = 3


def ask(host: Host, *, words: tuple[str, ...]) -> Reply:
    """Run what is meant. Raises UsageError where nothing or more than one thing is."""
    question = " ".join(words)
    if len(question) > LONGEST_TEXT:
        raise UsageError(
            f"That is {len(question):,} characters long.", next_step=f"Ask in one sentence of {LONGEST_TEXT} at most."
        )
    commands = {command.name: command for command in host.commands()}
    match host.understand(question):
        case NoMatch(nearest):
            raise UsageError(
                f"I do not know what “{_quoted(question)}” asks for.", next_step=_suggestion(nearest, commands)
            )
        case Ambiguous(meanings):
            lines = " or ".join(f"“{_line(commands[meaning.command], meaning)}”" for meaning in meanings)
            raise UsageError(f"“{_quoted(question)}” may mean more than one thing.", next_step=f"Say {lines}.")
        case invocation:
            return host.run(invocation.command, complete_params(commands[invocation.command], invocation.params))


def _line(command: Command, meaning: Invocation) -> str:
    return " ".join(["kit", *command_line(command, meaning.params)])


def _quoted(question: str) -> str:
    """As it was said, on a line of its own; the beginning of what is long."""
    said = " ".join(question.split())
    return said if len(said) <= _LONGEST_QUOTE else f"{said[:_LONGEST_QUOTE].rstrip()}…"


def _suggestion(nearest: tuple[str, ...], commands: Mapping[str, Command]) -> str:
    if nearest:
        return f"Did you mean {' or '.join(f'“{spoken(phrase)}”' for phrase in nearest)}?"
    # Nothing said is near to anything: of what can be asked for in most ways, one each.
    asked = sorted((each for each in commands.values() if each.phrases), key=lambda each: -len(each.phrases))
    examples = [min(each.phrases, key=lambda phrase: "{" in phrase) for each in asked[:_EXAMPLES]]
    return f"Say, for example, {' or '.join(f'“{spoken(phrase)}”' for phrase in examples)}; or see “kit --help”."
