"""A phrase of a declaration, and all the ways to say it.

“show [all] my (alerts|rules) -> active”: what stands in brackets may be left out, of what stands between bars any will
do, and what follows the arrow is set. A slot names a parameter: “{asset}”; its kind may be written behind it, where
words of that kind are meant and the parameter takes any text: “{period:period}”. What is set may contain what was said:
“-> subject={coin}/USD” with a slot “{coin:asset}” that is no parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..commands import Command, Effect, Param, ValueType
from ..errors import UsageError
from ..values import parse_value
from .slots import KINDS
from .wording import words_of

_CHOICE = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)")
_SLOT = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_SETTING = re.compile(r"([^\s=,]+)(?:=(?:\"([^\"]*)\"|([^\s,]*)))?")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value of a kind."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Template:
    """One way to say a phrase: its keys and slots in order, and what it sets."""

    text: str
    command: Command
    parts: tuple[str | Slot, ...]
    settings: tuple[tuple[Param, str], ...] = field(default=())

    @property
    def strict(self) -> bool:
        """Whether only the bare phrase counts, because it changes something."""
        return self.command.effect is not Effect.READ

    def values(self, said: Mapping[str, str]) -> dict[str, Any] | None:
        """The parameters, of the texts of its slots; None where they are none."""
        texts = {param: text.format_map(said) for param, text in self.settings}
        for name, text in said.items():
            if (param := _param(self.command, name)) is not None:
                texts.setdefault(param, text)
        try:
            return {param.keyword: _parsed(param, text) for param, text in texts.items()}
        except UsageError:
            return None


def templates_of(command: Command) -> list[Template]:
    """Every way to say every phrase of `command`. Raises ValueError where one contradicts its declaration."""
    if command.phrases and command.needs_confirmation:
        raise ValueError(f"“{command.name}” moves money, so it can have no phrase; its preview can")
    return [each for phrase in command.phrases for each in _templates(phrase, command)]


def spoken(phrase: str) -> str:
    """A phrase as a person reads it: “how much do i have on EXCHANGE”."""
    return " ".join(_SLOT.sub(lambda slot: slot[1].upper(), _plainest(phrase.partition("->")[0])).split())


def _plainest(text: str) -> str:
    """The phrase with the first of its choices, and without what can be left out."""
    while (found := _CHOICE.search(text)) is not None:
        first = "" if found[2] is None else found[2].partition("|")[0]
        text = text[: found.start()] + first + text[found.end() :]
    return text


def _templates(phrase: str, command: Command) -> Iterator[Template]:
    said, _, settings = phrase.partition("->")
    set_ = tuple(_settings(settings, command, phrase, {slot[1] for slot in _SLOT.finditer(said)}))
    for text in _ways(said):
        parts: list[str | Slot] = []
        for piece in re.findall(r"\{[^}]*\}|[^{}]+", text):
            if slot := _SLOT.fullmatch(piece):
                parts.append(_slot(slot[1], slot[2], command, phrase, used="{" + slot[1] + "}" in settings))
            else:
                parts += [word.key for word in words_of(piece)]
        if not any(isinstance(part, str) for part in parts):
            raise ValueError(f"the phrase “{phrase}” of “{command.name}” has no word of its own")
        yield Template(" ".join(text.split()), command, tuple(parts), set_)


def _ways(text: str) -> Iterator[str]:
    if (found := _CHOICE.search(text)) is None:
        yield text
        return
    for choice in ("", found[1]) if found[1] is not None else found[2].split("|"):
        yield from _ways(text[: found.start()] + choice + text[found.end() :])


def _slot(name: str, kind: str | None, command: Command, phrase: str, *, used: bool) -> Slot:
    if kind is not None and kind not in KINDS:
        raise ValueError(f"the phrase “{phrase}” of “{command.name}” has a slot of the unknown kind “{kind}”")
    if kind is not None and used:
        return Slot(name, kind)
    return Slot(name, kind or _declared(command, name, phrase).type)


def _settings(text: str, command: Command, phrase: str, slots: set[str]) -> Iterator[tuple[Param, str]]:
    for setting in _SETTING.finditer(text):
        param = _declared(command, setting[1], phrase)
        value = setting[2] if setting[2] is not None else setting[3]
        if value is None and param.type is not ValueType.FLAG:
            raise ValueError(f"the phrase “{phrase}” of “{command.name}” gives “{setting[1]}” no value")
        value = "true" if value is None else value
        said = [name for name, _ in _SLOT.findall(value)]
        if unknown := [name for name in said if name not in slots]:
            raise ValueError(f"the phrase “{phrase}” of “{command.name}” has no slot “{unknown[0]}”")
        if not said:
            _parsed(param, value)
        yield param, value


def _parsed(param: Param, text: str) -> Any:
    value = parse_value(param, text)
    return (value,) if param.many else value


def _declared(command: Command, name: str, phrase: str) -> Param:
    param = _param(command, name)
    if param is None:
        raise ValueError(f"the phrase “{phrase}” of “{command.name}” names “{name}”, which is not declared")
    return param


def _param(command: Command, name: str) -> Param | None:
    return command.param(Param(name).keyword)
