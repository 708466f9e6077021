"""A sentence → the command that it means.

A template comes from a command's declaration: "how much do i have on {exchange}", "portfolio details ->
detailed". A sentence means a command only if the whole of it fits a template, so “disconnect binance”
or “don't show my portfolio” mean nothing that contains “binance” or “portfolio”. Case, punctuation, the
spelling of umlauts, “what's” for “what is”, a please, a “my” or a “show” in front do not matter; for a command that
changes or trades anything not even a please may be added, accounts must be known ones, and one that moves money has no
phrase at all.

All templates are one tree of words, which a sentence walks down; a slot is tried with as many words as its kind may
have. So a sentence takes as long as it has words, however many templates there are.

What this cannot do: guess. Where nothing fits, the nearest templates are named for the person to choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from ..commands import Command, Effect, Invocation, ValueType
from .slots import KINDS, Known, Reading
from .templates import Choice, Parts, Slot, Template, templates_of
from .wording import ARTICLES, SHOWING, Word, folded, spaced, without_fillers, words_of

if TYPE_CHECKING:
    from .nearness import Nearness

LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """More than one meaning fits."""

    meanings: tuple[Invocation, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No template fits; these are the nearest, as people would say them."""

    nearest: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    """What may follow the words said so far, and the templates that end here."""

    words: dict[str, _Node] = field(default_factory=dict)
    slots: dict[Slot, _Node] = field(default_factory=dict)
    ends: list[Template] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Filled:
    """A slot, with what its words are taken to mean."""

    slot: Slot
    reading: Reading
    words: int


@dataclass(frozen=True, slots=True)
class _Fit:
    template: Template
    meaning: Invocation
    distance: tuple[int, int, int]
    """How far it is from what was said word by word: uncertain names, slots, words in slots."""


class Grammar:
    """All phrases of `commands`. `vocabulary` are the names of the known accounts; “yesterday” wants to know `today`.

    Raises ValueError for a template that its command's declaration contradicts; a `forgiving` one leaves the phrases of
    that command out.
    """

    def __init__(
        self,
        commands: Iterable[Command],
        vocabulary: Iterable[str] = (),
        *,
        today: date | None = None,
        forgiving: bool = False,
    ) -> None:
        self._known = Known({words: name for name in vocabulary for words in _ways_to_call(name) if words}, today)
        self._templates: list[Template] = []
        for command in commands:
            try:
                self._templates += templates_of(command)
            except ValueError:
                if not forgiving:
                    raise
        self._root = _Node()
        for template in self._templates:
            for node in _grow([self._root], template.parts):
                node.ends.append(template)

    def match(self, text: str) -> Invocation | Ambiguous | NoMatch:
        """What the whole of `text` means."""
        if len(text) > LONGEST_TEXT:
            return NoMatch(())
        said = words_of(text)
        bare = without_fillers(said)
        fits = [*self._fits(said, strict=True), *self._fits(bare)]
        for words in (bare, _behind_showing(bare)):
            fits = fits or list(self._fits(words)) or self._fits_loosely(words)
        if fits and not any(each.template.strict for each in fits):
            least = min(each.distance for each in fits)
            fits = [each for each in fits if each.distance == least]
        meanings: list[Invocation] = []
        for each in fits:
            if each.meaning not in meanings:
                meanings.append(each.meaning)
        if not meanings:
            return NoMatch(self._nearness.of(bare))
        return meanings[0] if len(meanings) == 1 else Ambiguous(tuple(meanings))

    def _fits(self, words: Sequence[Word], *, strict: bool = False, loosely: bool = False) -> Iterator[_Fit]:
        """Every template of this strictness that `words` fit, all of them, with what its slots mean."""
        for template, filled in self._walk(self._root, words, 0, loosely):
            if template.strict is not strict or (strict and any(_is_too_doubtful(template, each) for each in filled)):
                continue
            values = template.values({each.slot.name: each.reading.text for each in filled})
            if values is not None:
                doubts = sum(not each.reading.sure for each in filled)
                distance = (doubts, len(filled), sum(each.words for each in filled))
                yield _Fit(template, Invocation(template.command.name, values), distance)

    def _fits_loosely(self, words: Sequence[Word]) -> list[_Fit]:
        """Those that fit where articles do not count, neither of the sentence nor of a template.

        Not with an uncertain name besides: with both, “rebalance portfolio” would ask for an account of that name.
        """
        words = [word for word in words if word.key not in ARTICLES]
        return [each for each in self._fits(words, loosely=True) if not each.distance[0]]

    def _walk(
        self, node: _Node, words: Sequence[Word], at: int, loosely: bool
    ) -> Iterator[tuple[Template, tuple[_Filled, ...]]]:
        if at == len(words):
            yield from ((template, ()) for template in node.ends)
            return
        if (then := node.words.get(words[at].key)) is not None:
            yield from self._walk(then, words, at + 1, loosely)
        for article in ARTICLES if loosely else ():
            if (then := node.words.get(article)) is not None:
                yield from self._walk(then, words, at, loosely)
        for slot, then in node.slots.items():
            kind = KINDS[slot.kind]
            for end in range(at + 1, min(at + kind.longest, len(words)) + 1):
                for reading in kind.read([word.said for word in words[at:end]], self._known):
                    for template, rest in self._walk(then, words, end, loosely):
                        yield template, (_Filled(slot, reading, end - at), *rest)

    @cached_property
    def _nearness(self) -> Nearness:
        from .nearness import Nearness

        return Nearness(self._templates)


def _ways_to_call(name: str) -> Iterator[tuple[str, ...]]:
    """The words of an account's name: as it is written, and as they are understood in a sentence (“twenty” is 20)."""
    yield tuple(folded(spaced(name)).split())
    yield tuple(folded(word.said) for word in words_of(spaced(name)))


def _behind_showing(words: Sequence[Word]) -> Sequence[Word]:
    """What is to be seen: the words behind “show me”; none where nothing of the kind was said."""
    keys = tuple(word.key for word in words)
    return next((words[len(each) :] for each in SHOWING if keys[: len(each)] == each), ())


def _grow(nodes: list[_Node], parts: Parts) -> list[_Node]:
    """The nodes that these parts lead to from any of `nodes`; new ones where none was."""
    for part in parts:
        if isinstance(part, Choice):
            nodes = [node for way in part.ways for node in _grow(nodes, way)]
        elif isinstance(part, Slot):
            nodes = [node.slots.setdefault(part, _Node()) for node in nodes]
        else:
            nodes = [node.words.setdefault(part, _Node()) for node in nodes]
    return list({id(node): node for node in nodes}.values())


def _is_too_doubtful(template: Template, filled: _Filled) -> bool:
    """Whether what may change something would rest on a name that nobody knows."""
    trades = template.command.effect is Effect.TRADE
    return not filled.reading.sure and (trades or filled.slot.kind == ValueType.ACCOUNT)
