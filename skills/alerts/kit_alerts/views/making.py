"""`kit alert`: a new rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kit import Block, Heading, Metric, Metrics, Notice, Reading, Reply, Services, Severity

from ..core.rules import Condition, Operator, Rule
from ..core.wording import rule_in_words
from ..firing import now
from ..looking import doubt_of, measure
from ..saying import Said, conditions_from, shaped
from ..store.rules import Rules
from .rows import AlertRow, row_of


def make(
    services: Services,
    *,
    subject: str,
    words: tuple[str, ...],
    repeat: bool,
    cooldown: timedelta | None,
    for_: timedelta | None,
    hours: str | None,
    days: str | None,
    priority: str | None,
    expires: str | None,
    note: str | None,
    channel: str | None,
    **options: Any,
) -> Reply:
    """Exit code 3 where what it watches cannot be measured right now: the rule waits for it."""
    said = Said(repeat, cooldown, for_, hours, days, priority, expires, note, channel)
    conditions = conditions_from(services, subject, words, options=options)
    shaped(services, Rule(conditions), said)  # what makes no sense is refused before anything is measured
    readings = measure(services, [each.watched for each in conditions])
    rule = shaped(services, Rule(in_currency(conditions, readings)), said)
    rules = Rules(services.store)
    same = next((each for each in rules.all() if each.rule == rule), None)
    if same is not None:
        return there_already(row_of(same, services.clock.now()))
    (number,) = rules.add([(rule, "")], services.clock.now())
    kept = next(each for each in rules.all() if each.number == number)
    return answer(row_of(kept, services.clock.now()), rule, readings, f"Alert {number} is set")


def there_already(row: AlertRow) -> Reply:
    """Nothing is made or changed: this is the rule that there is."""
    is_over = row.state in {"triggered", "paused", "expired"}
    step = f"Watch again: kit alerts resume {row.number}" if is_over else "See: kit alerts"
    return Reply(row, (Notice(f"You have this already: it is alert {row.number}, {row.state}.", next_step=step),))


def answer(row: AlertRow, rule: Rule, readings: dict[Any, Reading], title: str) -> Reply:
    """A rule as it is kept now, what it measures now, and what keeps it from firing."""
    blocks: list[Block] = [
        Heading(title, "🔔"),
        Metrics(
            (
                Metric("Tells you", rule_in_words(rule, for_reading=True), note=row.options),
                *dict.fromkeys(now(each, readings[each.watched]) for each in rule.conditions),
            )
        ),
    ]
    doubts = [f"{each.watched.measure}: {why}" for each in rule.conditions if (why := doubt_of(readings[each.watched]))]
    if doubts:
        what = f"It waits, because nothing is concluded from doubtful data. {' '.join(dict.fromkeys(doubts))}"
        blocks.append(Notice(what, Severity.WARNING))
    elif all(_is_beyond(each, readings[each.watched]) for each in rule.conditions):
        blocks.append(Notice("This is so already. You are told when it crosses anew.", Severity.INFO))
    return Reply(row, tuple(blocks), exit_code=3 if doubts else 0)


def in_currency(conditions: tuple[Condition, ...], readings: dict[Any, Reading]) -> tuple[Condition, ...]:
    """The conditions with the currency that is measured in. Raises UsageError where another one was said."""
    from dataclasses import replace

    from kit import UsageError

    found = []
    for each in conditions:
        currency = readings[each.watched].currency
        if each.currency and currency and each.currency != currency:
            raise UsageError(
                f"{each.watched.measure} is measured in {currency}, not in {each.currency}.",
                next_step=f"Write the amount in {currency}.",
            )
        found.append(replace(each, currency=currency or each.currency))
    return tuple(found)


def _is_beyond(condition: Condition, reading: Reading) -> bool:
    if reading.value is None or condition.operator is Operator.AT:
        return False
    above = condition.operator is Operator.ABOVE
    return reading.value > condition.threshold if above else reading.value < condition.threshold
