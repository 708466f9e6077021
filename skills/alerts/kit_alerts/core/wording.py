"""A rule in words, as it could be typed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from kit import Money, Ratio, Unit, Value, exact_math, figure, plain

from .rules import Condition, Rule


def subject_of(rule: Rule) -> str:
    return rule.conditions[0].watched.subject


def rule_in_words(rule: Rule, *, for_reading: bool = False) -> str:
    """“portfolio total above 20000”, “BTC/USDT change below -5% over 1h and rsi below 30”."""
    said = (condition_in_words(each, for_reading=for_reading) for each in rule.conditions)
    return f"{subject_of(rule)} {' and '.join(said)}"


def condition_in_words(condition: Condition, *, for_reading: bool = False) -> str:
    """Without its subject; what is typed so means the same condition. For reading, its threshold is rounded."""
    params = condition.watched.given
    words = [condition.watched.measure]
    if "asset" in params:
        words = [words[0], "of", params["asset"]]
    if condition.unit is Unit.EVENT:
        words.append(params["event"])
    elif for_reading:
        words += [condition.operator.value, figure(shown(condition.threshold, condition.unit, condition.currency))]
    else:
        words += [condition.operator.value, spelt(condition.threshold, condition.unit)]
    if "period" in params:
        words += ["over", params["period"]]
    return " ".join(words)


@exact_math()
def spelt(value: Decimal, unit: Unit) -> str:
    """A threshold as it is typed, every digit."""
    return f"{plain(value * 100)}%" if unit is Unit.RATIO else plain(value)


def exactly(length: timedelta) -> str:
    """How long, in the largest unit that leaves nothing out: “90 min”, “24 h”, “7 days”."""
    seconds = length.total_seconds()
    for unit, name, least in ((86400, "days", 2), (3600, "h", 1), (60, "min", 1)):
        if seconds >= least * unit and seconds % unit == 0:
            return f"{seconds // unit:,.0f} {name}"
    return f"{seconds:,g} s"


def shown(value: Decimal | None, unit: Unit, currency: str) -> Value:
    """A value of this unit as a cell."""
    if value is None:
        return None
    match unit:
        case Unit.MONEY:
            return Money(value, currency) if currency else value
        case Unit.RATIO:
            return Ratio(value)
        case Unit.EVENT:
            return value > 0
        case Unit.NUMBER:
            return value
