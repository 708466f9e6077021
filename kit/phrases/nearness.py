"""Which phrases are nearest to a sentence that fits none.

By the words that both have, rare ones counting more than common ones; a word that no phrase has counts as the one with
the same first letter that it may be a slip of. Not by letters of the whole sentence: that takes long, and “show my
taxes” is not near to “show my assets”.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from heapq import nlargest
from itertools import islice
from math import log

from .templates import Choice, Parts, Slot, Template, ways_of
from .wording import Word, words_of

_NEAREST = 3
_ALIKE = 0.75
_FAR = 0.2
_MOST_WORDS = 24
_SHORTEST_SLIP, _LONGEST_SLIP = 3, 24  # letters: a short word is near to too many
_MOST_WAYS, _LOOKED_AT = 64, 12


class Nearness:
    """The phrases, by their words."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self._templates = list(templates)
        self._words = [frozenset(_words_in(each.parts)) for each in self._templates]
        counts = Counter(word for words in self._words for word in words)
        self._weights = {word: log(1 + len(self._words) / count) for word, count in counts.items()}
        self._least = [self._least_weight(each.parts) for each in self._templates]

    def of(self, said: Sequence[Word]) -> tuple[str, ...]:
        """The three nearest that mean different things; fewer where fewer have a word of it."""
        keys = frozenset(self._meant(word.key) for word in said[:_MOST_WORDS])
        total = self._weight(keys)
        shared = [self._weight(words & keys) for words in self._words]
        at_best = [
            2 * both / (total + max(both, least)) for both, least in zip(shared, self._least, strict=True) if total
        ]
        likely = nlargest(_LOOKED_AT, range(len(at_best)), key=at_best.__getitem__)
        found: dict[tuple[str, str], tuple[float, str]] = {}
        for at in likely:
            template = self._templates[at]
            meaning = (template.command.name, repr(template.settings))
            for way in islice(ways_of(template.text), _MOST_WAYS) if shared[at] else ():
                score = self._likeness(keys, frozenset(word.key for word in words_of(way)))
                if score > found.get(meaning, (_FAR, ""))[0]:
                    found[meaning] = (score, way)
        best = sorted(found.values(), key=lambda each: -each[0])
        return tuple(dict.fromkeys(text for _, text in best))[:_NEAREST]

    def _likeness(self, said: frozenset[str], words: frozenset[str]) -> float:
        """From 0 to 1, by the weight of the words that both have."""
        both = self._weight(said & words)
        return 2 * both / (self._weight(said) + self._weight(words)) if both else 0.0

    def _least_weight(self, parts: Parts) -> float:
        """The weight of the fewest words that the phrase can be said with."""
        return sum(
            min(self._least_weight(way) for way in part.ways) if isinstance(part, Choice) else self._weights[part]
            for part in parts
            if not isinstance(part, Slot)
        )

    def _weight(self, words: Iterable[str]) -> float:
        return sum(self._weights.get(word, 1.0) for word in words)

    def _meant(self, key: str) -> str:
        """The word, or the one of the phrases that it may be a slip of."""
        if key in self._weights or not _SHORTEST_SLIP <= len(key) <= _LONGEST_SLIP:
            return key
        like_it = [word for word in self._weights if word[0] == key[0]]
        return next(iter(get_close_matches(key, like_it, n=1, cutoff=_ALIKE)), key)


def _words_in(parts: Parts) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Choice):
            for way in part.ways:
                yield from _words_in(way)
        elif not isinstance(part, Slot):
            yield part
