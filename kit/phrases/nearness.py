"""Which phrases are nearest to a sentence that fits none.

By the words that both have, rare ones counting more than common ones; a word that no phrase has counts as the one that
it may be a slip of. Not by letters of the whole sentence: that takes long, and “show my taxes” is not near to “show my
assets”.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from math import log

from .templates import Slot, Template
from .wording import Word

_NEAREST = 3
_ALIKE = 0.75
_MOST_WORDS = 24
_LONGEST_WORD = 24


class Nearness:
    """The phrases, by their words."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self._templates = list(templates)
        self._words = [frozenset(part for part in each.parts if not isinstance(part, Slot)) for each in self._templates]
        counts = Counter(word for words in self._words for word in words)
        self._weights = {word: log(1 + len(self._words) / count) for word, count in counts.items()}

    def of(self, said: Sequence[Word]) -> tuple[str, ...]:
        """The three nearest that mean different things; fewer where fewer have a word of it."""
        keys = {self._meant(word.key) for word in said[:_MOST_WORDS]}
        unknown = max(self._weights.values(), default=0.0)
        total = sum(self._weights.get(key, unknown) for key in keys)
        found: dict[tuple[str, str], tuple[float, str]] = {}
        for template, words in zip(self._templates, self._words, strict=True):
            shared = sum(self._weights[word] for word in words & keys)
            score = 2 * shared / (total + sum(self._weights[word] for word in words)) if shared else 0.0
            meaning = (template.command.name, repr(template.settings))
            if score > found.get(meaning, (0.0, ""))[0]:
                found[meaning] = (score, template.text)
        best = sorted(found.values(), key=lambda each: -each[0])[:_NEAREST]
        return tuple(text for _, text in best)

    def _meant(self, key: str) -> str:
        """The word, or the one of the phrases that it may be a slip of."""
        if key in self._weights or len(key) > _LONGEST_WORD:
            return key
        return next(iter(get_close_matches(key, self._weights, n=1, cutoff=_ALIKE)), key)
