"""What people write about a rule: “total above 20000”, “share of BTC above 70%”, “change -5% over 1h and rsi below 30”.

A subject, then conditions joined by “and”. A condition names what is measured, then what it is to be beyond; parameters
stand before or behind (“BTC share”, “share of BTC”, “asset BTC”, “over 24h”). The words come from the signals that
plugins bring, so nothing here knows what a portfolio is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kit import (
    MARKET,
    Signal,
    Unit,
    UnknownName,
    UsageError,
    exact_math,
    parse_amount,
    parse_duration,
    parse_ratio,
)

from .rules import Condition, Operator, Watched
from .wording import spelt

_OPERATORS = {
    "above": Operator.ABOVE, "over": Operator.ABOVE, "exceeds": Operator.ABOVE, ">": Operator.ABOVE,
    "below": Operator.BELOW, "under": Operator.BELOW, "<": Operator.BELOW,
    "at": Operator.AT, "reaches": Operator.AT, "hits": Operator.AT, "=": Operator.AT,
}  # fmt: skip
_FILLERS = frozenset({"of", "is", "goes", "falls", "rises", "drops", "the"})
_PERIOD = frozenset({"over", "in", "within", "period", "per"})
_PAIR = re.compile(r"[A-Za-z0-9.\-_$]{1,16}/[A-Za-z0-9.\-_$]{1,16}", re.ASCII)
_TICKER = re.compile(r"[A-Za-z0-9]{2,5}", re.ASCII)
_ASSET = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-_:$]{0,31}", re.ASCII)
_AND = re.compile(r"(?:^|,?\s+)and(?=\s|$)|,(?=\s|$)", re.IGNORECASE)
_SPAN = re.compile(r"\d+(\.\d+)?[smhdw]", re.IGNORECASE | re.ASCII)
_UNIT = re.compile(
    r"(?<=\d)\s*(s|m|h|d|w|seconds?|min|minutes?|hours?|days?|weeks?)(?=\s|,|$)", re.IGNORECASE | re.ASCII
)
_CURRENCY = re.compile(r"[A-Za-z]{3,5}", re.ASCII)
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is about: the word, and the signals that measure it."""

    word: str
    signals: Mapping[str, Signal]


def find_subject(word: str, signals: Iterable[Signal]) -> Subject:
    """“portfolio”, or a pair such as “BTC/USDT”. Raises UnknownName, UsageError."""
    signals = list(signals)
    named = {each.subject for each in signals if each.subject != MARKET}
    folded = word.strip().casefold()
    wanted = next((each for each in named if each.casefold() == folded), None)
    if wanted is None and _PAIR.fullmatch(word.strip()):
        wanted, folded = MARKET, word.strip().upper()
        if len(set(folded.split("/"))) == 1:
            raise UsageError(f"{folded} has no price: it is one asset twice.", next_step="Write a pair like BTC/USDT.")
    if wanted is None:
        pair = f"{word.strip().upper()}/USD" if _TICKER.fullmatch(word.strip()) else "BTC/USDT"
        raise UnknownName("thing to watch", word.strip(), [*sorted(named), pair])
    found = {each.measure: each for each in signals if each.subject == wanted}
    if not found:
        raise UsageError(f"Nothing here measures “{word.strip()}”.", next_step="See “kit plugins list”.")
    return Subject(folded if wanted == MARKET else wanted, found)


def parse_conditions(
    subject: Subject, words: Sequence[str], options: Sequence[Sequence[str]] = (), *, given: Mapping[str, str]
) -> tuple[Condition, ...]:
    """The conditions that the words and the options (each the words of one) say.

    `given` are parameters for all of them. Raises UsageError; the thresholds make sense, the parameters need not.
    """
    spoken = [*_parted(words), *(list(option) for option in options)]
    if not spoken:
        raise UsageError("It is not said when to tell you.", next_step=f"For example: {example(subject)}")
    conditions = tuple(_condition(subject, each, given) for each in spoken)
    if len(conditions) > 1 and any(each.operator is Operator.AT for each in conditions):
        raise UsageError(
            "“at” is over in a moment, so nothing else can hold together with it.",
            next_step="Write above or below, or a rule of its own.",
        )
    if len({(each.watched, each.operator) for each in conditions}) < len(conditions):
        raise UsageError("One thing is said twice.", next_step="Keep one of the two, or make two rules.")
    _refuse_impossible(conditions)
    return conditions


def _refuse_impossible(conditions: Sequence[Condition]) -> None:
    """Raises UsageError where something is to be above what it is to be below."""
    least = {each.watched: each for each in conditions if each.operator is Operator.ABOVE}
    for each in conditions:
        other = least.get(each.watched)
        if other is not None and each.operator is Operator.BELOW and each.threshold <= other.threshold:
            above, below = spelt(other.threshold, each.unit), spelt(each.threshold, each.unit)
            what = f"{each.watched.measure} is never above {above} and below {below} at once."
            raise UsageError(what, next_step="Make two rules.")


def example(subject: Subject) -> str:
    """A rule on this subject as one would write it."""
    measure, signal = next(iter(subject.signals.items()))
    value = {Unit.MONEY: "20k", Unit.RATIO: "5%", Unit.NUMBER: "70"}.get(signal.unit)
    tail = f"above {value}" if value else " ".join(signal.events[:1])
    return f"kit alert {subject.word} {measure} {tail}"


