"""Numbers in words: “sixty thousand”, “one hundred and fifty”, “sechzigtausend”, “fünf Prozent” become digits.

A small one alone stays a word unless what is counted follows (“five percent”, “two hours”): one is an article, too, and
an asset may be called ELF.
"""

from __future__ import annotations

from collections.abc import Sequence

_NUMBERS = (
    ("one", "a", "an", "ein", "eine", "einen", "einer", "einem", "eins"), ("two", "zwei"), ("three", "drei"),
    ("four", "vier"), ("five", "fuenf"), ("six", "sechs"), ("seven", "sieben"), ("eight", "acht"), ("nine", "neun"),
    ("ten", "zehn"), ("eleven", "elf"), ("twelve", "zwoelf"), ("thirteen", "dreizehn"), ("fourteen", "vierzehn"),
    ("fifteen", "fuenfzehn"), ("sixteen", "sechzehn"), ("seventeen", "siebzehn"), ("eighteen", "achtzehn"),
    ("nineteen", "neunzehn"),
)  # fmt: skip
_TENS = (
    ("twenty", "zwanzig"), ("thirty", "dreissig"), ("forty", "vierzig"), ("fifty", "fuenfzig"), ("sixty", "sechzig"),
    ("seventy", "siebzig"), ("eighty", "achtzig"), ("ninety", "neunzig"),
)  # fmt: skip
_SMALL = {
    **{word: number for number, words in enumerate(_NUMBERS, 1) for word in words},
    **{word: ten * 10 for ten, words in enumerate(_TENS, 2) for word in words},
}
_SCALES = {
    **dict.fromkeys(("hundred", "hundert"), 100),
    **dict.fromkeys(("thousand", "tausend"), 1000),
    **dict.fromkeys(("million", "millionen"), 10**6),
}
_PERCENT = frozenset({"%", "percent", "prozent"})
_TIME = """
    second seconds minute minutes hour hours day days week weeks month months year years
    sekunde sekunden minuten stunde stunden tag tage tagen woche wochen monat monate monaten jahr jahre jahren
"""
_COUNTED = _PERCENT.union(_TIME.split())
_LARGEST_ALONE = 12
_TEN, _HUNDRED = 10, 100


def numeral(words: Sequence[str]) -> tuple[str, int] | None:
    """The digits of the number that these folded words begin with, and how many words it has. None for no number."""
    total = current = taken = 0
    for at, word in enumerate(words):
        if word == "and" and at and words[at - 1] in _SCALES:
            continue  # “one hundred and fifty”
        value = _value(word)
        if value is None or not _may_follow(current, total, word, value):
            break
        if word not in _SCALES:
            current += value
        elif value == _HUNDRED:
            current = max(current, 1) * value
        else:
            total, current = total + max(current, 1) * value, 0
        taken = at + 1
    number = total + current
    if taken == 1 and number <= _LARGEST_ALONE and not set(words[1:2]) & (_PERCENT if number == 1 else _COUNTED):
        return None
    return (str(number), taken) if taken else None


def _may_follow(current: int, total: int, word: str, value: int) -> bool:
    """Whether a number that has come to `current` goes on with this word: “sixty five” does, “six five” does not."""
    if word in _SCALES:
        return current < value and (not total or total > value)
    rest = current % _HUNDRED
    if value < _TEN:
        return rest == 0 or (rest > _TEN and rest % _TEN == 0)
    return rest == 0 and (not current or value < _HUNDRED)


def _value(word: str) -> int | None:
    """Of one word, “twenty-five” and “fünfundzwanzigtausend” included."""
    if (value := _SMALL.get(word, _SCALES.get(word))) is not None:
        return value
    thousands, scale, rest = word.rpartition("tausend")
    if scale:
        return _sum(_below_thousand(thousands) if thousands else 1, 1000, _below_thousand(rest) if rest else 0)
    return _below_thousand(word)


def _below_thousand(word: str) -> int | None:
    hundreds, scale, rest = word.partition("hundert")
    if scale:
        behind = _below_hundred(rest.removeprefix("und")) if rest else 0
        return _sum(_SMALL.get(hundreds) if hundreds else 1, _HUNDRED, behind)
    return _below_hundred(word)


def _below_hundred(word: str) -> int | None:
    """“fünfundzwanzig” has its ones in front, “twenty-five” behind."""
    ones, und, tens = word.partition("und")
    if not und:
        tens, _, ones = word.partition("-")
    if ones in _SMALL and tens in _SMALL and _SMALL[ones] < _TEN < _SMALL[tens] and _SMALL[tens] % _TEN == 0:
        return _SMALL[tens] + _SMALL[ones]
    return _SMALL.get(word)


def _sum(factor: int | None, scale: int, rest: int | None) -> int | None:
    return None if factor is None or rest is None else factor * scale + rest
