"""What people call a period, in English or German, in the few English words that `periods` reads.

“in the last two weeks” and “in den letzten zwei Wochen” are “last 2 weeks”, “seit Jahresbeginn” is “ytd”. Words that
are not here stay as they are: whether all of it is a period is for `periods` to say.
"""

from __future__ import annotations

import re

_MONTHS = """
    january januar jaenner jan  february februar feb  march maerz maer mrz mar  april apr  may mai  june juni jun
    july juli jul  august aug  september sept sep  october oktober okt oct  november nov  december dezember dez dec
"""
_WORDS = {
    "letzte": "last", "letzten": "last", "letzter": "last", "letztes": "last", "letztem": "last",
    "vorige": "last", "vorigen": "last", "voriger": "last", "voriges": "last", "vorigem": "last",
    "vergangene": "last", "vergangenen": "last", "vergangener": "last", "vergangenes": "last", "vergangenem": "last",
    "diese": "this", "dieser": "this", "dieses": "this", "diesen": "this", "diesem": "this",
    "tag": "day", "tage": "days", "tagen": "days", "woche": "week", "wochen": "weeks",
    "monat": "month", "monats": "month", "monate": "months", "monaten": "months",
    "quartal": "quarter", "quartals": "quarter", "quartale": "quarters", "quartalen": "quarters",
    "jahr": "year", "jahres": "year", "jahre": "years", "jahren": "years",
    "heute": "today", "gestern": "yesterday", "seit": "since", "von": "from", "vom": "from", "bis": "to",
    "until": "to", "zwischen": "between", "und": "and", "gesamt": "all", "insgesamt": "all", "alles": "all",
    "immer": "all", "zeit": "time",
    "wochenbeginn": "weekstart", "wochenanfang": "weekstart", "monatsbeginn": "monthstart",
    "monatsanfang": "monthstart", "quartalsbeginn": "quarterstart", "quartalsanfang": "quarterstart",
    "jahresbeginn": "yearstart", "jahresanfang": "yearstart",
    "gesamte": "all", "gesamten": "all", "ganze": "all", "ganzen": "all",
}  # fmt: skip
_NUMBERS = (
    ("one", "ein", "eine", "einen", "einer", "einem"), ("two", "zwei"), ("three", "drei"), ("four", "vier"),
    ("five", "fuenf"), ("six", "sechs"), ("seven", "sieben"), ("eight", "acht"), ("nine", "neun"), ("ten", "zehn"),
    ("eleven", "elf"), ("twelve", "zwoelf"),
)  # fmt: skip
_LITTLE = "a the in on over during for of my im am an den der die das dem des zum zur ueber fuer waehrend mein meine"
_UNSAID = frozenset(_LITTLE.split())
_UNIT = "(week|month|quarter|year)"
_TO_DATE = re.compile(rf"{_UNIT} to date|since {_UNIT}start|since (?:beginning|start) {_UNIT}")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_FOR_MONTHS = {name: month.split()[0] for month in re.split(r"\s{2,}", _MONTHS.strip()) for name in month.split()}
_FOR_NUMBERS = {name: str(number) for number, names in enumerate(_NUMBERS, 1) for name in names}
_ENGLISH = {**_WORDS, **_FOR_MONTHS, **_FOR_NUMBERS}


def plainly(text: str) -> str:
    """`text` in those words, in small letters, without articles and prepositions."""
    words = [word.rstrip(".,") for word in text.casefold().translate(_UMLAUTS).replace("..", " to ").split()]
    said = " ".join(_ENGLISH.get(word, word) for word in words if word and word not in _UNSAID)
    if match := _TO_DATE.fullmatch(said):
        return f"{next(filter(None, match.groups()))[0]}td"
    return said
