"""What people say → what they mean: anchored templates, never a search for words.

A template comes from a command's declaration: "how much do i have on {exchange}", "portfolio details ->
detailed". A sentence means a command only if the whole of it fits a template, so “disconnect binance”
or “don't show my portfolio” mean nothing that contains “binance” or “portfolio”. Case, punctuation,
“what's” for “what is” and a please at either end do not matter; for a command that changes or trades
anything not even a please may be added, and accounts must be known ones.

What this cannot do: guess. Where nothing fits, the nearest templates are named for the person to choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from .commands import Command, Effect, Invocation, Param, ValueType
from .errors import UsageError
from .values import parse_value

_CONTRACTIONS = {
    "what's": "what is", "whats": "what is", "how's": "how is", "hows": "how is", "where's": "where is",
    "that's": "that is", "it's": "it is", "i'm": "i am", "i've": "i have", "i'd": "i would", "i'll": "i will",
    "don't": "do not", "dont": "do not", "doesn't": "does not", "can't": "can not", "cannot": "can not",
    "isn't": "is not", "won't": "will not",
}  # fmt: skip
_FILLERS_BEFORE = (
    ("hey",), ("hi",), ("hello",), ("ok",), ("okay",), ("so",), ("kit",), ("k.i.t",), ("please",),
    ("can", "you"), ("could", "you"), ("would", "you"), ("will", "you"),
)  # fmt: skip
_FILLERS_AFTER = (("please",), ("thanks",), ("thank", "you"), ("kit",), ("right", "now"), ("now",))
_ASSET_LIKE = re.compile(r"[a-z0-9]{2,10}", re.IGNORECASE | re.ASCII)
_NAME_LIKE = re.compile(r"[\w.\-]{1,40}")
_COMMON_WORDS = (
    "a all an and any are assets at balance balances cash coin coins crypto currencies do else ever for fun funds"
    " have how if in is it just less many me money more most much my no not of on one or other others our parts"
    " plans portfolio shares some stocks stuff that the then these they this those to tokens value we what when"
    " which who why with you your"
)
_NO_ASSETS = frozenset(_COMMON_WORDS.split())
_LONGEST_TEXT = 500
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one meaning fits."""

    meanings: tuple[Invocation, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No template fits; these are the nearest, as people would say them."""

    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Slot:
    param: Param


@dataclass(frozen=True, slots=True)
class _Template:
    """A phrase of a command: words and slots in order, and what it sets besides."""

    text: str
    command: Command
    parts: tuple[str | _Slot, ...]
    fixed: dict[str, Any] = field(hash=False)

    @property
    def strict(self) -> bool:
        """Whether only the bare phrase counts, because it changes something."""
        return self.command.effect is not Effect.READ

    @property
    def slots(self) -> int:
        return sum(isinstance(part, _Slot) for part in self.parts)


class Grammar:
    """All phrases of `commands`. `vocabulary` are the names of the known accounts.

    Raises ValueError for a template that its command's declaration contradicts.
    """

    def __init__(self, commands: Iterable[Command], vocabulary: Iterable[str] = ()) -> None:
        self._templates = [_template(phrase, command) for command in commands for phrase in command.phrases]
        self._accounts = {tuple(_words(_spaced(name))): name for name in vocabulary}

    def match(self, text: str) -> Invocation | Ambiguous | NoMatch:
        """What the whole of `text` means."""
        if len(text) > _LONGEST_TEXT:
            return NoMatch(())
        said = _words(text)
        bare = _without_fillers(said)
        found = [
            (template, Invocation(template.command.name, {**template.fixed, **values}))
            for template in self._templates
            for values in self._readings(template, said if template.strict else bare)
        ]
        if found and all(not template.strict for template, _ in found):
            fewest = min(template.slots for template, _ in found)
            found = [(template, meaning) for template, meaning in found if template.slots == fewest]
        meanings = tuple(_distinct(meaning for _, meaning in found))
        if not meanings:
            return NoMatch(self._nearest(bare))
        return meanings[0] if len(meanings) == 1 else Ambiguous(meanings)

    def _readings(self, template: _Template, words: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Every way in which `words`, all of them, fit the template."""
        for pieces in _split(template.parts, tuple(words)):
            choices = [list(self._values(slot.param, piece, template.strict)) for slot, piece in pieces]
            for values in product(*choices):
                yield {slot.param.keyword: value for (slot, _), value in zip(pieces, values, strict=True)}

    def _values(self, param: Param, words: tuple[str, ...], strict: bool) -> Iterator[Any]:
        text = " ".join(words)
        if param.type is ValueType.ACCOUNT:
            known = self._accounts.get(tuple(_words(_spaced(text))))
            if known is not None:
                yield known
            elif len(words) == 1 and not strict and _NAME_LIKE.fullmatch(text):
                yield text
            return
        if param.type is ValueType.ASSET and (not _ASSET_LIKE.fullmatch(text) or text.casefold() in _NO_ASSETS):
            return
        try:
            yield parse_value(param, text)
        except UsageError:
            return

    def _nearest(self, words: Sequence[str]) -> tuple[str, ...]:
        from difflib import get_close_matches

        spoken = {" ".join(_shown(template)): template.text for template in self._templates}
        near = get_close_matches(" ".join(words).casefold(), spoken, n=_NEAREST, cutoff=0.5)
        return tuple(spoken[text] for text in near)


def spoken(phrase: str) -> str:
    """A phrase as a person reads it: “how much do i have on EXCHANGE”."""
    return re.sub(r"\{([^}]*)\}", lambda slot: slot[1].upper(), phrase.partition("->")[0]).strip()


def _template(phrase: str, command: Command) -> _Template:
    said, _, settings = phrase.partition("->")
    parts: list[str | _Slot] = []
    for word in re.findall(r"\{[^}]*\}|[^{}\s]+", said):
        if word.startswith("{"):
            parts.append(_Slot(_declared(command, word[1:-1], phrase)))
        else:
            parts += [part.casefold() for part in _words(word)]
    if not any(isinstance(part, str) for part in parts):
        raise ValueError(f"the phrase “{phrase}” of “{command.name}” has no word of its own")
    return _Template(said.strip(), command, tuple(parts), dict(_settings(settings, command, phrase)))


def _settings(text: str, command: Command, phrase: str) -> Iterator[tuple[str, Any]]:
    for setting in text.replace(",", " ").split():
        name, given, value = setting.partition("=")
        param = _declared(command, name, phrase)
        if not given and param.type is not ValueType.FLAG:
            raise ValueError(f"the phrase “{phrase}” of “{command.name}” gives “{name}” no value")
        parsed = parse_value(param, value) if given else True
        yield param.keyword, (parsed,) if param.many else parsed


def _declared(command: Command, name: str, phrase: str) -> Param:
    param = command.param(Param(name).keyword)
    if param is None:
        raise ValueError(f"the phrase “{phrase}” of “{command.name}” names “{name}”, which is not declared")
    return param


def _words(text: str) -> list[str]:
    """The words of a sentence as they were written, without its punctuation, contractions written out."""
    plain = re.sub("[’‘`´]", "'", text)
    words: list[str] = []
    for raw in plain.split():
        word = re.sub(r"^[\"“”„(¿¡']+|[\"“”.,;:!?)…']+$", "", raw)
        words += _CONTRACTIONS[word.casefold()].split() if word.casefold() in _CONTRACTIONS else [word] if word else []
    return words


def _spaced(name: str) -> str:
    """An account's name as people say it: “my-binance” is “my binance”."""
    return re.sub(r"[-_\s]+", " ", name).casefold()


def _without_fillers(words: list[str]) -> list[str]:
    left, folded = 0, [word.casefold() for word in words]
    right = len(folded)
    shrunk = True
    while shrunk:
        shrunk = False
        for filler in _FILLERS_BEFORE:
            if left + len(filler) < right and tuple(folded[left : left + len(filler)]) == filler:
                left, shrunk = left + len(filler), True
        for filler in _FILLERS_AFTER:
            if right - len(filler) > left and tuple(folded[right - len(filler) : right]) == filler:
                right, shrunk = right - len(filler), True
    return words[left:right]


def _split(
    parts: tuple[str | _Slot, ...], words: tuple[str, ...]
) -> Iterator[tuple[tuple[_Slot, tuple[str, ...]], ...]]:
    """Every way to lay the words along the parts, none left over: the slots with their words."""
    if not parts:
        if not words:
            yield ()
        return
    if len(words) < len(parts):
        return
    head, rest = parts[0], parts[1:]
    if isinstance(head, str):
        if words[0].casefold() == head:
            yield from _split(rest, words[1:])
        return
    for length in range(1, min(_longest(head.param), len(words) - len(rest)) + 1):
        for tail in _split(rest, words[length:]):
            yield ((head, words[:length]), *tail)


def _longest(param: Param) -> int:
    """How many words a value may have."""
    return {ValueType.ACCOUNT: 4, ValueType.TEXT: 24}.get(param.type, 1)


def _shown(template: _Template) -> list[str]:
    return [part if isinstance(part, str) else f"{{{part.param.name}}}" for part in template.parts]


def _distinct(meanings: Iterable[Invocation]) -> list[Invocation]:
    distinct: list[Invocation] = []
    for meaning in meanings:
        if meaning not in distinct:
            distinct.append(meaning)
    return distinct
