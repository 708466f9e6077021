"""Which words can belong to the name of a span of days: “last week”, “im März”, “seit Januar”, “30d”.

Which days they mean is for the command to say, which knows the day; here they are only told from other words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MONTHS = (
    "january february march april may june july august september october november december"
    " januar jaenner februar maerz mai juni juli oktober dezember"
)
_NAMES = (
    f"{_MONTHS} {' '.join(month[:3] for month in _MONTHS.split())} maer mrz sept"
    " today yesterday heute gestern all ever max gesamt insgesamt alles immer time zeit ytd mtd qtd wtd"
    " day days week weeks month months quarter quarters year years"
    " tag tage tagen woche wochen monat monate monaten monats quartal quartale quartalen quartals"
    " jahr jahre jahren jahres wochenbeginn wochenanfang monatsbeginn monatsanfang"
    " quartalsbeginn quartalsanfang jahresbeginn jahresanfang"
)
_BESIDE = (
    "last this previous past the in on over during for of since from between to until and my"
    " letzte letzten letzter letztes letztem diese dieser dieses diesen diesem vergangene vergangenen vergangener"
    " vergangenes vergangenem vorige vorigen voriger voriges vorigem seit von vom bis zum zur im am an den der die das"
    " dem des ueber fuer waehrend und zwischen mein meine ganze ganzen gesamte gesamten"
    " one two three four five six seven eight nine ten eleven twelve"
    " ein eine einen einer einem zwei drei vier fuenf sechs sieben acht neun zehn elf zwoelf"
)
_TIMES, _JOINTS = frozenset(_NAMES.split()), frozenset(_BESIDE.split())
_DATED = re.compile(r"\d{1,4}[dwmy]?|q[1-4]|\d{4}-?(w\d\d?|q[1-4])|\d[\d.-]+(\.\.[\d-]+)?", re.ASCII)


def may_be_period(words: Sequence[str]) -> bool:
    """Whether every one of these folded words can belong to such a name, and one of them does more than join."""
    dated = [word in _TIMES or _DATED.fullmatch(word) is not None for word in words]
    return any(dated) and all(each or word in _JOINTS for each, word in zip(dated, words, strict=True))
