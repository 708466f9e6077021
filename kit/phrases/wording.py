"""A sentence as words: without punctuation, emoji and manners; contractions, units and currencies written out.

Each word is kept as it was said, and with a key by which words are compared: neither capital letters nor the spelling
of umlauts matter (“März”, “MAERZ”), nor which of a few words for one thing it is (“the portfolio”, “my portfolio”).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .numerals import numeral

_CONTRACTIONS = {
    "what's": "what is", "whats": "what is", "how's": "how is", "hows": "how is", "where's": "where is",
    "that's": "that is", "it's": "it is", "i'm": "i am", "i've": "i have", "i'd": "i would", "i'll": "i will",
    "don't": "do not", "dont": "do not", "doesn't": "does not", "can't": "can not", "cannot": "can not",
    "isn't": "is not", "won't": "will not", "hab'": "habe", "wie's": "wie es", "geht's": "geht es",
    "gehts": "geht es", "steht's": "steht es", "läuft's": "läuft es", "läufts": "läuft es",
    "wieviel": "wie viel", "wieviele": "wie viele", "gimme": "give me",
}  # fmt: skip
_FILLERS_BEFORE = (
    ("hey",), ("hi",), ("hello",), ("yo",), ("ok",), ("okay",), ("so",), ("kit",), ("k.i.t",), ("please",), ("pls",),
    ("plz",), ("and",), ("und",),
    ("can", "you"), ("could", "you"), ("would", "you"), ("will", "you"),
    ("hallo",), ("bitte",), ("kannst", "du"), ("koenntest", "du"), ("mir",), ("ich", "will"), ("ich", "moechte"),
    ("guten", "morgen"), ("good", "morning"),
)  # fmt: skip
_FILLERS_AFTER = (
    ("please",), ("pls",), ("plz",), ("thanks",), ("thx",), ("thank", "you"), ("kit",), ("right", "now"), ("now",),
    ("bitte",), ("danke",), ("anzeigen",), ("zeigen",), ("sehen",), ("liegen",),
)  # fmt: skip
_FILLERS_WITHIN = frozenset({
    "please", "still", "actually", "currently",
    "bitte", "mal", "denn", "eigentlich", "noch", "gerade", "jetzt", "aktuell", "momentan", "derzeit",
})  # fmt: skip
_SAME = {
    "the": "my", "our": "my",
    "display": "show", "list": "show", "give": "show", "are": "is", "sind": "ist", "liegt": "ist", "liegen": "ist",
    "over": "above", "under": "below", "if": "when", "once": "when",
    "goes": "is", "gets": "is", "climbs": "rises", "grows": "rises", "drops": "falls", "sinks": "falls",
    "loses": "falls",
    "klettert": "steigt", "waechst": "steigt", "sinkt": "faellt", "verliert": "faellt", "sobald": "wenn",
    "zeige": "zeig", "zeigt": "zeig", "liste": "zeig",
    "hab": "habe", "haben": "habe", "wir": "ich",
    "das": "mein", "die": "mein", "den": "mein", "der": "mein", "dem": "mein", "unser": "mein", "unsere": "mein",
    "meine": "mein", "meinen": "mein", "meiner": "mein", "meinem": "mein", "meines": "mein",
    "delete": "remove", "cancel": "remove", "entferne": "loesche", "analyse": "analyze",
    "exchanges": "accounts", "boersen": "konten", "depot": "portfolio", "pnl": "profit", "p&l": "profit",
}  # fmt: skip
ARTICLES = frozenset({"my", "mein"})
"""What “the” and “our” are, too: a question means the same with and without it."""
SHOWING = (
    ("show",), ("tell", "me"), ("let", "me", "see"), ("i", "want", "to", "see"), ("i", "would", "like", "to", "see"),
    ("zeig",), ("sag", "mir"),
)  # fmt: skip
"""What may stand in front of anything that is to be seen."""
_TO_WHOM = {"show": {"me", "us"}, "zeig": {"mir", "uns"}}
_QUOTES = str.maketrans(dict.fromkeys("’‘`´", "'"))
_UNWRITTEN = frozenset({"Cf", "Mn", "Me"})  # joiners, variation selectors, marks of direction
_PICTURES = frozenset({"So", "Cs", "Co", "Cn"})
_EDGES = re.compile(r"^[\"“”„«»(¿¡'\[]+|[\"“”„«».,;:!?)…'\]]+$")
_BETWEEN_WORDS = re.compile(r",(?!\d)|(?<!\d),|(?<=%)(?=\w)")
_NUMBER = re.compile(r"[+\-−]?\d[\d.,_']*", re.ASCII)
_MARKED = re.compile(r"([+\-−]?)([$€])?([+\-−]?\d[\d.,_']*(?:[kmb]|mio|mrd)?)([$€])?", re.IGNORECASE | re.ASCII)
_UNITS = {
    "%": "%", "percent": "%", "prozent": "%",
    "k": "k", "thousand": "k", "tausend": "k",
    "m": "m", "mio": "m", "million": "m", "millions": "m", "millionen": "m",
    "b": "b", "mrd": "b", "billion": "b", "billions": "b", "milliarde": "b", "milliarden": "b",
}  # fmt: skip
_SIGNS = {"$": "USD", "€": "EUR"}
_MILLIONS = re.compile(r"(?<=\d)(mio|mrd)$", re.IGNORECASE)
_LONGEST_NUMERAL = 10  # words
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Word:
    """As it was said, and what it is compared by."""

    said: str
    key: str


def folded(text: str) -> str:
    """`text` in small letters, umlauts written out."""
    return text.casefold().translate(_UMLAUTS)


def words_of(text: str) -> list[Word]:
    """The words of a sentence."""
    words: list[Word] = []
    for said in _united(list(_pieces(_written(text)))):
        key = folded(said)
        key = _SAME.get(key, key)
        if not (words and key in _TO_WHOM.get(words[-1].key, ())):
            words.append(Word(said, key))
    return words


def without_fillers(words: Sequence[Word]) -> list[Word]:
    """The words without manners: “please”, “hey kit”, “kannst du … bitte”."""
    left, keys = 0, [word.key for word in words]
    right = len(keys)
    shrunk = True
    while shrunk:
        shrunk = False
        for filler in _FILLERS_BEFORE:
            if left + len(filler) < right and tuple(keys[left : left + len(filler)]) == filler:
                left, shrunk = left + len(filler), True
        for filler in _FILLERS_AFTER:
            if right - len(filler) > left and tuple(keys[right - len(filler) : right]) == filler:
                right, shrunk = right - len(filler), True
    return [word for word in words[left:right] if word.key not in _FILLERS_WITHIN] or list(words[left:right])


def spaced(name: str) -> str:
    """A name as people say it: “my-binance” is “my binance”."""
    return re.sub(r"[-_\s]+", " ", name)


def _written(text: str) -> str:
    """The text without what is only seen: pictures, and marks that no letter carries."""
    plain = unicodedata.normalize("NFKC", text.translate(_QUOTES))
    if plain.isascii():
        return plain
    kinds = ((sign, unicodedata.category(sign)) for sign in plain)
    return "".join(" " if kind in _PICTURES else sign for sign, kind in kinds if kind not in _UNWRITTEN)


def _pieces(text: str) -> Iterator[str]:
    for raw in _BETWEEN_WORDS.sub(" ", text).split():
        if raw.casefold() in _CONTRACTIONS:
            yield from _CONTRACTIONS[raw.casefold()].split()
            continue
        word = _EDGES.sub("", raw)
        if word.casefold() in _CONTRACTIONS:
            yield from _CONTRACTIONS[word.casefold()].split()
        elif marked := _MARKED.fullmatch(word):
            sign, before, number, after = marked.groups()
            yield f"{sign}{number}".replace("−", "-")
            if before or after:
                yield _SIGNS[before or after]
        elif word:
            yield _SIGNS.get(word, word)


def _united(words: list[str]) -> list[str]:
    """Numbers with their units: “5 %”, “70 thousand”, “1,5 Mio.”, “sixty thousand” are a word each."""
    united: list[str] = []
    keys = [folded(word) for word in words]
    at = 0
    while at < len(words):
        taken, is_behind_digits = 1, bool(united and _NUMBER.fullmatch(united[-1]))
        if is_behind_digits and (unit := _UNITS.get(keys[at])):
            united[-1] += unit
        elif not is_behind_digits and (spelt := numeral(keys[at : at + _LONGEST_NUMERAL])):
            number, taken = spelt
            united.append(number)
        else:
            united.append(_MILLIONS.sub(lambda found: _UNITS[found[0].casefold()], words[at]))
        at += taken
    return united
