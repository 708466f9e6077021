"""A phrase of a declaration: the words, choices and slots in it, and what it sets.

“show [all] my (alerts|rules) -> active”: what stands in brackets may be left out, of what stands between bars any will
do, and what follows the arrow is set. A slot names a parameter: “{asset}”; its kind may be written behind it, where
words of that kind are meant and the parameter takes any text: “{period:period}”. What is set may contain what was said:
“-> subject={coin}/USD” with a slot “{coin:asset}” that is no parameter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..commands import Command, Effect, Param, ValueType
from ..errors import UsageError
from ..values import parse_value
from .slots import KINDS
from .wording import words_of

_PIECE = re.compile(r"\{[^{}]*\}|[][()|]|[^][()|{}]+")
_CHOICE = re.compile(r"\[([^\[\]()]*)\]|\(([^\[\]()]*)\)")
_SLOT = re.compile(r"\{([^{}:]*)(?::([^{}]*))?\}")
_SETTING = re.compile(r"([^\s=,]+)(?:=(?:\"([^\"]*)\"|([^\s,]*)))?")
_CLOSING = {"[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value of a kind."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of these ways, of which one may be to say nothing."""

    ways: tuple[Parts, ...]


Part = str | Slot | Choice
Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A phrase of a command: keys, slots and choices in order, and what it sets."""

    text: str
    command: Command
    parts: Parts
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
    """The phrases of `command`. Raises ValueError where one contradicts its declaration."""
    if command.phrases and command.needs_confirmation:
        raise ValueError(f"“{command.name}” moves money, so it can have no phrase; its preview can")
    return [_template(phrase, command) for phrase in command.phrases]


def fault_of_phrases(command: Command) -> str:
    """What is wrong with the phrases of `command`, "" where nothing is."""
    try:
        templates_of(command)
    except ValueError as error:
        return str(error)
    return ""


def spoken(phrase: str) -> str:
    """A phrase as a person reads it, the first of its choices and without what can be left out."""
    text = phrase.partition("->")[0]
    while (found := _CHOICE.search(text)) is not None:
        first = "" if found[2] is None else found[2].partition("|")[0]
        text = text[: found.start()] + first + text[found.end() :]
    return " ".join(_SLOT.sub(lambda slot: slot[1].upper(), text).split())


def ways_of(text: str) -> Iterator[str]:
    """Every way to say a phrase."""
    if (found := _CHOICE.search(text)) is None:
        yield " ".join(text.split())
        return
    for way in ("", found[1]) if found[1] is not None else found[2].split("|"):
        yield from ways_of(text[: found.start()] + way + text[found.end() :])


def _template(phrase: str, command: Command) -> Template:
    said, _, settings = phrase.partition("->")
    pieces = _PIECE.findall(said)
    parts = _parts(pieces, "", command, phrase)
    if not _has_a_word(parts):
        raise ValueError(f"the phrase “{phrase}” of “{command.name}” has no word of its own")
    slots = {slot[1] for slot in _SLOT.finditer(said)}
    return Template(said.strip(), command, parts, tuple(_settings(settings, command, phrase, slots)))


def _parts(pieces: list[str], closing: str, command: Command, phrase: str) -> Parts:
    """The parts up to the closing bracket, which is taken off the pieces as well."""
    ways = _ways(pieces, closing, command, phrase)
    return ways[0] if len(ways) == 1 else (Choice(tuple(ways)),)


def _ways(pieces: list[str], closing: str, command: Command, phrase: str) -> list[Parts]:
    ways: list[list[Part]] = [[]]
    while pieces:
        piece = pieces.pop(0)
        if piece == closing:
            return [tuple(way) for way in ways]
        if piece in _CLOSING:
            inner = _ways(pieces, _CLOSING[piece], command, phrase)
            ways[-1].append(Choice((*inner, ()) if piece == "[" else tuple(inner)))
        elif piece == "|":
            ways.append([])
        elif slot := _SLOT.fullmatch(piece):
            ways[-1].append(_slot(slot[1], slot[2], command, phrase))
        else:
            ways[-1] += [word.key for word in words_of(piece)]
    if closing:
        raise ValueError(f"the phrase “{phrase}” of “{command.name}” has an open bracket")
    return [tuple(way) for way in ways]


def _has_a_word(parts: Sequence[Part]) -> bool:
    """Whether it has one whichever way it is said."""
    return any(
        isinstance(part, str) or (isinstance(part, Choice) and all(_has_a_word(way) for way in part.ways))
        for part in parts
    )


def _slot(name: str, kind: str | None, command: Command, phrase: str) -> Slot:
    if kind is not None and kind not in KINDS:
        raise ValueError(f"the phrase “{phrase}” of “{command.name}” has a slot of the unknown kind “{kind}”")
    if kind is None or f"{{{name}}}" not in phrase.partition("->")[2]:
        param = _declared(command, name, phrase)
        return Slot(name, kind or param.type)
    return Slot(name, kind)


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
