"""What words may stand for a value: of an asset, an account, a span of days, an amount, target weights.

A reader takes the words at a slot and yields every value that they may mean, as text that the command's parameter
reads. It says no more than that the words can be one: whether there is such an asset is for the command to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from ..commands import ValueType
from .asset_names import ASSET_NAMES, LONGEST_NAME
from .days import day_of
from .period_words import may_be_period
from .wording import folded, spaced

_ASSET_LIKE = re.compile(r"[a-z0-9]{2,10}", re.IGNORECASE | re.ASCII)
_PAIR_LIKE = re.compile(r"[a-z0-9.]{1,16}[/-][a-z0-9.]{1,16}", re.IGNORECASE | re.ASCII)
_NAME_LIKE = re.compile(r"[\w.\-]{1,40}")
_COMMON_WORDS = (
    "a all an and any are assets at balance balances cash coin coins crypto currencies do else ever for fun funds gains"
    " have how if in is it just less losses many me money more most much my no not of on one or other others our parts"
    " plans portfolio price profit shares some stocks stuff taxes that the then these they this those to tokens total"
    " value we what when which who why with you your"
    " cost costs debt fee fees good luck risk tax time"
    " biggest current day first largest last latest month new newest next old oldest previous recent smallest"
    " this today total week worst year yesterday"
    " alle alles anteil auf bestand das dein den der die du ein eine er es etwas geld gewinn guthaben habe hier ich ihr"
    " ist krypto kurs mehr mein meine nicht nichts noch oder preis sie steuern und uns verlust viel von was wenig wer"
    " wert wie wir"
    " gebuehren glueck kosten risiko zeit"
    " aktuell aktuelle erste ersten gestern heute jahr letzte letzten monat neue neuen neueste neuesten tag woche"
)
_NO_ASSETS = frozenset(_COMMON_WORDS.split())
_NUMBER = r"[+-]?\d[\d.,_']*"
_AMOUNT = re.compile(rf"({_NUMBER})([kmb]?)", re.IGNORECASE | re.ASCII)
_PERCENT = re.compile(r"(\d[\d.,_']*)%", re.ASCII)
_CURRENCIES = frozenset({"USD", "EUR", "GBP", "CHF", "JPY", "USDT", "USDC"})
_ONE = frozenset({"a", "an", "one", "ein", "eine", "einen", "einer", "einem"})
_SPANS = {
    **dict.fromkeys(("s", "second", "seconds", "sekunde", "sekunden"), "s"),
    **dict.fromkeys(("m", "min", "minute", "minutes", "minuten"), "m"),
    **dict.fromkeys(("h", "hour", "hours", "stunde", "stunden"), "h"),
    **dict.fromkeys(("d", "day", "days", "tag", "tage", "tagen"), "d"),
    **dict.fromkeys(("w", "week", "weeks", "woche", "wochen"), "w"),
}
_DURATION = re.compile(rf"(\d{{1,4}}|{'|'.join(_ONE)}) ?({'|'.join(_SPANS)})")
_LARGEST_TARGET = 60  # words
_JOINTS = frozenset({"and", "und", "&", "+", "of", "="})


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that words may mean. One that is not `sure` gives way to any that is, and never trades."""

    text: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What readers know of this installation: its accounts, by the words of their names, and which day it is."""

    accounts: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: how many words it may have, and how they are read."""

    longest: int
    read: Callable[[Sequence[str], Known], Iterator[Reading]]


def _account(words: Sequence[str], known: Known) -> Iterator[Reading]:
    name = known.accounts.get(tuple(folded(spaced(" ".join(words))).split()))
    if name is not None:
        yield Reading(name)
    elif len(words) == 1 and _NAME_LIKE.fullmatch(words[0]):
        yield Reading(words[0], sure=False)


def _asset(words: Sequence[str], known: Known) -> Iterator[Reading]:
    key = tuple(folded(word) for word in words)
    if name := ASSET_NAMES.get(tuple("-".join(key).split("-"))):
        yield Reading(name)
    elif len(words) == 1 and _ASSET_LIKE.fullmatch(words[0]) and key[0] not in _NO_ASSETS:
        yield Reading(words[0].upper(), sure=False)


def _coin(words: Sequence[str], known: Known) -> Iterator[Reading]:
    """An asset that everybody knows by this name."""
    return (each for each in _asset(words, known) if each.sure)


def _pair(words: Sequence[str], known: Known) -> Iterator[Reading]:
    if _PAIR_LIKE.fullmatch(words[0]):
        base, quote = (ASSET_NAMES.get((folded(each),), each.upper()) for each in re.split("[/-]", words[0]))
        yield Reading(f"{base}/{quote}")


def _amount(words: Sequence[str], known: Known) -> Iterator[Reading]:
    if match := _AMOUNT.fullmatch(words[0]):
        for number in _numbers(match[1]):
            yield Reading(f"{number}{match[2].lower()}")


