"""From what people write to a command and back: “/portfolio_history 30d”, “kit holdings BTC”, “—detailed”."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from kit import Command, Invocation, UnknownName, UsageError, parse_value, parse_words, spell_value

_LONGEST_NAME = 32
_LONGEST_SUMMARY = 256
_MOST = 100
_LONGEST_COMMAND = 2  # words
_HELP = "See /help for what can be asked."
_WORD = re.compile(r"""["“”„]([^"“”„]*)["“”]|'([^']*)'(?=\s|$)|(\S+)""")
_DASHES = re.compile(r"^(?:[\u2012-\u2015]|--)(?=\w)")  # what a phone makes of two hyphens


def telegram_names(commands: Iterable[Command]) -> dict[str, Command]:
    """Each command by a name that Telegram takes: [a-z0-9_]{1,32}, no two alike."""
    names: dict[str, Command] = {}
    for command in commands:
        plain = re.sub(r"[^a-z0-9]+", "_", command.name.casefold()).strip("_") or "command"
        name, number = plain[:_LONGEST_NAME], 1
        while name in names:
            number += 1
            name = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
        names[name] = command
    return names


def menu(names: Mapping[str, Command]) -> list[tuple[str, str]]:
    """The entries of a menu, the short names first; Telegram shows a hundred at most."""
    shown = sorted((each for each in names if not names[each].hidden), key=lambda name: (name.count("_"), name))
    return [(name, names[name].summary[:_LONGEST_SUMMARY]) for name in shown[:_MOST]]


def named(text: str, names: Mapping[str, Command]) -> Invocation:
    """What a line that names its command means. Raises UsageError."""
    spoken = [_DASHES.sub("--", next(filter(None, found.groups()), "")) for found in _WORD.finditer(text)]
    if not spoken:
        raise UsageError("That names no command.", next_step=_HELP)
    first, *rest = spoken
    head = names[first.casefold()].name.split() if first.casefold() in names else [first]
    words, known = [*head, *rest], {command.name.casefold(): command for command in names.values()}
    for length in range(min(_LONGEST_COMMAND, len(words)), 0, -1):
        if command := known.get(" ".join(words[:length]).casefold()):
            return Invocation(command.name, parse_words(command, words[length:]))
    unknown = UnknownName("command", first, names)
    raise unknown if unknown.next_step else UsageError(unknown.message, next_step=_HELP)


def to_text(command: Command, params: Mapping[str, Any]) -> str:
    """The parameters as text that `from_text` reads back."""
    spelt: dict[str, list[str]] = {}
    for param in command.params:
        value = params.get(param.keyword)
        if value is not None and value != ():
            spelt[param.keyword] = [spell_value(each) for each in (value if param.many else (value,))]
    return json.dumps(spelt, ensure_ascii=False)


def from_text(command: Command, text: str) -> Invocation:
    """What `to_text` kept. Raises UsageError where the command does not take that any more."""
    params: dict[str, Any] = {}
    for keyword, texts in json.loads(text).items():
        param = command.param(keyword)
        if param is None:
            raise UnknownName(f"parameter of “{command.name}”", keyword)
        values = tuple(parse_value(param, each) for each in texts)
        params[keyword] = values if param.many else values[0]
    return Invocation(command.name, params)