def _parted(words: Sequence[str]) -> list[list[str]]:
    """The words of each condition; a comma is an “and”."""
    if "or" in map(str.casefold, words):
        raise UsageError("All conditions of a rule must hold: there is no “or”.", next_step="Make a rule for each.")
    parts = [part.split() for part in _AND.split(_UNIT.sub(lambda unit: unit[1][0], " ".join(words)))]
    if len(parts) > 1 and not all(parts):
        raise UsageError("“and” joins two conditions, and one is missing.", next_step="Write both, or no “and”.")
    return [part for part in parts if part]


def _condition(subject: Subject, words: list[str], given: Mapping[str, str]) -> Condition:
    rest = [word for word in words if word.casefold() not in _FILLERS]
    place = next((at for at, word in enumerate(rest) if word.casefold() in subject.signals), None)
    if place is None:
        raise UnknownName("figure", " ".join(words), subject.signals)
    signal = subject.signals[rest.pop(place).casefold()]
    params = {name: value for name, value in given.items() if name in _takes(signal)}
    _take_params(signal, rest, params)
    operator, threshold, currency = (
        _event(signal, rest, params) if signal.unit is Unit.EVENT else _beyond(signal, rest, subject)
    )
    missing = [name for name in signal.params if name not in params and name not in (signal.defaults or {})]
    if missing:
        raise UsageError(
            f"“{signal.measure}” needs to know the {missing[0]}.", next_step=f"Add --{missing[0]} {missing[0].upper()}."
        )
    complete = {**(signal.defaults or {}), **params} | ({"pair": subject.word} if signal.subject == MARKET else {})
    watched = Watched(subject.word, signal.measure, tuple(sorted(complete.items())))
    return Condition(watched, operator, threshold, signal.unit, currency)


def _takes(signal: Signal) -> set[str]:
    return {*signal.params, *(signal.defaults or {})}


def _take_params(signal: Signal, words: list[str], params: dict[str, str]) -> None:
    """Move the parameters among the words into `params`."""
    takes = _takes(signal)
    for at in range(len(words) - 2, -1, -1):
        if at + 1 >= len(words):
            continue  # what stood there is taken
        name, value = words[at].casefold(), words[at + 1]
        if name in _PERIOD and "period" in takes and _SPAN.fullmatch(value):
            params["period"] = value
        elif name == "asset" and "asset" in takes:
            params["asset"] = value
        else:
            continue
        del words[at : at + 2]
    if "asset" in takes and "asset" not in params and words and words[0].casefold() not in _OPERATORS:
        params["asset"] = words.pop(0)
    if "asset" in params:
        if not _ASSET.fullmatch(params["asset"]):
            raise UsageError(
                f"“{params['asset']}” is not the name of an asset.", next_step="Write its symbol, like BTC."
            )
        params["asset"] = params["asset"].upper()
    if "period" in params:
        parse_duration(params["period"])
        params["period"] = params["period"].replace(" ", "").lower()


def _event(signal: Signal, words: list[str], params: dict[str, str]) -> tuple[Operator, Decimal, str]:
    said = " ".join(words).strip().casefold().replace("_", " ")
    if not said and len(signal.events) == 1:
        said = signal.events[0]
    if said not in signal.events:
        raise UnknownName(signal.measure, said or "nothing", signal.events)
    params["event"] = said
    return Operator.ABOVE, Decimal("0.5"), ""


def _beyond(signal: Signal, words: list[str], subject: Subject) -> tuple[Operator, Decimal, str]:
    operator = _OPERATORS.get(words[0].casefold()) if words else None
    text = " ".join(words[1:] if operator is not None else words)
    text, currency = _without_currency(text, subject) if signal.unit is Unit.MONEY else (text, "")
    if not text:
        raise UsageError(f"“{signal.measure}” is to be beyond what?", next_step="Add a value: above 20k, below 5%.")
    value = (parse_ratio if signal.unit is Unit.RATIO else parse_amount)(text)
    if operator is None:
        if signal.least is None or signal.least >= 0:
            raise UsageError(
                f"“{signal.measure} {text}” may mean above, below or at.",
                next_step=f"Write {signal.measure} above {text}, or below.",
            )
        operator = Operator.BELOW if value < 0 else Operator.ABOVE
    _refuse_nonsense(signal, text, value)
    return operator, value, currency


def _without_currency(text: str, subject: Subject) -> tuple[str, str]:
    """“20k EUR”, “€20k” and “20k €” are 20k, of euros. Of a pair like BTC/USDT a dollar is its own."""
    amount, _, last = text.rpartition(" ")
    if amount and _CURRENCY.fullmatch(last):
        return amount, last.upper()
    sign = next((each for each in _SIGNS if each in text), "")
    bare = text.replace(sign, "", 1).strip() if sign else text
    return bare, "" if sign == "$" and "/USD" in subject.word else _SIGNS.get(sign, "")


@exact_math()
def _refuse_nonsense(signal: Signal, text: str, value: Decimal) -> None:
    least, most = signal.least, signal.most
    if least is not None and value <= least:
        end = spelt(least, signal.unit)
        what = f"{signal.measure} never goes below {end}: “{text}” tells nothing."
        raise UsageError(what, next_step=f"Write a value above {end}.")
    if most is not None and value >= most:
        end = spelt(most, signal.unit)
        what = f"{signal.measure} never goes above {end}: “{text}” tells nothing."
        raise UsageError(what, next_step=f"Write a value below {end}.")
    if signal.unit is Unit.RATIO and value == 0:
        raise UsageError(f"A {signal.measure} of 0 is crossed all the time.", next_step="Write a value like 5%.")
