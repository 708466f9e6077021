"""What is told when a rule fires."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from kit import Action, Actions, Block, Heading, Invocation, Metric, Metrics, Notice, Reading, Reply, Severity, Text

from .core.rules import Condition, Operator, Rule, Watched
from .core.wording import condition_in_words, rule_in_words, shown, subject_of

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Down:
    """A time when nobody looked."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Value:
    """What a condition was measured at."""

    condition: str
    value: Decimal | None
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired for the `count`th time. `while_down` is when nobody looked, if it crossed meanwhile."""

    alert: int
    rule: str
    at: datetime
    count: int
    values: tuple[Value, ...]
    note: str
    while_down: Down | None
    test: bool


def told(
    number: int,
    rule: Rule,
    readings: Mapping[Watched, Reading],
    *,
    at: datetime,
    count: int,
    down: Down | None = None,
    test: bool = False,
) -> Reply:
    """The notification of a rule."""
    values = tuple(
        Value(condition_in_words(each), reading.value, reading.currency, reading.at)
        for each in rule.conditions
        if (reading := readings.get(each.watched)) is not None
    )
    metrics = dict.fromkeys(
        now(each, reading) for each in rule.conditions if (reading := readings.get(each.watched)) is not None
    )
    blocks: list[Block] = [Heading(_headline(_in_currency(rule, readings), test=test), "🔔"), Metrics(tuple(metrics))]
    if rule.note:
        blocks.append(Text(rule.note))
    if down is not None:
        sentence = "It crossed while K.I.T. was not running: nobody looked between {} and {}."
        blocks.append(Notice(sentence.format(_clock(down.since), _clock(down.until)), Severity.WARNING))
    if not test:
        again = "alerts snooze" if rule.repeat else "alerts resume"
        label = "Snooze 1h" if rule.repeat else "Watch again"
        params = {"numbers": (number,)} | ({"for_": _HOUR} if rule.repeat else {})
        blocks.append(Actions((Action(label, Invocation(again, params)),)))
    return Reply(Fired(number, rule_in_words(rule), at, count, values, rule.note, down, test), tuple(blocks))


def now(condition: Condition, reading: Reading) -> Metric:
    """What a condition is measured at: “Share of BTC now: 71 %”."""
    label = condition_in_words(condition).partition(f" {condition.operator.value} ")[0]
    return Metric(f"{label[:1].upper()}{label[1:]} now", shown(reading.value, condition.unit, reading.currency))


def _in_currency(rule: Rule, readings: Mapping[Watched, Reading]) -> Rule:
    """The rule with the currencies that are measured in: one that stands in config.json has none of its own."""
    conditions = tuple(
        replace(each, currency=reading.currency)
        if (reading := readings.get(each.watched)) is not None and not each.currency
        else each
        for each in rule.conditions
    )
    return replace(rule, conditions=conditions)


def _headline(rule: Rule, *, test: bool) -> str:
    words = rule_in_words(rule, for_reading=True)
    reached = any(each.operator is Operator.AT for each in rule.conditions)
    subject = subject_of(rule)
    said = f"{subject[:1].upper()}{words[1:]}"
    return f"Test: {said}" if test else f"{said} reached" if reached else said


def _clock(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M} UTC"