def _money(words: Sequence[str], known: Known) -> Iterator[Reading]:
    """An amount, and a currency if one is said."""
    currencies = list(_currency(words[1:], known)) if len(words) > 1 else [Reading("")]
    for currency in currencies:
        for each in _amount(words[:1], known):
            yield Reading(f"{each.text} {currency.text}".strip())


def _percent(words: Sequence[str], known: Known) -> Iterator[Reading]:
    if match := _PERCENT.fullmatch(words[0]):
        for number in _numbers(match[1]):
            yield Reading(f"{number}%")


def _ratio(words: Sequence[str], known: Known) -> Iterator[Reading]:
    yield from _percent(words, known) if words[0].endswith("%") else _amount(words, known)


def _numbers(text: str) -> Iterator[str]:
    """The numbers that digits with separators may mean: “1.5”, “1,5” and “70.000,50” one each, “60.000” two."""
    sign, digits = (text[0], text[1:]) if text[0] in "+-" else ("", text)
    digits = digits.rstrip(".,_'")
    if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+,\d+", digits):
        yield sign + digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[1-9]\d{0,2}(\.\d{3}){2,}", digits):
        yield sign + digits.replace(".", "")
    elif re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", digits):
        yield sign + digits.replace(".", "")
        yield sign + digits.rstrip("0").rstrip(".")
    elif re.fullmatch(r"\d+,\d+", digits) and not re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        yield sign + digits.replace(",", ".")
    else:
        yield sign + digits


def _integer(words: Sequence[str], known: Known) -> Iterator[Reading]:
    if re.fullmatch(r"[+-]?\d{1,18}", words[0], re.ASCII):
        yield Reading(words[0])


def _date(words: Sequence[str], known: Known) -> Iterator[Reading]:
    day = day_of([folded(word) for word in words], known.today)
    if day is not None:
        yield Reading(day.isoformat())


def _duration(words: Sequence[str], known: Known) -> Iterator[Reading]:
    if match := _DURATION.fullmatch(" ".join(folded(word) for word in words)):
        yield Reading(f"{1 if match[1] in _ONE else match[1]}{_SPANS[match[2]]}")


def _currency(words: Sequence[str], known: Known) -> Iterator[Reading]:
    currency = ASSET_NAMES.get((folded(words[0]),), words[0].upper())
    if currency in _CURRENCIES:
        yield Reading(currency)


def _period(words: Sequence[str], known: Known) -> Iterator[Reading]:
    if may_be_period([folded(word) for word in words]):
        yield Reading(" ".join(words))


def _weights(words: Sequence[str], known: Known) -> Iterator[Reading]:
    """“50% BTC 30% ETH and 20% USDT”: the weights all before their assets, or all behind."""
    words = [word for word in words if folded(word) not in _JOINTS]
    shares = [at for at, word in enumerate(words) if _PERCENT.fullmatch(word)]
    ahead = bool(shares) and shares[0] == 0
    cuts = [*shares, len(words)] if ahead else [0, *(at + 1 for at in shares)]
    target = []
    for start, end in pairwise(cuts):
        *name, weight = (*words[start + 1 : end], words[start]) if ahead else words[start:end]
        numbers, assets = list(_numbers(weight[:-1])), list(_asset(name, known)) if name else []
        if len(numbers) != 1 or not assets:
            return
        target.append(f"{numbers[0]}% {assets[0].text}")
    if target and cuts[-1] == len(words):
        yield Reading(", ".join(target))


def _text(words: Sequence[str], known: Known) -> Iterator[Reading]:
    yield Reading(" ".join(words), sure=False)


def _word(words: Sequence[str], known: Known) -> Iterator[Reading]:
    yield Reading(words[0])


KINDS: Mapping[str, Kind] = {
    ValueType.ACCOUNT: Kind(4, _account),
    ValueType.ASSET: Kind(LONGEST_NAME, _asset),
    ValueType.AMOUNT: Kind(1, _amount),
    ValueType.RATIO: Kind(1, _ratio),
    ValueType.INTEGER: Kind(1, _integer),
    ValueType.DATE: Kind(4, _date),
    ValueType.DURATION: Kind(2, _duration),
    ValueType.CURRENCY: Kind(1, _currency),
    ValueType.TEXT: Kind(8, _text),
    "coin": Kind(LONGEST_NAME, _coin),
    "money": Kind(2, _money),
    "pair": Kind(1, _pair),
    "percent": Kind(1, _percent),
    "period": Kind(10, _period),
    "weights": Kind(_LARGEST_TARGET, _weights),
    **dict.fromkeys(
        (
            ValueType.CHOICE,
            ValueType.PLUGIN,
            ValueType.FLAG,
            ValueType.FILE,
            ValueType.PATH,
        ),
        Kind(1, _word),
    ),
}
"""By the type of the parameter, or by what is written behind the slot's name: “{to:weights}”."""
